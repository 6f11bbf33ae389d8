from __future__ import annotations

import numpy as np
import pytest

from voice_server.playback import RATE, Playback, Samples
from voice_server.watchdog import STALL_LIMIT, WAKE_LIMIT, Watchdog

TICK = 0.02  # seconds


def keep_rate(samples: Samples, rate_in: int, rate_out: int) -> Samples:
    return samples


class Watched:
    """A playback and its watchdog, with a clock."""

    def __init__(self, samples: int = RATE, wake_limit: float = WAKE_LIMIT) -> None:
        self.playback = Playback(RATE, keep_rate)
        self.playback.append(0, np.ones(samples, dtype=np.float32))
        self.now = 50.0
        self.watchdog = Watchdog(self.playback, self.now, wake_limit)

    def look(self, after: float = TICK) -> bool:
        self.now += after
        return self.watchdog.is_dead(self.now)

    def call(self) -> None:
        self.playback.fill(np.zeros((10, 1), dtype=np.float32))

    def report(self) -> None:
        """Let everything that the device took have been heard."""
        self.playback.begun(self.playback.frames)
        self.playback.ended(self.playback.frames)

    def wake(self) -> None:
        """Let the device take its first buffer, and ask for more."""
        for _ in range(2):
            self.call()
            assert not self.look()
        assert self.watchdog.awake

    def seconds_to_death(self, tick: float = TICK) -> float:
        began = self.now
        for _ in range(1_000):
            if self.look(tick):
                return self.now - began
        pytest.fail("never taken for dead")


def test_a_device_that_stops_asking_is_dead_after_its_limit() -> None:
    watched = Watched()
    watched.wake()
    assert watched.seconds_to_death() == pytest.approx(STALL_LIMIT, abs=2 * TICK)


def test_a_device_that_asks_now_and_then_lives() -> None:
    watched = Watched()
    watched.wake()
    for _ in range(20):
        assert not any(watched.look() for _ in range(int(0.9 * STALL_LIMIT / TICK)))
        watched.call()


def test_a_device_may_take_longer_to_wake() -> None:
    watched = Watched()
    watched.call()  # the first buffer proves nothing
    watched.look()
    assert not watched.watchdog.awake
    assert watched.seconds_to_death() == pytest.approx(WAKE_LIMIT, abs=2 * TICK)


def test_the_limit_for_waking_can_be_shortened() -> None:
    assert Watched(wake_limit=1.0).seconds_to_death() == pytest.approx(1.0, abs=2 * TICK)


def test_a_device_without_work_lives() -> None:
    watched = Watched(samples=20)
    watched.wake()
    watched.report()
    assert not any(watched.look(0.2) for _ in range(100))


def test_a_device_that_dies_with_the_last_word_in_its_buffer_is_dead() -> None:
    watched = Watched(samples=20)
    watched.wake()
    assert watched.seconds_to_death() == pytest.approx(STALL_LIMIT, abs=2 * TICK)


def test_a_suspended_process_does_not_kill_the_device() -> None:
    watched = Watched()
    watched.wake()
    assert not watched.look(after=3_600)
