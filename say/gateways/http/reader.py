"""Who takes an answer: since when nothing of it was taken, and that the rest is given up for others."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator

_PATIENCE = 5.0  # seconds
# Bytes that go out at once to who takes sound as it plays: so many were measured on loopback, less elsewhere. Of PCM
# that is under three seconds, of Opus twenty.
_AT_ONCE = 128 << 10


class Reader:
    """The reader of one answer."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.given_up = asyncio.Event()
        self.seconds = 0.0  # of sound in what it was offered
        self._now = now
        self._offered = 0  # bytes
        self._waited_for_since: float | None = None

    def offer(self, size: int) -> None:
        """Note that so many bytes are to be taken next."""
        self._offered += size

    @contextlib.contextmanager
    def taking(self) -> Iterator[None]:
        """Note that it has to take something now, up to the end of the block."""
        self._waited_for_since = self._now()
        try:
            yield
        finally:
            self._waited_for_since = None

    @property
    def idle_for(self) -> float:
        """Return for how many seconds it has taken nothing of what is there."""
        return 0.0 if self._waited_for_since is None else self._now() - self._waited_for_since

    @property
    def is_late(self) -> bool:
        """Return whether it has taken nothing for longer than somebody who plays what he takes."""
        played = _AT_ONCE * self.seconds / self._offered if self._offered else 0.0
        return self.idle_for > _PATIENCE + played

    def give_up(self) -> None:
        """Let whoever sends it the answer break that off."""
        self.given_up.set()
