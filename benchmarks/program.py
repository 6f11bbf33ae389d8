"""This project as its users have it: `say`, and the servers that it starts, in a home of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO

import psutil  # type: ignore[import-untyped]  # ships no types

from benchmarks.processes import WAV_HEADER, Processes, end, first_sound, resident, rest_of
from common.settings import BY_NAME

VOICE = "af_heart"
COMMAND = (Path(sys.executable).with_name("say"),)
_PATIENCE = 120.0  # seconds for an answer


class Program:
    """One home with its servers. A context manager; at its end the servers are shut down.

    `settings` are those of `common/settings.py`.
    """

    def __init__(self, processes: Processes, name: str, folder: Path, threads: int, **settings: str) -> None:
        self._processes = processes
        self.home = processes.folder / name
        self.home.mkdir(mode=0o700)
        values = {"engine": "kokoro", "model_dir": str(folder), "threads": str(threads), **settings}
        self.environment = {
            "SAY_HOME": str(self.home),
            **{BY_NAME[key].variable: value for key, value in values.items()},
        }

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shut_down()

    def start(
        self, *arguments: str | Path, extra: Mapping[str, str] | None = None, stderr: IO[bytes] | None = None
    ) -> subprocess.Popen[bytes]:
        return self._processes.start([*COMMAND, *arguments], extra={**self.environment, **(extra or {})}, stderr=stderr)

    def run(self, *arguments: str | Path) -> bytes:
        """Run `say` to its end and return what it printed. Raises SystemExit if it failed."""
        process = self.start(*arguments)
        output, _ = process.communicate()
        if process.returncode != 0:
            raise SystemExit(f"bench: {process.args!r} ended with status {process.returncode}.")
        return output

    def shut_down(self) -> None:
        self.run("--shutdown")

    def first_sound(self, *arguments: str | Path) -> float:
        """Return the seconds from the start of `say` to its first byte of sound; the rest is not waited for."""
        begun = time.perf_counter()
        process = self.start("-o", "-", *arguments)
        try:
            return first_sound(process, begun, WAV_HEADER)
        finally:
            end(process)

    def whole(self, *arguments: str | Path) -> tuple[float, int]:
        """Return the seconds that `say` takes to its end, and the bytes of sound."""
        begun = time.perf_counter()
        count = rest_of(self.start("-o", "-", *arguments))
        return time.perf_counter() - begun, count - WAV_HEADER

    def phonemes(self, text: str) -> str:
        """Return how the text is read, in phonemes."""
        report = json.loads(self.run("--phonemes", "--json", "--as", "plain", "--", text))
        return " ".join(piece["phonemes"] for piece in report["pieces"] if piece["phonemes"])

    def model_server(self) -> int:
        """Return the pid of the model server, which runs."""
        return int(self._status()["pid"])

    def voice_server(self) -> int:
        """Return the pid of the one voice server, which runs."""
        return next(
            int(child.pid)
            for child in psutil.Process(self.model_server()).children(recursive=True)
            if "voice_server" in child.cmdline()
        )

    def peak_memory(self) -> float:
        """Return the most megabytes that the model server has had."""
        return resident(self.model_server(), peak=True)

    def _status(self) -> dict[str, int]:
        status: dict[str, int] = json.loads(self.run("--status", "--json"))
        return status
