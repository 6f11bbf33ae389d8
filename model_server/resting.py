"""When engines give memory back: after some seconds without work what is free, after `idle_unload` what they loaded.

Looks now and then, in the event loop; what it finds to do waits for its turn in the synthesis thread and looks again there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import partial

from model_server.engines.guarded import GuardedEngine
from model_server.scheduler import Scheduler

log = logging.getLogger(__name__)

PERIOD = 2.0  # seconds between two looks


class Resting:
    """Watches the engines that are loaded. `in_use` says whether an utterance has one: then none is unloaded."""

    def __init__(self, scheduler: Scheduler, in_use: Callable[[], bool], unloaded: Callable[[str], None]) -> None:
        """`unloaded` is told the names of engines that have to be loaded again."""
        self._scheduler = scheduler
        self._in_use = in_use
        self._unloaded = unloaded

    async def watch(self, engines: Mapping[str, GuardedEngine], unload_after: float) -> None:
        """Look at these engines for ever. `unload_after` is in seconds; 0: never."""
        while True:
            await asyncio.sleep(PERIOD)
            for name, engine in tuple(engines.items()):
                try:
                    await self.look(name, engine, unload_after)
                except Exception:  # whoever speaks next meets it too; the other engines are looked at all the same
                    log.exception("%s could not give memory back", name)

    async def look(self, name: str, engine: GuardedEngine, unload_after: float) -> None:
        """Have this engine do what it is time for."""
        if (
            unload_after
            and engine.loaded
            and engine.unloads
            and not self._in_use()
            and engine.idle_for() >= unload_after
        ):
            if await self._scheduler.run(self, partial(engine.unload_if_unused, unload_after)):
                log.info("%s is unloaded: unused for %g s", name, unload_after)
                self._unloaded(name)
        elif engine.due():
            await self._scheduler.run(self, engine.rest_if_due)
