"""What of a command's output is worth saying: its first error, else its first warning, else its last line.

Looks at everything that passes at a pace at which that costs nothing, and keeps a few lines, however much it is.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

from say.alerts import Alert, FirstAlert, may_alert, without_sequences

_LONGEST_LINE = 1 << 14  # bytes of a line that are kept while its end has not come
_TAIL = 1 << 11  # bytes at the end, among which the last line is looked for
# A build that fails is looked at from its first line to its last; a flood (a file that is shown, `yes`) would be slowed
# down by that: looking costs 20 to 200 ms a megabyte. So much time it may take: s, and the share of all time.
_CREDIT = 0.5
_SHARE = 0.05
# Entering (h) and leaving (l) the screen on which editors and pagers show other people's text.
_OTHER_SCREEN = re.compile(rb"\x1b\[\?(?:1049|1047|47)([hl])")
_LONGEST_SEQUENCE = 8  # bytes of it that may have come with the block before


class OutputWatch:
    """Watch the streams of one command, each fed from a thread of its own."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self._lock = threading.Lock()
        self._now = now
        self._began = now()
        self._spent = 0.0  # s of looking
        self._first = FirstAlert()
        self._tail = b""

    def stream(self) -> Callable[[bytes], None]:
        """Return the function that takes the next bytes of another stream."""
        return _Stream(self._lines, self._see_end).feed

    @property
    def found(self) -> tuple[Alert, str]:
        """Return the worst that was found and its line; (NONE, last line) if there was neither error nor warning."""
        with self._lock:
            if self._first.line:
                return self._first.alert, self._first.line
            lines = [_text(each).strip() for each in re.split(rb"[\r\n]+", self._tail)]
            return Alert.NONE, next((each for each in reversed(lines) if each), "")

    def _lines(self, block: bytes) -> None:
        with self._lock:
            began = self._now()
            if self._first.settled or self._spent > _CREDIT + _SHARE * (began - self._began):
                return
            if self._first.unfinished or may_alert(block):
                for line in re.split(rb"[\r\n]+", block):
                    self._first.feed(line.decode("utf-8", "replace"))
            self._spent += self._now() - began

    def _see_end(self, block: bytes) -> None:
        with self._lock:
            self._tail = block[-_TAIL:] if len(block) >= _TAIL else (self._tail + block)[-_TAIL:]


class _Stream:
    """Cut the bytes of one stream into whole lines, leaving out what was shown on the other screen."""

    def __init__(self, lines: Callable[[bytes], None], see_end: Callable[[bytes], None]) -> None:
        self._lines = lines
        self._see_end = see_end
        self._partial = b""
        self._before = b""  # the last bytes of the block before
        self._elsewhere = False

    def feed(self, data: bytes) -> None:
        if self._on_other_screen(data):
            self._partial = b""
            return
        self._see_end(data)
        block = self._partial + data
        end = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
        self._partial = block[end : end + _LONGEST_LINE]
        if end:
            self._lines(block[:end])

    def _on_other_screen(self, data: bytes) -> bool:
        was, seen = self._elsewhere, self._before + data
        self._before = seen[-_LONGEST_SEQUENCE + 1 :]
        if b"\x1b[?" in seen:
            for change in _OTHER_SCREEN.finditer(seen):
                self._elsewhere = change[1] == b"h"
                was = True
        return was


def _text(line: bytes) -> str:
    return without_sequences(line.decode("utf-8", "replace"))
