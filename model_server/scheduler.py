"""The one thread of all synthesis: it does one piece at a time, in the order of a `FairQueue`.

One thread, because one model is shared and the seed of its noise is global.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar, runtime_checkable

from model_server.engines.steps import GivenUp, unless
from model_server.fair_queue import CAUTION, FairQueue, Need, Order

Result = TypeVar("Result")

log = logging.getLogger(__name__)

# Seconds that jobs which are done at once would take one after the other, at most: whoever comes meanwhile waits for them.
LONGEST = 1.0


@runtime_checkable
class Joint(Protocol):
    """Work that may be done faster at once with other work of its kind."""

    def __call__(self) -> object:
        """Do it alone."""

    def goes_with(self, others: Sequence[Joint]) -> bool:
        """Return whether it is worth being done at once with all of those; without any, whether it would be with some."""

    def do_with(self, others: Sequence[Joint]) -> Sequence[object]:
        """Do it and all of those at once; return what comes of this and of each of the others: a result, or an Exception to be raised."""


def contained(work: Callable[[], Result]) -> Result:
    """Do the work, as every thread that works for others must. Two exceptions would not reach the one who asked: a library that ends the program would end the
    daemon, and a future takes no StopIteration."""
    try:
        return work()
    except (SystemExit, StopIteration) as error:
        raise RuntimeError(f"the work ended with {error!r}") from error


@dataclass
class _Job:
    """Work that somebody awaits."""

    owner: Hashable
    work: Callable[[], object]
    future: asyncio.Future[object]
    order: Order
    gave_way: bool = False  # it was begun and put off: once at most


@dataclass
class _Turn:
    """What is in work: one job, or several that are done at once."""

    jobs: list[_Job]
    begun: float  # when, as the clock has it
    gives_way: bool = False  # it is to be done later

    @property
    def cost(self) -> float:
        return sum(job.order.cost for job in self.jobs)

    @property
    def due(self) -> float:
        return min(job.order.due for job in self.jobs)

    def run(self) -> Sequence[object]:
        """Return the jobs' results, unless they are given up meanwhile. For the synthesis thread, which only looks at the fields."""
        yields = not any(job.gave_way for job in self.jobs)
        with unless(lambda: all(job.future.done() for job in self.jobs) or (yields and self.gives_way)):
            first, *others = (job.work for job in self.jobs)
            if not others:
                return [contained(first)]
            assert isinstance(first, Joint)
            return contained(partial(first.do_with, [work for work in others if isinstance(work, Joint)]))

    def may_give_way(self, now: float) -> bool:
        """Return whether more time is saved than lost if this is broken off and done again later."""
        return all(job.order.need is Need.BULK for job in self.jobs) and now - self.begun < self.cost / 2


class Scheduler:
    """Runs work in the synthesis thread in the order of a FairQueue."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` is that of `Order.due`."""
        self._clock = clock
        self._queue: FairQueue[_Job] = FairQueue()
        self._in_work: _Turn | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="synthesis")
        self._news = asyncio.Event()

    @property
    def queued(self) -> int:
        return len(self._queue)

    def prefer(self, front: Callable[[], Hashable | None]) -> None:
        """Have `front` tell which owner has the loudspeaker, or gets it next; None: nobody wants it."""
        self._queue.front = front

    def now(self) -> float:
        """Return the time that `Order.due` is told in, in seconds."""
        return self._clock()

    async def run(self, owner: Hashable, work: Callable[[], Result], order: Order | None = None) -> Result:
        """Return what `work()` returns, once its turn has come.

        Cancelling the caller takes unstarted work back, and has work that was begun given up with its next `step`.

        Without `order` it goes before all that can wait: nothing can be spoken without it. A piece of a file that was just
        begun gives way, once, to a piece that somebody waits for in silence.
        """
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._queue.push(owner, _Job(owner, work, future, order or Order()), order)
        if order is not None and self._queue.is_first(owner, order) and self._in_work is not None:
            self._in_work.gives_way |= self._in_work.may_give_way(self._clock())
        self._news.set()
        return await future  # type: ignore[return-value]  # the future holds this work's result

    def discard(self, owner: Hashable) -> None:
        """Forget what `owner` has waiting, and give up what is in work for it; whoever awaits it is cancelled."""
        for job in self._queue.discard(owner):
            job.future.cancel()
        for job in self._in_work.jobs if self._in_work is not None else ():
            if job.owner is owner:
                job.future.cancel()

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Work through the queue while the block runs."""
        task = asyncio.create_task(self._serve(), name="scheduler")
        try:
            yield
        finally:
            task.cancel()
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def _serve(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while len(self._queue):
                now = self._clock()
                self._in_work = self._with_others(_Turn([self._queue.pop(now)], now))
                await self._run(self._in_work)
                self._in_work = None

    def _with_others(self, turn: _Turn) -> _Turn:
        """Take along what comes next in the queue, as long as it is faster done at once and nothing falls silent for it."""
        first = turn.jobs[0].work
        if not isinstance(first, Joint) or not first.goes_with(()):
            return turn
        others: list[Joint] = []

        def goes(job: _Job, order: Order) -> bool:
            cost = turn.cost + order.cost
            in_time = min(turn.due, order.due) - turn.begun >= CAUTION * cost
            return cost <= LONGEST and in_time and isinstance(job.work, Joint) and first.goes_with([*others, job.work])

        while (job := self._queue.pop_beside(turn.begun, turn.begun + turn.cost, goes)) is not None:
            if not job.future.done():
                turn.jobs.append(job)
                assert isinstance(job.work, Joint)
                others.append(job.work)
        return turn

    async def _run(self, turn: _Turn) -> None:
        turn.jobs = [job for job in turn.jobs if not job.future.done()]  # else cancelled while they waited
        if not turn.jobs:
            return
        try:
            results = await asyncio.get_running_loop().run_in_executor(self._thread, turn.run)
        except asyncio.CancelledError:
            for job in turn.jobs:
                job.future.cancel()
            raise
        except GivenUp:
            for job in reversed(turn.jobs):
                if not job.future.done():  # else nobody awaits it
                    job.gave_way = True
                    self._queue.push_back(job.owner, job, job.order)
        except Exception as error:  # whatever it is, it belongs to the one who asked
            await self._blame(turn, error)
        else:
            for job, result in zip(turn.jobs, results, strict=True):
                _settle(job.future, result)

    async def _blame(self, turn: _Turn, error: Exception) -> None:
        if len(turn.jobs) == 1:
            _settle(turn.jobs[0].future, error)
            return
        log.error("pieces that were made at once failed, and are made one by one", exc_info=error)
        for job in turn.jobs:
            self._in_work = _Turn([job], self._clock())
            await self._run(self._in_work)


def _settle(future: asyncio.Future[object], result: object) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
