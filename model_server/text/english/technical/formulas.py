r"""Formulas of LaTeX: "$x^2$", "\frac{a}{b}", "e^{i\pi}", read as mathematics is read aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator

from model_server.text.english.amounts.numerals import cardinal, decimal
from model_server.text.english.amounts.values import fraction
from model_server.text.english.technical.latex_names import (
    ACCENTS,
    COMMANDS,
    FUNCTIONS,
    LIMITED,
    SILENT,
    WORDS,
)
from model_server.text.english.technical.names import listed
from model_server.text.english.technical.parts import said
from model_server.text.english.technical.reading import before, found
from model_server.text.english.tokens import Found, Kind, Manner, Token, letters

_LONGEST = 200  # characters of one formula
_DEEPEST = 8  # brackets in brackets

_SAID_ANYWHERE = frozenset((*COMMANDS, *LIMITED, *ACCENTS, *listed("frac dfrac tfrac sqrt binom lim")))

_DOLLARS = re.compile(rf"(\${{1,2}})(?=[^\s$])([^$\n]{{1,{_LONGEST}}}+)(?<!\s)\1(?![\d$])")
_BRACKETED = re.compile(rf"\\\((.{{1,{_LONGEST}}}?)\\\)|\\\[(.{{1,{_LONGEST}}}?)\\\]", re.DOTALL)
_FORMAL = re.compile(r"\\[A-Za-z]|[\^_]|[A-Za-z)] ?[=<>+*-] ?[\w(\\]|[A-Za-z]'?(?:\([^)]{1,20}\))?\Z")
_NAMES = re.compile(r"[A-Z_]{2,}|[a-z]{4,}/")  # "$PATH:$HOME"
_COMMAND = re.compile(r"\\([A-Za-z]{2,16}+)(?![\w\\/]*[\\/])")
_FRAME = re.compile(r"\\(?:begin|end|label)\{[\w*:-]{1,40}\}")
_NOT_IN_WORD = re.compile(r"(?:[A-Za-z]{2}|[\\/:.])\Z")
_SCRIPTED = re.compile(r"[A-Za-z](?=[_^]\{|\^\\[a-z]{2}|_\\[a-z]{2})")
_STEP = re.compile(r"\\([A-Za-z]+|.)|[0-9]+(?:\.[0-9]+)?|[A-Za-z]+|\s+|.", re.DOTALL)
_SMALL = re.compile(r"[0-9]{1,3}")
_POWERS = {"2": "squared", "3": "cubed"}
_ORDINARY = 3  # letters beside each other that are variables rather than a word
_SUM = 3  # words of a numerator behind which there is a pause

_SIGNS = {
    "+": "plus",
    "-": "minus",
    "−": "minus",
    "=": "equals",
    "<": "less than",
    ">": "greater than",
    "*": "times",
    "/": "over",
    "!": "factorial",
    "'": "prime",
    "%": "percent",
    "|": "",
    "²": "squared",
    "³": "cubed",
    "→": "to",
    "∞": "infinity",
    "≤": "less than or equal to",
    "≥": "greater than or equal to",
    "≠": "not equal to",
    "∈": "in",
    "×": "times",
    "·": "times",
}
_MARKS = {",": ",", ";": ",", ":": ",", ")": ",", "]": ","}
_GOES_ON = re.compile(r"[\^(\[\w\\]")  # right behind a bracket, which is a pause then


def between_dollars(text: str, at: int, manner: Manner) -> Found | None:
    r"""A formula between dollar signs, or in \( \) and \[ \]."""
    if text[at] == "$" and not (at and text[at - 1].isalnum()):
        written = _DOLLARS.match(text, at)
        if written and _FORMAL.search(written[2]) and not _NAMES.match(written[2]):
            return found(written.end(), _read(text, *written.span(2), manner))
    elif text[at] == "\\" and (written := _BRACKETED.match(text, at)):
        return found(written.end(), _read(text, *written.span(1 if written[1] else 2), manner))
    return None


def command(text: str, at: int, manner: Manner) -> Found | None:
    r"""A command outside of dollar signs, with what belongs to it: "\frac{1}{2}", "\alpha"."""
    if text[at] != "\\" or not (written := _COMMAND.match(text, at)) or _NOT_IN_WORD.search(before(text, at, 2)):
        return None
    if frame := _FRAME.match(text, at):
        return Found(frame.end(), ())
    wraps = written[1] in SILENT | WORDS and text.startswith("{", written.end())
    if not wraps and written[1] not in _SAID_ANYWHERE:
        return None
    return _plain(text, at, manner)


def scripted(text: str, at: int, manner: Manner) -> Found | None:
    """A variable with a power or an index in curly brackets: "a_{n+1}", "e^{x}"."""
    if not _SCRIPTED.match(text, at) or (at and (text[at - 1].isalnum() or text[at - 1] in "_'")):
        return None
    return _plain(text, at, manner)


def script(text: str, at: int, manner: Manner) -> Found | None:
    """A power or an index in curly brackets behind what another rule has read: "2^{10}", "(a+b)^{n}"."""
    if text[at] not in "^_" or not at or not (text[at - 1].isalnum() or text[at - 1] in ")]}"):
        return None
    if text[at + 1 : at + 2] not in ("{", "\\"):
        return None
    end, tokens = _scripts(text, at, min(len(text), at + _LONGEST), manner, 0)
    return Found(end, tuple(tokens)) if end > at and tokens else None


def _plain(text: str, at: int, manner: Manner) -> Found | None:
    end, tokens = _atom(text, at, min(len(text), at + _LONGEST), manner, 0)
    return Found(end, tuple(tokens)) if tokens else None


def _read(text: str, start: int, end: int, manner: Manner, depth: int = 0) -> Iterator[Token]:
    at = start
    while at < end:
        stop, tokens = _atom(text, at, end, manner, depth)
        yield from tokens
        at = stop


def _atom(text: str, at: int, end: int, manner: Manner, depth: int) -> tuple[int, list[Token]]:
    """Return where one thing and its power and index end, and what is said for them."""
    step = _STEP.match(text, at, end)
    if step is None:
        return end, []
    if step[1]:
        stop, tokens = _command(text, step, end, manner, depth)
        if step[1] in LIMITED or step[1] == "lim":
            return stop, tokens
    elif text[at] == "{":
        stop, tokens = _group(text, at, end, manner, depth)
    elif text[at] in "^_":
        return _scripts(text, at, end, manner, depth)
    else:
        stop, tokens = step.end(), list(_simple(text, step, end, manner))
    if stop < end and text[stop] in "^_":
        stop, scripts = _scripts(text, stop, end, manner, depth)
        tokens += scripts
    return stop, tokens


def _simple(text: str, step: re.Match[str], end: int, manner: Manner) -> Iterator[Token]:
    """Yield a number, letters, a sign."""
    written, (start, stop) = step.group(), step.span()
    if written[0].isdecimal():
        whole, point, behind = written.partition(".")
        number = decimal(whole, behind, manner.british) if point else cardinal(whole, manner.british)
        yield from said(number, start, stop, manner)
    elif written in FUNCTIONS:
        yield from said(FUNCTIONS[written], start, stop, manner)
    elif written.isascii() and written.isalpha():
        if len(written) > _ORDINARY:
            yield Token(written, start, stop)
        else:
            yield from (letters(letter, at, at + 1) for at, letter in enumerate(written, start))
        if text[stop : stop + 1] == "(" and stop < end and len(written) == 1 and written not in "abcde":
            yield from said("of", start, stop, manner)
    elif written in _MARKS:
        if written in ")]" and not _GOES_ON.match(text, stop, end):
            return
        yield Token(_MARKS[written], start, stop, Kind.MARK)
    elif written in _SIGNS:
        yield from said(_SIGNS[written], start, stop, manner)
    elif written.isalpha():
        yield Token(written, start, stop)


def _command(text: str, step: re.Match[str], end: int, manner: Manner, depth: int) -> tuple[int, list[Token]]:
    name, (at, stop) = step[1], step.span()
    if name in ("frac", "dfrac", "tfrac", "binom"):
        return _fraction(text, step, end, manner, depth)
    if name == "sqrt":
        return _root(text, step, end, manner, depth)
    if name in LIMITED or name == "lim":
        return _limited(text, step, end, manner, depth)
    if name in ACCENTS:
        stop, tokens = _argument(text, stop, end, manner, depth)
        return stop, [*tokens, *said(ACCENTS[name], *_behind(text, stop, tokens), manner)] if tokens else []
    if name in WORDS and text[stop : stop + 1] == "{":
        close = text.find("}", stop, end)
        close = end if close < 0 else close
        words = re.finditer(r"[^\W\d_]+(?:['-][^\W\d_]+)*", text[stop + 1 : close])
        return min(close + 1, end), [
            Token(word.group(), stop + 1 + word.start(), stop + 1 + word.end()) for word in words
        ]
    if name in COMMANDS:
        return stop, list(said(COMMANDS[name], at, stop, manner))
    if name == "\\":
        return stop, [Token(",", at, stop, Kind.MARK)]
    if name in "%$&#_":
        named = {"%": "percent", "$": "dollar", "&": "and", "#": "number", "_": "underscore"}
        return stop, list(said(named[name], at, stop, manner))
    if name in SILENT or not name.isalpha():
        return stop, []
    return stop, [Token(name, at + 1, stop)]


def _fraction(text: str, step: re.Match[str], end: int, manner: Manner, depth: int) -> tuple[int, list[Token]]:
    at, stop = step.span()
    middle, above = _argument(text, stop, end, manner, depth)
    last, below = _argument(text, middle, end, manner, depth)
    if step[1] == "binom":
        return last, [*above, *said("choose", *_behind(text, middle, above), manner), *below] if above else []
    top, bottom = text[stop:middle].strip("{} "), text[middle:last].strip("{} ")
    if _SMALL.fullmatch(top) and _SMALL.fullmatch(bottom) and int(bottom) > 1:
        return last, list(said(fraction(top, bottom, manner.british), at, last, manner))
    if not above or not below:
        return last, [*said("fraction", at, stop, manner), *above, *below]
    pause = [Token(",", *_behind(text, middle, above), Kind.MARK)] if len(above) >= _SUM else []
    return last, [*above, *pause, *said("over", *_behind(text, middle, above), manner), *below]


def _behind(text: str, end: int, tokens: list[Token]) -> tuple[int, int]:
    """Return the characters that a word behind an argument stands for: its bracket, or what its last word has."""
    return (end - 1, end) if text[end - 1] == "}" else (tokens[-1].start, tokens[-1].end)


def _root(text: str, step: re.Match[str], end: int, manner: Manner, depth: int) -> tuple[int, list[Token]]:
    at, stop = step.span()
    root = "the square root of"
    if index := re.compile(r"\[([0-9a-z])\]").match(text, stop, end):
        stop = index.end()
        root = "the cube root of" if index[1] == "3" else f"the root {index[1].upper()} of"
        root = f"the root {cardinal(index[1])} of" if index[1].isdecimal() and index[1] != "3" else root
    last, inner = _argument(text, stop, end, manner, depth)
    return last, [*said(root, at, stop, manner), *inner]


def _limited(text: str, step: re.Match[str], end: int, manner: Manner, depth: int) -> tuple[int, list[Token]]:
    return with_limits(text, step[1], step.span(), end, manner, depth)


def with_limits(
    text: str, name: str, span: tuple[int, int], end: int, manner: Manner, depth: int
) -> tuple[int, list[Token]]:
    """Return a sum, a product, an integral or a limit, with where it goes from and to."""
    at, stop = span
    tokens = list(said("the limit" if name == "lim" else LIMITED.get(name, name), at, stop, manner))
    while stop < end and text[stop] in "^_":
        begun = stop
        stop, inner = _argument(text, begun + 1, end, manner, depth)
        spoken = "to"
        if text[begun] == "_":
            spoken = "as" if name == "lim" else "from" if "^" in text[stop : stop + 1] else "over"
        tokens += [*said(spoken, begun, begun + 1, manner), *inner]
    return stop, [*tokens, *said("of", tokens[-1].start, tokens[-1].end, manner)]


def _scripts(text: str, at: int, end: int, manner: Manner, depth: int) -> tuple[int, list[Token]]:
    """Return the indices and powers that begin at `at`."""
    tokens: list[Token] = []
    while at < end and text[at] in "^_":
        stop, inner = _argument(text, at + 1, end, manner, depth)
        written = text[at + 1 : stop].strip("{} ")
        if text[at] == "^" and written in _POWERS:
            tokens += said(_POWERS[written], at, stop, manner)
        elif text[at] == "^" and written in ("\\circ", "\\prime", "'"):
            tokens += said("degrees" if written == "\\circ" else "prime", at, stop, manner)
        else:
            between = "to the" if text[at] == "^" else "" if written.isdecimal() else "sub"
            tokens += [*said(between, at, at + 1, manner), *inner]
        at = stop
    return at, tokens


def _argument(text: str, at: int, end: int, manner: Manner, depth: int) -> tuple[int, list[Token]]:
    """Return what a command, a power or an index refers to: a group in curly brackets, or the next thing alone."""
    while at < end and text[at] == " ":
        at += 1
    if at >= end:
        return end, []
    if text[at] == "{":
        return _group(text, at, end, manner, depth)
    step = _STEP.match(text, at, end)
    if step is None or text[at] in "^_})":
        return at, []
    if step[1]:
        return _command(text, step, end, manner, depth + 1) if depth < _DEEPEST else (step.end(), [])
    one = re.compile(r".", re.DOTALL).match(text, at, end)
    return (at + 1, list(_simple(text, one, end, manner))) if one else (at, [])


def _group(text: str, at: int, end: int, manner: Manner, depth: int) -> tuple[int, list[Token]]:
    """Return what stands in curly brackets; one that is not closed ends with the formula."""
    open_brackets, stop = 1, at + 1
    while stop < end and open_brackets:
        open_brackets += {"{": 1, "}": -1}.get(text[stop], 0)
        stop += 1
    if open_brackets or depth >= _DEEPEST:  # the bracket alone: what stands in it is read behind it
        return at + 1, []
    return stop, list(_read(text, at + 1, stop - 1, manner, depth + 1))
