"""A few lines at the bottom of what a terminal shows, redrawn in place and taken away without a trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

_ERASE_LINE = "\r\x1b[K"
_ERASE_BELOW = "\x1b[J"


class Row(NamedTuple):
    """One line as it is written, and the columns that it takes on the screen."""

    text: str  # may hold escape sequences that take no room
    width: int  # columns


class Panel:
    """Draws lines and remembers how many rows they take, also after the terminal was made narrower."""

    def __init__(self, write: Callable[[str], None], columns: Callable[[], int]) -> None:
        self._write = write
        self._columns = columns
        self._widths: list[int] = []  # of the lines on the screen

    @property
    def drawn(self) -> bool:
        return bool(self._widths)

    def draw(self, rows: Sequence[Row]) -> None:
        """Show `rows` in place of what was drawn before. Each must be narrower than the terminal."""
        lines = "\n".join(row.text for row in rows)
        self._write(self._erasure() + lines if rows else self._erasure())
        self._widths = [row.width for row in rows]

    def erase(self) -> None:
        """Take away what was drawn; the cursor stands where it began."""
        if self._widths:
            self._write(self._erasure())
            self._widths = []

    def _erasure(self) -> str:
        # Where a terminal became narrower, it has wrapped what it shows: all that are common do.
        columns = max(self._columns(), 1)
        height = sum(max(1, -(-width // columns)) for width in self._widths)
        if height <= 1:
            return _ERASE_LINE
        return f"\r\x1b[{height - 1}A{_ERASE_BELOW}"
