"""The endings -s, -ed and -ing: which word they are on, and how they sound there. Pure.

Source of every rule: misaki 0.9.4, `stem_s`, `_s` and their neighbours in en.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Known = Callable[[str], bool]

# After these vowels an American "t" is a tap.
_BEFORE_TAP = frozenset("AIOWYiuæɑəɛɪɹʊʌ")
_DOUBLED = re.compile(r"([bcdgklmnprstvxz])\1ing\Z|cking\Z")


def stem_of_s(word: str, known: Known) -> str | None:
    """Return the known word that -s, -es, -ies or 's is on, if any is."""
    if len(word) < 3 or not word.endswith("s"):
        return None
    if not word.endswith("ss") and known(word[:-1]):
        return word[:-1]
    long = len(word) > 4
    if (word.endswith("'s") or (long and word.endswith("es") and not word.endswith("ies"))) and known(word[:-2]):
        return word[:-2]
    if long and word.endswith("ies") and known(word[:-3] + "y"):
        return word[:-3] + "y"
    return None


def stem_of_ed(word: str, known: Known) -> str | None:
    """Return the known word that -d or -ed is on, if any is."""
    if len(word) < 4 or not word.endswith("d"):
        return None
    if not word.endswith("dd") and known(word[:-1]):
        return word[:-1]
    if len(word) > 4 and word.endswith("ed") and not word.endswith("eed") and known(word[:-2]):
        return word[:-2]
    return None


def stem_of_ing(word: str, known: Known) -> str | None:
    """Return the known word that -ing is on, if any is; it may have lost an "e" or doubled its last letter."""
    if len(word) < 5 or not word.endswith("ing"):
        return None
    if len(word) > 5 and known(word[:-3]):
        return word[:-3]
    if known(word[:-3] + "e"):
        return word[:-3] + "e"
    if len(word) > 5 and _DOUBLED.search(word) and known(word[:-4]):
        return word[:-4]
    return None


def with_s(stem: str, british: bool) -> str:
    """Return the phonemes of a word with -s: cats, dogs, roses."""
    if stem[-1] in "ptkfθ":
        return stem + "s"
    if stem[-1] in "szʃʒʧʤ":
        return stem + ("ɪz" if british else "ᵻz")
    return stem + "z"


def with_ed(stem: str, british: bool) -> str:
    """Return the phonemes of a word with -ed: walked, begged, added; an American "waited" has a tap."""
    if stem[-1] in "pkfθʃsʧ":
        return stem + "t"
    if stem[-1] == "d":
        return stem + ("ɪd" if british else "ᵻd")
    if stem[-1] != "t":
        return stem + "d"
    if british or len(stem) < 2:
        return stem + "ɪd"
    if stem[-2] in _BEFORE_TAP:
        return stem[:-1] + "ɾᵻd"
    return stem + "ᵻd"


def with_ing(stem: str, british: bool) -> str | None:
    """Return the phonemes of a word with -ing; None where British has an "r" between that the stem does not show."""
    if british:
        return None if stem[-1] in "əː" else stem + "ɪŋ"
    if len(stem) > 1 and stem[-1] == "t" and stem[-2] in _BEFORE_TAP:
        return stem[:-1] + "ɾɪŋ"
    return stem + "ɪŋ"
