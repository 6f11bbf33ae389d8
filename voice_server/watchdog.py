"""Watchdog: tells a device that died from one that has nothing to do. Pure; the clock's readings are passed in."""

from __future__ import annotations

from voice_server.playback import Playback

# Seconds without a call of the callback. With what reopening may take, a dead device blocks nobody for over three.
STALL_LIMIT = 1.4
MAX_STEP = 0.25  # seconds that one look can add: a process that was suspended is no dead device


class Watchdog:
    """Watch the callback of one stream. PortAudio itself reports no device that vanished: it just stops calling."""

    def __init__(self, playback: Playback, now: float) -> None:
        self._playback = playback
        self._last_look = now  # monotonic seconds
        self._last_calls = playback.calls
        self._stall = 0.0  # seconds

    def is_dead(self, now: float) -> bool:
        """Return whether the callback was not called for too long although there is something to play."""
        step, self._last_look = min(now - self._last_look, MAX_STEP), now
        if self._playback.calls != self._last_calls or not self._playback.waiting:
            self._stall = 0.0
        else:
            self._stall += step
        self._last_calls = self._playback.calls
        return self._stall > STALL_LIMIT
