"""Idle is a busy count and a deadline. Pure: the clock is passed in."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator


class Idle:
    """How long something has been unused, and whether that is long enough to leave.

    `limit` is in seconds; 0 means never.
    """

    def __init__(self, limit: float, clock: Callable[[], float]) -> None:
        self._limit = limit
        self._clock = clock
        self._busy = 0
        self._since = clock()

    @property
    def busy(self) -> int:
        return self._busy

    @contextlib.contextmanager
    def use(self) -> Iterator[None]:
        """Count as busy inside the block."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
            self._since = self._clock()

    def touch(self) -> None:
        """Count as used just now."""
        self._since = self._clock()

    def idle_for(self) -> float:
        """Return the seconds since the last use; 0 while busy."""
        return 0.0 if self._busy else self._clock() - self._since

    def remaining(self) -> float | None:
        """Return the seconds until it is time to leave, 0 if it is; None while busy or if never."""
        if self._busy or not self._limit:
            return None
        return max(0.0, self._since + self._limit - self._clock())
