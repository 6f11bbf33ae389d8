"""Whether jobs can be taken just now, for whoever asks again and again and cannot wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from say.gateways.http.jobs.database import JobsUnavailable
from say.gateways.http.jobs.threads import apart
from say.gateways.http.jobs.workshop import LOG

_PATIENCE = 5.0  # seconds
_HOLDS = 2.0  # seconds
_SILENT = "the database of the jobs does not answer"


class Probe:
    """Has one look at a time, however many ask and however long it takes; what it found holds for a moment."""

    def __init__(self, look: Callable[[], None], now: Callable[[], float] = time.monotonic) -> None:
        """`look` blocks, and raises JobsUnavailable."""
        self._look = look
        self._now = now
        self._looking: asyncio.Future[None] | None = None
        self._began = 0.0
        self._found: str | None = None
        self._found_at = float("-inf")

    async def trouble(self) -> str | None:
        """Return why no jobs can be taken, None if they can; soon, also where that cannot be found out."""
        if self._looking is None:
            if self._now() - self._found_at < _HOLDS:
                return self._found
            self._looking = apart(self._look)
            self._looking.add_done_callback(self._note)
            self._began = self._now()
        looking = self._looking
        await asyncio.wait([looking], timeout=max(0.0, self._began + _PATIENCE - self._now()))
        return _trouble_in(looking) if looking.done() else _SILENT

    def _note(self, looking: asyncio.Future[None]) -> None:
        self._looking = None
        self._found, self._found_at = _trouble_in(looking), self._now()
        error = looking.exception()
        if error is not None and not isinstance(error, JobsUnavailable):
            LOG.error("a look at the database of the jobs broke off", exc_info=error)


def _trouble_in(looking: asyncio.Future[None]) -> str | None:
    error = looking.exception()
    return None if error is None else str(error) or type(error).__name__
