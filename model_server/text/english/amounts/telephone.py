"""Telephone numbers and other numbers whose digits are read one by one: cards, social security, long runs.

Sources: the North American Numbering Plan, the E.164 country codes.
"""

from __future__ import annotations

import re

from model_server.text.english.amounts.names import nought
from model_server.text.english.amounts.numerals import cardinal, digit_by_digit
from model_server.text.english.amounts.speech import Part, after, apart, before, ends, found, said
from model_server.text.english.tokens import Found, Manner, Token, letters, word_set

_EXTENSION = re.compile(r",?[ ]?(?:x|ext\.?|extension)[ ]?([0-9]{1,6})(?![0-9A-Za-z])", re.IGNORECASE)
_INTERNATIONAL = re.compile(
    r"\(?\+([0-9]{1,3})\)?(?:[ .-]?\(([0-9]{1,5})\))?(?:[ .-]?[0-9]{1,5}){1,6}(?![0-9A-Za-z])|\+([0-9]{8,15})(?![0-9A-Za-z])"
)
_NATIONAL = re.compile(
    r"(?:1[ .-])?(?:\([0-9]{3}\)[ ]?|[0-9]{3}(?P<gap>[-. ]))[0-9]{3}(?(gap)(?P=gap)|[-. ])[0-9]{4}(?![0-9A-Za-z]|[-.][0-9])"
)
_IN_BRACKETS = re.compile(r"\(0[0-9]{1,4}\)[ ]?[0-9]{3,4}(?:[ -]?[0-9]{3,4})?(?![0-9A-Za-z])")
_LOCAL = re.compile(r"[0-9]{3}-[0-9]{4}(?![0-9A-Za-z]|[-.][0-9])")
_BRITISH = re.compile(
    r"0[0-9]{2,4}([ -])[0-9]{3,4}(?:\1?[0-9]{3,4})?(?![0-9A-Za-z]|[-.][0-9])|0[0-9]{10}(?![0-9A-Za-z])"
    r"|1[38]00[ -][0-9]{3}[ -][0-9]{3,4}(?![0-9A-Za-z])"
)
_WORDS = re.compile(r"(1-)?(8(?:00|88|77|66|55|44|33)|900)-([A-Z][A-Z0-9]{0,6}(?:-[A-Z0-9]{1,7}){0,2})(?![0-9A-Za-z])")
# By their first character; the rest is national or local.
_PATTERNS = {
    "+": (_INTERNATIONAL,),
    "(": (_INTERNATIONAL, _NATIONAL, _IN_BRACKETS),
    "0": (_BRITISH,),
    "1": (_NATIONAL, _BRITISH, _LOCAL),
}
_CARD = re.compile(
    r"[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?![0-9A-Za-z])|[0-9]{4}([ -])[0-9]{6}\2[0-9]{5}(?![0-9A-Za-z])"
)
_SECURITY = re.compile(r"[0-9]{3}-[0-9]{2}-[0-9]{4}(?![0-9A-Za-z]|-)|[0-9]{5}-[0-9]{4}(?![0-9A-Za-z]|-)")
_CALL = word_set("""
    call dial phone at number tel telephone fax mobile cell text ring or on hotline whatsapp
""")
_DIGITS = re.compile("[0-9]+")
_LONG_RUN = 67  # one more digit than any number has that is read as one
_STRETCH = 30  # digits of an endless run that are read at a time

# Country codes of two digits; 1 and 7 have one, all others three.
_TWO = word_set("""
    20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84
    86 90 91 92 93 94 95 98
""")


def match_telephone(text: str, at: int, manner: Manner) -> Found | None:
    """Read a telephone number, with its extension."""
    if not apart(text, at):
        return None
    if text[at] in "189" and (named := _WORDS.match(text, at)):
        return _named(named, manner)
    zero = nought(manner.british)
    plus = at > 0 and text[at - 1] == "+" and text[max(0, at - 2) : at - 1] in ("", " ", "(", ":")  # said already
    for pattern in (_INTERNATIONAL,) if plus else _PATTERNS.get(text[at], (_NATIONAL, _LOCAL)):
        number = pattern.match(text, at - plus)
        if number is None or (pattern is _LOCAL and not _local(text, number)) or not ends(text, number.end()):
            continue
        groups = _plan(number.group()) if pattern is _INTERNATIONAL else _written(number.group())
        fewest = 9 if pattern is _BRITISH and (groups[0] != "0800" or " " not in number.group()) else 7
        if not fewest <= sum(map(len, groups)) <= 15:
            continue
        parts = [(_digits(groups, zero, plus=text[at] == "+" or number.group().startswith("(+")), at, number.end())]
        end = number.end()
        if extension := _EXTENSION.match(text, end):
            parts[0] = (parts[0][0] + ",", at, number.end())
            end = extension.end()
            parts.append(("extension " + digit_by_digit(extension[1], zero), extension.start(1), end))
        return found(end, *parts)
    return None


