"""Blends: `af_bella(2)+af_heart(1)`, or the mean `af_bella,af_sky`. Pure: a description in, a voice out.

Every spelling of one blend becomes the same name, so that it has one voice server and one sound. In that name

* a voice that is listed twice stands once, with the sum of its weights;
* weights are whole numbers without a common divisor, and left out where all are equal: `af_bella(4)+af_heart(2)` is
  `af_bella(2)+af_heart(1)`, and `af_sky(0.5)+af_bella(0.5)` is `af_bella+af_sky`;
* the voices of the first one's language come first, each language by name. So the order does not matter, save that the
  first voice gives the blend its language.

A blend of one voice is that voice, whatever its weight.
"""

from __future__ import annotations

import math
import re

from common.errors import UnknownVoice
from common.quoting import quoted
from common.voices import LANGUAGES, VOICES, Part, Voice, unknown_voice

MOST_PARTS = 8
_HEAVIEST = 999_999_999  # in lowest terms; any weight in the name of a blend can be read again
_LONGEST = 400  # characters: eight names with weights take half of that

_FORM = "A blend is written af_bella(2)+af_heart(1), or af_bella,af_sky for the mean."
_PART = re.compile(r"([^()]*)(?:\(([^()]*)\)\s*)?")
# No exponents, no signs: weights are positive, finite and of a size whose sum is exact.
_WEIGHT = re.compile(r"(\d{0,9})(?:\.(\d{0,9}))?", re.ASCII)


def is_blend(name: str) -> bool:
    """Return whether it is meant as a blend, right or wrong."""
    return any(mark in name[:_LONGEST] for mark in "+,()")


def read_blend(description: str) -> Voice:
    """Return the voice that `description` gives. Raises UnknownVoice, which names the part that is wrong."""
    if len(description) > _LONGEST:
        raise UnknownVoice(f"a blend of {len(description)} characters is too long", _FORM)
    terms = [_term(text, description) for text in re.split("[+,]", description)]
    if len(terms) > MOST_PARTS:
        raise UnknownVoice(f"{len(terms)} voices are too many for a blend", f"It takes at most {MOST_PARTS}.")
    weights = _weighed(terms)
    if max(weights.values()) > _HEAVIEST:
        raise UnknownVoice(f"the weights have too many digits (in {quoted(description)})", "Round them.")
    return _voice(_in_order(weights))


def _term(text: str, description: str) -> tuple[str, str, str]:
    """Return name, and the digits before and behind the point of the weight."""
    where = f" (in {quoted(description)})"
    found = _PART.fullmatch(text)
    if found is None:
        raise UnknownVoice(f"{quoted(text.strip())} is no voice with a weight{where}", _FORM)
    name = found[1].strip()
    if not name:
        raise UnknownVoice(f"a voice is missing{where}", _FORM)
    if name not in VOICES:
        raise unknown_voice(name, where)
    weight = "1" if found[2] is None else found[2].strip()
    digits = _WEIGHT.fullmatch(weight)
    if digits is None or not (digits[1] + (digits[2] or "")).strip("0"):
        hint = "A weight is a number above 0, such as 2 or 0.25, of at most nine digits on each side of the point."
        raise UnknownVoice(f"{quoted(weight)} is no weight for {name}{where}", hint)
    return name, digits[1], digits[2] or ""


def _weighed(terms: list[tuple[str, str, str]]) -> dict[str, int]:
    """Return each voice's weight in lowest terms, voices in the order given."""
    places = max(len(fraction) for _, _, fraction in terms)
    weights: dict[str, int] = {}
    for name, whole, fraction in terms:
        weights[name] = weights.get(name, 0) + int(whole + fraction.ljust(places, "0"))
    divisor = math.gcd(*weights.values())
    return {name: weight // divisor for name, weight in weights.items()}


def _in_order(weights: dict[str, int]) -> tuple[Part, ...]:
    first = next(iter(weights))[0]
    return tuple(Part(name, weights[name]) for name in sorted(weights, key=lambda name: (name[0] != first, name)))


def _voice(parts: tuple[Part, ...]) -> Voice:
    if len(parts) == 1:
        return VOICES[parts[0].name]
    even = all(part.weight == parts[0].weight for part in parts)
    name = "+".join(part.name if even else f"{part.name}({part.weight})" for part in parts)
    lead = max(parts, key=lambda part: part.weight).name
    return Voice(name, LANGUAGES[parts[0].name[0]], VOICES[lead].gender, "", parts)
