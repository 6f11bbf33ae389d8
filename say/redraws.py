"""Lines that a program draws again and again by moving the cursor up (several bars at once): only what they come to.

Pure. Where the cursor never goes up, text passes as it is.
"""

from __future__ import annotations

import re

from say.patterns import regex

_UP_OR_DOWN = regex(r"\x1b(?:\[(\d{0,4})([ABEF])|(M))|(\n)")
_SEQUENCE = regex(r"\x1b\[[ -?]*[@-~]|\x1b[^\[]")
_BEGUN = regex(r"\x1b(?:\[[ -?]{0,32})?\Z")  # a sequence that may go on with the next chunk
_MOST_ROWS = 200
_LONGEST_ROW = 4096  # characters


class Redraws:
    """Text in as it arrives; text out without what is drawn again.

    From the first move up on, the rows below are kept. They are given out when a line below them ends, or by `settle`,
    as far as they differ from what was given out of them before.
    """

    def __init__(self) -> None:
        self._begun = ""  # of a sequence
        self._rows: list[str] = []  # empty: nothing is drawn again
        self._given: list[str] = []  # what was given out of each
        self._row = 0
        self._visit = ""  # written since the cursor came to its row

    def feed(self, text: str) -> str:
        """Take more text; return what passes."""
        text, self._begun = self._begun + text, ""
        if "\x1b" not in text and not self._rows:
            return text
        last = ""
        if begun := _BEGUN.search(text):
            text, last = text[: begun.start()], begun.group()
        out: list[str] = []
        at = 0
        for found in _UP_OR_DOWN.finditer(text):
            self._write(text[at : found.start()], out)
            self._move(found, out)
            at = found.end()
        self._write(text[at:], out)
        self._begun = last  # only now: `finish` amid the text gives out what is begun
        return "".join(out)

    def settle(self) -> str:
        """Return the rows that changed since they were given out."""
        if not self._rows:
            return ""
        self._leave_row()
        changed = [row for row, given in zip(self._rows, self._given, strict=True) if row != given and _seen(row)]
        self._given = list(self._rows)
        # A row may have begun before the cursor went up: it was drawn again, too.
        return "\r" + "".join(f"{row}\n" for row in changed) if changed else ""

    def finish(self) -> str:
        """Return what is left: nothing follows."""
        text, self._begun = self.settle() + self._begun, ""
        self._rows, self._given, self._row = [], [], 0
        return text

    def _write(self, text: str, out: list[str]) -> None:
        if self._rows:
            self._visit = (self._visit + text)[-_LONGEST_ROW:]
        else:
            out.append(text)

    def _move(self, found: re.Match[str], out: list[str]) -> None:
        count, kind, reverse, newline = found.groups()
        if newline or kind in ("B", "E"):
            self._down(1 if newline else int(count or 1), bool(newline), out, found.group())
        elif reverse or kind:
            self._up(1 if reverse else int(count or 1))

    def _up(self, count: int) -> None:
        if not self._rows:
            rows = min(count, _MOST_ROWS) + 1
            self._rows, self._given, self._row = [""] * rows, [""] * rows, rows - 1
        self._leave_row()
        while self._row < count and len(self._rows) < _MOST_ROWS:  # further up than before
            self._rows.insert(0, "")
            self._given.insert(0, "")
            self._row += 1
        self._row = max(0, self._row - count)

    def _down(self, count: int, newline: bool, out: list[str], text: str) -> None:
        if not self._rows:
            if newline:
                out.append(text)
            return
        below = newline and self._row == len(self._rows) - 1 and _seen(self._visit)
        self._leave_row()
        if below:
            out.append(self.finish())
            return
        self._row = min(self._row + count, len(self._rows) - 1)

    def _leave_row(self) -> None:
        state = self._visit.rstrip("\r").rpartition("\r")[2]
        if _seen(state):
            self._rows[self._row] = state
        self._visit = ""


def _seen(text: str) -> bool:
    return bool(_SEQUENCE.sub("", text).strip())
