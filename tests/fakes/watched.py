"""What a terminal showed, and when: every write of the program on it, replayed on a screen."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import time
from bisect import bisect_right
from dataclasses import dataclass

from tests.fakes.screen import Screen
from tests.fakes.window import Window

_DRAWING = re.compile(rb"(?=\r\x1b\[C)")  # where one begins that replaces the one before
_INCOMPLETE = re.compile(rb"(\x1b(\[[\d?]*)?|[\xc0-\xff][\x80-\xbf]{0,2})$")  # a sequence, or perhaps a character
_MARKED = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True)
class Look:
    """The screen after one drawing."""

    at: float  # monotonic seconds
    lines: list[str]  # those that are not empty; marked text in square brackets

    @property
    def marked(self) -> str:
        """Return the marked text, a word that is broken at the edge in one; "" if nothing is marked."""
        text = [line for line in self.lines if not line.startswith("say: ")]  # without the bar
        return "".join(each for line in text for each in _MARKED.findall(line))


class WatchedWindow(Window):
    """A window whose output is kept with the time at which it came."""

    _reads: list[tuple[float, bytes]] | None = None

    def _read(self) -> None:
        self._reads = []
        with contextlib.suppress(OSError):  # EIO: nobody has it open any more
            while data := os.read(self._ours, 1 << 16):
                self._reads.append((time.monotonic(), data))
                self._shown += data

    @property
    def reads(self) -> list[tuple[float, bytes]]:
        """Return what came, and when, in monotonic seconds."""
        return list(self._reads or [])

    def looks(self, columns: int = 80) -> list[Look]:
        """Return the screen after each drawing, and when that began; of the last one, what has come so far."""
        screen, looks, reads = Screen(columns), [], self.reads
        ends = list(itertools.accumulate(len(data) for _, data in reads))
        data = b"".join(data for _, data in reads)
        at = 0
        for drawing in filter(None, _DRAWING.split(_INCOMPLETE.sub(b"", data))):
            screen.write(drawing.decode())
            looks.append(Look(reads[bisect_right(ends, at)][0], screen.lines))
            at += len(drawing)
        return looks

    @property
    def now(self) -> list[str]:
        """Return the lines that stand on the screen."""
        looks = self.looks()
        return looks[-1].lines if looks else []
