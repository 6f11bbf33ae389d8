"""A few lines at the bottom of what a terminal shows, redrawn in place and taken away without a trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_ERASE_LINE = "\r\x1b[K"
# From the second column on: tmux keeps what "erase below" takes away where that is all of the screen.
_ERASE_FROM_HERE = f"\r\x1b[C\x1b[J{_ERASE_LINE}"
# While these rows are written nothing wraps: each takes one row of the screen, also where a terminal takes a character
# for wider than we do (emoji of several characters, the ambiguous ones of East Asia), and where it became narrower
# and we have not been told yet (tmux tells after a quarter of a second).
_CLIP, _WRAP = "\x1b[?7l", "\x1b[?7h"
_NEXT_ROW = "\r\n"  # also where somebody switched off that a line feed is a carriage return as well


class Panel:
    """Draws lines, and leaves the cursor where they begin.

    There it stays through every change of the size. Most terminals wrap what they show anew, some (xterm) cut it off:
    where a terminal has put the rows nobody tells, but that the cursor stays with its character holds for all.
    """

    def __init__(self, write: Callable[[str], None], size: Callable[[], tuple[int, int]]) -> None:
        self._write = write
        self._size = size  # columns and rows of the terminal
        self._rows: list[str] = []  # on the screen
        self._drawn_for = (0, 0)

    @property
    def drawn(self) -> bool:
        return bool(self._rows)

    def draw(self, rows: Sequence[str], above: str = "") -> None:
        """Show `rows` in place of what was drawn before, below `above`: whole lines that stay. One write.

        Each row should be narrower than the terminal. What stands there already is not written again.
        """
        size = self._size()
        if not above and list(rows) == self._rows and (size == self._drawn_for or not rows):
            return
        drawn = list(rows)
        try:
            self._write((_ERASE_FROM_HERE if rows or self._rows else _ERASE_LINE) + above + _drawing(rows))
        finally:  # a signal may end the program as soon as it is written
            self._rows, self._drawn_for = drawn, size

    def forget(self) -> None:
        """Leave what was drawn where it is: others moved the cursor, so that nobody knows where that is."""
        self._rows = []


def _drawing(rows: Sequence[str]) -> str:
    if not rows:
        return ""
    up = f"\x1b[{len(rows) - 1}A" if len(rows) > 1 else ""
    return _CLIP + _NEXT_ROW.join(rows) + _WRAP + up + "\r"
