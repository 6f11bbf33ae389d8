from __future__ import annotations

import pytest

from voice_server.stream_clock import GRACE, StreamClock

RATE = 1_000  # Hz
BLOCK = 100  # frames
LATENCY = 0.4  # seconds


def called(clock: StreamClock, first: int, at: float, delay: float | None) -> None:
    clock.called(first, BLOCK, at, delay, LATENCY)


def test_nothing_is_heard_before_anything_was_given() -> None:
    clock = StreamClock(RATE)
    assert (clock.heard(100.0), clock.confirmed, clock.time_of(0)) == (0, 0, None)


def test_a_frame_is_heard_when_the_device_says() -> None:
    clock = StreamClock(RATE)
    called(clock, 500, at=10.0, delay=0.25)
    assert clock.time_of(500) == pytest.approx(10.25)
    assert clock.heard(10.0) == 250
    assert clock.heard(10.1) == 350


def test_what_a_silent_device_holds_counts_for_a_moment_only() -> None:
    clock = StreamClock(RATE)
    called(clock, 500, at=10.0, delay=0.25)
    longest = 250 + BLOCK + int(GRACE * RATE)
    assert clock.heard(10.2) == clock.heard(99.0) == longest < 600
    assert clock.confirmed == 250


def test_no_more_is_heard_than_was_given() -> None:
    clock = StreamClock(RATE)
    called(clock, 500, at=10.0, delay=0.0)
    assert clock.heard(10.2) == 500 + BLOCK


def test_each_call_corrects_the_one_before() -> None:
    clock = StreamClock(RATE)
    called(clock, 0, at=10.0, delay=0.0)
    called(clock, 100, at=10.1, delay=0.3)  # the device has to wake up, it turns out
    assert clock.heard(10.1) == 0
    assert clock.time_of(0) == pytest.approx(10.3)


@pytest.mark.parametrize("nonsense", [None, -1.0, 1e9, float("nan")])
def test_a_device_that_does_not_say_is_taken_to_fill_its_buffer(nonsense: float | None) -> None:
    clock = StreamClock(RATE)
    for block in range(4):  # at once, when it starts
        called(clock, block * BLOCK, at=10.0, delay=nonsense)
        assert clock.time_of(block * BLOCK) == pytest.approx(min(10.0 + block * BLOCK / RATE, 10.3))
    called(clock, 400, at=10.1, delay=nonsense)  # then whenever a block is free
    assert clock.time_of(400) == pytest.approx(10.4)
