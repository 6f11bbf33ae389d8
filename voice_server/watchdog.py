"""Watchdog: tells a device that died from one that has nothing to do. Pure; the clock's readings are passed in."""

from __future__ import annotations

from voice_server.playback import Playback

# Seconds without a call of the callback. With what reopening may take, a dead device blocks nobody for over three.
STALL_LIMIT = 1.4
# A device takes a buffer at once and may then take its time: Bluetooth has to wake up, and PulseAudio's dummy output
# looks for something to play every two seconds.
WAKE_LIMIT = 2.9
MAX_STEP = 0.25  # seconds that one look can add: a process that was suspended is no dead device


class Watchdog:
    """Watch the callback of one started stream. PortAudio reports no device that vanished: it just stops calling."""

    def __init__(self, playback: Playback, now: float, wake_limit: float = WAKE_LIMIT) -> None:
        self.awake = False  # the device asked for more after its first buffer
        self.stall = 0.0  # seconds without a call although something is yet to be heard
        self._playback = playback
        self._wake_limit = wake_limit
        self._last_look = now  # monotonic seconds
        self._last_calls = playback.calls
        self._first_look = True  # may still see the first buffer being filled

    def is_dead(self, now: float) -> bool:
        """Return whether the callback was not called for too long although something is yet to be heard."""
        step, self._last_look = min(now - self._last_look, MAX_STEP), now
        called = self._playback.calls != self._last_calls
        self._last_calls = self._playback.calls
        self.awake = self.awake or (called and not self._first_look)
        self._first_look = False
        self.stall = 0.0 if called or not self._playback.unreported else self.stall + step
        return self.stall > (STALL_LIMIT if self.awake else self._wake_limit)
