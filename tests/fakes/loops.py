"""Running a coroutine as a test: with a deadline, and with an account of what it leaves behind."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Callable, Coroutine, Iterator

PATIENCE = 30.0  # seconds; a busy machine is no fault


def run(test: Coroutine[object, object, None]) -> None:
    """Run `test`. Fail if it takes too long, leaves a task, or an exception that nobody looked at."""
    complaints: list[str] = []

    async def guarded() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(str(context)))
        async with asyncio.timeout(PATIENCE):
            await test
        await settle()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, left

    with garbage_collected():  # unseen exceptions are reported when their task or future is
        asyncio.run(guarded())
    assert not complaints, complaints


@contextlib.contextmanager
def garbage_collected() -> Iterator[None]:
    """Collect the garbage that the block made, at its end.

    What was there before is not looked through: late in a run that is millions of objects, and half a second.
    """
    gc.freeze()
    try:
        yield
        gc.collect()
    finally:
        gc.unfreeze()


async def settle(turns: int = 50) -> None:
    """Let everything happen that can happen without time passing."""
    for _ in range(turns):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    """Return as soon as `condition()` holds; `run` sets the deadline."""
    while not condition():
        await asyncio.sleep(0.001)
