"""misaki's two lexicons of one accent, read from its package; nothing of its code is imported.

"Gold" was checked by people and tells senses apart by part of speech; "silver" was not, and is larger. Both are Apache-2.0.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
from collections.abc import Mapping
from typing import TypeVar, cast

from common.errors import EngineError

# One pronunciation, or one for each part of speech with "DEFAULT"; None: spelled, letter by letter.
Entry = str | Mapping[str, str | None]

_Value = TypeVar("_Value")

# misaki's British lexicon has the American name of the letter.
_ZED = "zˈɛd"


class Dictionary:
    """The entries of one accent. A word is also found by its other case: "paris" by "Paris", "Table" by "table"."""

    def __init__(self, british: bool) -> None:
        """Read the gold lexicon now, the silver one when a word is first not in it. Raises EngineError."""
        self._accent = "gb" if british else "us"
        self._gold = cast("dict[str, Entry]", _read(f"{self._accent}_gold.json"))
        if british:
            self._gold["Z"] = _ZED

    @functools.cached_property
    def _silver(self) -> dict[str, str]:
        return cast("dict[str, str]", _read(f"{self._accent}_silver.json"))

    def gold(self, word: str) -> Entry | None:
        """Return the entry of a word as it is written."""
        return _find(self._gold, word)

    def silver(self, word: str) -> str | None:
        """Return the phonemes of a word as it is written, from what nobody checked."""
        return _find(self._silver, word)

    def __contains__(self, word: str) -> bool:
        return _find(self._gold, word) is not None or _find(self._silver, word) is not None


def _find(entries: Mapping[str, _Value], word: str) -> _Value | None:
    found = entries.get(word)
    if found is not None or len(word) < 2 or not word.isascii():
        return found
    lower = word.lower()
    if word == lower:
        return entries.get(word.capitalize())
    return entries.get(lower) if word == lower.capitalize() else None


def _read(name: str) -> object:
    try:
        return json.loads((importlib.resources.files("misaki") / "data" / name).read_bytes())
    except (ImportError, OSError, ValueError) as error:
        raise EngineError(
            f"misaki's lexicon {name} cannot be read: {error}", "Install it again with 'pip install misaki'."
        ) from error
