"""Sound that is being made: a WAV file that grows by whole pieces, and the journal that says how far it can be trusted.

Both survive the death of any process as they are; a cut of the power costs what was made in the last second at most.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from say.gateways.http.jobs.journal import Mark, head_line, mark_line, parse_marks
from say.wav import file_header

HEADER = len(file_header(0))  # bytes before the samples
_SYNC_EVERY = 1.0  # seconds
_SLICE = 1 << 20  # bytes read at a time
_NAME = re.compile(r"([0-9a-f]{32})-(\d{1,9})\.(?:part|journal)")


def part_path(folder: Path, job: UUID, attempt: int) -> Path:
    """Return where an attempt's sound grows."""
    return folder / f"{job.hex}-{attempt}.part"


def journal_path(part: Path) -> Path:
    """Return where the journal of a part file lies."""
    return part.with_suffix(".journal")


def parts_in(folder: Path) -> dict[Path, tuple[UUID, int]]:
    """Return the files that belong to parts, and the job and attempt of each."""
    found = {path: _NAME.fullmatch(path.name) for path in folder.iterdir()}
    return {path: (UUID(name[1]), int(name[2])) for path, name in found.items() if name is not None}


def remove_part(part: Path) -> None:
    """Remove a part file and its journal, if they are there. Raises OSError."""
    part.unlink(missing_ok=True)
    journal_path(part).unlink(missing_ok=True)


class PartFile:
    """The sound of one attempt, as its only writer has it. Methods raise OSError.

    Opening it finds what another process has left of it; what is not the same speech (`digest`) is thrown away.
    """

    def __init__(self, path: Path, digest: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self._clock = clock
        with contextlib.ExitStack() as undo:
            self._sound = _open(path)
            undo.callback(os.close, self._sound)
            self._journal = _open(journal_path(path))
            undo.callback(os.close, self._journal)
            self._mark = self._recovered(digest)
            self._begin(digest)
            undo.pop_all()
        self._fresh = 0  # bytes behind the mark
        self._checksum = 0
        self._synced = clock()

    @property
    def characters(self) -> int:
        """How much of the text is in it, at the end of a piece."""
        return self._mark.characters

    @property
    def size(self) -> int:
        """How much PCM that is, in bytes."""
        return self._mark.bytes

    @property
    def whole(self) -> bool:
        """Whether all of it is there: it is a WAV file then."""
        return self._mark.end

    def append(self, pcm: bytes) -> None:
        """Add sound. It counts once it is marked."""
        _write(self._sound, pcm, HEADER + self._mark.bytes + self._fresh)
        self._fresh += len(pcm)
        self._checksum = zlib.crc32(pcm, self._checksum)

    def mark(self, characters: int) -> None:
        """Note that the text up to there has become the sound so far."""
        self._put(Mark(characters, self._mark.bytes + self._fresh, self._checksum))
        if self._clock() - self._synced >= _SYNC_EVERY:
            self._sync()

    def finish(self, characters: int) -> None:
        """Make it whole; it is on the disk when this returns."""
        if self._fresh:
            self.mark(characters)
        _write(self._sound, file_header(self._mark.bytes), 0)
        self._sync()
        self._put(Mark(characters, self._mark.bytes, end=True))
        os.fsync(self._journal)

    def close(self) -> None:
        """Leave it as it is."""
        os.close(self._sound)
        os.close(self._journal)

    def _put(self, mark: Mark) -> None:
        line = mark_line(mark)
        _write(self._journal, line, self._mark.length)
        self._mark = Mark(mark.characters, mark.bytes, mark.checksum, mark.end, self._mark.length + len(line))
        self._fresh = self._checksum = 0

    def _sync(self) -> None:
        os.fsync(self._sound)
        os.fsync(self._journal)
        self._synced = self._clock()

    # What is there already

    def _recovered(self, digest: str) -> Mark:
        """Return the last mark up to which the sound is what was written."""
        head = head_line(digest)
        data = _read(self._journal, 0, os.fstat(self._journal).st_size)
        last = Mark(0, 0, length=len(head))
        if not data.startswith(head):
            return last
        size = os.fstat(self._sound).st_size - HEADER
        for mark in parse_marks(data[len(head) :], last):
            if mark.bytes > size or (not mark.end and mark.checksum != self._checksum_of(last.bytes, mark.bytes)):
                break
            last = mark
        return last

    def _checksum_of(self, start: int, end: int) -> int:
        checksum = 0
        for at in range(start, end, _SLICE):
            checksum = zlib.crc32(_read(self._sound, HEADER + at, min(_SLICE, end - at)), checksum)
        return checksum

    def _begin(self, digest: str) -> None:
        os.ftruncate(self._journal, self._mark.length if self._mark.bytes or self._mark.end else 0)
        os.ftruncate(self._sound, HEADER + self._mark.bytes)
        if not self._mark.end:
            _write(self._sound, file_header(0), 0)
        if not self._mark.bytes and not self._mark.end:
            _write(self._journal, head_line(digest), 0)
            _sync_folder(self.path.parent)


class PartReader:
    """What is trustworthy of a part file, for somebody who listens while it is made. It may be removed meanwhile.

    Opening it raises FileNotFoundError as long as nothing is there.
    """

    def __init__(self, path: Path) -> None:
        self._sound = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._journal = os.open(journal_path(path), os.O_RDONLY | os.O_CLOEXEC)
        except BaseException:
            os.close(self._sound)
            raise
        self._mark: Mark | None = None  # None: the journal has no head yet
        self._at = 0  # bytes of PCM that were read

    def read(self, limit: int) -> bytes:
        """Return up to `limit` bytes of PCM that were not read yet; b"" if no more is there now."""
        if self._mark is None or self._at >= self._mark.bytes:
            self._look()
        if self._mark is None:
            return b""
        data = _read(self._sound, HEADER + self._at, min(limit, self._mark.bytes - self._at))
        self._at += len(data)
        return data

    @property
    def ended(self) -> bool:
        """Whether all was read, and no more will come."""
        return self._mark is not None and self._mark.end and self._at >= self._mark.bytes

    def _look(self) -> None:
        size = os.fstat(self._journal).st_size
        if self._mark is None:
            head = _read(self._journal, 0, min(size, 256))
            if b"\n" not in head:
                return
            self._mark = Mark(0, 0, length=head.index(b"\n") + 1)
        fresh = parse_marks(_read(self._journal, self._mark.length, size - self._mark.length), self._mark)
        self._mark = fresh[-1] if fresh else self._mark

    def close(self) -> None:
        os.close(self._sound)
        os.close(self._journal)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _write(descriptor: int, data: bytes, offset: int) -> None:
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written


def _read(descriptor: int, offset: int, size: int) -> bytes:
    parts = []
    while size > 0 and (data := os.pread(descriptor, size, offset)):
        parts.append(data)
        size, offset = size - len(data), offset + len(data)
    return b"".join(parts)


def _sync_folder(folder: Path) -> None:
    """Let the names in it survive a cut of the power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
