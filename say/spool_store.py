"""The two places in which a spool keeps text: chunks in memory, a ring in a file. Neither waits, neither locks."""

from __future__ import annotations

import errno
import os
from bisect import bisect_right

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
