"""Markdown within a line: emphasis, links, images, code, tags, footnote marks."""

from __future__ import annotations

import re

from common.markup import TRANSCRIBED
from say.forms.words import shorten
from say.patterns import regex

_TICKS = regex(r"(`+)")
_IMAGE = regex(r"!\[([^\[\]]{0,1000})\](?:\([^()]{0,2000}(?:\([^()]{0,500}\))?[^()]{0,500}\)|\[[^\[\]]{0,200}\])")
_LINK = regex(r"(?<!\\)\[([^\[\]]{1,1000})\](?:\([^()]{0,2000}(?:\([^()]{0,500}\))?[^()]{0,500}\)|\[[^\[\]]{0,200}\])")
_FOOTNOTE = regex(r"\[\^[^\[\]\s]{1,100}\]")
_COMMENT = regex(r"<!--(?:[^-]|-(?!->))*+-->")
_ALT = regex(r"<img\b[^<>]*?\balt=(?:\"([^\"<>]*)\"|'([^'<>]*)')[^<>]*>", re.IGNORECASE)
_TAG = regex(r"</?[A-Za-z](?![^<>\s]*(?::|@))[^<>]{0,1000}>")
_MARKS = regex(r"\\([!-/:-@\[-`{-~])|\*+|_+|~~+|(?<!=)==++(?=\w)|(?<=\w)==++")


def inline(text: str) -> str:
    """Return the text of a line, or of a part of one, without its marks."""
    if "`" not in text:
        return shorten(_marked(text))
    return shorten("".join(piece if code else _marked(piece) for piece, code in _code_spans(text)))


def open_at(text: str) -> int:
    """Return where a mark begins that may be closed later; the text's length if there is none."""
    end = len(text.rstrip("*_~<\\"))
    if text.count("`") % 2:
        end = min(end, text.rfind("`"))
    bracket = text.rfind("[")
    if bracket >= 0:
        close = text.find("]", bracket)
        after = text[close + 1 : close + 2]
        if close < 0 or (after == "(" and ")" not in text[close:]):
            end = min(end, bracket)
            if text[:bracket].endswith("!["):  # a picture that is a link
                end -= 2
    tag = text.rfind("<")
    if tag >= 0 and ">" not in text[tag:] and text[tag + 1 : tag + 2] not in (" ", "=", "-"):
        end = min(end, tag)
    return end


def _code_spans(text: str) -> list[tuple[str, bool]]:
    """Split the text into (piece, whether it is code), without the marks around code."""
    parts = _TICKS.split(text)
    following: dict[str, int] = {}  # ticks to where they come next
    closing = [0] * len(parts)
    for at in range(len(parts) - 2, 0, -2):
        closing[at] = following.get(parts[at], 0)
        following[parts[at]] = at
    pieces: list[tuple[str, bool]] = []
    at = 0
    while at < len(parts):
        if at % 2 and closing[at]:
            pieces.append(("".join(parts[at + 1 : closing[at]]), True))
            at = closing[at] + 1
            continue
        if not at % 2:
            pieces.append((parts[at], False))
        at += 1
    return pieces


def _marked(text: str) -> str:
    if "<" in text:
        text = _COMMENT.sub("", text)
        text = _ALT.sub(lambda found: found.group(1) or found.group(2) or "", text)
        text = _TAG.sub("", text)
    if "[" in text:
        text = _FOOTNOTE.sub("", text)
        text = _LINK.sub(_say_link, _IMAGE.sub(r"\1", text))
    text = _MARKS.sub(_say_mark, text)
    if "&" not in text:
        return text
    from html import unescape  # its table of names takes 3 ms to import

    return unescape(text)


def _say_link(found: re.Match[str]) -> str:
    """Return a link's words; a word with its transcription as it is, for those who read it."""
    return found[0] if TRANSCRIBED.fullmatch(found[0]) else found[1]


def _say_mark(found: re.Match[str]) -> str:
    """Return what is left of a run of marks: nothing if it belongs to a word, all of it if it stands for itself."""
    run = found.group()
    if found.group(1):
        return found.group(1)
    text = found.string
    before, after = text[max(0, found.start() - 1) : found.start()], text[found.end() : found.end() + 1]
    blank_before, blank_after = not before.strip(), not after.strip()
    if blank_before and blank_after:
        return run if before else ""  # at the front: it ends what was read before a pause
    inside = (before.isalnum() and after.isalnum()) or (before == "/" or after == "/")
    return run if inside and (run[0] == "_" or run == "*") else ""
