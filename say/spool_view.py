"""A look into a spool beside whoever speaks its text: what stands between two places, and whether more may come."""

from __future__ import annotations

from collections.abc import Iterator

from say.spool import TextSpool

CHUNK = 1 << 16  # characters


def is_complete(spool: TextSpool) -> bool:
    """Return whether nothing will follow what is there."""
    length = spool.length
    return spool.read(length, 0, flushed=length).ended


def read_text(spool: TextSpool, offset: int, end: int) -> str:
    """Return the text between two offsets, as far as it is there."""
    return "".join(chunks(spool, max(offset, spool.kept), end))


def chunks(spool: TextSpool, offset: int, end: int) -> Iterator[str]:
    """Yield the text between two offsets, as far as it is there, in parts of at most `CHUNK` characters.

    Raises ValueError for an offset in front of what the spool still has.
    """
    while offset < min(end, spool.length):
        text = spool.read(offset, min(end - offset, CHUNK), flushed=offset).text
        yield text
        offset += len(text)
