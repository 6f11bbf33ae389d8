"""The one queue of all synthesis: what is spoken next, one piece at a time, fair between utterances; but what sounds, or
will sound next, is not kept waiting by all those that only get ready.

One thread runs the work, because one model is shared and the seed of its noise is global.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

# Jobs of urgent owners in a row, after which another gets its turn: a machine slower than speech writes files, too.
MOST_URGENT = 4


class FairQueue(Generic[Job]):
    """First come, first served between owners, who take turns; an owner's own jobs keep their order. Pure.

    Owners that are `urgent` when a job is wanted go first, up to `MOST_URGENT` times in a row.
    """

    def __init__(self) -> None:
        self._jobs: dict[Hashable, deque[Job]] = {}  # owners in the order of their next turn
        self.urgent: Callable[[Hashable], bool] = lambda owner: False
        self._in_a_row = 0  # urgent ones

    def __len__(self) -> int:
        return sum(map(len, self._jobs.values()))

    def push(self, owner: Hashable, job: Job) -> None:
        self._jobs.setdefault(owner, deque()).append(job)

    def pop(self) -> Job:
        """Return the next job. Raises IndexError if there is none."""
        if not self._jobs:
            raise IndexError("the queue is empty")
        owner = self._next_owner()
        jobs = self._jobs.pop(owner)
        job = jobs.popleft()
        if jobs:
            self._jobs[owner] = jobs
        return job

    def _next_owner(self) -> Hashable:
        urgent = next(filter(self.urgent, self._jobs), None)
        if urgent is not None and self._in_a_row < MOST_URGENT:
            self._in_a_row += 1
            return urgent
        self._in_a_row = 0
        return next((owner for owner in self._jobs if owner is not urgent), urgent)

    def discard(self, owner: Hashable) -> Iterable[Job]:
        """Forget everything that `owner` has waiting, and return it."""
        return self._jobs.pop(owner, ())


def contained(work: Callable[[], Result]) -> Result:
    """Do the work, as every thread that works for others must. Two exceptions would not reach the one who asked: a library that ends the program would end the
    daemon, and a future takes no StopIteration."""
    try:
        return work()
    except (SystemExit, StopIteration) as error:
        raise RuntimeError(f"the work ended with {error!r}") from error


class Scheduler:
    """Runs work in the synthesis thread in the order of a FairQueue."""

    def __init__(self) -> None:
        self._queue: FairQueue[tuple[Callable[[], object], asyncio.Future[object]]] = FairQueue()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="synthesis")
        self._news = asyncio.Event()

    @property
    def queued(self) -> int:
        return len(self._queue)

    def prefer(self, urgent: Callable[[Hashable], bool]) -> None:
        """Do the work of owners for which `urgent` holds first."""
        self._queue.urgent = urgent

    async def run(self, owner: Hashable, work: Callable[[], Result]) -> Result:
        """Return what `work()` returns, once its turn has come. Cancelling the caller takes unstarted work back."""
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._queue.push(owner, (work, future))
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
                await self._run_one(*self._queue.pop())

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
