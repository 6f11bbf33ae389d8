"""How many pieces this machine speaks fastest at once: measured as it speaks. Pure.

Nobody need know the GPU. What pieces take alone is learned first; then two are spoken at once, and the time is compared with
what they would take one after the other; then four, then eight, as long as each doubling gains. What does not gain is left,
and tried again after a while: another program may have had the GPU.
"""

from __future__ import annotations

from collections.abc import Sequence

from model_server.speed import SpeedModel

SIZES = (1, 2, 4, 8)  # pieces at once; those in between count as the next larger
WORTH = 1.1  # so much faster must each size be than the one before, or the first piece waits longer for next to nothing
_ENOUGH_ALONE = 4  # pieces; the first takes longer, and two make a line
_ENOUGH_TOGETHER = 2  # times; the very first of a size, in which kernels are chosen, is not counted
_AGAIN = 64  # pieces until a size that did not gain is tried again
_FADING = 0.5
_MOST_FAILURES = 3


class Gain:
    """Learns how many pieces are worth being spoken at once."""

    def __init__(self) -> None:
        self._speed = SpeedModel()
        self._alone = 0  # pieces
        self._level = 1  # place of the largest size in use
        self._ceiling = len(SIZES) - 1  # place of the largest size that there is memory for
        self._times: dict[int, int] = {}  # place -> times that it was measured, -1 before its first
        self._faster: dict[int, float] = {0: 1.0}  # place -> how many times as fast as alone
        self._pause = 0  # pieces until a larger size is tried again
        self._failures = 0

    @property
    def most(self) -> int:
        """Return how many pieces may be spoken at once; 1: they are spoken one by one."""
        return SIZES[min(self._level, self._ceiling)] if self._alone >= _ENOUGH_ALONE else 1

    def learn_alone(self, length: float, work: float, sound: float) -> None:
        """Take in a piece that was spoken by itself: symbols at speed 1, seconds of its work and of its sound."""
        self._speed.learn(round(length), 1.0, work, sound)
        self._alone += 1
        self._rest(1)

    def learn_together(self, lengths: Sequence[float], work: float) -> None:
        """Take in pieces that were spoken at once in so many seconds."""
        place = _place_of(len(lengths))
        self._rest(len(lengths))
        times = self._times[place] = self._times.get(place, -1) + 1
        if not times:
            return
        pace = self._speed.pace
        now = sum(map(pace.work, lengths)) / work
        before = self._faster.get(place, now)
        self._faster[place] = before + _FADING * (now - before)
        if times < _ENOUGH_TOGETHER:
            return
        if self._faster[place] < WORTH * self._faster.get(place - 1, 1.0):
            self._level, self._pause = place - 1, _AGAIN
        elif place == self._level and not self._pause and place < self._ceiling:
            self._level += 1

    def learn_too_many(self, count: int) -> None:
        """Take in that there was no memory for so many at once: half as many are the most from now on."""
        self._ceiling = min(self._ceiling, _place_of(count) - 1)

    def learn_failure(self) -> None:
        """Take in that pieces could not be spoken at once for another reason; the third time is the last."""
        self._failures += 1
        if self._failures >= _MOST_FAILURES:
            self.leave()

    def leave(self) -> None:
        """Have pieces spoken one by one from now on."""
        self._ceiling = 0

    def _rest(self, pieces: int) -> None:
        if self._pause:
            self._pause = max(0, self._pause - pieces)
            if not self._pause:  # measured anew, with its kernels chosen
                self._level += 1
                self._times[self._level] = 0
                self._faster.pop(self._level, None)


def _place_of(count: int) -> int:
    return next((place for place, size in enumerate(SIZES) if size >= count), len(SIZES) - 1)
