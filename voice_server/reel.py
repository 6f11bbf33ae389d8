"""The pieces of an utterance in a row: what was heard lately, what sounds, what is being made. Pure.

Knows where sentences begin and where speech goes on; moving is a matter of pointing elsewhere in the row.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from common.messages.synthesis import PlannedPiece
from voice_server.clips import Clip
from voice_server.joins import RATE

KEPT = 30.0  # seconds of sound that was heard and is kept
KEPT_PIECES = 64  # and as many, whatever their length
# A sentence of which less was heard is the one that people mean to leave when they go back, in seconds.
JUST_BEGUN = 1.0


@dataclass(frozen=True)
class Passed:
    """What was passed over in a piece."""

    count: int  # sentences that begin in it
    character: int | None  # where speech goes on; None: behind it


class Reel:
    """Pieces in the order of the text, without a gap. `at` is the first that was not heard to its end."""

    def __init__(self, start: int, speed: float) -> None:
        self.start = start  # character with which the row begins, and with which it goes on while it is empty
        self.speed = speed  # of pieces to come
        self.at = 0
        self.clips: list[Clip] = []
        self.passed = start  # characters that are heard to their end or skipped
        self.samples = 0  # that were heard, what was heard twice counts twice
        self.played = 0  # pieces that were heard to their end
        self._sentences: list[int] = []  # where they begin, ascending
        self.inside = False  # what is planned next goes on within a sentence

    # The row

    @property
    def seconds(self) -> float:
        """Of sound that was heard."""
        return self.samples / RATE

    @property
    def ahead(self) -> list[Clip]:
        """What is yet to be heard, the one that sounds included."""
        return self.clips[self.at :]

    @property
    def current(self) -> Clip | None:
        return self.clips[self.at] if self.at < len(self.clips) else None

    def next_after(self, count: int) -> Clip | None:
        """Return the piece that follows the first `count` of those ahead, None if it is not planned yet."""
        return self.clips[self.at + count] if self.at + count < len(self.clips) else None

    @property
    def position(self) -> int:
        """The character with which speech goes on: the beginning of the word that sounds."""
        if (clip := self.current) is None:
            return self.passed
        return clip.start if clip.heard < 0 else clip.character_at(clip.heard)

    @property
    def end(self) -> int:
        """Where the row ends, and planning goes on, in characters."""
        return self.clips[-1].end if self.clips else self.start

    def add(self, piece: PlannedPiece) -> Clip:
        """Put a piece at the end of the row."""
        self._note_sentences(piece)
        clip = Clip(piece, piece.start, self.speed, first=piece.start == 0)
        self.clips.append(clip)
        return clip

    def pass_sentences(self, piece: PlannedPiece, count: int) -> Passed:
        """Pass over a piece at the end of the row up to its `count`-th beginning of a sentence, or over all of it."""
        known = len(self._sentences)
        self._note_sentences(piece)
        begins = self._sentences[known:]
        if len(begins) >= count:
            del self._sentences[known:]  # noted again as the piece is added
            return Passed(count, begins[count - 1])
        self.clips.clear()
        self.at = 0
        self.start = self.passed = piece.end
        return Passed(len(begins), None)

    def _note_sentences(self, piece: PlannedPiece) -> None:
        last = self._sentences[-1] if self._sentences else -1
        self._sentences.extend(begin for begin in piece.sentences if begin > last)

    def hear_to_end(self) -> None:
        """The current piece was heard to its end."""
        clip = self.clips[self.at]
        self.passed = clip.end
        clip.heard = clip.length
        self.played += 1
        self.at += 1
        self._forget()

    def _forget(self) -> None:
        kept = 0
        for count, clip in enumerate(reversed(self.clips[: self.at])):
            kept += clip.length
            if kept > KEPT * RATE or count >= KEPT_PIECES:
                drop = self.at - count
                self.start = self.clips[drop - 1].end
                del self.clips[:drop]
                self.at -= drop
                return

    def forget_sentences(self, before: int) -> None:
        """Text before that character cannot be planned again."""
        first = self.clips[0].piece.start if self.clips else self.passed
        del self._sentences[: bisect_left(self._sentences, min(before, first))]

    # Moving

    def beginning(self) -> int | None:
        """Return where the sentence that sounds began, None where that is not known."""
        place = bisect_right(self._sentences, self.position)
        return self._sentences[place - 1] if place else None

    def earlier(self, steps: int) -> int:
        """Return where to go on to hear `steps` sentences again, the one that sounds first."""
        place = bisect_right(self._sentences, self.position) - 1
        if place >= 0 and self.heard_since(self._sentences[place]) < JUST_BEGUN * RATE:
            place -= 1
        place -= steps - 1
        return self._sentences[place] if place >= 0 else self.first_known()

    def later(self, steps: int) -> int | None:
        """Return where the sentence begins that is `steps` on, None if it is not known yet."""
        place = bisect_right(self._sentences, self.position) + steps - 1
        return self._sentences[place] if place < len(self._sentences) else None

    def still_to_find(self, steps: int) -> int:
        """Return how many more sentences must begin until `later` knows; the one that sounds counts if it is unknown."""
        behind = len(self._sentences) - bisect_right(self._sentences, self.position)
        return steps - behind + (not self._sentences and not self.inside)

    def first_known(self) -> int:
        """Return the earliest place to go back to."""
        known = self._sentences[:1] + [clip.piece.start for clip in self.clips[:1]]
        return min(known, default=self.start)

    def heard_since(self, character: int) -> int:
        """Return the samples heard from a character on; without end where its sound is not kept."""
        if character >= self.position:
            return 0
        heard = 0
        for clip in reversed(self.clips[: self.at + 1]):
            if clip.heard >= 0:
                heard += max(0, clip.heard - max(clip.entry, clip.sample_at(character)))
            if clip.piece.start <= character:
                return heard
        return sys.maxsize

    def find(self, character: int) -> bool:
        """Go on at a character whose piece is in the row; return False, and do nothing, if it is in none."""
        for place, clip in enumerate(self.clips):
            if clip.piece.start <= character < clip.end:
                self.at = place
                clip.begin_anew(character)
                for later in self.clips[place + 1 :]:
                    later.begin_anew(later.piece.start)
                self.passed = character
                return True
        return False

    def clear(self, start: int) -> None:
        """Go on at a character whose piece is yet to be planned."""
        if start < self.end:
            del self._sentences[bisect_right(self._sentences, start) :]
            self.inside = bool(self._sentences) and self._sentences[-1] < start
        self.clips.clear()
        self.at = 0
        self.start = self.passed = start
