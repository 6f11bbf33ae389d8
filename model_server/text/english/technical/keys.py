"""Keys that are pressed together: "Ctrl+C", "⌘⇧P", "Alt-Tab", "^C", and Emacs's "C-x"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from model_server.text.english.technical.parts import code_number, said
from model_server.text.english.technical.reading import closes, opens
from model_server.text.english.tokens import Found, Manner, Token, letters

_HELD = {
    **dict.fromkeys(("ctrl", "control", "⌃"), "control"),
    **dict.fromkeys(("cmd", "command", "⌘"), "command"),
    **dict.fromkeys(("option", "opt", "⌥"), "option"),
    **dict.fromkeys(("shift", "⇧"), "shift"),
    **dict.fromkeys(("win", "windows"), "windows"),
    "alt": "alt",
    "altgr": "alt G R",
    "meta": "meta",
    "super": "super",
    "hyper": "hyper",
    "fn": "function",
}
_KEYS = {
    **{
        key: key
        for key in ("enter", "return", "tab", "escape", "space", "backspace", "delete", "insert", "home", "end")
    },
    **{key: key for key in ("up", "down", "left", "right", "click", "plus", "minus", "break", "drag", "scroll")},
    "spacebar": "space bar",
    "esc": "escape",
    "del": "delete",
    "ins": "insert",
    "pgup": "page up",
    "pageup": "page up",
    "pgdn": "page down",
    "pagedown": "page down",
    "prtsc": "print screen",
    "⏎": "return",
    "↩": "return",
    "⌫": "delete",
    "⇥": "tab",
    "⎋": "escape",
    "/": "slash",
    "\\": "backslash",
    "`": "back tick",
    "+": "plus",
    "-": "minus",
    "=": "equals",
    "[": "left bracket",
    "]": "right bracket",
    "?": "question mark",
    ",": "comma",
}
_GLYPHS = "⌃⌘⌥⇧"
_NAMED = "|".join(re.escape(key) for key in sorted(_KEYS, key=len, reverse=True))
_WORDS = "|".join(sorted((held for held in _HELD if held not in _GLYPHS), key=len, reverse=True))
_KEY = rf"(?:F[0-9]{{1,2}}(?!\w)|(?i:{_NAMED})(?!\w)|[A-Za-z0-9](?!\w))"
BEGINS = "".join(sorted({letter for held in _HELD for letter in (held[0], held[0].upper())}))
_PLUS = re.compile(rf"(?i)(?:(?:{_WORDS}|[{_GLYPHS}])[ ]?\+[ ]?){{1,4}}{_KEY}")
_HYPHEN = re.compile(rf"(?:(?:Ctrl|CTRL|Control|Cmd|Alt|ALT|Shift|SHIFT|Meta|Option)-){{1,4}}{_KEY}")
_GLYPHED = re.compile(rf"(?i)[{_GLYPHS}]{{1,4}}[+ ]?{_KEY}")
_HOLDS = re.compile(rf"(?i)(?:{_WORDS})[ ]?[+-]")
_CARET = re.compile(r"\^[A-Z\[\]\\](?![\w^])")
_EMACS = re.compile(r"[CM]-(?:M-)?[a-z](?![\w-])")
_PART = re.compile(rf"(?i){_WORDS}|[{_GLYPHS}]|{_KEY}")
_BETWEEN = re.compile(r"[ ]?[+-]?[ ]?")
_EMACS_HELD = {"C": "control", "M": "meta"}


def pressed(text: str, at: int, manner: Manner) -> Found | None:
    """Keys that are held and the key that is pressed: "Ctrl+Shift+T" is "control shift T"."""
    if at and (text[at - 1].isalnum() or text[at - 1] in "_-"):
        return None
    if text[at].isalpha() and not _HOLDS.match(text, at):
        return None
    written = _PLUS.match(text, at) or _HYPHEN.match(text, at) or _GLYPHED.match(text, at)
    if not written:
        return None
    return Found(written.end(), tuple(_parts(text, at, written.end(), manner)))


def _parts(text: str, at: int, end: int, manner: Manner) -> Iterator[Token]:
    while at < end and (part := _PART.match(text, at, end)):
        yield from _key(part, manner)
        between = _BETWEEN.match(text, part.end(), end)
        at = between.end() if between else part.end()


def _key(part: re.Match[str], manner: Manner) -> Iterator[Token]:
    written, (start, end) = part.group(), part.span()
    spoken = _HELD.get(written.lower(), _KEYS.get(written.lower()))
    if spoken:
        yield from said(spoken, start, end, manner)
    elif written.isdecimal():
        yield from said(code_number(written), start, end, manner)
    elif len(written) == 1:
        yield letters(written, start, end)
    else:
        yield letters("F", start, start + 1)
        yield from said(code_number(written[1:]), start + 1, end, manner)


def caret(text: str, at: int, manner: Manner) -> Found | None:
    """What terminals show of a key that is held with control: "^C"."""
    if text[at] != "^" or not opens(text, at) or not _CARET.match(text, at):
        return None
    key = text[at + 1]
    tokens = [*said("control", at, at + 1, manner)]
    if key.isalpha():
        return Found(at + 2, (*tokens, letters(key, at + 1, at + 2)))
    return Found(at + 2, (*tokens, *said(_KEYS[key], at + 1, at + 2, manner)))


def emacs(text: str, at: int, manner: Manner) -> Found | None:
    """Keys as Emacs has them: "C-x C-f", "M-x"."""
    if text[at] not in "CM" or not opens(text, at) or not (written := _EMACS.match(text, at)):
        return None
    end = written.end()
    if not closes(text, end) or text[end : end + 1] in ("'", "."[: not closes(text, end + 1)]):
        return None
    tokens = [
        token for index in range(at, end - 2, 2) for token in said(_EMACS_HELD[text[index]], index, index + 1, manner)
    ]
    return Found(end, (*tokens, letters(text[end - 1], end - 1, end)))
