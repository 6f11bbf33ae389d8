"""A terminal of its own for one `say`: typed into, interrupted from, closed."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from types import TracebackType

from tests.fakes.daemon import Daemon, eventually


class Terminal:
    """Runs `say` as the foreground program of a new terminal."""

    def __init__(self, daemon: Daemon, *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        # A new session with this terminal, so that it is here that Ctrl-C and closing the window arrive.
        self.process = subprocess.Popen(
            [sys.executable, "-c", _TAKE_TERMINAL, sys.executable, "-m", "say", *arguments],
            cwd=daemon.folder,
            env={**daemon.environment, "TERM": "xterm"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._shown = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # EIO: nobody has it open any more
            while data := os.read(self._ours, 4096):
                self._shown += data

    @property
    def shown(self) -> str:
        """Return everything that appeared on the screen."""
        return self._shown.decode(errors="replace")

    def wait_for(self, text: str) -> None:
        eventually(lambda: text in self.shown, f"{text!r} on the screen, which shows {self.shown!r}")

    def enter(self, text: str) -> None:
        """Type text."""
        os.write(self._ours, text.encode())

    def close(self) -> float:
        """Close the window; return when, in monotonic seconds."""
        # What a closed window comes to: a hang-up for the foreground program. The reader keeps the descriptor busy,
        # so that closing it would not count.
        closed = time.monotonic()
        os.killpg(self.process.pid, signal.SIGHUP)
        return closed

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(5.0)
        os.close(self._ours)


_TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
