"""What callers from Python may give to be spoken: text, a spool that they feed, or pieces of text as they come."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from common.errors import InputFailed, SayError
from say.spool import DEFAULT_DISK_LIMIT, TextSpool

# What can be spoken besides a `str`: a spool that somebody feeds, or pieces of text as they come.
TextSource = TextSpool | Iterable[str]


def as_spool(text: str | TextSource, disk_limit: int = DEFAULT_DISK_LIMIT) -> TextSpool:
    """Return `text` as a spool. An iterable is drawn from in a thread of its own, as long as the spool takes more.

    An exception of the iterable becomes the spool's `error`, an InputFailed whose cause it is.
    """
    if isinstance(text, TextSpool):
        return text
    if isinstance(text, str):
        return TextSpool.of(text)
    spool = TextSpool(disk_limit)
    threading.Thread(target=_draw, args=(text, spool), name="text source", daemon=True).start()
    return spool


def _draw(chunks: Iterable[str], spool: TextSpool) -> None:
    try:
        for chunk in chunks:
            if not spool.append(chunk):
                return
    except Exception as error:  # noqa: BLE001  # a boundary: somebody else's code, its error is for the reader
        failure = error if isinstance(error, SayError) else InputFailed(f"the text broke off: {error}")
        failure.__cause__ = error if failure is not error else None
        spool.finish(failure)
    else:
        spool.finish()
