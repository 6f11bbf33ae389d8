"""What `--progress` shows while a file is written: how much of the text is in it, and how long the rest will take. Pure."""

from __future__ import annotations

import time
from collections.abc import Callable

from common.messages.speaking import Accepted, Played
from say import units
from say.watching import KnownText, Show, bar_line

REDRAW = 0.1  # seconds
# Seconds of work after which its pace tells something: the first piece may have waited for others.
_TELLING = 1.0


class Rendering:
    """Takes the events of one utterance that goes to its client, and keeps the panel true."""

    def __init__(
        self,
        show: Show,
        columns: Callable[[], int],
        known_text: KnownText,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._show = show
        self._columns = columns
        self._known_text = known_text
        self._clock = clock
        self._place = 0  # characters that are written
        self._since: tuple[float, int] | None = None  # when the pace was first measured, and the place then
        self._due = 0.0

    def handle(self, event: object) -> None:
        """Take note of what happened, and show it."""
        now = self._clock()
        if isinstance(event, Accepted) and self._since is None:
            self._since = now, self._place
        elif isinstance(event, Played):
            self._place = event.end
        else:
            return
        if now >= self._due:
            self._due = now + REDRAW
            self._show([self._line(now)])

    def _line(self, now: float) -> str:
        total, more = self._known_text()
        share = min(self._place / total, 1.0) if total else 0.0
        if more:
            figures = f"{self._place:,} of {total:,} characters so far"
        else:
            figures = f"{int(share * 100):3}%{self._left(total, now)}"
        return bar_line(figures, share, self._columns() - 1)

    def _left(self, total: int, now: float) -> str:
        began, place = self._since or (now, self._place)
        if now - began < _TELLING or self._place <= place:
            return ""
        seconds = (total - self._place) * (now - began) / (self._place - place)
        return f"  {units.clock(seconds)} left"
