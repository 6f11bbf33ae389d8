"""What comes on standard input: all of it, or line by line, and never more of it in memory than anybody may send."""

from __future__ import annotations

import os
from collections.abc import Iterator

from common.errors import InputFailed
from common.quoting import reason_of
from say.gateways.bridge.orders import EXAMPLE, MOST_BYTES

_BLOCK = 1 << 16  # bytes


def read_block(descriptor: int) -> bytes:
    """Return what is there, b"" at the end. Raises InputFailed."""
    try:
        return os.read(descriptor, _BLOCK)
    except OSError as error:
        raise InputFailed(f"standard input cannot be read: {reason_of(error)}", f"Send {EXAMPLE} there.") from error


def read_all(descriptor: int) -> bytes:
    """Return what comes up to the end, or to somewhat more than anybody may send. Raises InputFailed."""
    found = bytearray()
    while len(found) <= MOST_BYTES and (block := read_block(descriptor)):
        found += block
    return bytes(found)


class LineReader:
    """Cuts bytes into lines, None for one that is too long. Blank ones are no lines."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._begun = bytearray()
        self._passing_over = False

    def feed(self, data: bytes) -> Iterator[bytes | None]:
        """Yield the lines that `data` completes."""
        *complete, rest = data.split(b"\n")
        for part in complete:
            yield from self._add(part)
            yield from self.end()
        yield from self._add(rest)

    def _add(self, part: bytes) -> Iterator[None]:
        if self._passing_over:
            return
        self._begun += part
        if len(self._begun) > self._most:
            self._begun.clear()
            self._passing_over = True
            yield None

    def end(self) -> Iterator[bytes]:
        """Yield the line that has begun, if any: there is no more of it."""
        line = bytes(self._begun)
        self._begun.clear()
        self._passing_over = False
        if line.strip():
            yield line
