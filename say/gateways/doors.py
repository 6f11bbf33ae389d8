"""What `say-serve` asks of each of its doors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol


class Door(Protocol):
    """A service for peers of one kind."""

    name: str  # as messages say it

    async def serve(self, leaving: asyncio.Event, opened: Callable[[str], None]) -> None:
        """Open, call `opened` with where it is reached, and serve until `leaving` is set.

        Then take nothing new, finish what is in work and return; who is in a hurry cancels. Raises SayError if it cannot
        be opened, or has to close.
        """
