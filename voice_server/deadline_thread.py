"""One thread for calls that may never return, awaited with a deadline from the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Stuck(Exception):
    """A call did not return in time; the thread is lost."""


class _Job(Generic[Result]):
    """One call, whose result is either delivered to the loop or, if nobody wants it any more, undone."""

    def __init__(self, function: Callable[[], Result], undo: Callable[[Result], None] | None) -> None:
        self._function = function
        self._undo = undo
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Result] = self._loop.create_future()
        self._lock = threading.Lock()  # guards the two below: who comes second undoes
        self._abandoned = False
        self._results: list[Result] = []

    def run(self) -> None:
        try:
            result = self._function()
        except Exception as error:  # carried to the caller, who knows what it means
            self._send(self._fail, error)
            return
        with self._lock:
            self._results.append(result)
            abandoned = self._abandoned
        if abandoned or not self._send(self._deliver, result):
            self.undo()

    def abandon(self) -> bool:
        """Say that nobody waits any more. Returns whether a result is there already, to be undone on the thread."""
        with self._lock:
            self._abandoned = True
            return bool(self._results)

    def undo(self) -> None:
        if self._undo is not None:
            self._undo(self._results[0])

    def _send(self, function: Callable[..., None], value: object) -> bool:
        try:
            self._loop.call_soon_threadsafe(function, value)
        except RuntimeError:  # the loop is closed: the program is at its end
            return False
        return True

    def _deliver(self, result: Result) -> None:
        if not self.future.done():
            self.future.set_result(result)

    def _fail(self, error: Exception) -> None:
        if not self.future.done():
            self.future.set_exception(error)


class DeadlineThread:
    """Make calls one after the other on one daemon thread, which cannot hold up the end of the process."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._latest: asyncio.Event | None = None  # set when the last call so far is over
        self.stuck = False  # a call exceeded its deadline; the thread takes no more

    async def call(
        self, function: Callable[[], Result], seconds: float, undo: Callable[[Result], None] | None = None
    ) -> Result:
        """Return what `function` returns. Raises Stuck `seconds` after its turn has come, and at once ever after.

        `undo` gets a result that comes too late, or that nobody takes because the caller was cancelled.
        """
        if self.stuck:
            raise Stuck
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        job = _Job(function, undo)
        before, over = self._latest, asyncio.Event()
        self._latest = over
        self._jobs.put(job.run)
        try:
            if before is not None:  # a row of calls is no call that hangs
                await before.wait()
            if self.stuck:
                raise Stuck
            return await self._in_time(job.future, seconds)
        except BaseException:
            job.future.cancel()
            if job.abandon():
                self._jobs.put(job.undo)
            raise
        finally:
            over.set()

    async def _in_time(self, future: asyncio.Future[Result], seconds: float) -> Result:
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                return await future
        except TimeoutError:
            if not limit.expired():  # the call's own
                raise
            self.stuck = True
            raise Stuck from None

    def _run(self) -> None:
        while True:
            self._jobs.get()()
