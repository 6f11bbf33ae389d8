"""Stress marks in misaki's phonemes: raised, lowered, removed, weighed. Pure.

Degrees are misaki's numbers. They stand in for a written word's capitals (0.5, and 2 where all are), for how a compound's
parts give way to each other (-0.5), for a spelled name (0). Source of every rule: misaki 0.9.4, `apply_stress` in en.py.
"""

from __future__ import annotations

PRIMARY = "ˈ"
SECONDARY = "ˌ"
VOWELS = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ")

_MARKS = frozenset((PRIMARY, SECONDARY))
_HEAVY = frozenset("AIOQWYʤʧ")  # two sounds each


def stressed(sounds: str, degree: float | None) -> str:
    """Return the phonemes with the stress that a degree asks for, unchanged where they have it or it is None."""
    if degree is None:
        return sounds
    if degree < -1:
        return sounds.replace(PRIMARY, "").replace(SECONDARY, "")
    if degree == -1 or (degree in (0, -0.5) and PRIMARY in sounds):
        return sounds.replace(SECONDARY, "").replace(PRIMARY, SECONDARY)
    if _MARKS.isdisjoint(sounds):
        if degree < 0 or VOWELS.isdisjoint(sounds):
            return sounds
        return _marked(PRIMARY if degree > 1 else SECONDARY, sounds)
    if degree >= 1 and PRIMARY not in sounds:
        return sounds.replace(SECONDARY, PRIMARY)
    return sounds


def weight(sounds: str) -> int:
    """Return how long the phonemes are, in sounds."""
    return len(sounds) + sum(sound in _HEAVY for sound in sounds)


def _marked(mark: str, sounds: str) -> str:
    """Return the phonemes with a mark right before their first vowel: there misaki's lexicons have them."""
    at = next(index for index, sound in enumerate(sounds) if sound in VOWELS)
    return sounds[:at] + mark + sounds[at:]
