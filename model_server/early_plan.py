"""The first plan of an utterance, made while its engine is still chosen and loaded.

It is made for the engine that is expected to speak. Should another be chosen, it counts for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from common.messages.synthesis import Plan, Planned

# Plans for an engine, given by its name and what it takes.
Make = Callable[[Plan, str, str], Coroutine[object, object, Planned]]


class EarlyPlan:
    """Takes one request, the first; whoever planned that far waits for the answer before asking for more."""

    def __init__(self, engine: str, takes: str, make: Make) -> None:
        """`engine` is the one expected, which takes `takes`."""
        self._expected = engine, takes
        self._make = make
        self.request: Plan | None = None
        self._task: asyncio.Task[Planned] | None = None
        self._asked = asyncio.Event()

    def take(self, message: object) -> bool:
        """Begin to plan if this is the request; return whether it was."""
        if not isinstance(message, Plan) or self.request is not None:
            return False
        self.request = message
        self._task = asyncio.create_task(self._make(message, *self._expected))
        self._asked.set()
        return True

    async def made(self) -> tuple[Plan, Planned]:
        """Wait for the request, and return it with its answer, which is still to be used. Raises whatever planning raises."""
        await self._asked.wait()
        assert self.request is not None and self._task is not None  # `use` comes later
        return self.request, await asyncio.shield(self._task)

    async def use(self, request: Plan, engine: str, takes: str) -> Planned:
        """Return the answer to a request, made already or not. Raises whatever planning raises."""
        task, self._task = self._task, None
        if task is not None and request is self.request and (engine, takes) == self._expected:
            return await task
        _give_up(task)
        return await self._make(request, engine, takes)

    def close(self) -> None:
        """Forget what was begun and nobody asked for again."""
        _give_up(self._task)


def _give_up(task: asyncio.Task[Planned] | None) -> None:
    if task is not None:
        task.cancel()
        task.add_done_callback(_see)


def _see(task: asyncio.Task[Planned]) -> None:
    if not task.cancelled():
        task.exception()  # the loop need not log what nobody wants to know
