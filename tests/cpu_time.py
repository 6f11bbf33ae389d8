"""How long something takes, in CPU time of this thread, on a machine that has other work.

    assert cpu_seconds(lambda: read(text), enough=0.5) < 0.5
    assert growth(lambda length: partial(read, "a" * length), 1_000, 10_000) < LINEAR

One try says little: a first import, a collection of garbage that others left, new memory and a processor that is shared
are in it. So the quickest of several counts, and there are no more tries than it takes.
"""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable

LINEAR = 1.5  # at most, of `growth`: between in proportion, which is 1, and quadratic, which is 2
_TRIES = 8
_PATIENCE = 30.0  # seconds, of all tries together


def cpu_seconds(work: Callable[[], object], enough: float = 0.0) -> float:
    """Return the CPU seconds of the quickest of several tries; of the first, if any, that is below `enough`."""
    tries: list[float] = []
    while len(tries) < _TRIES and sum(tries) < _PATIENCE:
        tries.append(_measured(work))
        if tries[-1] < enough:
            break
    return min(tries)


def growth(prepare: Callable[[int], Callable[[], object]], short: int, long: int) -> float:
    """Return the power of its length with which the time grows that `prepare(length)()` takes.

    Preparing is not measured. Both lengths take turns, so that what slows the machine for a while slows both, until the
    result is below LINEAR.
    """
    of_short, of_long = math.inf, math.inf
    took, power = 0.0, math.inf
    for _ in range(_TRIES):
        of_short = min(of_short, now_short := _measured(prepare(short)))
        of_long = min(of_long, now_long := _measured(prepare(long)))
        power = math.log(of_long / of_short) / math.log(long / short)
        took += now_short + now_long
        if power < LINEAR or took > _PATIENCE:
            break
    return power


def _measured(work: Callable[[], object]) -> float:
    collecting = gc.isenabled()
    gc.disable()
    try:
        begun = time.thread_time()
        work()
        return time.thread_time() - begun
    finally:
        if collecting:
            gc.enable()
