"""What is known of a part file: after each piece, how far the text and the sound are, and a checksum. Pure.

    say-part 1 <digest of what is spoken>
    <characters> <bytes> <crc32 of the piece>
    …
    end <characters> <bytes>

Lines end with a newline; what follows the last one was cut off by a crash and does not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEAD = "say-part 1 "
_MARK = re.compile(rb"(\d{1,12}) (\d{1,15}) ([0-9a-f]{8})")
_END = re.compile(rb"end (\d{1,12}) (\d{1,15})")


@dataclass(frozen=True)
class Mark:
    """A place that both the text and the sound have reached."""

    characters: int
    bytes: int  # of PCM
    checksum: int = 0  # of the sound since the mark before
    end: bool = False  # all of it is made
    length: int = 0  # bytes of the journal up to here


def head_line(digest: str) -> bytes:
    """Return how a journal begins."""
    return f"{_HEAD}{digest}\n".encode()


def mark_line(mark: Mark) -> bytes:
    """Return the line that says it."""
    if mark.end:
        return f"end {mark.characters} {mark.bytes}\n".encode()
    return f"{mark.characters} {mark.bytes} {mark.checksum:08x}\n".encode()


def parse_marks(data: bytes, after: Mark) -> list[Mark]:
    """Return what whole lines say, up to the first that makes no sense. `after` is the mark in front of `data`."""
    found: list[Mark] = []
    length = after.length
    for line in data.split(b"\n")[:-1]:
        length += len(line) + 1
        mark = _mark(line, length)
        if mark is None or mark.bytes < after.bytes or mark.characters < after.characters or after.end:
            break
        found.append(mark)
        after = mark
    return found


def _mark(line: bytes, length: int) -> Mark | None:
    if (found := _MARK.fullmatch(line)) is not None:
        return Mark(int(found[1]), int(found[2]), int(found[3], 16), length=length)
    if (found := _END.fullmatch(line)) is not None:
        return Mark(int(found[1]), int(found[2]), end=True, length=length)
    return None
