"""Find every process that a test started, however detached, and end what it left.

A daemon leaves the process tree of its parent, but keeps its environment: a token there marks it. A process that
was started without the environment is found as long as it is a descendant. What a process that was there before
starts, such as the browser of a module's tests, is that one's affair.
"""

from __future__ import annotations

import contextlib
import time
import uuid

import psutil

MARKER = "SAY_TEST_TOKEN"


class ProcessGuard:
    """Know the processes of one test: those with `token` in their environment, and new children of this process."""

    def __init__(self) -> None:
        self.token = uuid.uuid4().hex
        self._before = set(_descendants())

    def started(self) -> list[psutil.Process]:
        """Return the test's processes that exist now, zombies among them."""
        found = {process for process in psutil.process_iter() if self._marked(process)}
        found.update(child for child in _descendants() if child not in self._before and not self._is_of_another(child))
        return sorted(found, key=lambda process: process.pid)

    def end_those_left(self, grace: float) -> list[str]:
        """Wait up to `grace` seconds for all to end, kill the others; return a line about each of those."""
        deadline = time.monotonic() + grace
        while left := self.started():
            if time.monotonic() > deadline:
                break
            psutil.wait_procs(left, timeout=0.05)
        lines = [_describe(process) for process in left]
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=5)
        return lines

    def _is_of_another(self, child: psutil.Process) -> bool:
        try:
            return any(parent in self._before for parent in child.parents())
        except psutil.Error:  # gone
            return False

    def _marked(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(MARKER) == self.token
        except (psutil.Error, OSError):  # gone, a zombie, or another user's
            return False


def _descendants() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _describe(process: psutil.Process) -> str:
    try:
        return f"  {process.pid} ({process.status()}): {' '.join(process.cmdline()) or process.name()}"
    except psutil.Error:
        return f"  {process.pid} (ended meanwhile)"
