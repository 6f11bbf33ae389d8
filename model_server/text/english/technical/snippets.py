"""Code between back-ticks: read as code, its ticks silent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from model_server.text.english.amounts.numerals import cardinal, decimal, digit_by_digit
from model_server.text.english.technical.kinds import find, joined
from model_server.text.english.technical.parts import name, said
from model_server.text.english.technical.reading import before
from model_server.text.english.tokens import Found, Kind, Manner, Token

_TICKED = re.compile(r"(`{1,2})(?=[^`])([^`]{1,200}+)\1(?!`)")
_NUMBER = re.compile(r"(\d{1,15})(?:\.(\d{1,15}))?(?![\w.]*\w)")
_RUN = re.compile(r"[^\W_]{1,80}+")
_FLAG = re.compile(r"-(?=[a-z])")

_SYMBOLS = {
    ".": "dot",
    "/": "slash",
    "\\": "backslash",
    "-": "dash",
    "=": "equals",
    "+": "plus",
    "*": "star",
    "%": "percent",
    "<": "less than",
    ">": "greater than",
    "|": "pipe",
    "&": "and",
    "!": "not",
    "~": "tilde",
    "^": "caret",
    "@": "at",
    "#": "hash",
    "$": "dollar",
    "?": "question mark",
    ",": ",",
    ";": ",",
    ":": ",",
    "[": "",
    "{": "",
    "(": "",
}
_PAUSES = ",;:"


def ticked(text: str, at: int, manner: Manner) -> Found | None:
    """What stands between back-ticks."""
    if text[at] != "`" or not (code := _TICKED.match(text, at)):
        return None
    inner = code[2]
    tokens = joined(tuple(_shifted(_read(inner, manner), code.start(2))))
    while tokens and tokens[-1].text == ",":
        tokens = tokens[:-1]
    return Found(code.end(), tokens)


def _shifted(tokens: Iterator[Token], by: int) -> Iterator[Token]:
    for token in tokens:
        yield replace(token, start=token.start + by, end=token.end + by)


def _read(code: str, manner: Manner) -> Iterator[Token]:
    at = 0
    while at < len(code):
        if code[at].isspace():
            at += 1
            continue
        found = _found(code, at, manner)
        yield from found.tokens
        at = found.end


def _found(code: str, at: int, manner: Manner) -> Found:
    if code[at] == "|" and not code.startswith("||", at):
        return Found(at + 1, tuple(said("pipe", at, at + 1, manner)))
    if _FLAG.match(code, at) and not before(code, at, 1).strip():  # find -name
        return (
            Found(at + 1, tuple(said("dash", at, at + 1, manner)))
            if len(_word(code, at + 1)) > 3
            else _other(code, at, manner)
        )
    return _other(code, at, manner)


def _word(code: str, at: int) -> str:
    run = _RUN.match(code, at)
    return run.group() if run else ""


def _other(code: str, at: int, manner: Manner) -> Found:
    if (known := find(code, at, manner)) is not None:
        return known
    if number := _NUMBER.match(code, at):
        return Found(number.end(), tuple(said(_number(number, manner), at, number.end(), manner)))
    if run := _RUN.match(code, at):
        return Found(run.end(), tuple(name(run.group(), at, manner)))
    character = code[at]
    if character in _PAUSES:
        pause = code[at + 1 : at + 2] in ("", " ")
        return Found(at + 1, (Token(",", at, at + 1, Kind.MARK),) if pause and at + 1 < len(code) else ())
    return Found(at + 1, tuple(said(_SYMBOLS.get(character, ""), at, at + 1, manner)))


def _number(number: re.Match[str], manner: Manner) -> str:
    whole, fraction = number[1], number[2]
    if fraction is not None:
        return decimal(whole, fraction, manner.british)
    return digit_by_digit(whole) if len(whole) > 1 and whole.startswith("0") else cardinal(whole, manner.british)
