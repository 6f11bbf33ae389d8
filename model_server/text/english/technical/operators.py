"""Operators of code and mathematics between their operands, and the variables beside them."""

from __future__ import annotations

import re

from model_server.text.english.technical.parts import said
from model_server.text.english.technical.reading import before, found
from model_server.text.english.tokens import Found, Kind, Manner, Token, letters

# Said between two operands: with blanks on both sides or on none.
_BINARY = {
    "+": "plus",
    "=": "equals",
    "*": "times",
    "<": "less than",
    ">": "greater than",
    "^": "to the power of",
    "%": "mod",
    "−": "minus",
    "-": "minus",
    "·": "times",
    "/": "divided by",
    "&": "and",
    "|": ",",
    "~": "similar to",
    "@": "at",
}
_BETWEEN = re.compile(
    r"(?<=[\w)\]%'\"²³π∞!|]) [-+=*<>^%−·/&|~@] (?=[\w(\[$√'\"+−.~-])"
    r"|(?<=[*/.~}-]) \| (?=[a-z])|(?<=[\w)\]²³π])[+=*<>^−·&](?=[\w(√π−-]|\.\d)|(?<=[a-z²³)])-(?=\d)"
)
_VARIABLE = r"(?:[A-Za-z]|\d+(?:\.\d+)?|[A-Za-z]?[²³)])"
_VARIABLE_BEFORE = re.compile(rf"(?<![A-Za-z_'.°]){_VARIABLE} ?\Z|[)²³] ?\Z")
_VARIABLE_AFTER = re.compile(rf" ?{_VARIABLE}(?![\w'])|\(")
_DOUBLED = {"**": "to the power of", "//": "floor divided by"}
_LETTER = re.compile(r"(?:[A-Za-z]|[b-df-hj-np-tv-xz]{2})(?![\w'])")
_OPERATOR_AFTER = re.compile(
    r" (?:[=!]==|<<=|>>=|<-|[=!<>:|&%^]=|[-+*/]=|\?\?|<=>|[=-]>|[-+*/=<>^%·−×÷≤≥≈≠±∈→⊂⊆⊃⊇∪∩∧∨⇒⇔≡∝&|]|mod(?= \w(?!\w))|&&|\|\|) ?(?=[\w(√π∞'\"\[-])| \? (?=[^\n?;]{1,60} : )|\?\.(?=[a-z])|[=+*^<>−×÷²³⁴ⁿ]|\+\+|-(?=\d)"
)
_OPERATOR_BEFORE = re.compile(
    r"(?:\?\?|(?<= )[?:]|\|>|[=!<>:]=|[-+*/]=|[=-]>|[-+*/=<>^%·−×÷≤≥≈≠±√→⊂⊆⊃⊇∪∩∧∨⇒⇔≡∝(]|&&|\|\|) ?\Z"
)
_SIGNED = re.compile(r"[Aa] [±≈+][$€£]?\.?[0-9]")  # "a ±2% margin": an article
_RECKONED = re.compile(r"=|[a-z)] [*+×] [a-z(]")
_DIVISOR = re.compile(r"\d{1,3}[a-z]?(?!\w)|[a-z](?!\w)|\((?=[^()\n]{0,30}[-+−*/^²\d])")
_WORDY = re.compile(r"[AaI]")
_WORDY_SIGNS = ("-", "/", "&", "|", "%")
_WORDY_BEHIND = ("-", "/", "&", "|", "%", "*", ">", "<")


_YEAR_BEFORE = re.compile(r"\((?:1[89]|20)[0-9]{2}\) ?\Z")  # "The Matrix (1999) - 4/5 stars"
_PIPED_TO = re.compile(
    r"(?:grep|egrep|rg|less|more|wc|sort|uniq|head|tail|awk|sed|cut|tr|xargs|tee|sh|bash|zsh|jq|say|sudo|base64|column|ssh|tar|nc|"
    r"gzip|gunzip|pv|md5sum|sha256sum|xclip|pbcopy|fzf|perl|python3?|node|psql|mysql|kubectl|docker|openssl)\b"
)
_PIPED_FROM = re.compile(
    r"(?:\A|[^\w-])(?:ls|cat|ps|find|echo|curl|wget|grep|git|du|df|dmesg|journalctl|history|env|tar|seq|sort|printf|yes|zcat|awk|sed|docker|"
    r"kubectl|mysqldump|pg_dump|netstat|ss|lsof|xargs)(?: [^|]*)?\Z"
)


BEGINS = "".join(_BINARY)  # of "between"


