"""Playback: what the audio callback takes its samples from, and what the event loop learns of its progress.

Knows no device. Two threads meet here: the callback calls `fill` alone, the event loop everything else. They share a
deque and plain counters, each written by one side only, so that neither ever waits for the other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
Frames = npt.NDArray[np.float32]  # [frames, channels]
Resampler = Callable[[Samples, int, int], Samples]

RATE = 24_000  # Hz, of the pieces that come in
FADE = 0.008  # seconds from full level to silence when told to hush; shorter clicks


@dataclass
class _Mark:
    """Where a piece lies in what the device takes."""

    index: int
    source: Samples  # at RATE
    start: int  # samples at the device's rate
    end: int
    announced: bool

    def source_position(self, consumed: int) -> int:
        """Return how many samples of the source the device has taken."""
        if self.end <= self.start or consumed >= self.end:
            return len(self.source)
        return max(0, consumed - self.start) * len(self.source) // (self.end - self.start)


@dataclass(frozen=True)
class Rest:
    """What a device that vanished had not taken of a piece."""

    index: int
    samples: Samples  # at RATE
    announced: bool  # it was reported as playing


class Playback:
    """A queue of pieces that one output stream reads to its end."""

    def __init__(self, rate: int, resample: Resampler) -> None:
        self.rate = rate  # Hz, of the device
        self.consumed = 0  # samples of pieces, at the device's rate, that the callback has taken
        self.calls = 0  # of the callback
        self.starved = 0  # times that the callback found nothing although more was to come
        self.longest_call = 0  # frames
        self._resample = resample
        self._sounds: deque[Samples] = deque()  # what the callback has not begun
        self._sound: Samples = np.zeros(0, dtype=np.float32)
        self._offset = 0  # in `_sound`
        self._dry = True  # nothing was there at the last call; a start is not a starvation
        self.finished = False  # nothing more will come
        self._hushed = False
        self._ramp: Samples = np.linspace(1.0, 0.0, max(1, int(FADE * rate)), dtype=np.float32)
        self._faded = 0  # samples of the ramp that are used up
        self._marks: deque[_Mark] = deque()  # pieces that were not reported as consumed
        self._queued = 0  # samples given so far, at the device's rate
        self._done = 0  # samples at RATE of the pieces reported as consumed

    # The event loop's side.

    def append(self, index: int, samples: Samples) -> None:
        """Queue a piece: float32 [samples] at RATE. Empty ones take their turn too."""
        self._append(index, samples, announced=False)

    def restore(self, rests: Sequence[Rest]) -> None:
        """Queue what another playback could not bring to its end."""
        for rest in rests:
            self._append(rest.index, rest.samples, rest.announced)

    def _append(self, index: int, samples: Samples, announced: bool) -> None:
        sound = samples if self.rate == RATE else self._resample(samples, RATE, self.rate)
        self._marks.append(_Mark(index, samples, self._queued, self._queued + len(sound), announced))
        self._queued += len(sound)
        if len(sound):
            self._sounds.append(sound)

    def finish(self) -> None:
        """Say that nothing more will come, so that running dry is the end and no starvation."""
        self.finished = True

    def hush(self) -> None:
        """Let the next call of the callback fade out; from then on it takes nothing and gives silence."""
        self._hushed = True

    @property
    def waiting(self) -> bool:
        """Whether the device has not yet taken everything."""
        return self.consumed < self._queued

    @property
    def unreported(self) -> bool:
        """Whether a piece is left that `ended` has not given."""
        return bool(self._marks)

    @property
    def position(self) -> int:
        """Return how many samples at RATE the device has taken."""
        consumed = self.consumed
        return self._done + sum(mark.source_position(consumed) for mark in self._marks if mark.start < consumed)

    def begun(self) -> list[int]:
        """Return the pieces whose first sample was taken since the last call, in order."""
        begun = [mark for mark in self._marks if not mark.announced and self._is_begun(mark)]
        for mark in begun:
            mark.announced = True
        return [mark.index for mark in begun]

    def _is_begun(self, mark: _Mark) -> bool:
        return self.consumed > mark.start or self.consumed >= mark.end

    def ended(self) -> list[int]:
        """Return the announced pieces whose last sample was taken since the last call, in order."""
        ended = []
        while self._marks and self._marks[0].announced and self.consumed >= self._marks[0].end:
            mark = self._marks.popleft()
            self._done += len(mark.source)
            ended.append(mark.index)
        return ended

    def rests(self) -> list[Rest]:
        """Return what the device has not taken, for another `Playback`; pieces not yet given by `ended` are among it."""
        consumed = self.consumed
        return [Rest(mark.index, mark.source[mark.source_position(consumed) :], mark.announced) for mark in self._marks]

    # The callback's side: no allocation beyond views, no lock, no log.

    def fill(self, out: Frames) -> None:
        """Write the next samples into every channel of `out`, and silence where there are none."""
        self.calls += 1
        if len(out) > self.longest_call:
            self.longest_call = len(out)
        if self._hushed:
            self._fade(out)
            return
        filled = self._take(out)
        out[filled:] = 0.0
        dry = filled < len(out)
        if dry and not self._dry and not self.finished:
            self.starved += 1
        self._dry = dry

    def _take(self, out: Frames) -> int:
        """Copy what is queued into `out`; return how many frames were there."""
        filled = 0
        while filled < len(out):
            if self._offset >= len(self._sound):
                if not self._sounds:
                    break
                self._sound, self._offset = self._sounds.popleft(), 0
            count = min(len(out) - filled, len(self._sound) - self._offset)
            out[filled : filled + count] = self._sound[self._offset : self._offset + count, None]
            self._offset += count
            filled += count
        self.consumed += filled
        return filled

    def _fade(self, out: Frames) -> None:
        count = min(len(out), len(self._ramp) - self._faded)
        if count > 0:
            count = self._take(out[:count])
            out[:count] *= self._ramp[self._faded : self._faded + count, None]
            self._faded += max(count, 1)
        out[max(0, count) :] = 0.0
