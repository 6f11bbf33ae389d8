"""Weights that are checked and read by a thread of their own while this one imports torch, which takes longer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from common.errors import Cancelled

# Returns what is saved in a file; calls its argument before it needs torch.
Read = Callable[[Path, Callable[[], None]], object]


class ReadAhead:
    """Use as a context manager. `path` and `take` raise whatever finding and reading raise."""

    def __init__(self, find: Callable[[], Path], read: Read) -> None:
        """`find` returns the file, checked, which may take its time."""
        self._torch = threading.Event()
        self._given_up = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="weights")
        self._path: Future[Path] = self._thread.submit(find)
        self._saved: list[Future[object]] = [self._thread.submit(lambda: read(self._path.result(), self._await_torch))]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._given_up = not self._torch.is_set()  # nobody can load it, so it need not be tried
        self._torch.set()
        self._thread.shutdown()

    def torch_is_here(self) -> None:
        """Let what needs torch begin; before, nobody but the caller may import it."""
        self._torch.set()

    def path(self) -> Path:
        """Return the file, once it is found good."""
        return self._path.result()

    def take(self) -> object:
        """Return what was read; keeps no hold of it."""
        return self._saved.pop().result()

    def _await_torch(self) -> None:
        self._torch.wait()
        if self._given_up:
            raise Cancelled("torch does not load")
