"""A terminal of its own for one `say`, or for a shell that runs some: typed into, interrupted from, closed."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from tests.fakes.daemon import Daemon, eventually

_BAR = re.compile(r"(\r\x1b\[C\x1b\[J)?\r\x1b\[K(\x1b\[\?7lsay: loading \w+\x1b\[\?7h\r)?")


class Terminal:
    """Runs `say` as the foreground program of a new terminal."""

    def __init__(self, daemon: Daemon, *arguments: str, command: Sequence[str] | None = None) -> None:
        """Run `say` with these arguments, or `command`."""
        self._ours, theirs = pty.openpty()
        self.modes_before = self.modes
        command = command or [sys.executable, "-m", "say", *arguments]
        # A new session with this terminal, so that it is here that Ctrl-C and closing the window arrive.
        self.process = subprocess.Popen(
            [sys.executable, "-c", _TAKE_TERMINAL, *command],
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
        eventually(self._is_taken, "the program has the terminal")

    def _is_taken(self) -> bool:
        return os.tcgetpgrp(self._ours) == self.process.pid or self.process.poll() is not None

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # EIO: nobody has it open any more
            while data := os.read(self._ours, 4096):
                self._shown += data

    @property
    def shown(self) -> str:
        """Return everything that appeared on the screen."""
        return self._shown.decode(errors="replace")

    @property
    def modes(self) -> list[object]:
        """Return the settings of the terminal: what is shown of what is typed, when it is handed on, …"""
        return termios.tcgetattr(self._ours)

    @property
    def hands_out_keys(self) -> bool:
        """Whether what is typed comes key by key, and unseen."""
        return not self.modes[3] & (termios.ICANON | termios.ECHO)  # type: ignore[operator]  # the local flags

    @property
    def lines_shown(self) -> str:
        """Return what appeared on the screen without the bar that a slow start has."""
        return _BAR.sub("", self.shown)

    def wait_for(self, text: str, seconds: float = 20.0) -> None:
        eventually(lambda: text in self.shown, f"{text!r} on the screen, which shows {self.shown!r}", seconds)

    def enter(self, text: str) -> None:
        """Type text."""
        os.write(self._ours, text.encode())

    def wait(self, seconds: float = 30.0) -> int:
        """Wait for the program's end; return its status once everything that it wrote is in `shown`."""
        status = self.process.wait(seconds)
        self._reader.join(seconds)
        return status

    def close(self) -> float:
        """Close the window; return when, in monotonic seconds."""
        # What a closed window comes to: a hang-up for the foreground program. The reader keeps the descriptor busy,
        # so that closing it would not count.
        closed = time.monotonic()
        os.killpg(self.process.pid, signal.SIGHUP)
        return closed

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(5.0)
        os.close(self._ours)


class ShellTerminal(Terminal):
    """Runs an interactive shell with job control: what is started from it can be stopped and continued."""

    def __init__(self, daemon: Daemon) -> None:
        super().__init__(daemon, command=["/bin/bash", "--norc", "--noprofile", "--noediting", "-i"])
        self._turn = 0
        self.run("PS1= PS2=; bind 2> /dev/null; set -b")

    def say(self, *arguments: str) -> str:
        """Return a command line for the shell."""
        return shlex.join([sys.executable, "-m", "say", *arguments])

    def run(self, line: str) -> int:
        """Have the shell do something; return its status when the shell goes on."""
        self.start(line)
        return self.wait_for_shell()

    def start(self, line: str) -> None:
        """Have the shell do something."""
        self._turn += 1
        self.enter(f"{line}; echo status$((0))-{self._turn}=$?.\n")

    def wait_for_shell(self) -> int:
        """Wait until the shell has ended, or stopped, what it was told; return its status."""
        mark = f"status0-{self._turn}="
        self.wait_for(mark, 60.0)
        eventually(lambda: "." in self.shown.rpartition(mark)[2], f"a status in {self.shown!r}")
        return int(self.shown.rpartition(mark)[2].partition(".")[0])


_TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
