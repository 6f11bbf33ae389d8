"""Reading as it is written: for languages that have no front end of their own, and for engines that only take text."""

from __future__ import annotations

from collections.abc import Callable

from common.errors import Unspeakable
from model_server.text.characters import speakable
from model_server.text.cleaning import spoken
from model_server.text.markup import without_given
from model_server.text.reading import Reading


class PlainReader:
    """Hands text on, or has a phonemizer read it; where each word sounds is left to the engine."""

    def __init__(self, phonemes: Callable[[str], str] | None, *, strict: bool = False) -> None:
        """`phonemes` reads text, None where the engine takes text. If `strict`, what has no phonemes is an error."""
        self._phonemes = phonemes
        self._strict = strict

    @property
    def takes_text(self) -> bool:
        return self._phonemes is None

    def read(self, text: str) -> Reading:
        text = spoken(without_given(text))
        if self._phonemes is None:
            return Reading(text)
        phonemes = self._phonemes(text)
        if not speakable(text) or speakable(phonemes):
            return Reading(phonemes)
        if self._strict:
            raise Unspeakable(f"there are no phonemes for {shown(text)}", "'--skip-unspeakable' leaves such words out.")
        return Reading("", left_out=(shown(text),))


def shown(text: str) -> str:
    """Return a text for an error: quoted, not too long."""
    return repr(text if len(text) <= 60 else text[:60] + "…")
