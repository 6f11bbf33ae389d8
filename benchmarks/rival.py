"""A rival in a process of its own, asked over pipes; its side is `benchmarks/rivals/`."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from benchmarks.answers import Turn, read_answer
from benchmarks.environments import ONNX, STOCK, Environments
from benchmarks.processes import ROOT, Processes, end, first_sound, resident
from benchmarks.program import VOICE

_MODULES = {STOCK: "benchmarks.rivals.stock", ONNX: "benchmarks.rivals.onnx"}


@dataclass(frozen=True)
class Rivals:
    """How to start the rivals: with which weights, threads and device."""

    processes: Processes
    environments: Environments
    folder: Path
    threads: int
    device: str = "cpu"

    def serve(self, name: str) -> Rival:
        """Start a rival that stays; it is loaded when this returns."""
        return Rival(self._start(name, "serve"))

    def cold(self, name: str, phonemes: str) -> float:
        """Return the seconds from starting a rival to the first byte of sound of `phonemes`."""
        begun = time.perf_counter()
        process = self._start(name, "first")
        try:
            assert process.stdin is not None
            process.stdin.write(phonemes.encode())
            process.stdin.close()
            return first_sound(process, begun, header=0)
        finally:
            end(process)

    def _start(self, name: str, what: str) -> subprocess.Popen[bytes]:
        command: list[str | Path] = [self.environments.python(name), "-m", _MODULES[name], what, self.folder]
        command += [VOICE, str(self.threads), self.device]
        return self.processes.start(command, stdin=subprocess.PIPE, cwd=ROOT)

    def export(self) -> None:
        """Write the graph for ONNX Runtime beside the weights, unless it is there."""
        if (self.folder / "kokoro.onnx").exists():
            return
        print("bench: writing the graph for ONNX Runtime (once)", file=sys.stderr)
        command: list[str | Path] = [self.environments.python(STOCK), "-m", "benchmarks.rivals.export", self.folder]
        if self.processes.start(command, stdout=subprocess.DEVNULL, cwd=ROOT).wait() != 0:
            raise SystemExit("bench: the graph could not be written (see above).")


class Rival:
    """A rival that is loaded and waits. A context manager."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.ready = read_answer(process)["ready"]  # seconds of importing and loading

    def speak(self, how: str, phonemes: Sequence[str]) -> Turn:
        """Have paragraphs spoken: `forward` by the bare model, `first` up to the first sound, `whole` to the end."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"how": how, "phonemes": list(phonemes)}).encode() + b"\n")
        self._process.stdin.flush()
        return Turn(**read_answer(self._process))

    def peak_memory(self) -> float:
        """Return the most megabytes that it has had."""
        return resident(self._process.pid, peak=True)

    def __enter__(self) -> Rival:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        end(self._process)
