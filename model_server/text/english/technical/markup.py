"""Tags and named characters of HTML that are left in a text."""

from __future__ import annotations

import re

from model_server.text.english.technical.names import listed
from model_server.text.english.technical.parts import name, said
from model_server.text.english.technical.reading import found
from model_server.text.english.tokens import Found, Manner

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]{0,20}+)((?:\s[^<>]{0,200}+)?)/?>")
_NAMED = re.compile(r"&(amp|lt|gt|quot|apos|nbsp|copy|mdash|ndash|hellip|#39|#34);")
_SILENT = listed(
    "a b i u s p q em br hr li ol ul td tr th tt abbr span small strong sub sup mark code kbd font center pre del ins"
)
_SAID = {"amp": "and", "lt": "less than", "gt": "greater than", "copy": "copyright"}


_ADDRESS = r"(?=https?://|mailto:|www\.|[/#.<]|[\w./#%-]{1,80}\.[a-z]{2,5}[/)#? ])(?:[^\s()]|\([^\s()]{0,40}\)){1,300}"
_TITLE = r"(?: ['\"][^'\"\n]{0,100}['\"])?"
_TARGET = re.compile(rf"\]\({_ADDRESS}{_TITLE}\)")
_LINK = re.compile(rf"!?\[[^\[\]\n]{{1,120}}+\]\({_ADDRESS}{_TITLE}\)")


def link(text: str, at: int, manner: Manner) -> Found | None:
    """The bracket before a link's text; that of an image is said to be one."""
    if not _LINK.match(text, at) or (at and text[at - 1].isalnum()):
        return None
    end = at + 1 + (text[at] == "!")
    return Found(end, tuple(said("image,", at, end, manner)) if text[at] == "!" else ())


def target(text: str, at: int, manner: Manner) -> Found | None:
    """Where a link leads, which nobody says: its text tells."""
    if text[at] != "]" or not (written := _TARGET.match(text, at)):
        return None
    begun = text.rfind("[", max(0, at - 121), at)
    return Found(written.end(), ()) if begun >= 0 and _LINK.match(text, begun) else None


def tag(text: str, at: int, manner: Manner) -> Found | None:
    """<div> is its name, </div> and what only formats are not said."""
    if text[at] != "<" or not (written := _TAG.match(text, at)):
        return None
    if written[3].strip() and "=" not in written[3] and written[3].strip() != "/":
        return None
    if written[1] or written[2].lower() in _SILENT:
        return Found(written.end(), ())
    return found(written.end(), name(written[2], written.start(2), manner))


def named(text: str, at: int, manner: Manner) -> Found | None:
    """&amp; is "and"."""
    if text[at] != "&" or not (written := _NAMED.match(text, at)):
        return None
    return Found(written.end(), tuple(said(_SAID.get(written[1], ""), at, written.end(), manner)))
