"""What becomes of a stretch of text: the words as they are said, their phonemes, and where each stands in the text.

A `Reader` makes it, one for each language and kind of engine; the planner measures and joins it, and knows no language.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from common.messages.synthesis import PieceWord

# What an engine takes.
PHONEMES = "phonemes"
SAID = "said"  # text with its numbers, dates and so on in words, where the language has a front end for that
WRITTEN = "written"  # text as it is


@dataclass(frozen=True)
class Reading:
    """A stretch of text as the engine will get it."""

    sounds: str  # what is counted and spoken: phonemes, or for engines that take text the text as they will get it
    text: str = ""  # as it is said; "" where words are said as they are written
    words: tuple[PieceWord, ...] = ()  # positions count from the beginning of the text that was read
    left_out: tuple[str, ...] = ()  # what has no phonemes, where that is no error

    def __len__(self) -> int:
        return len(self.sounds)

    def shifted(self, characters: int) -> Reading:
        """Return it with its words that many characters later in the text."""
        if not characters or not self.words:
            return self
        moved = (replace(word, start=word.start + characters, end=word.end + characters) for word in self.words)
        return replace(self, words=tuple(moved))

    def then(self, more: Reading, between: str) -> Reading:
        """Return this and what follows it, whose words count from the same beginning, with `between` said between."""
        said = len(self.text) + len(between)
        sound = len(self.sounds) + len(between)
        return Reading(
            self.sounds + between + more.sounds,
            self.text + between + more.text if self.text or more.text else "",
            self.words + tuple(_behind(word, said, sound) for word in more.words),
            self.left_out + more.left_out,
        )


def _behind(word: PieceWord, said: int, sound: int) -> PieceWord:
    """Return a word behind so many characters and phonemes; one that has no phonemes is left without."""
    sound = sound if word.sound_end else 0
    return PieceWord(
        word.start, word.end, word.said + said, word.said_end + said, word.sound + sound, word.sound_end + sound
    )


class Reader(Protocol):
    """Reads one language for one kind of engine. Any thread may call it."""

    @property
    def takes_text(self) -> bool:
        """Whether the engine takes text; else phonemes."""

    def read(self, text: str) -> Reading:
        """Return how a cleaned text (see `cleaning`) is spoken; it may begin and end anywhere. Raises Unspeakable."""
