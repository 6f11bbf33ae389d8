"""Copying what a command writes, byte for byte, to where it would have gone without us."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable

from say import console
from say.exits import OutputClosed

BLOCK = 1 << 16  # bytes
_MUCH = 1 << 11  # bytes


class Pump:
    """Copy from one descriptor to another in a thread of its own, so that a slow reader of one stream holds up no other.

    Each block is shown to `see` after it was written. Where it cannot be written, a pipe's end is closed, so that the
    command learns of it as it would have; with `discard` (a terminal's end, where it could not) the rest is dropped.
    The pump owns `source`.
    """

    def __init__(self, source: int, target: int, see: Callable[[bytes], None], discard: bool) -> None:
        self._source = source
        self._target = target
        self._see = see
        self._discard = discard
        self._reading_since: float | None = None  # monotonic s; None while it writes
        os.set_blocking(source, False)
        self._thread = threading.Thread(target=self._run, name="output", daemon=True)
        self.error: OSError | None = None  # what kept it from writing, but for a reader that went away

    def start(self) -> None:
        self._thread.start()

    def finish(self, grace: float) -> None:
        """Wait until all has been copied: to the end, or for `grace` seconds with nothing to read.

        The end does not come where the command left something behind that could still write.
        """
        while self._thread.is_alive():
            self._thread.join(0.01)
            since = self._reading_since
            if since is not None and time.monotonic() - since > grace and not self._waiting():
                return

    def settle(self, longest: float) -> None:
        """Wait until nothing is there to be copied for the moment, at most for so many seconds."""
        until = time.monotonic() + longest
        while self._thread.is_alive() and time.monotonic() < until:
            if self._reading_since is not None and not self._waiting():
                return
            time.sleep(0.002)

    def _waiting(self) -> bool:
        try:
            return bool(select.select([self._source], [], [], 0)[0])
        except (OSError, ValueError):
            return False  # closed meanwhile

    def _run(self) -> None:
        try:
            while data := self._read():
                self._write(data)
                self._see(data)
        except OutputClosed:
            pass
        except OSError as error:
            self.error = error
        finally:
            os.close(self._source)

    def _read(self) -> bytes:
        """Return what is there, waiting while there is nothing; b"" at the end."""
        while True:
            try:
                return self._gather()
            except BlockingIOError:
                self._wait()
            except OSError:
                return b""  # EIO: nobody has the terminal open any more

    def _gather(self) -> bytes:
        """Return what can be read at once: a terminal gives but 4 KiB at a time. Raises OSError if that is nothing."""
        gathered = os.read(self._source, BLOCK)
        if len(gathered) < _MUCH:  # no flood: it goes on as it comes
            return gathered
        with contextlib.suppress(OSError):
            while len(gathered) < BLOCK and (data := os.read(self._source, BLOCK)):
                gathered += data
        return gathered

    def _wait(self) -> None:
        self._reading_since = time.monotonic()
        select.select([self._source], [], [])
        self._reading_since = None

    def _write(self, data: bytes) -> None:
        try:
            console.write_all(self._target, data)
        except (OSError, OutputClosed):
            if not self._discard:
                raise
