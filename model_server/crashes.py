"""When a crashed voice server may start again. Pure: the clock is passed in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

MOST_CRASHES = 5  # in WINDOW, with no utterance finished in between: give up
WINDOW = 60.0  # seconds
_FIRST_PAUSE = 0.1  # seconds, after the second crash; doubled with each further one
_LONGEST_PAUSE = 2.0  # seconds; a client waits for it


class CrashRecord:
    """The recent crashes of one voice's server."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._crashes: deque[float] = deque()

    def crashed(self) -> None:
        self._crashes.append(self._clock())

    def finished_an_utterance(self) -> None:
        """It works again: forget what was before."""
        self._crashes.clear()

    def _recent(self) -> int:
        while self._crashes and self._crashes[0] <= self._clock() - WINDOW:
            self._crashes.popleft()
        return len(self._crashes)

    @property
    def hopeless(self) -> bool:
        return self._recent() >= MOST_CRASHES

    def pause(self) -> float:
        """Return the seconds to wait before the next start: none after a first crash, then growing."""
        crashes = self._recent()
        return 0.0 if crashes < 2 else min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (crashes - 2))
