"""What shells and listings print around the words: the prompt, who may do what with a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from model_server.text.english.technical.parts import said
from model_server.text.english.technical.reading import before, found
from model_server.text.english.tokens import Found, Kind, Manner, Token

_PARENT = re.compile(r"\.\.(?=\s|/?\Z|[;&|)`])")
_COMMAND = re.compile(r"(?:\b(?:cd|ls|pushd|tree|du|find)|\b(?:cp|mv|ln|make|git|tar)\b[^|;&]{0,60}) \Z")
_PROMPT = re.compile(r"[$%][ ]{1,2}(?=[a-z./~])")
_LINE_BEGINS = re.compile(r"(?:\A|\n)(?:\([\w.-]{1,20}\) )?\Z")
_ROLE = re.compile(r":[a-z]{1,12}:(?:[a-z]{1,12}:)?(?=`)")
_MODES = re.compile(r"(?P<kind>[-dlbcps])(?P<who>(?:[r-][w-][xsStT-]){3})[.+@]?(?![\w-])")
_KINDS = {"d": "directory", "l": "link", "b": "block device", "c": "character device", "p": "pipe", "s": "socket"}
_MAY = {"r": "read", "w": "write", "x": "execute", "s": "set I D", "S": "set I D", "t": "sticky", "T": "sticky"}


def prompt(text: str, at: int, manner: Manner) -> Found | None:
    """The "$" before a command at a line's beginning, which nobody says."""
    if text[at] not in "$%" or not _LINE_BEGINS.search(before(text, at, 80)):
        return None
    written = _PROMPT.match(text, at)
    return Found(written.end(), ()) if written else None


def role(text: str, at: int, manner: Manner) -> Found | None:
    """The role of a name in documentation, ":func:`print`", which nobody says."""
    written = _ROLE.match(text, at) if not (at and text[at - 1].isalnum()) else None
    return Found(written.end(), ()) if written else None


def modes(text: str, at: int, manner: Manner) -> Found | None:
    """The first column of "ls -l": "drwxr-xr-x" is "directory, read write execute, read execute, read execute"."""
    if at and not text[at - 1].isspace():
        return None
    written = _MODES.match(text, at)
    return Found(written.end(), tuple(_say(written, manner))) if written else None


def parent(text: str, at: int, manner: Manner) -> Found | None:
    """The ".." behind a command: "cd .." is "cd dot dot"."""
    if not _PARENT.match(text, at) or not _COMMAND.search(before(text, at)):
        return None
    return found(at + 2, said("dot dot", at, at + 2, manner))


def _say(written: re.Match[str], manner: Manner) -> Iterator[Token]:
    start, end = written.span()
    if kind := _KINDS.get(written["kind"]):
        yield from said(f"{kind},", start, end, manner)
    for index in range(3):
        who = written["who"][3 * index : 3 * index + 3]
        spoken = " ".join(_MAY[may] for may in who if may != "-") or "nothing"
        yield from said(spoken, start, end, manner)
        if index < 2:
            yield Token(",", start, end, Kind.MARK)
