"""A terminal window of its own for any program, a shell among them: typed into, resized, looked at byte by byte."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.fakes.daemon import eventually


class Window:
    """Runs a program in the foreground of a new terminal that is its controlling one."""

    def __init__(
        self,
        folder: Path,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        rows: int = 24,
        columns: int = 80,
        stdin: int = 0,  # a descriptor, where it is not this terminal; so are the others
        stdout: int = 0,
        stderr: int = 0,
    ) -> None:
        self._ours, theirs = pty.openpty()
        self.resize(rows, columns)
        self.settings_before = self.settings
        self.process = subprocess.Popen(
            [sys.executable, "-c", _TAKE_TERMINAL, str(theirs), *command],
            cwd=folder,
            env={"TERM": "xterm", **environment},
            pass_fds=[theirs],
            start_new_session=True,
            stdin=stdin or theirs,
            stdout=stdout or theirs,
            stderr=stderr or theirs,
        )
        os.close(theirs)
        self._shown = bytearray()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # EIO: nobody has it open any more
            while data := os.read(self._ours, 1 << 16):
                self._shown += data

    @property
    def shown(self) -> bytes:
        """Return all that was sent to the screen."""
        return bytes(self._shown)

    @property
    def settings(self) -> list[object]:
        """Return the terminal's settings as termios has them."""
        return list(termios.tcgetattr(self._ours))

    @property
    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self._ours)[3] & termios.ECHO)

    @property
    def in_front(self) -> int:
        """Return the process group that has the keyboard."""
        return os.tcgetpgrp(self._ours)

    def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def enter(self, text: str) -> None:
        """Type text."""
        os.write(self._ours, text.encode())

    def wait_for(self, text: str, times: int = 1) -> None:
        eventually(
            lambda: self._shown.count(text.encode()) >= times,
            f"{text!r} on the screen, which shows {bytes(self._shown[-3000:])!r}",
        )

    def wait(self, deadline: float = 30.0) -> int:
        """Wait for the program's end and for all that it showed; return its status as `subprocess` has it."""
        status = self.process.wait(deadline)
        self._reader.join(deadline)
        return status

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            error.add_note(f"the screen shows {bytes(self._shown[-3000:])!r}")
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(5.0)
        os.close(self._ours)


_TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(int(sys.argv[1]), termios.TIOCSCTTY, 0)
os.close(int(sys.argv[1]))
os.execvp(sys.argv[2], sys.argv[2:])
"""
