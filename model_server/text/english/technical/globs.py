"""Names that stand for several files: "*.{js,ts}", "src/{app,lib}/main.c", "file?.txt"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from model_server.text.english.amounts.numerals import cardinal
from model_server.text.english.technical.endings import EXTENSIONS
from model_server.text.english.technical.parts import said
from model_server.text.english.technical.reading import PATH, closes, found, opens, read
from model_server.text.english.tokens import Found, Kind, Manner, Token

_AROUND = r"[\w*./~@%+-]"
_CHOICE = re.compile(
    rf"({_AROUND}{{0,80}}+)\{{({_AROUND}{{0,24}}(?:,{_AROUND}{{0,24}}){{1,11}}|[0-9]{{1,5}}\.\.[0-9]{{1,5}}|[a-zA-Z]\.\.[a-zA-Z])\}}"
    rf"({_AROUND}{{0,60}}+)(?![{{(\[])"
)
_ANY_ONE = re.compile(r"[\w*/.-]{1,60}+(?:\?{1,4}+[\w*-]{0,40}+){1,3}+\.([a-z0-9]{1,5})(?![\w(])")
_ANY_ENDING = re.compile(r"[A-Za-z][\w-]{0,40}+\.\*(?=[\s,;:)'\"`]|\Z)")
_STEP = re.compile(r",|\.\.|[^,.]+|\.")


def choice(text: str, at: int, manner: Manner) -> Found | None:
    """Return what is said of a name with curly brackets in it: one of several, or numbers in a row."""
    if not opens(text, at) or text[at - 1 : at] == "/" or not (written := _CHOICE.match(text, at)):
        return None
    if not any(written.group(1, 3)):
        return None
    end = written.end()
    while end > written.end(2) + 1 and text[end - 1] in ".-+":  # the sentence's stop
        end -= 1
    tokens = [*read(text, *written.span(1), PATH, manner), *_inner(text, *written.span(2), manner)]
    if end > written.start(3) and text[written.start(3)] not in "./":
        tokens.append(Token(",", written.end(2), written.end(2) + 1, Kind.MARK))
    return found(end, iter([*tokens, *read(text, written.start(3), end, PATH, manner)]))


def _inner(text: str, start: int, end: int, manner: Manner) -> Iterator[Token]:
    last = text.rfind(",", start, end)
    row = ".." in text[start:end] and last < 0
    for part in _STEP.finditer(text, start, end) if row else re.compile(r",|[^,]+").finditer(text, start, end):
        if part.group() == "," and part.start() == last:
            yield from said("or", *part.span(), manner)
        elif part.group() == ",":
            yield Token(",", *part.span(), Kind.MARK)
        elif part.group() == "..":
            yield from said("to", *part.span(), manner)
        elif row and part.group().isdecimal():
            yield from said(cardinal(part.group(), manner.british), *part.span(), manner)
        elif row:
            yield from said(part.group().upper(), *part.span(), manner)
        else:
            yield from read(text, *part.span(), PATH, manner)


def any_one(text: str, at: int, manner: Manner) -> Found | None:
    """Return what is said of the name of a file in which question marks stand for one character each, or any ending."""
    if not opens(text, at):
        return None
    if ending := _ANY_ENDING.match(text, at):  # "foo.*"
        return found(ending.end(), read(text, at, ending.end(), PATH, manner))
    if not (written := _ANY_ONE.match(text, at)) or written[1] not in EXTENSIONS:
        return None
    return found(written.end(), read(text, at, written.end(), PATH, manner)) if closes(text, written.end()) else None
