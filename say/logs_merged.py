"""The logs of all servers as one, by time: `say --logs`. Needs no daemon.

Each server writes a log of its own (common/logs.py), and what libraries write to standard error stands in it, too. A line
that does not begin with a time belongs to the one before it: a traceback, or a message of several lines.
"""

from __future__ import annotations

import heapq
import os
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from say.console import printable

POLL = 0.2  # seconds between two looks at the files
_BATCH = 256  # lines that are written at a time
_BLOCK = 1 << 16  # bytes read at a time
_LONGEST_LINE = 1 << 20  # bytes; a longer one is cut into several

# As common/logs.py writes it, and as it did before there was an offset: with a comma, in local time.
_HEAD = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)[.,](\d{3})([+-]\d\d:\d\d)? ")
_GUTTER = " " * 29  # as wide as a time


class Record(NamedTuple):
    """One entry of a log."""

    time: float  # seconds since 1970
    component: str
    lines: list[str]  # the first one begins with the time, unless the beginning of the entry is lost

    def shown(self) -> Iterator[str]:
        """Yield the lines as they are shown: those without a time name their component themselves."""
        for line in self.lines:
            yield line if _HEAD.match(line) else f"{_GUTTER} {self.component:<12} | {line}"


def time_of(line: str) -> float | None:
    """Return the time at the beginning of a line in seconds since 1970, None if there is none."""
    if (head := _HEAD.match(line)) is None:
        return None
    try:
        return datetime.fromisoformat(f"{head[1]}.{head[2]}{head[3] or ''}").timestamp()
    except (ValueError, OverflowError, OSError):  # the 99th of May, or the year 1
        return None


def records(lines: Iterable[str], component: str, latest: float | None, otherwise: float) -> Iterator[Record]:
    """Yield the entries that `lines` make. Their times never go back, so that merging keeps their order.

    `latest` is the time of the entry before them, None if there was none; `otherwise` that of lines without any time.
    """
    pending: list[str] = []
    for line in lines:
        if (time := time_of(line)) is None:
            pending.append(line)
            continue
        if pending:
            yield Record(time if latest is None else latest, component, pending)
        latest = time if latest is None else max(time, latest)
        pending = [line]
    if pending:
        yield Record(otherwise if latest is None else latest, component, pending)


class LogFile:
    """The log of one component: read to its end, and again whenever more may be there. Follows rotation."""

    def __init__(self, path: Path, *, grows: bool) -> None:
        self.component = path.stem.removeprefix("voice_").removesuffix("_server")
        self._path = path
        self._older = path.with_name(path.name + ".1")
        self._grows = grows  # a last line without an end may get one yet
        self._file: BinaryIO | None = None
        self._rest = b""  # of such a line
        self._time: float | None = None  # of the last entry

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def new_records(self) -> Iterator[Record]:
        """Yield the entries that were added since the last time; the first time, all of them."""
        for record in records(self._new_lines(), self.component, self._time, self._written()):
            self._time = record.time
            yield record

    def _written(self) -> float:
        try:
            return self._path.stat().st_mtime
        except OSError:
            return 0.0

    def _new_lines(self) -> Iterator[str]:
        if self._file is None:
            yield from self._lines_of(self._older)
            yield from self._lines_of(self._path)
        else:
            yield from self._read_on(self._file)
            if self._path.exists() and not self._is(self._path):  # rotated
                if not self._is(self._older):  # twice
                    yield from self._lines_of(self._older)
                yield from self._lines_of(self._path)
        if not self._grows:
            yield from self._last()

    def _lines_of(self, path: Path) -> Iterator[str]:
        """Yield the lines of another file, behind the last ones of the one that was read; it stays open."""
        try:
            file = path.open("rb")
        except OSError:
            return
        if self._file is not None:
            with self._file:
                yield from self._read_on(self._file)
            yield from self._last()
        self._file = file
        yield from self._read_on(file)

    def _is(self, path: Path) -> bool:
        """Return whether this is the file that is open."""
        assert self._file is not None
        try:
            return os.path.samestat(path.stat(), os.fstat(self._file.fileno()))
        except OSError:
            return False

    def _read_on(self, file: BinaryIO) -> Iterator[str]:
        """Yield the lines from here on that have an end, and keep the rest."""
        if os.fstat(file.fileno()).st_size < file.tell():  # somebody emptied it
            yield from self._last()
            file.seek(0)
        while block := file.read(_BLOCK):
            *lines, self._rest = (self._rest + block).split(b"\n")
            yield from map(_decoded, lines)
            if len(self._rest) > _LONGEST_LINE:
                yield from self._last()

    def _last(self) -> Iterator[str]:
        """Yield a last line without an end, if there is one."""
        if self._rest:
            yield _decoded(self._rest)
        self._rest = b""


def _decoded(line: bytes) -> str:
    """Return a line in which nothing can confuse a terminal, whatever its bytes."""
    return printable(line.decode(errors="backslashreplace").rstrip("\r").expandtabs())


class MergedLogs:
    """All logs of a folder, also those that appear later."""

    def __init__(self, folder: Path, *, grow: bool = False) -> None:
        self._folder = folder
        self._grow = grow
        self._files: dict[Path, LogFile] = {}

    def new_records(self) -> Iterator[Record]:
        """Yield what was added to any of them since the last time, by time; nothing is held in memory."""
        found = {path.with_name(path.name.removesuffix(".1")) for path in self._folder.glob("*.log*")}
        for path in sorted(path for path in found if path.suffix == ".log"):
            self._files.setdefault(path, LogFile(path, grows=self._grow))
        each = (file.new_records() for file in self._files.values())
        yield from heapq.merge(*each, key=lambda record: record.time)

    def close(self) -> None:
        for file in self._files.values():
            file.close()


def show(folder: Path, write: Callable[[str], None], pause: Callable[[float], None] | None) -> None:
    """Write all logs of a folder, merged; with `pause`, which waits so many seconds, go on as more is written."""
    logs = MergedLogs(folder, grow=pause is not None)
    try:
        _write(logs, write)
        while pause is not None:
            pause(POLL)
            _write(logs, write)
    finally:
        logs.close()


def _write(logs: MergedLogs, write: Callable[[str], None]) -> None:
    batch: list[str] = []
    for record in logs.new_records():
        batch.extend(record.shown())
        if len(batch) >= _BATCH:
            write("\n".join(batch))
            batch.clear()
    if batch:
        write("\n".join(batch))
