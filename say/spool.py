"""Text that was given but not yet spoken: fed by one thread, read by another, however large and however slow.

Offsets are characters (code points) from the beginning of the whole text, as everywhere on the wire. Knows neither
files nor terminals that text comes from, nor the network it goes to.
"""

from __future__ import annotations

import os
import threading
from bisect import bisect_left
from collections.abc import Callable

from common.errors import SayError
from common.records import dataclass
from say.spool_store import Store

# What fits in here (code points) never touches the disk: a long article, and no burden on any machine.
MEMORY_LIMIT = 1 << 20
DEFAULT_DISK_LIMIT = 256 << 20  # bytes
# Code points kept behind what was played, to go back to: all that a voice server may go back to, so that a crash is no
# matter. Its own history is half as much again as it promises (voice_server/text_window.py).
HISTORY = 3 << 15
# Code points put away at a time, so that a reader gets its turn while a large text is written.
_SLICE = 1 << 16


@dataclass(frozen=True)
class Part:
    """What `TextSpool.read` returns."""

    text: str
    flush: bool  # what was read up to the end of `text` shall be spoken without waiting for more
    ended: bool  # nothing will ever follow `text`
    whole: bool = False  # with `flush`: also what is not complete, for its writer has paused


class TextSpool:
    """Hold the text of one utterance from when it is written until it was played, and `history` code points longer.

    Up to `memory_limit` unplayed code points are kept in memory, more in a private, nameless temporary file of at most
    `disk_limit` bytes; then `append` waits until something was played. `on_full` is called once, by the writing
    thread, before the first such wait. What was played comes on top of both, in the same place.

    A reader that waits in a selector registers `fileno()`; when it is readable: `acknowledge()`, then `read`.
    """

    def __init__(
        self,
        disk_limit: int = DEFAULT_DISK_LIMIT,
        on_full: Callable[[], None] | None = None,
        memory_limit: int = MEMORY_LIMIT,
        history: int = HISTORY,
    ) -> None:
        self._changed = threading.Condition()
        self._store = Store(memory_limit, disk_limit // 4, history)
        self._memory_limit = memory_limit
        self._on_full = on_full
        self._marks: list[int] = []  # ascending offsets
        self._whole: set[int] = set()  # those of them that ask for all of the text
        self._ended = False
        self._closed = False
        self._has_words = False
        self._room = True
        self._error: SayError | None = None
        self._broken: BaseException | None = None
        self._on_played: Callable[[], None] | None = None
        self._news, self._news_in = os.pipe()
        os.set_blocking(self._news, False)
        self._announced = False
        self.pouring = False  # whoever reads for it has, or is about to get, text that goes into it next

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
            if taken := self._store.append(text):
                self._has_words = self._has_words or not text[:taken].isspace()
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

    def mark_flush(self, whole: bool = False) -> None:
        """Let what is complete so far be spoken without waiting for more; `whole`: all that was written so far."""
        with self._changed:
            marked = self._marks[-1] if self._marks else 0
            length = self._store.length
            if self._closed or not length:
                return
            if whole:
                self._whole.add(length)
            if marked < length:
                self._marks.append(length)
                self._announce()

    def finish(self, error: SayError | None = None) -> None:
        """Say that the text is complete, or with `error` that the rest of it cannot be had."""
        with self._changed:
            self._ended = True
            self._error = error
            self._announce()

    def break_off(self, error: BaseException) -> None:
        """End the utterance now, whatever is unspoken: every read from now on raises `error`."""
        with self._changed:
            self._broken = error
            self._announce()

    @property
    def played(self) -> int:
        """Where the text begins that was not played yet, in code points."""
        with self._changed:
            return self._store.start

    @property
    def closed(self) -> bool:
        """True once nobody wants more."""
        with self._changed:
            return self._closed

    def watch(self, on_played: Callable[[], None] | None) -> None:
        """Have `on_played` called whenever `played` may have changed, and when the spool is closed; None ends it.

        It is called with the lock held, by any thread: it must neither wait nor use the spool. None of it is called
        after this returned.
        """
        with self._changed:
            self._on_played = on_played

    # The reader's side

    @property
    def length(self) -> int:
        """Code points written so far, played ones included."""
        with self._changed:
            return self._store.length

    @property
    def error(self) -> SayError | None:
        """Why the text ended early. What came before it can be read and spoken; then raise this."""
        with self._changed:
            return self._error

    def read(self, offset: int, limit: int, flushed: int = -1) -> Part:
        """Return what is there from `offset` on, at most `limit` code points and not beyond a flush mark. Never waits.

        A mark is reported by every read that ends at it, so that a retry meets it again; pass as `flushed` the offset
        of the last one acted upon. Raises InputFailed if the spool's own file cannot be read, and what `break_off` was
        given.
        """
        with self._changed:
            self._raise_broken()
            store = self._store
            if self._closed or not store.kept <= offset <= store.length:
                raise ValueError(f"offset {offset} is outside {store.kept} to {store.length}")
            end = min(offset + max(limit, 0), store.length)
            mark = bisect_left(self._marks, offset if flushed < offset else offset + 1)
            if mark < len(self._marks):
                end = min(end, self._marks[mark])
            flush = mark < len(self._marks) and self._marks[mark] == end
            text = store.read(offset, end)
            return Part(text, flush, self._ended and end == store.length, flush and end in self._whole)

    @property
    def kept(self) -> int:
        """Where the text begins that can still be read, in code points."""
        with self._changed:
            return self._store.kept

    def forget(self, before: int) -> None:
        """Take note that the text in front of offset `before` was played. It can be read again as far back as `kept`.

        A smaller offset than the last one says that speech went back.
        """
        with self._changed:
            self._store.forget(before)
            gone = bisect_left(self._marks, self._store.kept)
            self._whole.difference_update(self._marks[:gone])
            del self._marks[:gone]
            self._room = True
            self._changed.notify_all()
            if self._on_played is not None:
                self._on_played()

    def fileno(self) -> int:
        """Return a descriptor that is readable while there is news: text, a mark, or the end."""
        return self._news

    def acknowledge(self) -> None:
        """Make `fileno()` unreadable until there is news again. Read after this, not before."""
        with self._changed:
            if self._announced and not self._closed:
                os.read(self._news, 1)
                self._announced = False

    def wait_for_words(self, give_up: Callable[[], bool] = lambda: False) -> bool:
        """Wait for something that can be spoken. Return False if the text ended and is blank. Raises as `read` does.

        It is not waited for once `give_up()` says so; who changes what that says calls `wake`.
        """
        with self._changed:
            # A stream of blanks without end must not be waited for once the writer waits for us.
            while not (self._has_words or self._ended or give_up() or self._store.length >= self._memory_limit):
                self._raise_broken()
                self._changed.wait()
            self._raise_broken()
            return self._has_words or not self._ended

    def wake(self) -> None:
        """Have `wait_for_words` look again whether to give up."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """Free everything. A waiting writer is let go."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._store.close()
            os.close(self._news)
            os.close(self._news_in)
            self._changed.notify_all()
            if self._on_played is not None:
                self._on_played()

    def __enter__(self) -> TextSpool:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # Called with the lock held

    def _raise_broken(self) -> None:
        if self._broken is not None:
            raise self._broken

    def _announce(self) -> None:
        self._changed.notify_all()
        if not self._announced and not self._closed:
            os.write(self._news_in, b"!")
            self._announced = True
