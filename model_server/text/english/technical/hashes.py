"""Hashes, IDs, colours and numbers to other bases than ten."""

from __future__ import annotations

import re

from model_server.text.english.technical.parts import characters, said
from model_server.text.english.technical.reading import before, found, opens
from model_server.text.english.tokens import Found, Manner

_HEX = re.compile(r"0([xX])([0-9A-Fa-f]{1,64})(?!\w)|0([bBoO])([0-7]{1,64})(?!\w)")
_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})(?!\w)")
_RUN = re.compile(r"(?:[0-9a-f]{7,128}+|[0-9A-F]{7,128}+)(?!\w|[.]\d)")
_SHORT_RUN = 16
_UUID = re.compile(r"\{?([0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})\}?(?![\w-])")
# Keys, tokens and data in base64 or the like.
_KEY = re.compile(r"([A-Za-z0-9_+/-]{20,256}+(?:[.][A-Za-z0-9_-]{16,256}+){0,4})={0,2}+(?!\w)")
_IN_CAPITALS = re.compile(r"(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])(?:[A-Z]{0,30}[0-9]{1,6}){1,12}[A-Z]{0,30}")
_KEY_PARTS = re.compile(r"[A-Za-z0-9]{16,}+")
_WORD_INSIDE = re.compile(r"[A-Z]?[a-z]{2,40}+")
# Of drawn letters, runs of small ones have 1.7 at the mean; in names of code, which are words, more than 3.
_LONGEST_MEAN_RUN = 2.75
_ANNOUNCED = re.compile(
    r"(?i)\b(?:commit|hash|sha|md5|digest|checksum|revision|rev|id|uuid|guid|fingerprint|key|token|merge|revert)(?:s|-?\d+)?(?!\w)"
)
_COMMIT = re.compile(r"\b(?:[Cc]ommit|[Rr]evision|[Rr]ev|SHA|sha|[Hh]ash)[ :]{1,2}\Z")
_ANNOUNCED_WITHIN = 32  # characters


def hexadecimal(text: str, at: int, manner: Manner) -> Found | None:
    """0xFF is "hex F F", 0b101 "binary one zero one"."""
    if text[at] != "0" or (at and text[at - 1].isalnum()) or not (number := _HEX.match(text, at)):
        return None
    kind = "hex" if number[1] else {"b": "binary", "o": "octal"}[number[3].lower()]
    digits = 2 if number[1] else 4
    return found(
        number.end(),
        iter([*said(kind, at, at + 2, manner), *characters(number[digits], number.start(digits), manner)]),
    )


def colour(text: str, at: int, manner: Manner) -> Found | None:
    """#ff8800: its digits one by one; what could be a word is none."""
    if text[at] != "#" or not opens(text, at) or not (value := _COLOUR.match(text, at)):
        return None
    code = value.group()[1:]
    if (code.isdecimal() and len(code) == 3 and code != "000") or (code.isalpha() and len(set(code)) > 2):
        return None
    return found(value.end(), iter([*said("hash", at, at + 1, manner), *characters(code, at + 1, manner)]))


def checksum(text: str, at: int, manner: Manner) -> Found | None:
    """A hash or an ID: all of a short one, the first and the last characters of a long one."""
    if not opens(text, at) and text[at - 1] not in "@#":
        return None
    if uuid := _UUID.match(text, at):
        return _announced(text, at, uuid.span(1), uuid.end(), "UUID", manner)
    if not (run := _RUN.match(text, at)):
        return None
    code = run.group()
    digits = sum(character.isdecimal() for character in code)
    if not digits or digits == len(code) or re.fullmatch(r"\d+[eE]\d+", code):
        return None
    if len(code) < _SHORT_RUN and (
        digits < 1 + (not _COMMIT.search(before(text, at))) or re.fullmatch(r"\d+[a-fA-F]", code)
    ):
        return None
    return _announced(text, at, run.span(), run.end(), "hash", manner)


def key(text: str, at: int, manner: Manner) -> Found | None:
    """A key, a token or data in base64: its first and last characters."""
    if not (opens(text, at) or text[at - 1] == ":") or not (run := _KEY.match(text, at)):
        return None
    if not _IN_CAPITALS.fullmatch(run.group()) and not any(
        _looks_drawn(part, manner) for part in _KEY_PARTS.findall(run.group())
    ):
        return None
    return _announced(text, at, run.span(1), run.end(), "code", manner)


def _looks_drawn(part: str, manner: Manner) -> bool:
    """Return whether letters and digits stand as if drawn by lot: small ones, capitals and digits amid each other."""
    small = re.findall(r"[a-z]+", part)
    if len(small) < 3 or len(re.findall(r"[A-Z]+", part)) < 3 or not re.search(r"\d", part):
        return False
    if len("".join(small)) > _LONGEST_MEAN_RUN * len(small):
        return False
    words = [word for word in _WORD_INSIDE.findall(part) if len(word) > 2 and manner.known(word.lower())]
    return 3 * len("".join(words)) < len(part)


def _announced(text: str, at: int, span: tuple[int, int], end: int, what: str, manner: Manner) -> Found | None:
    """Return its characters; what it is is said first, unless the text says so itself."""
    start, stop = span
    tokens = list(characters(text[start:stop], start, manner))
    if not _ANNOUNCED.search(before(text, at, _ANNOUNCED_WITHIN)):
        first = tokens[0]
        tokens = [*said(what, first.start, first.end, manner), *tokens]
    return Found(end, tuple(tokens))
