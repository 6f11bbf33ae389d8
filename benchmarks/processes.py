"""Every process of a benchmark: in an environment that favours nobody, and ended with the benchmark whatever happens."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

import psutil  # type: ignore[import-untyped]  # ships no types

from tests.process_guard import MARKER, ProcessGuard

ROOT = Path(__file__).resolve().parents[1]
WAV_HEADER = 44  # bytes
_GRACE = 10.0  # seconds that processes get to end by themselves
_QUIET_WINDOW = 0.1  # seconds
_QUIET_SHARE = 0.1  # of one processor
_QUIET_DEADLINE = 120.0  # seconds


class Processes:
    """Start processes and end them, detached ones too. A context manager; `folder` is theirs and goes with it."""

    def __init__(self) -> None:
        self._guard = ProcessGuard()
        self._busy: set[int] = set()  # that are to be busy all the time
        self.folder = Path(tempfile.mkdtemp(prefix="say-bench-"))
        home = self.folder / "home"
        home.mkdir()
        # Nothing of the caller's: settings of OpenMP, of the allocator or of a user would favour one or the other.
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "HF_HUB_OFFLINE": "1",
            MARKER: self._guard.token,
        }

    def __enter__(self) -> Processes:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _leave)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # ending them is not to be interrupted
        for line in self._guard.end_those_left(_GRACE if error is None else 0.0):
            print(f"bench: had to be killed: {line.strip()}", file=sys.stderr)
        remove(self.folder)

    def start(
        self,
        command: Sequence[str | Path],
        *,
        extra: Mapping[str, str] | None = None,
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        stdout: int | IO[bytes] = subprocess.PIPE,
        stderr: int | IO[bytes] | None = None,
        cwd: Path | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a process in a session of its own, so that Ctrl-C comes here alone."""
        return subprocess.Popen(
            [str(word) for word in command],
            env={**self.environment, **(extra or {})},
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            cwd=cwd or self.folder,
            start_new_session=True,
        )

    @contextlib.contextmanager
    def busy(self, count: int) -> Iterator[None]:
        """Have `count` processes compute without an end, as a build does."""
        loops = [self.start([sys.executable, "-I", "-S", "-c", "while True: pass"]) for _ in range(count)]
        self._busy.update(process.pid for process in loops)
        try:
            yield
        finally:
            for process in loops:
                end(process)
                self._busy.discard(process.pid)

    def settle(self) -> None:
        """Wait until nothing that was started here computes any more, apart from what is to be busy."""
        deadline = time.monotonic() + _QUIET_DEADLINE
        while time.monotonic() < deadline:
            before = self._computed()
            time.sleep(_QUIET_WINDOW)
            after = self._computed()
            used = sum(after[pid] - before.get(pid, 0.0) for pid in after)
            # On a busy machine, who wants to compute may not have come to it.
            if used < _QUIET_SHARE * _QUIET_WINDOW and not any(map(_wants_to_run, after)):
                return
        raise SystemExit(f"bench: something went on computing for {_QUIET_DEADLINE:g} s: {sorted(after)}")

    def _computed(self) -> dict[int, float]:
        """Return the seconds of processor time of each process, by its pid."""
        times = {}
        for process in self._guard.started():
            with contextlib.suppress(psutil.Error):
                if process.pid not in self._busy:
                    used = process.cpu_times()
                    times[process.pid] = used.user + used.system
        return times


def _wants_to_run(pid: int) -> bool:
    """Return whether a thread of a process runs or waits for a processor; False where the system does not tell."""
    for stat in Path(f"/proc/{pid}/task").glob("*/stat"):
        with contextlib.suppress(OSError):  # gone meanwhile
            if stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0] == "R":
                return True
    return False


def first_sound(process: subprocess.Popen[bytes], begun: float, header: int) -> float:
    """Return the seconds from `begun` (perf_counter) to the first byte of sound, `header` bytes into its output.

    Raises SystemExit for a process that ends without.
    """
    assert process.stdout is not None
    came = 0
    while came <= header:
        block = os.read(process.stdout.fileno(), 1 << 16)
        if not block:
            raise SystemExit(f"bench: no sound from {process.args!r}, which ended with status {process.wait()}.")
        came += len(block)
    return time.perf_counter() - begun


def rest_of(process: subprocess.Popen[bytes]) -> int:
    """Read to the end and reap the process; return how many bytes there were. Raises SystemExit if it failed."""
    assert process.stdout is not None
    count = 0
    while block := os.read(process.stdout.fileno(), 1 << 20):
        count += len(block)
    process.stdout.close()
    if process.wait() != 0:
        raise SystemExit(f"bench: {process.args!r} ended with status {process.returncode}.")
    return count


def end(process: subprocess.Popen[bytes]) -> None:
    """Terminate, then kill, then reap one process."""
    for stream in (process.stdin, process.stdout):
        if stream:
            with contextlib.suppress(BrokenPipeError):
                stream.close()
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def resident(pid: int, *, peak: bool = False) -> float:
    """Return the megabytes that a process has in memory, or the most that it has had, files that it maps among them."""
    if sys.platform == "linux":
        wanted = "VmHWM:" if peak else "VmRSS:"
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith(wanted):
                return int(line.split()[1]) / 1000
    memory = psutil.Process(pid).memory_info()  # no peak of others is to be had there
    return float(memory.rss) / 1e6


def others_share(seconds: float = 1.0) -> float:
    """Return the share of all processors that is in use, looked at for so long: asked while nothing of ours runs."""
    return round(float(psutil.cpu_percent(seconds)) / 100, 3)


def stolen_seconds() -> float:
    """Return the processor seconds that this virtual machine wanted and did not get since it started; 0 elsewhere."""
    return float(getattr(psutil.cpu_times(), "steal", 0.0))


def remove(folder: Path) -> None:
    """Delete a folder, though a process that is just ending may still write into it."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _leave(number: int, frame: object) -> None:
    raise SystemExit(128 + number)
