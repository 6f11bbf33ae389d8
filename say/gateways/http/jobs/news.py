"""Who waits for a job to change, and who listens to one, within this process."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from uuid import UUID


class News:
    """For one loop."""

    def __init__(self) -> None:
        self._waiting: dict[UUID, set[asyncio.Event]] = {}

    def tell(self, job: UUID) -> None:
        """Wake all who wait for this job."""
        for event in self._waiting.get(job, ()):
            event.set()

    @contextlib.contextmanager
    def of(self, job: UUID) -> Iterator[asyncio.Event]:
        """Yield an event that is set whenever the job has changed; who waits clears it before it looks."""
        event = asyncio.Event()
        self._waiting.setdefault(job, set()).add(event)
        try:
            yield event
        finally:
            events = self._waiting[job]
            events.discard(event)
            if not events:
                del self._waiting[job]


async def wait_at_most(seconds: float, changed: asyncio.Event) -> None:
    """Return when the job has changed, or it is time to look what another process has done to it."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await changed.wait()


class Listeners:
    """For one loop."""

    def __init__(self) -> None:
        self._number: Counter[UUID] = Counter()

    def jobs(self) -> frozenset[UUID]:
        """Return the jobs whose sound is on its way to somebody."""
        return frozenset(self._number)

    @contextlib.contextmanager
    def to(self, job: UUID) -> Iterator[None]:
        """Count one more while the block runs."""
        self._number[job] += 1
        try:
            yield
        finally:
            self._number[job] -= 1
            if not self._number[job]:
                del self._number[job]
