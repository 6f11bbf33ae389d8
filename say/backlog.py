"""What waits while speech is behind a live pipe, where not everything is to be spoken. Pure.

`latest` keeps the newest line, `summary` also how many were skipped, `errors` the lines that look like errors or
warnings. The last line of all is always spoken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from say.lines import LONGEST, Line, repeated

LATEST, SUMMARY, ERRORS = "latest", "summary", "errors"  # of the setting `behind`

MOST_ALERTS = 256  # that wait; what is more is handed out at once, so that memory stays flat and none is lost
MOST_CHARACTERS = 1 << 18  # of them together


class Backlog(Protocol):
    """Lines go in as they come, and are taken out when speech has caught up: sentences, each to be spoken by itself."""

    @property
    def waiting(self) -> bool:
        """Whether there is something to take."""

    def put(self, line: Line) -> list[str]:
        """Add a line, or a part of one. Returns what there is no room for: it has to be spoken although speech is behind."""

    def take(self) -> list[str]:
        """Return what is spoken next, and keep it no longer."""

    def finish(self) -> list[str]:
        """Return all that is left to speak: nothing follows."""


def backlog_for(behind: str, is_alert: Callable[[str], bool]) -> Backlog:
    """Return the backlog for `latest`, `summary` or `errors`. Raises ValueError for another word."""
    if behind not in (LATEST, SUMMARY, ERRORS):
        raise ValueError(behind)
    return Alerts(is_alert) if behind == ERRORS else Newest(summary=behind == SUMMARY)


class Newest:
    """Keeps the newest line alone, and counts what it replaced."""

    def __init__(self, summary: bool) -> None:
        self._summary = summary
        self._text = ""  # "" if nothing waits
        self._repeats = 0
        self._repeats_only = False  # the line itself was spoken already
        self._skipped = 0

    @property
    def waiting(self) -> bool:
        return bool(self._text)

    def put(self, line: Line) -> list[str]:
        goes_on = bool(self._text) and not self._text.endswith("\n") and len(self._text) <= LONGEST
        if line.repeats and line.text.rstrip() == self._text.rstrip():
            self._repeats += line.repeats
        elif goes_on and not line.repeats:
            self._text += line.text
        elif line.text.strip():
            self._skip()
            self._text, self._repeats, self._repeats_only = line.text, line.repeats, line.repeats > 0
        return []

    def _skip(self) -> None:
        if self._text:
            self._skipped += self._repeats + (0 if self._repeats_only else 1)

    def take(self) -> list[str]:
        sentences = [skipped(self._skipped)] if self._summary and self._skipped else []
        if self._text and not self._repeats_only:
            sentences.append(self._text)
        if self._repeats:
            sentences.append(repeated(self._repeats))
        self._text, self._repeats, self._repeats_only, self._skipped = "", 0, False, 0
        return sentences

    def finish(self) -> list[str]:
        return self.take()


def skipped(lines: int) -> str:
    """Return how one says that lines were left out."""
    return "1 line skipped.\n" if lines == 1 else f"{lines} lines skipped.\n"


class Alerts:
    """Keeps all that look like errors or warnings, in order, identical ones once with their count."""

    def __init__(self, is_alert: Callable[[str], bool]) -> None:
        self._is_alert = is_alert
        self._alerts: dict[str, int] = {}  # how often each came
        self._size = 0  # characters of them
        self._open = ""  # the beginning of a line
        self._last = ""  # the last line of all, if it is none of them
        self._said = ""  # the last alert handed out

    @property
    def waiting(self) -> bool:
        return bool(self._alerts)

    def put(self, line: Line) -> list[str]:
        if line.repeats:
            self._add(line.text, line.repeats)
        else:
            self._open += line.text
            if self._open.endswith("\n") or len(self._open) > LONGEST:
                self._close_line()
        sentences: list[str] = []
        while len(self._alerts) > MOST_ALERTS or self._size > MOST_CHARACTERS:
            sentences += self.take()
        return sentences

    def _close_line(self) -> None:
        text, self._open = self._open, ""
        if text.strip():
            self._add(text.rstrip() + "\n", 1)

    def _add(self, text: str, times: int) -> None:
        if not self._is_alert(text):
            self._last = text
            return
        if text not in self._alerts:
            self._size += len(text)
        self._alerts[text] = self._alerts.get(text, 0) + times
        self._last = ""

    def take(self) -> list[str]:
        text = next(iter(self._alerts))
        times = self._alerts.pop(text)
        self._size -= len(text)
        if text == self._said:
            return [repeated(times)]
        self._said = text
        return [text, repeated(times - 1)] if times > 1 else [text]

    def finish(self) -> list[str]:
        self._close_line()
        sentences: list[str] = []
        while self._alerts:
            sentences += self.take()
        return [*sentences, self._last] if self._last else sentences
