"""Threads for what blocks: a few for looks at the database and the disk, a few for changes, which may wait for each other.

And one each time for a store, which may take for ever.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

_FEW = 4  # of each kind

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """For one loop; closed once nobody uses it."""

    def __init__(self) -> None:
        self._looking = ThreadPoolExecutor(_FEW, thread_name_prefix="jobs")
        self._changing = ThreadPoolExecutor(_FEW, thread_name_prefix="jobs-changing")

    async def call(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Return what the function does, once it has; it changes nothing in the database.

        Whoever is cancelled meanwhile learns of it afterwards: nothing that the function works with is taken from it.
        """
        return await _outcome(self._looking.submit(function, *arguments, **named))

    async def change(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """As `call`, for what changes the database: it may wait for another program's change, and who looks does not."""
        return await _outcome(self._changing.submit(function, *arguments, **named))

    def close(self) -> None:
        """Wait for what is in work."""
        self._changing.shutdown()
        self._looking.shutdown()


async def _outcome(work: Future[T]) -> T:
    doing = asyncio.wrap_future(work)
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait([doing])
        if not doing.cancelled():
            doing.exception()  # whatever it was, nobody asks any more
        raise


def apart(function: Callable[[], T]) -> asyncio.Future[T]:
    """Return the outcome of a function that may take for ever, in a thread that the process does not wait for."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def tell(value: T | None, error: BaseException | None) -> None:
        if outcome.done():
            return
        if error is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(value)  # type: ignore[arg-type]  # a T where there is no error

    def run() -> None:
        value, failure = None, None
        try:
            value = function()
        except BaseException as error:  # raised where somebody can handle it
            failure = error
        try:
            loop.call_soon_threadsafe(tell, value, failure)
        except RuntimeError:  # the loop was closed, with nobody left who waits
            pass

    threading.Thread(target=run, name="store", daemon=True).start()
    return outcome
