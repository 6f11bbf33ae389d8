"""Which words no rule of this room reads otherwise than they are written: most of them, so they are told first."""

from __future__ import annotations

import functools
import re

from model_server.text.english.writing.addresses import STREETS
from model_server.text.english.writing.expressive import LAUGHTER, SOUNDS, STRETCHED
from model_server.text.english.writing.initialisms import MIXED
from model_server.text.english.writing.short_forms import PLAIN_LOOKING
from model_server.text.english.writing.shortenings import ALSO_WITHOUT_STOP, DAYS, FIGURES_WITHOUT_STOP
from model_server.text.english.writing.titles import TITLES

# A word in lower case, or with a capital first, and what leaves it one: a blank, a mark that is no stop.
_WORD = re.compile(r"[A-Za-z][a-z]{1,40}+(?=[ \n,;:!?)\"]|\Z)")
_NUMERAL = re.compile(r"[ivxlcm]+")
_ABBREVIATIONS = frozenset(("st", "dr", *STREETS, *TITLES, *ALSO_WITHOUT_STOP, *FIGURES_WITHOUT_STOP))
_PLURALS = frozenset("ABCDEFGLNPQRSTVWXYZ")  # "Ps and Qs"; the others are words
_MOST_WORDS = 8192  # remembered


def is_plain(text: str, at: int) -> bool:
    """Return whether an ordinary word begins at `at`."""
    found = _WORD.match(text, at)
    return found is not None and _is_plain(found.group())


@functools.lru_cache(_MOST_WORDS)
def _is_plain(word: str) -> bool:
    lower = word.lower()
    if len(word) == 2 and word[1] == "s" and word[0] in _PLURALS:
        return False
    if (
        word in MIXED
        or word in DAYS
        or lower in _ABBREVIATIONS
        or lower == "xd"
        or word in PLAIN_LOOKING
        or _NUMERAL.fullmatch(word)
    ):
        return False
    return not (
        STRETCHED.search(lower)
        or LAUGHTER.fullmatch(lower)
        or any(pattern.fullmatch(lower) for pattern, _, _ in SOUNDS)
    )
