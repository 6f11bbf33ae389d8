"""Text as `-i` shows it: wrapped to the terminal, the word that is being spoken marked. Pure.

Widths are those of wcwidth, which knows the wide characters of East Asia, emoji that are made of several characters,
and accents that take no room of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from wcwidth import iter_graphemes, wcswidth

from say.wrapping import SEPARATOR

MARK = "\x1b[7m"  # reverse video: seen in every colour scheme
UNMARK = "\x1b[27m"
_JOINERS = "\u200d\ufe0e\ufe0f"  # they shape the emoji around them


class Cell(NamedTuple):
    """What a reader takes for one character."""

    start: int  # characters from the beginning of the text
    end: int
    shown: str
    width: int  # columns


def page(text: str, offset: int, mark: tuple[int, int], columns: int, rows: int) -> list[str]:
    """Return at most `rows` lines of at most `columns` columns: `text`, with the characters of `mark` marked.

    `offset` is the place of `text` in the whole, `mark` counts from the beginning of the whole. Of a text that takes
    more lines those around the mark are shown; one without length still tells where.
    """
    lines = _lines(text, offset, max(columns, 2))
    at = max((number for number, line in enumerate(lines) if line and line[0].start <= mark[0]), default=0)
    first = max(0, min(at - rows // 2, len(lines) - rows))
    return [_drawn(line, mark) for line in lines[first : first + rows]]


@lru_cache(maxsize=2)  # a page is drawn again for each of its words
def _lines(text: str, offset: int, columns: int) -> tuple[list[Cell], ...]:
    return tuple(_wrapped(_cells(text, offset), columns))


def _is_in(cell: Cell, mark: tuple[int, int]) -> bool:
    return cell.start < mark[1] and mark[0] < cell.end


def _cells(text: str, offset: int) -> Iterator[Cell]:
    for grapheme in iter_graphemes(text):
        end = offset + len(grapheme)
        shown = "\n" if grapheme in ("\n", "\r\n") else _harmless(grapheme)
        if grapheme == SEPARATOR:  # it only says that the line end before it counts
            shown = ""
        yield Cell(offset, end, shown, max(wcswidth(shown), 0) if shown != "\n" else 0)
        offset = end


def _harmless(grapheme: str) -> str:
    """Return what may be written to a terminal: no controls, no overrides of the direction, nothing unencodable."""
    if grapheme.isprintable():
        return grapheme
    kept = "".join(each for each in grapheme if each.isprintable() or each in _JOINERS)
    return kept if kept.strip(_JOINERS) else " "


def _wrapped(cells: Iterator[Cell], columns: int) -> Iterator[list[Cell]]:
    """Yield lines, broken at blanks where there are any."""
    line: list[Cell] = []
    width = 0
    for cell in cells:
        if cell.shown == "\n":
            yield line
            line, width = [], 0
            continue
        # A blank may hang over: nobody sees it. A wide character may not fit behind the word that it belongs to either.
        while line and width + cell.width > columns and cell.shown != " ":
            whole, line = _broken(line)
            yield whole
            width = sum(each.width for each in line)
        line.append(cell)
        width += cell.width
    if line:
        yield line


def _broken(line: list[Cell]) -> tuple[list[Cell], list[Cell]]:
    """Return a full line up to its last blank, and the word behind it that goes to the next one."""
    blank = max((number for number, cell in enumerate(line) if cell.shown == " "), default=-1)
    if blank < 0:
        return line, []
    return line[: blank + 1], line[blank + 1 :]


def _drawn(line: list[Cell], mark: tuple[int, int]) -> str:
    while line and line[-1].shown == " ":
        line = line[:-1]
    parts: list[str] = []
    marked = False
    for cell in line:
        if _is_in(cell, mark) != marked:
            marked = not marked
            parts.append(MARK if marked else UNMARK)
        parts.append(cell.shown)
    if marked:
        parts.append(UNMARK)
    return "".join(parts)
