"""Who learns how far the loading of an engine is: everybody who waits for it, whoever began it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator

from common.messages.hello import Progress

Report = Callable[[Progress], None]


class Loading:
    """Belongs to one event loop. Stages are told once to those who wait, and to whoever joins them the present one."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Report]] = {}  # by engine
        self._stages: dict[str, Progress] = {}

    @contextlib.contextmanager
    def telling(self, engine: str, report: Report) -> Iterator[Callable[[str], None]]:
        """While the block runs, let `report` know each stage. Yields what the thread that loads calls with its name."""
        loop = asyncio.get_running_loop()
        waiting = self._waiting.setdefault(engine, [])
        waiting.append(report)
        report(self._stages.setdefault(engine, Progress("loading", engine)))
        try:
            yield lambda what: _soon(loop, self._tell, engine, what)
        finally:
            waiting.remove(report)
            if not waiting:
                self._waiting.pop(engine, None)
                self._stages.pop(engine, None)

    def _tell(self, engine: str, what: str) -> None:
        if waiting := self._waiting.get(engine):
            stage = self._stages[engine] = Progress("loading", what)
            for report in waiting:
                report(stage)


def _soon(loop: asyncio.AbstractEventLoop, tell: Callable[[str, str], None], engine: str, what: str) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended, and the thread that loads with it
        loop.call_soon_threadsafe(tell, engine, what)
