"""Names of letters and figures: "COVID-19", "F-16", "MP3", "H2O", "R2-D2"."""

from __future__ import annotations

import re

from model_server.text.english.amounts.numerals import cardinal, digit_by_digit, plural
from model_server.text.english.tokens import Found, Kind, Manner, Token, words
from model_server.text.english.writing import near
from model_server.text.english.writing.initialisms import READ, looks_read

_DESIGNATION = re.compile(
    r"(?=[A-Za-z]*-?[0-9])[A-Za-z]{1,8}(?:-?[0-9]{1,5}|-?[A-Z]{1,4}){1,6}('s|s)?(?![\w]|[.,-][0-9])"
)
_YEAR = re.compile(r"(?i:mid|pre|post|early|late)-(?:1[0-9]|20)[0-9]{2}(?![0-9])")  # "mid-2023": no name
_SEVERAL = re.compile(r"[A-Z]{1,5}[0-9]{1,4}s(?!\w)")
_PART = re.compile(r"[0-9]+|[A-Za-z]+")
_LONGEST_NUMBER = 3  # figures: longer ones are read in twos, as years are


def several(text: str, at: int, manner: Manner) -> Found | None:
    """Read several of a kind, before the rules of code take them for one word: "MP3s", "PS5s"."""
    return match(text, at, manner) if text[at].isupper() and _SEVERAL.match(text, at) else None


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Read a name that begins with letters and holds figures."""
    if at and near.joins(text[at - 1]):
        return None
    found = _DESIGNATION.match(text, at)
    if found is None or _YEAR.match(text, at):
        return None
    end = found.end()
    ending = found.group(1) or ""
    tokens: list[Token] = []
    for part in _PART.finditer(text, at, end - len(ending)):
        tokens += _part(part.group(), part.start(), part.end(), manner)
    if ending:
        last = tokens[-1]
        number = ending == "s" and text[last.start].isdigit()
        said = plural(last.text) if number else last.text + ending
        tokens[-1] = Token(said, last.start, end, last.kind, tag=last.tag)
    return Found(end, tuple(tokens))


def _part(part: str, start: int, end: int, manner: Manner) -> tuple[Token, ...]:
    if part[0].isdigit():
        return words(_number(part, manner), start, end)
    if part in READ or (len(part) > 3 and (looks_read(part.upper()) or manner.known(part.lower()))):
        return (Token(part, start, end),)
    if not part.isupper() and len(part) > 1 and manner.known(part.lower()):
        return (Token(part, start, end),)
    return (Token(" ".join(part.upper()), start, end, Kind.LETTERS, tag="NNP"),)


def _number(digits: str, manner: Manner) -> str:
    if digits.startswith("0"):
        return digit_by_digit(digits, "oh" if len(digits) < _LONGEST_NUMBER else "zero")
    if len(digits) == _LONGEST_NUMBER and digits[1] != "0":
        return f"{cardinal(digits[0])} {cardinal(digits[1:])}"
    if len(digits) == 4 and digits[2:] != "00" and digits[1] != "0":
        return f"{cardinal(digits[:2])} {cardinal(digits[2:])}"
    if len(digits) == _LONGEST_NUMBER and digits[1:] != "00":
        return f"{cardinal(digits[0])} oh {cardinal(digits[2])}"
    return cardinal(digits, manner.british)
