"""The parts of a written word ("well-known", "McDonald's", "rock'n'roll"), and how their stresses give way to each other.

Source of every rule: misaki 0.9.4, `SUBTOKEN_REGEX`, `G2P.resolve_tokens` and the loop of `G2P.__call__` in en.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from model_server.text.english.stress import PRIMARY, stressed, weight

# A stretch of parts that makes one word, and its phonemes; None where it makes none.
ReadStretch = Callable[[str], str | None]

# Written between letters, not said.
_SILENT = frozenset("',-._‘’/")
# Most words have no parts: one look tells.
_PLAIN = re.compile(r"(?:[A-Z]?[a-z]+|[A-Z]+)\Z")
# Parts in a word's shape: U and l for letters of either case, L for letters that have none, o for all else.
_PARTS = re.compile(
    r"\A'+"
    r"|U(?=Ul)"  # before the next word of "ABigOne"
    r"|[-_]+"
    r"|'{2,}"
    r"|[UlL]*?(?:'[UlL])*?l(?=U)"  # the first of "McDonald's"
    r"|[UlL]+(?:'[UlL])*"
    r"|o"
    r"|'+\Z"
)
# No entry, and no inflection of one, is longer: the longest has 45 characters, the one of most parts 13.
_LONGEST_WORD = 60  # characters
_MOST_PARTS = 16
# A run of more parts is no word that anybody wrote: it is read in small stretches, to be done with it.
_ENDLESS = 100  # parts
_FEW_PARTS = 3
_GIVING_WAY = -0.5


class _Shape(dict[int, str]):
    """Maps characters to what they are to `_PARTS`, for `str.translate`; learns as it is asked."""

    _LETTERS = {"Lu": "U", "Ll": "l", "Lt": "L", "Lm": "L", "Lo": "L"}

    def __missing__(self, code: int) -> str:
        shape = self._LETTERS.get(unicodedata.category(chr(code)), "o")
        if code < 0x250:  # Latin; others are not worth the memory
            self[code] = shape
        return shape


_SHAPE = _Shape({ord(mark): "'" for mark in "'‘’"} | {ord("-"): "-", ord("_"): "_"})


def parts_of(word: str) -> list[str]:
    """Return the parts of a word in order; marks between letters are parts, a lone apostrophe there is none."""
    if _PLAIN.match(word):
        return [word]
    return [word[part.start() : part.end()] for part in _PARTS.finditer(word.translate(_SHAPE))]


def read_parts(parts: Sequence[str], read: ReadStretch) -> str | None:
    """Return the phonemes of a word made of these parts, None where one of them has none.

    The longest stretch that `read` knows is taken from the end, then from what is left before it, and so on: what follows
    is known when a stretch is read.
    """
    sounds: list[str] = [""] * len(parts)
    right = len(parts)
    while right > 0:
        for left in _lefts(parts, right):
            found = read("".join(parts[left:right]))
            if found is not None:
                sounds[left] = found
                right = left
                break
        else:
            right -= 1
            if not _SILENT.issuperset(parts[right]):
                return None
    return _joined(parts, sounds)


def _lefts(parts: Sequence[str], right: int) -> Iterator[int]:
    """Yield where a stretch up to `right` may begin, the longest one first."""
    left = right - 1
    first = max(0, right - (_MOST_PARTS if len(parts) <= _ENDLESS else _FEW_PARTS))
    length = len(parts[left])
    while left > first and length + len(parts[left - 1]) <= _LONGEST_WORD:
        left -= 1
        length += len(parts[left])
    yield from range(left, right)


def _joined(parts: Sequence[str], sounds: list[str]) -> str:
    letters = {character.isalpha() for part in parts for character in part if character not in _SILENT}
    if len(letters) > 1:  # letters and what is none: words of their own
        return " ".join(filter(None, sounds))
    _give_way(parts, sounds)
    return "".join(sounds)


def _give_way(parts: Sequence[str], sounds: list[str]) -> None:
    """Lower the stress of the lighter half of the parts, where more than half have a primary one: "wˈɛlnˌOn".

    Of two parts, the second gives way where the first is one letter: "T-shirt".
    """
    spoken = [index for index, said in enumerate(sounds) if said]
    if len(spoken) == 2 and len(parts[spoken[0]]) == 1:
        lowered = spoken[1:]
    elif len(spoken) < 2 or sum(PRIMARY in sounds[index] for index in spoken) <= (len(spoken) + 1) // 2:
        return
    else:
        by_weight = sorted(spoken, key=lambda index: (PRIMARY in sounds[index], weight(sounds[index]), index))
        lowered = by_weight[: len(spoken) // 2]
    for index in lowered:
        sounds[index] = stressed(sounds[index], _GIVING_WAY)
