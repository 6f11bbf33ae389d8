"""Digits that nothing else reads: of other scripts, in circles, raised and lowered; and letters run together with digits."""

from __future__ import annotations

import re
import unicodedata

from model_server.text.english.amounts.numerals import cardinal, pairs, plural
from model_server.text.english.amounts.speech import apart, found, said
from model_server.text.english.amounts.values import fraction, power, whole_number
from model_server.text.english.tokens import Found, Kind, Manner, Token, letters

_CODE = re.compile(r"([A-Z]{1,4})-?([0-9]{1,4})([A-Za-z])?(?![A-Za-z0-9_])")
_TO_CODE = re.compile(r"[ ]?[–—-][ ]?(?=([A-Z]{1,4})[0-9]{1,4}(?![A-Za-z0-9]))")
_RAISED = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}")
_UNDER = (*range(1, 11), 12, 16, 20, 32, 40, 64, 80, 160, 320)  # what Unicode's fractions are of
_NEAR = 1e-6
_RUN = 30  # characters of digits that are read together


def match_code(text: str, at: int, manner: Manner) -> Found | None:
    """Read "A4", "MP3", "F-16", "B747": letters, then a number."""
    if not (code := _CODE.match(text, at)) or not apart(text, at):
        return None
    name, digits, behind = code.groups()
    if name in ("UTC", "GMT") and text[code.end(1)] == "-":
        return Found(code.end(1), (letters(name, at, code.end(1)),))
    if (len(name) > 2 and manner.known(name.lower())) or ("-" in code.group() and len(name) == 4):
        return None
    number = pairs(digits) if len(digits) > 2 and digits[0] != "0" else whole_number(digits)
    tokens = [letters(name, at, code.end(1)), *said([(number, code.start(2), code.end(2))])]
    if behind:
        tokens.append(letters(behind, code.start(3), code.end(3)))
    link = _TO_CODE.match(text, code.end())
    if link and link[1] == name and not behind:  # "Q1–Q3"
        tokens.append(Token("to", *link.span(0)))
        return Found(link.end(), tuple(tokens))
    return Found(code.end(), tuple(tokens))


# Of web servers: kinds of answers, and answers of one kind that are no seconds.
_KIND = re.compile(r"([1-5])(?:xx|XX)(?![A-Za-z0-9])")
_ANSWERS = re.compile(r"(40[1345]|4(?:10|22|29)|50[234])s(?![A-Za-z0-9])")
_PLAN = re.compile(r"(40[13]|457)(?:[ ]?\(([kb])\)|([kb]))(s)?(?![A-Za-z0-9])")  # for a pension: "401(k)"


def match_named(text: str, at: int, manner: Manner) -> Found | None:
    """Read "5xx", "404s" and "401(k)": numbers that are names."""
    if not apart(text, at):
        return None
    if kind := _KIND.match(text, at):
        return found(kind.end(), (f"{cardinal(kind[1])} X_X", at, kind.end()))
    if answers := _ANSWERS.match(text, at):
        return found(answers.end(), (plural(pairs(answers[1])), at, answers.end()))
    if plan := _PLAN.match(text, at):
        group = 2 if plan[2] else 3
        letter = Token(plan[group].upper() + (plan[4] or ""), plan.start(group), plan.end(), Kind.LETTERS, tag="NNP")
        return Found(plan.end(), (*said([(pairs(plan[1]), at, plan.end(1))]), letter))
    return None


def match_other(text: str, at: int, manner: Manner) -> Found | None:
    """Read any numeric character; what is asked last."""
    if raised := _RAISED.match(text, at):
        base = at > 0 and (text[at - 1] == ")" or (text[at - 1].isalpha() and apart(text, at - 1)))
        bare = raised.group().translate(_LOWERED)
        return found(
            raised.end(), (power(raised.group(), named=True) if base else cardinal(bare.lstrip("+-")), at, raised.end())
        )
    end = at
    while end < len(text) and end - at < _RUN and text[end].isdecimal():
        end += 1
    if end > at:
        digits = unicodedata.normalize("NFKC", text[at:end])
        plain = "".join(str(unicodedata.decimal(digit)) for digit in digits)
        return found(end, (whole_number(plain, manner.british), at, end))
    return _numeric(text, at, manner)


_LOWERED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")


def _numeric(text: str, at: int, manner: Manner) -> Found | None:
    value = unicodedata.numeric(text[at], None)
    if value is None or value < 0:
        return None
    under = next((n for n in _UNDER if abs(value * n - round(value * n)) < _NEAR), 1)
    over = str(round(value * under))
    name = cardinal(over, manner.british) if under == 1 else fraction(over, str(under))
    return found(at + 1, (name, at, at + 1))
