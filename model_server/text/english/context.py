"""What an English word's sounds depend on behind it: "the" apple, "to" us, "used to", "have" before a pause. Pure."""

from __future__ import annotations

from typing import NamedTuple

from model_server.text.english.stress import VOWELS

_CONSONANTS = frozenset("bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ")
_PAUSES = frozenset(";:,.!?—…")


class Context(NamedTuple):
    """What follows a word."""

    vowel: bool | None = None  # whether it begins with one; None where a pause or nothing follows
    to: bool = False  # whether it is the word "to"


def before(sounds: str, word: str, tag: str, after: Context) -> Context:
    """Return the context of what stands before a word with these phonemes, itself followed by `after`."""
    to = word in ("to", "To") or (word == "TO" and tag in ("TO", "IN"))
    return Context(_begins_with_vowel(sounds, after.vowel), to)


def _begins_with_vowel(sounds: str, otherwise: bool | None) -> bool | None:
    for sound in sounds:
        if sound in VOWELS:
            return True
        if sound in _CONSONANTS:
            return False
        if sound in _PAUSES:
            return None
    return otherwise
