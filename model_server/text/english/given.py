"""Words whose phonemes the text gives, `[word](/fəˈnoʊm/)`, and how such words become tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from model_server.text.english.ipa import from_ipa
from model_server.text.english.suffixes import with_s
from model_server.text.english.tokens import Found, Kind, Manner, Token
from model_server.text.markup import given_at

Scan = Callable[[str, Manner], list[Token]]

_POSSESSIVE = re.compile(r"'s(?!\w)")


def match(text: str, at: int, manner: Manner, scan: Scan) -> Found | None:
    """Return the word with phonemes that begins at `at`; `scan` reads the word where the engine takes text."""
    found = given_at(text, at)
    if found is None:
        return None
    start, end = found.start + 1, found.start + 1 + len(found.word)
    tokens = transcribed(found.word, start, end, found.phonemes, manner, scan)
    return possessive(text, Found(found.end, tokens), manner.british)


def transcribed(written: str, start: int, end: int, ipa: str, manner: Manner, scan: Scan) -> tuple[Token, ...]:
    """Return the tokens for a word or a few that stand at `start` to `end` and sound as transcribed.

    The engine that takes text gets them as they are read without that.
    """
    sounds = from_ipa(ipa, manner.british)
    if not manner.phonemes or not sounds:
        return within(start, end, scan(written, replace(manner, own=None)))
    words = unicodedata.normalize("NFC", written.replace("\u00ad", "")).split()
    parts = sounds.split()
    if len(parts) != len(words):
        parts = [*[""] * (len(words) - 1), sounds]
    return tuple(Token(word, start, end, phonemes=part) for word, part in zip(words, parts, strict=True))


def within(start: int, end: int, tokens: list[Token]) -> tuple[Token, ...]:
    """Return tokens that stand for one span of the text, whatever they were read from."""
    return tuple(replace(token, start=start, end=end) for token in tokens)


def possessive(text: str, found: Found, british: bool) -> Found:
    """Return what was found with the "'s" that follows it in the text, if one does."""
    if not (behind := _POSSESSIVE.match(text, found.end)) or not found.tokens:
        return found
    *others, last = found.tokens
    if last.kind is Kind.MARK:
        return found
    sounds = with_s(last.phonemes, british) if last.phonemes else last.phonemes
    tokens = (*others, replace(last, text=f"{last.text}'s", phonemes=sounds))
    if last.end == found.end:  # what stands for the same characters keeps one span
        tokens = tuple(replace(one, end=behind.end()) if one.start == last.start else one for one in tokens)
    return Found(behind.end(), tokens)
