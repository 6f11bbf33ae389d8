"""What a session waits for: its server, its text, commands, and what accompanies it (keys, a display)."""

from __future__ import annotations

import math
import os
import selectors
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from common.connection import SILENCE_LIMIT, Connection
from common.errors import ConnectionLost
from say.control import Control, Tick
from say.spool import TextSpool


class SessionLoop:
    """Wait for all of it at once. A context manager: only inside is the control attached."""

    def __init__(
        self, connection: Connection, spool: TextSpool, control: Control, call: Callable[[Callable[[], None]], None]
    ) -> None:
        self._connection = connection
        self._spool = spool
        self._control = control
        self._call = call  # calls what belongs to others
        self._selector = selectors.DefaultSelector()
        self._woken, self._wake = os.pipe()
        self._readers: dict[int, Callable[[], None]] = {}
        self._heard = time.monotonic()  # when the server was last heard
        self._deadline = math.inf
        self._ticked: dict[Tick, float] = {}  # when each was done last

    def __enter__(self) -> SessionLoop:
        for descriptor in (self._woken, self._wake):
            os.set_blocking(descriptor, False)
        for source in (self._connection, self._spool, self._woken):
            self._selector.register(source, selectors.EVENT_READ)
        self._control.attach(self._wake_up)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._control.detach()
        self._selector.close()
        os.close(self._woken)
        os.close(self._wake)
        self._control.raise_end()  # what came too late to be taken

    def _wake_up(self) -> None:
        with suppress(BlockingIOError):  # enough wake-ups wait there already
            os.write(self._wake, b"!")

    def wait(self) -> bool:
        """Wait until something happened, and do what accompanies the session; return whether the server sent something.

        Raises ConnectionLost when it has been silent for too long.
        """
        self._follow_readers()
        ready = {key.fileobj for key, _ in self._selector.select(self._patience())}
        now = time.monotonic()
        spoke = self._connection in ready
        if spoke:
            self._heard = now
        elif now >= min(self._heard + SILENCE_LIMIT, self._deadline):
            raise ConnectionLost("the voice server fell silent")
        if self._woken in ready:
            os.read(self._woken, 4096)
        if self._spool in ready:
            self._spool.acknowledge()
        for descriptor, action in self._readers.items():
            if descriptor in ready:
                self._call(action)
        self._tick(now)
        return spoke

    def forgive(self) -> None:
        """Begin to measure the server's silence anew: the program itself was stopped for a while."""
        self._heard = time.monotonic()

    def hurry(self, seconds: float) -> None:
        """Take the server for lost if its last words do not come within so many seconds."""
        self._deadline = time.monotonic() + seconds

    def _patience(self) -> float:
        """Return for how many seconds nothing needs to be done."""
        due = min(self._heard + SILENCE_LIMIT, self._deadline)
        for tick in self._control.ticks:
            due = min(due, self._ticked.get(tick, 0.0) + tick.interval)
        return max(0.0, due - time.monotonic())

    def _tick(self, now: float) -> None:
        for tick in self._control.ticks:
            if now >= self._ticked.get(tick, 0.0) + tick.interval:
                self._ticked[tick] = now
                self._call(tick.action)

    def _follow_readers(self) -> None:
        wanted = self._control.readers
        for descriptor in self._readers.keys() - wanted.keys():
            self._selector.unregister(descriptor)
        for descriptor in wanted.keys() - self._readers.keys():
            self._selector.register(descriptor, selectors.EVENT_READ)
        self._readers = wanted
