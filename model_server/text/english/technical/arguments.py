"""The names and arguments of calls in code: what stands between their brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from model_server.text.english.amounts.numerals import cardinal, decimal
from model_server.text.english.amounts.values import power
from model_server.text.english.technical.latex_names import FUNCTIONS
from model_server.text.english.technical.mathematics import GREEK_NAMES
from model_server.text.english.technical.parts import said
from model_server.text.english.technical.reading import read
from model_server.text.english.tokens import Kind, Manner, Token

_ARGUMENT = re.compile(
    r"\.\d{1,6}|\d{1,9}(?:\.\d{1,9})?[eE][-+]?\d{1,3}(?!\w)|\^[23](?![\w.])|\d{1,9}\.\d{1,9}|\d{1,9}|\w+|,|[*]{1,2}|=>|[=!<>]=|&&|[|][|]|=|:|->|\S",
    re.DOTALL,
)
_SCIENTIFIC = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)[eE]([-+]?\d{1,3})")
_OVER = re.compile(r"(?:\d{1,3}|[a-zα-ω])(?![\w/])")
_POWERS = {"²": "squared", "³": "cubed"}
_IN_ARGUMENTS = {
    "|": "given",
    "∣": "given",
    "^": "to the power of",
    "=": "equals",
    "*": "star",
    "**": "star star",
    "+": "plus",
    "-": "minus",
    ".": "dot",
    "/": "slash",
    "≤": "less than or equal to",
    "≥": "greater than or equal to",
    "≠": "not equal to",
    "∩": "intersection",
    "∪": "union",
    "=>": "arrow",
    "==": "equals",
    "!=": "not equal to",
    "<=": "less than or equal to",
    ">=": "greater than or equal to",
    "&&": "and",
    "||": "or",
    "<": "less than",
    ">": "greater than",
    "%": "percent",
    "\\": "backslash",
}

COMMON = {
    "h2o": "H two O",
    "i18n": "I eighteen N",
    "k8s": "kubernetes",
    "l10n": "L ten N",
    "a11y": "A eleven Y",
    "x86_64": "X eighty-six sixty-four",
    "x86": "X eighty-six",
    "sha1": "SHA one",
    "md5": "MD five",
    "p2p": "P two P",
    "b2b": "B to B",
    "b2c": "B to C",
    "wav2vec": "wave to vec",
    "NaN": "nan",
    "ipv4": "I P V four",
    "ipv6": "I P V six",
}


def single(text: str, start: int, end: int, manner: Manner) -> Iterator[Token]:
    written = text[start:end]
    if written[:-1] in FUNCTIONS and written[-1] in _POWERS:  # sin²(x)
        yield from said(f"{FUNCTIONS[written[:-1]]} {_POWERS[written[-1]]}", start, end, manner)
        return
    if written in FUNCTIONS and text.startswith("(", end):  # sin(x)
        yield from said(FUNCTIONS[written], start, end, manner)
        return
    if whole := COMMON.get(written, COMMON.get(written.lower())):
        yield from said(whole, start, end, manner)
        return
    if written.startswith("_") and not written.startswith("__") and end - start > 1:
        yield from said("underscore", start, start + 1, manner)
        start += 1
    yield from read(text, start, end, {}, manner)


def arguments(text: str, start: int, end: int, manner: Manner) -> Iterator[Token]:
    """Yield what stands between the brackets of a call."""
    for part in _ARGUMENT.finditer(text, start, end):
        yield from _number(part, manner) if part.group().strip(".")[:1].isdecimal() else _argument(text, part, manner)


def _number(part: re.Match[str], manner: Manner) -> Iterator[Token]:
    written, (at, stop) = part.group(), part.span()
    if ten := _SCIENTIFIC.fullmatch(written):
        yield from said(_times_ten(ten, manner), at, stop, manner)
    elif written.replace(".", "").isdecimal():
        whole, point, fraction = written.partition(".")
        spoken = decimal(whole, fraction, manner.british) if point else cardinal(whole, manner.british)
        yield from said(spoken, at, stop, manner)
    else:
        yield from single(part.string, at, stop, manner)


def _argument(text: str, part: re.Match[str], manner: Manner) -> Iterator[Token]:
    written, (at, stop) = part.group(), part.span()
    if written in (",", ":"):
        yield Token(",", at, stop, Kind.MARK)
    elif spoken := _sign(text, written, at, stop):
        yield from said(spoken, at, stop, manner)
    elif written[-1] in _POWERS and written[:-1].isalpha():
        yield from single(text, at, stop - 1, manner)
        yield from said(_POWERS[written[-1]], stop - 1, stop, manner)
    elif written[0].isalnum() or written[0] == "_":
        yield from single(text, at, stop, manner)


def _sign(text: str, written: str, at: int, stop: int) -> str:
    """Return what is said for a sign or a Greek letter, "" for anything else and what nobody says."""
    if written in ("^2", "^3"):
        return "squared" if written == "^2" else "cubed"
    if written == "(":
        return "of" if text[at - 1].isalnum() and text[stop] != ")" else ""
    if written == "*" and text[at - 1] == text[stop : stop + 1] == " ":
        return "times"
    if written == "/" and _OVER.match(text, stop):
        return "over"
    return GREEK_NAMES.get(written, _IN_ARGUMENTS.get(written, ""))


def _times_ten(written: re.Match[str], manner: Manner) -> str:
    whole, point, fraction = written[1].partition(".")
    number = decimal(whole, fraction, manner.british) if point else cardinal(whole, manner.british)
    return f"{number} times ten{power(written[2])}"