def between(text: str, at: int, manner: Manner) -> Found | None:
    """A sign between two operands: "2+2=4", "x > 5", "Home | About"."""
    start = at - 1 if at and text[at - 1] == " " else at
    if not (sign := _BETWEEN.match(text, start)) or text[at] not in _BINARY:
        return None
    end = at + 1
    spaced = start != at
    character = text[at]
    if character in "-/%" and not _is_arithmetic(text, start, sign.end()):
        return None
    if character == "*" and not spaced and not _is_product(text, at):
        return None
    if character == "*" and spaced and not (_variable_side(text, start, sign.end())):
        return None
    if character in "<>" and spaced and _is_menu(text, start, sign.end()):
        return Found(end, (Token(",", at, end, Kind.MARK),))
    if character == "|" and spaced:
        if _PIPED_TO.match(text, sign.end()) or _PIPED_FROM.search(before(text, start)):
            return found(end, said("pipe", at, end, manner))
        return Found(end, (Token(",", at, end, Kind.MARK),))
    if character == "<" and not spaced and not _variable_side(text, at, end):
        return None
    if character == ">" and not spaced and not _variable_side(text, at, end):
        return None
    return found(end, said(_BINARY[character], at, end, manner))


def doubled(text: str, at: int, manner: Manner) -> Found | None:
    """Two of the same between numbers and variables: "x**2", "x // 2"; in other places they are marks."""
    spoken = _DOUBLED.get(text[at : at + 2])
    if not spoken or not _VARIABLE_BEFORE.search(before(text, at, 8)) or not _VARIABLE_AFTER.match(text, at + 2):
        return None
    return found(at + 2, said(spoken, at, at + 2, manner))


def _variable_side(text: str, start: int, end: int) -> bool:
    return bool(_VARIABLE_BEFORE.search(before(text, start, 8)) or _VARIABLE_AFTER.match(text, end))


def _is_arithmetic(text: str, start: int, end: int) -> bool:
    """Return whether both sides are numbers or single letters, and one is a letter or there is an equals sign near."""
    if text[start - 1 : end] == ") / " and _DIVISOR.match(text, end):
        return True
    left, right = _VARIABLE_BEFORE.search(before(text, start, 8)), _VARIABLE_AFTER.match(text, end)
    if not left or not right or _YEAR_BEFORE.search(before(text, start, 8)):
        return False
    sides = left.group().strip() + right.group().strip()
    if text[end - 2 : end].strip() in _WORDY_SIGNS and any(
        _WORDY.fullmatch(side.group().strip()) for side in (left, right)
    ):
        return bool(_RECKONED.search(text, max(0, start - 12), end + 12))
    if text[start : start + 3] == " % ":
        return True
    near = text[max(0, start - 12) : end + 12]
    return any(side.isalpha() or side in "()²³" for side in sides) or "=" in near or "^" in near[:12]


def _is_product(text: str, at: int) -> bool:
    return text[at - 1 : at] != "*" and text[at + 1 : at + 2] != "*" and not re.match(r"\w+[*]", text[at + 1 : at + 30])


def _is_menu(text: str, start: int, end: int) -> bool:
    """Return whether "File > Save As" names steps rather than compares."""
    word = re.search(r"(\w+)\Z", before(text, start, 20))
    return (
        text[end : end + 1].isupper()
        and text[end + 1 : end + 2].isalpha()
        and bool(word and len(word[1]) > 1 and word[1].isalpha())
    )


def letter(text: str, at: int, manner: Manner) -> Found | None:
    """A single letter beside an operator is a variable: its name is said, "a" too; and the "mx" of "mx + b"."""
    variable = _LETTER.match(text, at)
    if not variable or (at and (text[at - 1].isalnum() or text[at - 1] in "_'.")):
        return None
    end = variable.end()
    after = _OPERATOR_AFTER.match(text, end)
    if after and text[at:end] in ("A", "a", "I") and after.group().strip() in _WORDY_BEHIND:  # an article
        return Found(end, (letters(text[at:end], at, end),)) if _is_arithmetic(text, end, after.end()) else None
    if (
        text.startswith("w/ ", at) or text[max(0, at - 3) : at] in ("w/ ", "W/ ") or _SIGNED.match(text, at)
    ):  # "w/": with
        return None
    if not after and (end > at + 1 or not _is_behind_operator(text, at)):
        return None
    return Found(end, (letters(text[at:end], at, end),))


def _is_behind_operator(text: str, at: int) -> bool:
    sign = _OPERATOR_BEFORE.search(before(text, at, 4))
    if not sign or text[at - 1] == "(":
        return False
    return sign.group().rstrip()[-1] not in _WORDY_BEHIND or _is_arithmetic_before(text, at)


def _is_arithmetic_before(text: str, at: int) -> bool:
    left = re.search(r"(?<![\w'])(?:[A-Za-z]|[\d.]+|\)|²|³) ?[-/%*<>] ?\Z", before(text, at, 12))
    return bool(left)
