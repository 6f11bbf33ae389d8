"""The one thread of all synthesis: it does one piece at a time, in the order of a `FairQueue`.

One thread, because one model is shared and the seed of its noise is global.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from model_server.engines.steps import GivenUp, unless
from model_server.fair_queue import FairQueue, Need, Order

Result = TypeVar("Result")


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
    begun: float = 0.0  # when, as the clock has it
    gives_way: bool = False  # it is to be done later: once at most

    def run(self) -> object:
        """Do it, unless it is given up meanwhile. For the synthesis thread, which only looks at the other fields."""
        yields = not self.gives_way
        with unless(lambda: self.future.done() or (yields and self.gives_way)):
            return contained(self.work)

    def may_give_way(self, now: float) -> bool:
        """Return whether more time is saved than lost if this is broken off and done again later."""
        return self.order.need is Need.BULK and now - self.begun < self.order.cost / 2


class Scheduler:
    """Runs work in the synthesis thread in the order of a FairQueue."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` is that of `Order.due`."""
        self._clock = clock
        self._queue: FairQueue[_Job] = FairQueue()
        self._in_work: _Job | None = None
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
        if self._in_work is not None and self._in_work.owner is owner:
            self._in_work.future.cancel()

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
                self._in_work = self._queue.pop(self._clock())
                self._in_work.begun = self._clock()
                await self._run_one(self._in_work)
                self._in_work = None

    async def _run_one(self, job: _Job) -> None:
        future = job.future
        if future.done():  # cancelled while it waited
            return
        try:
            result = await asyncio.get_running_loop().run_in_executor(self._thread, job.run)
        except asyncio.CancelledError:
            future.cancel()
            raise
        except GivenUp:
            if not future.done():  # else nobody awaits it
                self._queue.push_back(job.owner, job, job.order)
        except Exception as error:  # whatever it is, it belongs to the one who asked
            if not future.done():
                future.set_exception(error)
        else:
            if not future.done():
                future.set_result(result)
