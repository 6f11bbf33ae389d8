"""Words of other scripts inside English, whose vowel signs are marks: one word each, for the lexicon's fallback."""

from __future__ import annotations

import unicodedata

from model_server.text.english.tokens import Found, Manner, Token

_LATIN_ENDS = 0x0370  # below it is Latin, whose accents the scanner knows
_MOST = 60  # characters of one word


def match(text: str, at: int, manner: Manner) -> Found | None:
    """Read a word of another script with its marks."""
    if ord(text[at]) < _LATIN_ENDS:
        return None
    end = at
    marked = False
    while end < len(text) and end - at < _MOST and _belongs(text[end]):
        marked = marked or not text[end].isalpha()
        end += 1
    if not marked:
        return None
    word = unicodedata.normalize("NFC", text[at:end].replace("\u00ad", "")).rstrip("\u200c\u200d")
    return Found(end, (Token(word, at, end),))


def _belongs(character: str) -> bool:
    if character.isalpha():
        return ord(character) >= _LATIN_ENDS
    return unicodedata.category(character)[0] == "M" or character in "\u200c\u200d\u00ad"
