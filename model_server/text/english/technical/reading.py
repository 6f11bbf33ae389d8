"""Reads a stretch of text part by part: names by their parts, what stands between them by a table of symbols."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from model_server.text.english.technical.parts import characters, name, said, screaming
from model_server.text.english.tokens import Found, Manner, Token

_UUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![\w-])"
_STEP = re.compile(
    rf"(?P<uuid>{_UUID})|(?P<dunder>__[^\W_]{{1,40}}(?:_[^\W_]{{1,40}}){{0,6}}__)|(?P<name>[^\W_]+)|.", re.DOTALL
)

_PLACES = {"/": "slash", "\\": "backslash", ".": "dot", "-": "dash", ":": "colon", "@": "at", "~": "tilde", "+": "plus"}

# A comma in what is said is a mark: a short pause.
ADDRESS: Mapping[str, str] = {
    **_PLACES,
    "_": "underscore",
    "?": ", question mark",
    "=": "equals",
    "&": "and",
    "#": ", hash",
    "%": "percent",
    ",": "comma",
    "!": "exclamation mark",
    "*": "star",
}
PATH: Mapping[str, str] = {
    **_PLACES,
    "*": "star",
    "%": "percent",
    "?": "question mark",
    "#": "hash",
    "=": "equals",
    "@": "at",
    "$": "dollar",
}


def opens(text: str, at: int) -> bool:
    """Return whether something may begin here: after a blank, an opening mark, or one of emphasis."""
    return at == 0 or text[at - 1].isspace() or text[at - 1] in "([{<\"'`“‘«,;:|=>!*_—–…/"


def closes(text: str, end: int) -> bool:
    """Return whether something may end here: no letter, digit or underscore follows."""
    return end >= len(text) or not (text[end].isalnum() or text[end] == "_")


def before(text: str, at: int, length: int = 24) -> str:
    """Return what stands before, at most `length` characters of it."""
    return text[max(0, at - length) : at]


def found(end: int, tokens: Iterator[Token]) -> Found | None:
    """Return what was found, None if nothing of it is said."""
    kept = tuple(tokens)
    return Found(end, kept) if kept else None


def read(text: str, start: int, end: int, symbols: Mapping[str, str], manner: Manner) -> Iterator[Token]:
    """Yield what is said of text[start:end]; symbols that the table does not have are not said."""
    for step in _STEP.finditer(text, start, end):
        part, at = step.group(), step.start()
        if step["uuid"]:
            yield from characters(part, at, manner)
        elif step["dunder"]:
            yield from said("dunder", at, at + 2, manner)
            yield from read(text, at + 2, step.end() - 2, symbols, manner)
        elif step["name"]:
            yield from _named(text, part, at, manner)
        elif spoken := symbols.get(part):
            yield from with_marks(spoken, at, step.end(), manner)


def _named(text: str, part: str, at: int, manner: Manner) -> Iterator[Token]:
    """Yield a name; one of capitals that is part of a longer one, or the name of a file, is no initialism."""
    end = at + len(part)
    joined = text[at - 1 : at] in ("_", "$") or text[end : end + 1] == "_"
    yield from screaming(part, at, manner) if joined and part.isupper() else name(part, at, manner)


def with_marks(spoken: str, start: int, end: int, manner: Manner) -> Iterator[Token]:
    """Yield words of a table; ", " at their beginning is a pause."""
    yield from said(spoken, start, end, manner)
