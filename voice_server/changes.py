"""News within one utterance: whoever waits for a condition looks again whenever something changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Changes:
    """`tell` after every change of what others may wait for; all of it belongs to one event loop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def tell(self) -> None:
        """Let everybody who waits look again."""
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return as soon as `condition()` holds; at once if it does. Raises what it raises."""
        while not condition():
            await self._event.wait()
