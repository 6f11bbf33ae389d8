"""An event loop whose time passes as soon as nobody has anything to do, so that hours take no time in a test."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine

from tests.fakes.loops import settle


class _Selector(selectors.SelectSelector):
    """Waits for nothing: it moves the clock instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("everybody waits, and nothing will ever happen")
        self.now += max(0.0, timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Begins at 0.0 seconds. Fails where a real loop would wait for ever. Threads do not exist in it."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now


def run_virtually(test: Coroutine[object, object, None]) -> None:
    """Run `test` in virtual time. Fail if it leaves a task."""

    async def guarded() -> None:
        await test
        await settle()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, left

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(guarded())
