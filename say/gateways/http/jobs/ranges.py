"""The part of a file that a request wants: `Range` and `If-Range` as RFC 9110 has them, one range at a time. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes[ \t]*=[ \t]*([0-9]{0,1000})[ \t]*-[ \t]*([0-9]{0,1000})", re.IGNORECASE)


class Unsatisfiable(ValueError):
    """Nothing of the file is in the range."""


@dataclass(frozen=True)
class Span:
    """Bytes from `start` up to and without `end`."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


def span_of(header: str | None, size: int) -> Span | None:
    """Return what of `size` bytes is wanted; None for all of it. Raises Unsatisfiable.

    What is no range of bytes is ignored, and so are several at once, as a server may (section 14.2).
    """
    found = _RANGE.fullmatch((header or "").strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        last = int(found[2])
        if not last or not size:
            raise Unsatisfiable
        return Span(max(size - last, 0), size)
    start = int(found[1])
    end = int(found[2]) + 1 if found[2] else size
    if found[2] and end <= start:
        return None  # invalid, not unsatisfiable
    if start >= size:
        raise Unsatisfiable
    return Span(start, min(end, size))


def holds(if_range: str | None, etag: str, modified: str) -> bool:
    """Return whether the range counts: what the caller has of the file is of the same."""
    return if_range is None or if_range.strip() in (etag, modified)


def known(if_none_match: str | None, etag: str) -> bool:
    """Return whether the caller has the whole file already."""
    tags = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    return etag in tags or tags == ["*"]
