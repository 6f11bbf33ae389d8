"""Where a spool keeps text: chunks in memory, a ring in a file, and the choice between them. Nothing here waits or locks."""

from __future__ import annotations

import errno
import os
from bisect import bisect_right

from common.errors import InputFailed
from common.quoting import reason_of

# Code points; smaller chunks are glued together, so that a writer of single characters makes no list of millions.
_GLUE_BELOW = 4096


class Memory:
    """Chunks of text that follow each other without a gap."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._chunks: list[str] = []

    def __len__(self) -> int:
        return len(self._chunks)

    def append(self, offset: int, text: str) -> None:
        if self._chunks and len(self._chunks[-1]) < _GLUE_BELOW:
            self._chunks[-1] += text
        elif text:
            self._starts.append(offset)
            self._chunks.append(text)

    def read(self, offset: int, end: int) -> str:
        found = []
        at = max(bisect_right(self._starts, offset) - 1, 0)
        while offset < end:
            skip = offset - self._starts[at]
            found.append(self._chunks[at][skip : skip + end - offset])
            offset += len(found[-1])
            at += 1
        return "".join(found)

    def forget(self, before: int) -> None:
        """Drop the chunks that lie wholly in front of `before`."""
        count = max(bisect_right(self._starts, before) - 1, 0)
        if self._chunks and before >= self._starts[-1] + len(self._chunks[-1]):
            count = len(self._chunks)
        del self._starts[:count], self._chunks[:count]


class Disk:
    """A ring of `capacity` code points in a nameless file that only this process can reach.

    UTF-32, because its fixed width turns offsets into file positions; unpaired surrogates pass unharmed.
    """

    def __init__(self, capacity: int) -> None:
        import tempfile  # few texts are that long

        self.capacity = capacity
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # closed by `close`

    def write(self, offset: int, text: str) -> None:
        """Write all of `text`, or raise OSError having changed nothing that `read` may be asked for."""
        for at, begin, count in self._spans(offset, len(text)):
            data = memoryview(text[begin : begin + count].encode("utf-32-le", "surrogatepass"))
            position = at * 4
            while data:
                written = os.pwrite(self._file.fileno(), data, position)
                data, position = data[written:], position + written

    def read(self, offset: int, end: int) -> str:
        found = bytearray()
        for at, _, count in self._spans(offset, end - offset):
            data = os.pread(self._file.fileno(), count * 4, at * 4)
            if len(data) != count * 4:
                raise OSError(errno.EIO, "it is shorter than what was written")
            found += data
        return found.decode("utf-32-le", "surrogatepass")

    def close(self) -> None:
        self._file.close()

    def _spans(self, offset: int, length: int) -> list[tuple[int, int, int]]:
        """Return (position in the ring, position in the text, count) of the one or two runs that `length` takes."""
        at = offset % self.capacity
        first = min(length, self.capacity - at)
        runs = [(at, 0, first), (0, first, length - first)]
        return [run for run in runs if run[2]]


class Store:
    """The text from `kept` to `length`; what lies before `start` was played and is history.

    Up to `memory_limit` unplayed code points are in memory, else all of it in a file that holds `disk_limit` of them, or
    as many as memory if that is more. At most `history` code points lie behind `start`.
    """

    def __init__(self, memory_limit: int, disk_limit: int, history: int) -> None:
        self.kept = 0
        self.start = 0
        self.length = 0
        self._memory = Memory()
        self._disk: Disk | None = None
        self._disk_refused = False  # it was full, or cannot be used at all: memory must do until it has been emptied
        self._memory_limit = memory_limit
        self._disk_limit = max(disk_limit, memory_limit)
        self._history = history

    def append(self, text: str) -> int:
        """Put away the front of `text`; return how many code points, 0 while there is no room."""
        if self._disk is None and len(text) > self._room(self._memory_limit) and not self._disk_refused:
            self._move_to_disk()
        if self._disk is not None:
            taken = text[: self._room(self._disk_limit)]
            try:
                self._disk.write(self.length, taken)
            except OSError:
                if self.length > self.start:
                    return 0  # tried again when something was played: less is held then, in the end by memory alone
                self._refuse_disk()
                return self.append(text)
        else:
            taken = text[: self._room(self._memory_limit)]
            self._memory.append(self.length, taken)
        self.length += len(taken)
        return len(taken)

    def read(self, offset: int, end: int) -> str:
        """Return the text between two offsets from `kept` to `length`. Raises InputFailed if the file cannot be read."""
        if self._disk is None:
            return self._memory.read(offset, end)
        try:
            return self._disk.read(offset, end)
        except OSError as error:
            raise InputFailed(f"the temporary file of waiting text cannot be read: {reason_of(error)}") from error

    def forget(self, before: int) -> None:
        """Have `start` at `before`, not in front of `kept`, and keep as much behind it as history."""
        self.start = min(max(self.kept, before), self.length)
        self.kept = max(self.kept, self.start - self._history)
        self._memory.forget(self.kept)
        if self.length - self.start <= self._memory_limit // 2:
            self._disk_refused = False
            self._leave_disk()

    def close(self) -> None:
        """Free everything."""
        self._memory = Memory()
        self._drop_disk()

    def _room(self, limit: int) -> int:
        return max(0, limit - (self.length - self.start))  # more than the limit is held when speech went back

    def _move_to_disk(self) -> None:
        try:
            self._disk = Disk(self._disk_limit + self._history)
            self._disk.write(self.kept, self._memory.read(self.kept, self.length))
        except OSError:
            self._drop_disk()
            self._disk_refused = True
        else:
            self._memory = Memory()

    def _refuse_disk(self) -> None:
        """Make do with memory, for no temporary folder has room: no text is lost, the writer has to wait earlier."""
        self._leave_disk()
        self._disk_refused = True

    def _leave_disk(self) -> None:
        if self._disk is not None:
            self._memory.append(self.kept, self.read(self.kept, self.length))
            self._drop_disk()

    def _drop_disk(self) -> None:
        if self._disk is not None:
            self._disk.close()
            self._disk = None