def _written(number: str) -> list[str]:
    return _DIGITS.findall(number)


def _plan(number: str) -> list[str]:
    """Return the groups of an international number, the country's code first."""
    groups = _written(number)
    if len(groups) > 1 and len(groups[0]) <= 3:
        return groups
    joined = "".join(groups)
    code = 1 if joined[0] in "17" else 2 if joined[:2] in _TWO else 3
    rest = joined[code:]
    if joined[0] == "1" and len(rest) == 10:
        return ["1", rest[:3], rest[3:6], rest[6:]]
    return [joined[:code], *(rest[i : i + 3] if len(rest) - i != 4 else rest[i:] for i in range(0, len(rest) - 1, 3))]


def _digits(groups: list[str], zero: str, plus: bool) -> str:
    hundred = {"800": "eight hundred", "0800": f"{zero} eight hundred"}
    spoken = [hundred.get(group) or digit_by_digit(group, zero) for group in groups]
    return ("plus " if plus else "") + ", ".join(spoken)


def _local(text: str, number: re.Match[str]) -> bool:
    """Return whether "555-0123" is a telephone number rather than "from 100 to 2000"."""
    first, second = number.group().split("-")
    if before(text, number.start()) in _CALL or first == "555" or second[0] == "0":
        return True
    return first[0] not in "01" and not second.endswith("0") and not after(text, number.end()).endswith("s")


def _named(named: re.Match[str], manner: Manner) -> Found:
    """Read "1-800-FLOWERS"."""
    toll_free = f"{cardinal(named[2][0])} hundred" if named[2].endswith("00") else digit_by_digit(named[2])
    tokens = list(said([(("one " if named[1] else "") + toll_free + ",", named.start(), named.end(2))]))
    start = named.start(3)
    for word in named[3].split("-"):
        tokens += _word(word, start, manner)
        start += len(word) + 1
    return Found(named.end(), tuple(tokens))


def _word(word: str, start: int, manner: Manner) -> list[Token]:
    end = start + len(word)
    if word.isalpha() and ((len(word) > 2 and set(word) & set("AEIOUY")) or manner.known(word.lower())):
        return [Token(word.lower(), start, end)]
    runs = re.finditer("[0-9]+|[A-Z]+", word)
    return [
        token
        for run in runs
        for token in (
            said([(digit_by_digit(run.group()), start + run.start(), start + run.end())])
            if run.group().isdigit()
            else (letters(run.group(), start + run.start(), start + run.end()),)
        )
    ]


def match_card(text: str, at: int, manner: Manner) -> Found | None:
    """Read the groups of a card, a social security number, or a ZIP code of nine digits."""
    card = _CARD.match(text, at) or _SECURITY.match(text, at)
    if card is None or not apart(text, at):
        return None
    return found(card.end(), (_digits_only(_written(card.group()), nought(manner.british)), at, card.end()))


def _digits_only(groups: list[str], zero: str) -> str:
    return ", ".join(digit_by_digit(group, zero) for group in groups)


def match_endless(text: str, at: int, manner: Manner) -> Found | None:
    """Read a run of digits that is too long for a number, a stretch at a time."""
    inside = at > 0 and text[at - 1].isascii() and text[at - 1].isdigit()
    run = text[at : at + _LONG_RUN]
    if not (run.isascii() and run[:1].isdigit() and (inside or (len(run) == _LONG_RUN and run.isdigit()))):
        return None
    stretch = _DIGITS.match(text, at, at + _STRETCH)
    if stretch is None:
        return None
    parts: list[Part] = []
    for start in range(at, stretch.end(), 5):
        end = min(start + 5, stretch.end())
        comma = "," if text[end : end + 1].isdigit() else ""
        parts.append((digit_by_digit(text[start:end]) + comma, start, end))
    return found(stretch.end(), *parts)
