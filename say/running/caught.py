"""Signals as something that a select can wait for."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from types import FrameType


class Caught:
    """Signals as bytes that a select can wait for. What was ignored stays so."""

    def __init__(self, numbers: Sequence[signal.Signals]) -> None:
        self._numbers = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]

    def __enter__(self) -> Caught:
        self.descriptor, self._writing = os.pipe()
        for end in (self.descriptor, self._writing):
            os.set_blocking(end, False)
        self._wakeup = signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, _catch) for number in self._numbers}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        os.close(self.descriptor)
        os.close(self._writing)

    def take(self) -> list[int]:
        """Return the signals that came since the last call."""
        with contextlib.suppress(BlockingIOError):
            return list(dict.fromkeys(os.read(self.descriptor, 4096)))
        return []

    @contextlib.contextmanager
    def stoppable(self) -> Iterator[None]:
        """Let SIGTSTP stop us."""
        before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        try:
            yield
        finally:
            signal.signal(signal.SIGTSTP, before)


def _catch(number: int, frame: FrameType | None) -> None:
    """Leave a signal to whoever reads the descriptor."""
