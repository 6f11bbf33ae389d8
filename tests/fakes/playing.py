"""A real `Speaker` in a process of its own (`tests.fakes.player`), steered and listened to by a test."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from voice_server.joins import Samples

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0  # seconds; a busy machine is no fault


@dataclass(frozen=True)
class Event:
    """One line of the player."""

    name: str
    at: float  # monotonic seconds
    detail: str


class Player:
    """The program `tests.fakes.player`."""

    def __init__(self, pieces: list[Samples], directory: Path, environment: Mapping[str, str]) -> None:
        path = directory / "pieces.npz"
        np.savez(path, **{str(index): piece for index, piece in enumerate(pieces)})  # type: ignore[arg-type]  # numpy/numpy#28490
        self.log = directory / "player.log"
        self.events: list[Event] = []
        self._lines: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.fakes.player", str(path)],
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            name, at, detail = line.decode().rstrip("\n").split(" ", 2)
            self._lines.put(Event(name, float(at), detail))
        self._lines.put(None)

    def tell(self, command: str, **details: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command} {json.dumps(details)}\n".encode())
        self._process.stdin.flush()

    def ask(self, command: str, **details: object) -> Event:
        """Give a command that is answered by an event of the same name, and return that."""
        self.tell(command, **details)
        return self.wait_for(command)

    def wait_for(self, *names: str, seconds: float = PATIENCE) -> Event:
        """Return the next event of one of these names."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                event = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                pytest.fail(f"waited {seconds:g} s for {names}; came {self.events}; log:\n{self.log.read_text()}")
            if event is None:
                pytest.fail(f"the player ended before {names}; came {self.events}; log:\n{self.log.read_text()}")
            self.events.append(event)
            if event.name in names:
                return event

    def freeze(self) -> None:
        """Stop the program, as a suspended machine would."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """Let the player end by itself."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)

    def clear_away(self) -> None:
        """End what is left of the player."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        self._reader.join()
        self._process.stdin.close()
        self._process.stdout.close()


@contextmanager
def playing(pieces: list[Samples], directory: Path, environment: Mapping[str, str]) -> Iterator[Player]:
    player = Player(pieces, directory, environment)
    try:
        yield player
        player.end()
    finally:
        player.clear_away()
