"""Accented words that lexicons have without their accents: "naïve", "Zürich", "Łódź". Pure."""

from __future__ import annotations

import re
import unicodedata

# Letters that are more than a plain one with a mark.
_PLAIN = str.maketrans(
    {"Æ": "Ae", "æ": "ae", "Œ": "Oe", "œ": "oe", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "ß": "ss", "ı": "i"}
    | {"Đ": "D", "đ": "d", "Þ": "Th", "þ": "th", "Ð": "D", "ð": "d"}
)
_ENDS_SPOKEN = re.compile(r"ée?(?:'?s)?\Z", re.IGNORECASE)
_OPEN_E = re.compile(r"[èê]", re.IGNORECASE)
_SHORTEST = 3  # letters; "à" and "où" are no English "a" and "ou"


def unaccented(word: str) -> str | None:
    """Return a word in plain letters, None if it has others or is one already.

    Capitals all over are taken away: they would have it spelled.
    """
    if word.isascii():
        return None
    plain = without_accents(word)
    if not plain.isascii() or len(plain) < _SHORTEST:
        return None
    return plain.lower() if word.isupper() else plain


def without_accents(text: str) -> str:
    """Return Latin letters without what is on, under or through them; others as they are."""
    bare = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(character for character in bare if not unicodedata.combining(character))


def agree(word: str, sounds: str) -> bool:
    """Return whether these phonemes of the plain word have what its accents ask for.

    `word` is NFC. They tell "rosé" from "rose", "père" from "pere", "señor" from "senor".
    """
    if _ENDS_SPOKEN.search(word) and not sounds.rstrip("sz").endswith("A"):
        return False
    if _OPEN_E.search(word) and not ("ɛ" in sounds or "A" in sounds):
        return False
    return "ñ" not in word.lower() or "nj" in sounds
