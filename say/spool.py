"""Text that was given but not yet spoken: fed by one thread, read by another, however large and however slow.

Offsets are characters (code points) from the beginning of the whole text, as everywhere on the wire. Knows neither
files nor terminals that text comes from, nor the network it goes to.
"""

from __future__ import annotations

import os
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from common.errors import InputFailed, SayError
from say.spool_store import Disk, Memory

# What fits in here (code points) never touches the disk: a long article, and no burden on any machine.
MEMORY_LIMIT = 1 << 20
DEFAULT_DISK_LIMIT = 256 << 20  # bytes
# Code points put away at a time, so that a reader gets its turn while a large text is written.
_SLICE = 1 << 16


class Part(NamedTuple):
    """What `TextSpool.read` returns."""

    text: str
    flush: bool  # what was read up to the end of `text` shall be spoken without waiting for more
    ended: bool  # nothing will ever follow `text`


class TextSpool:
    """Hold the text of one utterance from when it is written until it was played.

    Up to `memory_limit` code points are kept in memory, more in a private, nameless temporary file of at most
    `disk_limit` bytes; then `append` waits until something was forgotten. `on_full` is called once, by the writing
    thread, before the first such wait.

    A reader that waits in a selector registers `fileno()`; when it is readable: `acknowledge()`, then `read`.
    """

    def __init__(
        self,
        disk_limit: int = DEFAULT_DISK_LIMIT,
        on_full: Callable[[], None] | None = None,
        memory_limit: int = MEMORY_LIMIT,
    ) -> None:
        self._changed = threading.Condition()
        self._memory = Memory()
        self._disk: Disk | None = None
        self._disk_limit = disk_limit
        self._disk_refused = False  # it was full, or cannot be used at all: memory must do until it has been emptied
        self._memory_limit = memory_limit
        self._on_full = on_full
        self._start = 0  # the first code point not forgotten
        self._length = 0
        self._marks: list[int] = []  # ascending offsets
        self._ended = False
        self._closed = False
        self._has_words = False
        self._room = True
        self._error: SayError | None = None
        self._news, self._news_in = os.pipe()
        os.set_blocking(self._news, False)
        self._announced = False

    @classmethod
    def of(cls, text: str) -> TextSpool:
        """Return an ended spool that holds `text`, in memory whatever its size: it is there already."""
        spool = cls(memory_limit=max(len(text), MEMORY_LIMIT))
        spool.append(text)
        spool.finish()
        return spool

    # The writer's side

    def append(self, text: str) -> bool:
        """Add `text`; wait while there is no room. Return False once nobody wants more: the spool was closed."""
        at = 0
        while at < len(text):
            if (taken := self._take(text[at : at + _SLICE])) is None:
                return False
            at += taken
            if not taken:
                self._tell_full()
                self._wait_for_room()
        return True

    def _take(self, text: str) -> int | None:
        """Store the front of `text`; return how many code points, or None if the spool was closed."""
        with self._changed:
            if self._closed:
                return None
            if taken := self._store(text):
                self._has_words = self._has_words or not text[:taken].isspace()
                self._length += taken
                self._announce()
            else:
                self._room = False
            return taken

    def _wait_for_room(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._room or self._closed)

    def _tell_full(self) -> None:
        if self._on_full is not None:
            tell, self._on_full = self._on_full, None
            tell()  # without the lock: it may be slow, and the reader must not wait for it

    def mark_flush(self) -> None:
        """Let everything written so far be spoken without waiting for more."""
        with self._changed:
            if not self._closed and (self._marks[-1] if self._marks else 0) < self._length:
                self._marks.append(self._length)
                self._announce()

    def finish(self, error: SayError | None = None) -> None:
        """Say that the text is complete, or with `error` that the rest of it cannot be had."""
        with self._changed:
            self._ended = True
            self._error = error
            self._announce()

    # The reader's side

    @property
    def length(self) -> int:
        """Code points written so far, forgotten ones included."""
        with self._changed:
            return self._length

    @property
    def error(self) -> SayError | None:
        """Why the text ended early. What came before it can be read and spoken; then raise this."""
        with self._changed:
            return self._error

    def read(self, offset: int, limit: int, flushed: int = -1) -> Part:
        """Return what is there from `offset` on, at most `limit` code points and not beyond a flush mark. Never waits.

        A mark is reported by every read that ends at it, so that a retry meets it again; pass as `flushed` the offset
        of the last one acted upon. Raises InputFailed if the spool's own file cannot be read.
        """
        with self._changed:
            if self._closed or not self._start <= offset <= self._length:
                raise ValueError(f"offset {offset} is outside {self._start} to {self._length}")
            end = min(offset + max(limit, 0), self._length)
            mark = bisect_left(self._marks, offset if flushed < offset else offset + 1)
            if mark < len(self._marks):
                end = min(end, self._marks[mark])
            flush = mark < len(self._marks) and self._marks[mark] == end
            text = self._load(offset, end)
            return Part(text, flush, self._ended and end == self._length)

    def forget(self, before: int) -> None:
        """Drop the text in front of offset `before`: it was played and will not be asked for again."""
        with self._changed:
            self._start = max(self._start, min(before, self._length))
            del self._marks[: bisect_left(self._marks, self._start)]
            self._memory.forget(self._start)
            self._return_to_memory()
            self._room = True
            self._changed.notify_all()

    def fileno(self) -> int:
        """Return a descriptor that is readable while there is news: text, a mark, or the end."""
        return self._news

    def acknowledge(self) -> None:
        """Make `fileno()` unreadable until there is news again. Read after this, not before."""
        with self._changed:
            if self._announced and not self._closed:
                os.read(self._news, 1)
                self._announced = False

    def wait_for_words(self) -> bool:
        """Wait for something that can be spoken. Return False if the text ended and is blank."""
        with self._changed:
            # A stream of blanks without end must not be waited for once the writer waits for us.
            while not (self._has_words or self._ended or self._length >= self._memory_limit):
                self._changed.wait()
            return self._has_words or not self._ended

    def close(self) -> None:
        """Free everything. A waiting writer is let go."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._memory = Memory()
            self._drop_disk()
            os.close(self._news)
            os.close(self._news_in)
            self._changed.notify_all()

    def __enter__(self) -> TextSpool:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # Where the text lies; called with the lock held

    def _store(self, text: str) -> int:
        """Put away the front of `text`; return how many code points, 0 while there is no room."""
        if self._disk is None:
            room = self._memory_limit - (self._length - self._start)
            if len(text) > room and not self._disk_refused:
                self._move_to_disk()
            if self._disk is None:
                self._memory.append(self._length, text[:room])
                return min(len(text), room)
        taken = min(len(text), self._disk.capacity - (self._length - self._start))
        try:
            self._disk.write(self._length, text[:taken])
        except OSError:
            if self._length > self._start:
                return 0  # tried again when something was forgotten: less is held then, in the end by memory alone
            self._refuse_disk()
            return self._store(text)
        return taken

    def _move_to_disk(self) -> None:
        try:
            self._disk = Disk(max(self._disk_limit // 4, self._memory_limit))
            self._disk.write(self._start, self._memory.read(self._start, self._length))
        except OSError:
            self._refuse_disk()
        else:
            self._memory = Memory()

    def _refuse_disk(self) -> None:
        """Make do with memory, for no temporary folder has room: no text is lost, the writer has to wait earlier."""
        self._drop_disk()
        self._disk_refused = True

    def _load(self, offset: int, end: int) -> str:
        if self._disk is None:
            return self._memory.read(offset, end)
        try:
            return self._disk.read(offset, end)
        except OSError as error:
            raise InputFailed(f"the temporary file of waiting text cannot be read: {error.strerror}") from error

    def _return_to_memory(self) -> None:
        if self._length - self._start > self._memory_limit // 2:
            return
        self._disk_refused = False
        if self._disk is not None:
            text = self._load(self._start, self._length)
            self._memory.append(self._start, text)
            self._drop_disk()

    def _drop_disk(self) -> None:
        if self._disk is not None:
            self._disk.close()
            self._disk = None

    def _announce(self) -> None:
        self._changed.notify_all()
        if not self._announced and not self._closed:
            os.write(self._news_in, b"!")
            self._announced = True


# What can be spoken besides a `str`: a spool that somebody feeds, or pieces of text as they come.
TextSource: TypeAlias = TextSpool | Iterable[str]


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
