"""The engine of an utterance, which may be known before it is loaded: what was spoken before needs none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from common.errors import EngineError
from model_server.engines.base import Engine

# Seconds in which what was spoken before is found, if text and front end are there: 20 ms, more on a busy machine. Loading
# takes ten times as long.
HEAD_START = 0.2


class EngineSoon:
    """Its name and what it takes hold from `known` on; the engine itself comes when it is loaded."""

    def __init__(self, name: str, takes: str, choose: Callable[[], Coroutine[object, object, Engine]]) -> None:
        """`name` and `takes` are those of the engine that is expected."""
        self.name = name
        self.takes = takes
        self._choose = choose
        self._choosing: asyncio.Task[Engine] | None = None

    async def known(self, needless: Coroutine[object, object, bool], *, ready: bool) -> None:
        """Return once the engine is loaded, or earlier if `needless` finds that nothing has to be synthesized.

        One that is not `ready` is not even begun to be loaded if that is found soon: weights that were unloaded stay so.
        Raises whatever keeps every engine from speaking.
        """
        looking = asyncio.create_task(needless)
        try:
            if not ready:
                await asyncio.wait((looking,), timeout=HEAD_START)
                if looking.done() and looking.result():
                    return
            choosing = self._begin()
            await asyncio.wait((choosing, looking), return_when=asyncio.FIRST_COMPLETED)
            if not choosing.done() and looking.result():
                return
            engine = await choosing
            self.name, self.takes = engine.name, engine.takes
        finally:
            looking.cancel()

    async def loaded(self) -> Engine:
        """Return the engine. Raises what keeps it from speaking, or EngineError if another would have to do so."""
        engine = await asyncio.shield(self._begin())
        if engine.name != self.name:  # it cannot be loaded any more, and an utterance keeps its engine
            raise EngineError(f"{self.name} cannot be had any more", "Say it once more: another engine speaks then.")
        return engine

    def close(self) -> None:
        """Wait for it no longer."""
        if self._choosing is not None:
            self._choosing.cancel()
            self._choosing.add_done_callback(_see)

    def _begin(self) -> asyncio.Task[Engine]:
        self._choosing = self._choosing or asyncio.create_task(self._choose())
        return self._choosing


def _see(task: asyncio.Task[Engine]) -> None:
    if not task.cancelled():
        task.exception()  # the loop need not log what nobody waited for
