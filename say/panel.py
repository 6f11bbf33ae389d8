"""A few lines at the bottom of what a terminal shows, redrawn in place and taken away without a trace."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

_ERASE_LINE = "\r\x1b[K"
# Line by line: tmux keeps what "erase below" takes away where that is all of the screen.
_ERASE_LINE_ABOVE = "\x1b[A\x1b[K"
# While these rows are written nothing wraps: where a terminal takes a character for wider than we do (emoji of several
# characters, the ambiguous ones of East Asia), a row is cut off at the edge and does not take two.
_CLIP, _WRAP = "\x1b[?7l", "\x1b[?7h"
_NEXT_ROW = "\r\n"  # also where somebody switched off that a line feed is a carriage return as well
_STYLE = re.compile(r"\x1b\[\d*m")


class Row(NamedTuple):
    """One line as it is written, and the columns that it takes on the screen."""

    text: str  # may hold escape sequences that take no room
    width: int  # columns


class Panel:
    """Draws lines and remembers how many rows they take, also after the terminal was made narrower."""

    def __init__(self, write: Callable[[str], None], columns: Callable[[], int]) -> None:
        self._write = write
        self._columns = columns
        self._rows: list[Row] = []  # on the screen
        self._drawn_for = 0  # columns

    @property
    def drawn(self) -> bool:
        return bool(self._rows)

    def draw(self, rows: Sequence[Row], above: str = "") -> None:
        """Show `rows` in place of what was drawn before, below `above`: whole lines that stay. One write.

        Each row must be narrower than the terminal. What stands there already is not written again.
        """
        columns = self._columns()
        if not above and list(rows) == self._rows and (columns == self._drawn_for or not rows):
            return
        lines = _NEXT_ROW.join(row.text for row in rows)
        if not lines.isascii():
            lines = f"{_CLIP}{lines}{_WRAP}"
        drawn = list(rows)
        try:
            self._write(self._erasure(columns) + above + lines)
        finally:  # a signal may end the program as soon as it is written
            self._rows, self._drawn_for = drawn, columns

    def erase(self) -> None:
        """Take away what was drawn; the cursor stands where it began."""
        if self._rows:
            self._write(self._erasure(self._columns()))
            self._rows = []

    def forget(self) -> None:
        """Leave what was drawn where it is: others wrote below it, so that nobody knows where that is."""
        self._rows = []

    def _erasure(self, columns: int) -> str:
        # Where a terminal became narrower, it has wrapped what it shows: all that are common do.
        height = sum(_height(row, max(columns, 1)) for row in self._rows)
        return _ERASE_LINE + _ERASE_LINE_ABOVE * (height - 1)


def _height(row: Row, columns: int) -> int:
    """Return how many rows of the screen a row takes that was drawn when the screen was as wide as need be."""
    if row.width <= columns or row.text.isascii():
        return max(1, -(-row.width // columns))
    from wcwidth import iter_graphemes, wcswidth  # large tables, for a rare occasion

    rows, used = 1, 0
    for grapheme in iter_graphemes(_STYLE.sub("", row.text)):
        width = max(wcswidth(grapheme), 0)
        if used + width > columns:  # what is two columns wide is not torn apart
            rows, used = rows + 1, 0
        used += width
    return rows
