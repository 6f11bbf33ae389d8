from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.idle import Idle


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_it_is_time_to_leave_once_the_limit_has_passed_unused(clock: Clock) -> None:
    idle = Idle(10, clock)
    clock.now += 9
    assert idle.remaining() == 1
    clock.now += 1
    assert idle.remaining() == 0
    clock.now += 100
    assert idle.remaining() == 0
    assert idle.idle_for() == 110


def test_it_is_never_time_while_busy(clock: Clock) -> None:
    idle = Idle(10, clock)
    with idle.use():
        clock.now += 1000
        assert idle.remaining() is None
        assert idle.idle_for() == 0
        assert idle.busy == 1

    assert idle.remaining() == 10


def test_uses_overlap(clock: Clock) -> None:
    idle = Idle(10, clock)
    first, second = idle.use(), idle.use()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    clock.now += 1000
    assert idle.remaining() is None

    second.__exit__(None, None, None)
    assert idle.remaining() == 10


def test_a_use_that_fails_ends_too(clock: Clock) -> None:
    idle = Idle(10, clock)
    with pytest.raises(ValueError), idle.use():
        raise ValueError

    assert idle.busy == 0


def test_zero_means_never(clock: Clock) -> None:
    idle = Idle(0, clock)
    clock.now += 1e9
    assert idle.remaining() is None
    assert idle.idle_for() == 1e9


@given(st.lists(st.tuples(st.sampled_from(["begin", "end", "touch", "pass"]), st.floats(0, 20)), max_size=30))
def test_it_agrees_with_a_plain_account(steps: list[tuple[str, float]]) -> None:
    clock = Clock()
    idle = Idle(10, clock)
    uses = []
    last = clock.now
    for step, seconds in steps:
        if step == "begin":
            uses.append(idle.use())
            uses[-1].__enter__()
        elif step == "end" and uses:
            uses.pop().__exit__(None, None, None)
            last = clock.now
        elif step == "touch":
            idle.touch()
            last = clock.now
        else:
            clock.now += seconds
        assert idle.busy == len(uses)
        expected = None if uses else max(0.0, last + 10 - clock.now)
        assert idle.remaining() == expected
