"""Source code: comments and strings as they are, names word by word, the operators that a person would say."""

from __future__ import annotations

import re

from say.forms import tables
from say.forms.languages import ANY, LANGUAGES
from say.forms.words import identifier, shorten
from say.patterns import regex

_TOKEN = regex(
    r"(?P<string>(?:[rbfuRBFU]{1,2}(?=[\"']))?(?:\"\"\"|'''|\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|`[^`]*+`))"
    r"|(?P<name>[^\W\d]\w*+(?:\.[^\W\d]\w*+)*+)"
    r"|(?P<number>\d[\w.]*+)"
    r"|(?P<operator>===?|!==?|<=>|<=|>=|->|=>|&&|\|\||\+=|-=|\*=|/=|:=|<<|>>|\*\*|\+\+|--|::|[-+*/%<>=!&|^~])"
    r"|(?P<blank>\s+)"
    r"|(?P<comma>[,;:]+)"
    r"|(?P<other>.)"
)
_SPOKEN = {
    **dict.fromkeys(("==", "==="), "equals"),
    **dict.fromkeys(("!=", "!=="), "is not"),
    **dict.fromkeys((":=", "="), "is"),
    "<=": "at most",
    ">=": "at least",
    "->": "returns",
    "=>": "gives",
    "&&": "and",
    "||": "or",
    "!": "not",
    "+=": "plus is",
    "-=": "minus is",
    "*=": "times is",
    "/=": "divided is",
    "++": "plus plus",
    "**": "to the power of",
}
# These are said only between blanks: otherwise they are signs, pointers, flags, type parameters.
_APART = {
    "+": "plus",
    "-": "minus",
    "*": "times",
    "/": "divided by",
    "%": "modulo",
    "<": "is less than",
    ">": "is greater than",
}
_QUOTES = regex(r"^[rbfuRBFU]{0,2}(?:\"\"\"|'''|[\"'`])|(?:\"\"\"|'''|[\"'`])$")
_FRAME = regex(r"^[\s*/#!;-]+|[\s*/#-]+$")
_DOC = ('"""', "'''")


class Code:
    """A reader of lines, see `say.forms.lines.Reader`."""

    def __init__(self, ending: str = "") -> None:
        self._language = LANGUAGES.get(ending.lower(), ANY)
        self._until = ""  # what ends the comment or text over lines that we are in

    def cuts(self, head: str) -> bool:
        return False

    def certain(self, head: str, *, begins: bool) -> int:
        return len(head) if not begins or self._until else 0

    def read(self, text: str, *, begins: bool, ends: bool) -> str | None:
        line = text.strip()
        if not line:
            return "" if ends else text
        if begins and line.startswith("#!"):
            return None
        said = self._inside(line) if self._until else self._code(line)
        return said or None

    def pause(self) -> str:
        return ""

    def close(self) -> str:
        return ""

    def _inside(self, line: str) -> str:
        """Read a line of a comment or text that began above."""
        text, end, rest = line.partition(self._until)
        if end:
            self._until = ""
        return _joined(_comment(text), self._code(rest.strip()) if rest.strip() else "")

    def _code(self, line: str) -> str:
        code, comment = self._split(line)
        said = shorten(_read(code)) if code.strip() else ""
        return _joined(said, comment)

    def _split(self, line: str) -> tuple[str, str]:
        """Return the code of a line, and what its comment says."""
        block = self._language.block
        for found in _TOKEN.finditer(line):
            at = found.start()
            if found.group("string") and found.group()[-3:] in _DOC and len(found.group()) < 6:
                return self._text_over_lines(line, found)
            if found.lastgroup in ("string", "name", "number", "blank"):
                continue
            if any(line.startswith(mark, at) for mark in self._language.line):
                return line[:at], _comment(line[at:])
            if block and line.startswith(block[0], at):
                text, end, rest = line[at + len(block[0]) :].partition(block[1])
                self._until = "" if end else block[1]
                return line[:at] + " " + rest, _comment(text)
        return line, ""

    def _text_over_lines(self, line: str, found: re.Match[str]) -> tuple[str, str]:
        quotes = found.group()[-3:]
        text, end, rest = line[found.end() :].partition(quotes)
        self._until = "" if end else quotes
        return line[: found.start()] + rest.strip(")];, "), _comment(text)


def _comment(text: str) -> str:
    if tables.is_ruler(text):
        return ""
    return shorten(_FRAME.sub("", text))


def _joined(said: str, comment: str) -> str:
    if not said or not comment:
        return said or comment
    return f"{said}. {comment}" if said[-1] not in ".!?:," else f"{said} {comment}"


def _read(code: str) -> str:
    words: list[str] = []
    for found in _TOKEN.finditer(code):
        kind, token = found.lastgroup, found.group()
        if kind == "string":
            words.append(_QUOTES.sub("", token))
        elif kind == "name":
            words.append(" dot ".join(identifier(part) or "underscore" for part in token.split(".")))
        elif kind == "number":
            words.append(token)
        elif kind == "comma" and words and "," in token and words[-1][-1:] != ",":
            words[-1] += ","
        elif kind == "operator":
            words.append(_operator(token, code[found.start() - 1 : found.start()], code[found.end() : found.end() + 1]))
    return " ".join(" ".join(words).split()).strip(", ")


def _operator(operator: str, before: str, after: str) -> str:
    if operator in _SPOKEN:
        return _SPOKEN[operator]
    if before == " " == after:
        return _APART.get(operator, "")
    return "minus" if operator == "-" and after.isdigit() and not before.isalnum() else ""
