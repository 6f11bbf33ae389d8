"""One piece of an utterance in the voice server: what to say, its sound once that is made, and how much was heard.

Pure. Positions are given in characters of the whole text, or in samples of the piece's own sound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from common.errors import EngineError
from common.messages.synthesis import PlannedPiece, WordTime
from voice_server.joins import LEAD, RATE, Samples, kind_of_pause, pause_after

# Sound that is heard again after an interruption, in seconds: half a syllable, so that none gets lost.
STEP_BACK = 0.1
FADE_IN = 0.008  # seconds; sound that starts in its middle would click
_LAST_WORD = re.compile(r"\S*$")


@dataclass(eq=False)
class Clip:
    """A planned piece on its way to being heard."""

    piece: PlannedPiece
    start: int  # character with which it begins: the piece's first, or later after a move
    speed: float
    first: bool = False  # nothing of the utterance comes before it
    index: int = -1  # as the client knows it; -1: not announced
    wanted: bool = False  # its sound was asked for
    fault: EngineError | None = None  # why there is none
    samples: Samples | None = None  # joined, pause included; None: not there yet
    words: tuple[WordTime, ...] = field(default=())
    heard: int = -1  # samples of it up to which a listener has heard it; -1: it has not begun
    told: bool = False  # the client knows that it plays
    words_told: int = 0
    starved: int = 0  # times that the speaker had run dry when it was announced

    @property
    def end(self) -> int:
        """One past the last character."""
        return self.piece.end

    @property
    def ready(self) -> bool:
        """Whether it can be heard: its sound is there, and the client knows it."""
        return self.samples is not None and self.index >= 0

    @property
    def length(self) -> int:
        """Samples; 0 as long as there are none."""
        return 0 if self.samples is None else len(self.samples)

    @property
    def spoken(self) -> int:
        """Samples without the pause at its end."""
        return max(0, self.length - pause_after(self.pause, self.speed))

    @property
    def pause(self) -> str:
        """The kind of pause at its end."""
        return kind_of_pause(self.piece.boundary, self.piece.text)

    @property
    def entry(self) -> int:
        """The sample at which it begins."""
        return self.sample_at(self.start)

    def words_left(self) -> list[int]:
        """Return the places of the words that are heard and were not told yet."""
        return [place for place, word in enumerate(self.words) if place >= self.words_told and word.start >= self.start]

    def begin_anew(self, start: int) -> None:
        """Be heard again from that character, under another index."""
        self.start = max(start, self.piece.start)
        self.index = -1
        self.heard = -1
        self.told = False
        self.words_told = 0

    def resume_at(self) -> int:
        """Return the sample with which it goes on."""
        if self.heard < 0:
            return self.entry
        return max(self.entry, min(self.heard, self.length) - round(STEP_BACK * RATE))

    def sound_from(self, sample: int) -> Samples:
        """Return its sound from there on: float32 [samples], faded in where it starts in the middle."""
        assert self.samples is not None, "its sound is not there yet"
        if sample <= 0:
            return self.samples
        rest = np.array(self.samples[sample:], dtype=np.float32)
        ramp = np.linspace(0.0, 1.0, round(FADE_IN * RATE), dtype=np.float32)[: len(rest)]
        rest[: len(ramp)] *= ramp
        return rest

    def sample_at(self, character: int) -> int:
        """Return where the word that begins there or next sounds; without word times, in proportion to the characters."""
        if character <= self.piece.start:
            return 0
        before = None
        for word in self.words:
            if word.start >= character:
                if before is None:
                    return 0
                return _within(max(word.at - LEAD, before.until), self.length)
            before = word
        if before is not None:
            return _within(before.until, self.length)
        span = max(1, self.piece.end - self.piece.start)
        return min(self.spoken, self.spoken * (character - self.piece.start) // span)

    def character_at(self, sample: int) -> int:
        """Return where the word begins that sounds at a sample; in a gap, the next one. The end behind the last."""
        if sample <= self.entry or (self.piece.pause and sample < self.length):  # half of "[pause 2s]" is none
            return self.start
        seconds = sample / RATE
        for word in self.words:
            if word.until > seconds:
                return max(word.start, self.start)
        if self.words:
            return self.piece.end
        return max(self.start, self._word_at(sample))

    def _word_at(self, sample: int) -> int:
        """Guess from the share of the sound which word sounds."""
        span = self.piece.end - self.piece.start
        if sample >= self.spoken:
            return self.piece.end
        guess = span * sample // self.spoken
        if len(self.piece.text) == span and (word := _LAST_WORD.search(self.piece.text[:guess])):
            guess = word.start()
        return self.piece.start + guess


def _within(seconds: float, most: int) -> int:
    return max(0, min(most, round(seconds * RATE)))
