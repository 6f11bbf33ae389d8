"""How long the writer of a pipe may be quiet before what it wrote so far is spoken. Pure: the clock is passed in.

A program that writes lines is done when it has written one; a person or a language model that writes word by word is
done when the usual gap between two of its fragments is long over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import IntEnum

QUIET = 0.03  # seconds; between two writes of a program that is not done, there is less
LONGEST_PAUSE = 2.0  # seconds; the slowest writer is not waited for any longer in the middle of a line
_GAPS = 8  # remembered
_GAPS_MISSED = 3  # usual gaps that make a pause
_WORD = 4  # pauses for which an unfinished word is held back


class Stage(IntEnum):
    """How far a pause has come; each is reached once, in this order."""

    LINE = 0  # whole lines and sentences are spoken
    PAUSE = 1  # also what is not whole, but for a word at its end that may go on
    WORD = 2  # also that word
    LONG = 3  # also what had to wait for its end: a progress bar, the count of identical lines


class Pauses:
    """Tells from when fragments came what may be spoken now. `pause` and all results are in seconds."""

    def __init__(self, pause: float, now: Callable[[], float]) -> None:
        self._shortest = pause
        self._now = now
        self._gaps: deque[float] = deque(maxlen=_GAPS)
        self._came: float | None = None  # when the last fragment came
        self._next: Stage | None = None  # None: nothing more will come of waiting

    @property
    def usual(self) -> float:
        """The pause after which what is incomplete is spoken: longer for a writer who is slow but steady."""
        if not self._gaps:
            return self._shortest
        median = sorted(self._gaps)[len(self._gaps) // 2]
        return max(self._shortest, min(median * _GAPS_MISSED, LONGEST_PAUSE))

    def came(self, *, within_line: bool) -> None:
        """Take note of a fragment. The gap in front of it counts if it is one `within_line`, not between two lines."""
        now = self._now()
        if within_line and self._came is not None:
            self._gaps.append(now - self._came)
        self._came, self._next = now, Stage.LINE

    def patience(self) -> float | None:
        """Return how long until a stage is due, None if there is none left."""
        if self._next is None or self._came is None:
            return None
        return max(0.0, self._came + self._delay(self._next) - self._now())

    def due(self) -> Stage | None:
        """Return the next stage if it is due now; it will not be again before another fragment."""
        if self.patience() != 0.0:
            return None
        stage = self._next
        assert stage is not None
        self._next = Stage(stage + 1) if stage < Stage.LONG else None
        return stage

    def _delay(self, stage: Stage) -> float:
        delays = (QUIET, self.usual, self.usual * _WORD, max(LONGEST_PAUSE, self.usual * _WORD))
        return delays[stage]
