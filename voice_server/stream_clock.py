"""When what was given to the device is heard. Pure: times are passed in.

A device takes sound ahead of time, and says with each call how far. What it holds counts as heard only as long as it
goes on asking for more: one that fell silent may have dropped it.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_DELAY = 5.0  # seconds; a device that says more knows no better. Sound over a network takes up to two
GRACE = 0.05  # seconds that a call may be late, beside the length of one: a busy machine is no silent device


@dataclass(frozen=True)
class _Call:
    """One call of the callback."""

    first: int  # frame of the stream that it gave first
    end: int  # frame after the last one
    at: float  # monotonic seconds
    heard_at: float  # when `first` is heard


class StreamClock:
    """Follows the calls of one stream's callback."""

    def __init__(self, rate: int) -> None:
        self._rate = rate  # Hz
        self._longest = 0  # frames of a call
        self._last: _Call | None = None  # replaced whole: the callback writes it, the event loop reads it

    def called(self, first: int, frames: int, at: float, delay: float | None, latency: float) -> None:
        """Note a call that gives `frames`, `first` of the stream the first of them.

        `delay` is how many seconds after `at` the device says that it is heard, None where it does not say: then it is
        taken from the length of the device's buffer, `latency` (seconds).
        """
        self._longest = max(self._longest, frames)
        if delay is None or not 0.0 <= delay <= MOST_DELAY:
            # The buffer is filled at once, and from then on topped up whenever a block of it is free.
            delay = min(first / self._rate, max(0.0, latency - frames / self._rate))
        self._last = _Call(first, first + frames, at, at + delay)

    def heard(self, now: float) -> int:
        """Return how many frames have been heard at `now` (monotonic seconds), as far as the device confirmed it."""
        last = self._last
        if last is None:
            return 0
        return self._frames(last, min(now, last.at + self._longest / self._rate + GRACE))

    @property
    def confirmed(self) -> int:
        """Return how many frames had been heard at the last call: all that is certain of a device that died."""
        return self._frames(self._last, self._last.at) if self._last is not None else 0

    def time_of(self, frame: int) -> float | None:
        """Return when `frame` is heard, in monotonic seconds; None where nothing was given yet."""
        last = self._last
        return None if last is None else last.heard_at + (frame - last.first) / self._rate

    def _frames(self, call: _Call, now: float) -> int:
        frames = call.first + round((now - call.heard_at) * self._rate)
        return min(max(0, frames), call.end)
