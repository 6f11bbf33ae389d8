"""What is linear is told from what is quadratic, and no more tries are made than it takes."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial

from tests.cpu_time import LINEAR, cpu_seconds, growth


def count(steps: int) -> None:
    for _ in range(steps):
        pass


def linear(length: int) -> Callable[[], None]:
    return partial(count, 1000 * length)


def quadratic(length: int) -> Callable[[], None]:
    return partial(count, length * length)


def test_linear_work_is_told_from_quadratic() -> None:
    assert growth(linear, 100, 1000) < LINEAR < growth(quadratic, 300, 3000)


def test_the_first_try_that_is_quick_enough_is_the_last() -> None:
    tries: list[bool] = []

    def work() -> None:
        tries.append(gc.isenabled())
        count(0 if len(tries) == 3 else 3_000_000)

    assert cpu_seconds(work, enough=0.005) < 0.005
    assert tries == [False] * 3  # no garbage was collected meanwhile
    assert gc.isenabled()


def test_work_that_is_never_quick_enough_is_tried_again_and_again() -> None:
    tries: list[None] = []

    assert cpu_seconds(lambda: tries.append(None), enough=0.0) > 0.0
    assert len(tries) > 3
