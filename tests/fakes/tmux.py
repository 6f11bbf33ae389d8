"""A real terminal with a shell in it: tmux, which scrolls, wraps and resizes as terminals do."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.fakes.daemon import eventually

PROMPT = "$"
_MARKED = re.compile(r"\x1b\[7m(.*?)\x1b\[(?:0|27)?m")
_STYLE = re.compile(r"\x1b\[[\d;]*m")


class Tmux:
    """One window of a tmux server of its own, in which a shell waits in `folder` for commands, `say` among them."""

    def __init__(self, folder: Path, environment: Mapping[str, str], columns: int = 80, rows: int = 24) -> None:
        if shutil.which("tmux") is None:
            pytest.fail("tmux is missing. Run 'apt-get install tmux'.")
        self._sockets = tempfile.TemporaryDirectory()  # a short path: those of sockets are limited
        self._command = ["tmux", "-S", f"{self._sockets.name}/tmux", "-f", "/dev/null"]
        say = Path(self._sockets.name, "say")
        say.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m say "$@"\n')
        say.chmod(0o700)
        path = f"{self._sockets.name}:{environment['PATH']}"
        variables = {**environment, "PATH": path, "TERM": "screen", "PS1": PROMPT + " "}
        shell = [
            "env",
            "-i",
            *(f"{name}={value}" for name, value in variables.items()),
            "bash",
            "--norc",
            "--noprofile",
        ]
        self._environment = {**environment, "TERM": "screen"}
        self._tmux("new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(folder), shlex.join(shell))
        self._tmux("set-option", "-g", "status", "off")
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))
        eventually(lambda: self.lines == [PROMPT], "a prompt")

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._command, *arguments], env=self._environment, capture_output=True, text=True, timeout=30, check=True
        )
        return done.stdout

    def start(self, command: str) -> None:
        """Type a command."""
        self._tmux("send-keys", "-l", command)
        self._tmux("send-keys", "Enter")

    def key(self, *names: str) -> None:
        """Press keys, as tmux calls them: `C-c`, `Space`, `q`, …"""
        self._tmux("send-keys", *names)

    def resize(self, columns: int, rows: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    @property
    def terminal(self) -> str:
        """Return the path of the terminal in the window."""
        return self._tmux("display-message", "-p", "#{pane_tty}").strip()

    def pid(self) -> int:
        """Return the process of the shell."""
        return int(self._tmux("display-message", "-p", "#{pane_pid}"))

    @property
    def lines(self) -> list[str]:
        """Return what the window shows, without the empty lines at its end; marked text in square brackets."""
        text = _MARKED.sub(r"[\1]", self._tmux("capture-pane", "-p", "-e"))
        return [line.rstrip() for line in _STYLE.sub("", text).rstrip().split("\n")]

    @property
    def history(self) -> list[str]:
        """Return what scrolled out of the window, and what it shows."""
        return [line.rstrip() for line in self._tmux("capture-pane", "-p", "-S", "-").rstrip().split("\n")]

    @property
    def unwrapped(self) -> list[str]:
        """Return what scrolled out of the window, and what it shows, whatever the window's width: lines as written."""
        return [line.rstrip() for line in self._tmux("capture-pane", "-p", "-J", "-S", "-").rstrip().split("\n")]

    @property
    def column(self) -> int:
        """Return where in its line the cursor stands."""
        return int(self._tmux("display-message", "-p", "#{cursor_x}"))

    def wait_for(self, text: str) -> None:
        """Wait until a line holds this text."""
        eventually(
            lambda: any(text in line for line in self.lines), f"{text!r} on the screen, which shows {self.lines}"
        )

    @property
    def word(self) -> str | None:
        """Return the word that is marked; None while none is."""
        found = re.search(r"\[(\w+)\]", "\n".join(self.lines))
        return found and found[1]

    def wait_for_word(self) -> None:
        """Wait until any word is marked: a certain one stands for so short a time that a busy machine misses it."""
        eventually(lambda: self.word is not None, "a marked word")

    def wait_for_prompt(self) -> None:
        eventually(lambda: self.lines[-1] == PROMPT, f"a prompt on the screen, which shows {self.lines}", 30.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            error.add_note("the screen shows\n" + "\n".join(self.lines))
        self._tmux("kill-server")
        self._sockets.cleanup()
