"""The one thread of all synthesis: it does one piece at a time, in the order of a `FairQueue`.

One thread, because one model is shared and the seed of its noise is global.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from model_server.fair_queue import FairQueue, Order

Result = TypeVar("Result")


def contained(work: Callable[[], Result]) -> Result:
    """Do the work, as every thread that works for others must. Two exceptions would not reach the one who asked: a library that ends the program would end the
    daemon, and a future takes no StopIteration."""
    try:
        return work()
    except (SystemExit, StopIteration) as error:
        raise RuntimeError(f"the work ended with {error!r}") from error


class Scheduler:
    """Runs work in the synthesis thread in the order of a FairQueue."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` is that of `Order.due`."""
        self._clock = clock
        self._queue: FairQueue[tuple[Callable[[], object], asyncio.Future[object]]] = FairQueue()
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
        """Return what `work()` returns, once its turn has come. Cancelling the caller takes unstarted work back.

        Without `order` it goes before all that can wait: nothing can be spoken without it.
        """
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._queue.push(owner, (work, future), order)
        self._news.set()
        return await future  # type: ignore[return-value]  # the future holds this work's result

    def discard(self, owner: Hashable) -> None:
        """Forget what `owner` has waiting; whoever awaits it is cancelled."""
        for _, future in self._queue.discard(owner):
            future.cancel()

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
                await self._run_one(*self._queue.pop(self._clock()))

    async def _run_one(self, work: Callable[[], object], future: asyncio.Future[object]) -> None:
        if future.done():  # cancelled while it waited
            return
        try:
            result = await asyncio.get_running_loop().run_in_executor(self._thread, contained, work)
        except asyncio.CancelledError:
            future.cancel()
            raise
        except Exception as error:  # whatever it is, it belongs to the one who asked
            if not future.done():
                future.set_exception(error)
        else:
            if not future.done():
                future.set_result(result)
