"""The engine of an utterance, which may be known before it is loaded: what was spoken before needs none."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from common.errors import EngineError
from model_server.engines.base import Engine


class EngineSoon:
    """Its name and what it takes hold from `known` on; the engine itself comes when it is loaded."""

    def __init__(self, name: str, takes: str, choosing: Coroutine[object, object, Engine]) -> None:
        """`name` and `takes` are those of the engine that is expected."""
        self.name = name
        self.takes = takes
        self._choosing = asyncio.create_task(choosing)

    async def known(self, needless: Coroutine[object, object, bool]) -> None:
        """Return once the engine is loaded, or earlier if `needless` finds that nothing has to be synthesized.

        Raises whatever keeps every engine from speaking.
        """
        looking = asyncio.create_task(needless)
        try:
            await asyncio.wait((self._choosing, looking), return_when=asyncio.FIRST_COMPLETED)
            if not self._choosing.done() and looking.result():
                return
            engine = await self._choosing
            self.name, self.takes = engine.name, engine.takes
        finally:
            looking.cancel()

    async def loaded(self) -> Engine:
        """Return the engine. Raises what keeps it from speaking, or EngineError if another would have to do so."""
        engine = await asyncio.shield(self._choosing)
        if engine.name != self.name:  # it cannot be loaded any more, and an utterance keeps its engine
            raise EngineError(f"{self.name} cannot be had any more", "Say it once more: another engine speaks then.")
        return engine

    def close(self) -> None:
        """Wait for it no longer."""
        self._choosing.cancel()
        self._choosing.add_done_callback(_see)


def _see(task: asyncio.Task[Engine]) -> None:
    if not task.cancelled():
        task.exception()  # the loop need not log what nobody waited for
