from __future__ import annotations

import pytest

from model_server.crashes import MOST_CRASHES, WINDOW, CrashRecord


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_first_crash_costs_no_pause_and_further_ones_a_growing_one(clock: Clock) -> None:
    record = CrashRecord(clock)
    pauses = []
    for _ in range(8):
        pauses.append(record.pause())
        record.crashed()

    assert pauses[:5] == [0.0, 0.0, 0.1, 0.2, 0.4]
    assert pauses == sorted(pauses)
    assert max(pauses) <= 2.0


def test_five_crashes_in_a_minute_are_hopeless(clock: Clock) -> None:
    record = CrashRecord(clock)
    for _ in range(MOST_CRASHES):
        assert not record.hopeless
        record.crashed()
        clock.now += 1

    assert record.hopeless


def test_crashes_of_long_ago_do_not_count(clock: Clock) -> None:
    record = CrashRecord(clock)
    for _ in range(MOST_CRASHES * 2):
        record.crashed()
        clock.now += WINDOW / (MOST_CRASHES - 1)
        assert not record.hopeless

    clock.now += WINDOW
    assert record.pause() == 0.0


def test_a_finished_utterance_clears_the_record(clock: Clock) -> None:
    record = CrashRecord(clock)
    for _ in range(MOST_CRASHES):
        record.crashed()
    record.finished_an_utterance()

    assert not record.hopeless
    assert record.pause() == 0.0


def test_hope_returns_after_a_minute(clock: Clock) -> None:
    record = CrashRecord(clock)
    for _ in range(MOST_CRASHES):
        record.crashed()
    clock.now += WINDOW

    assert not record.hopeless
