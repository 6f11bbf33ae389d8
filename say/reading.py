"""Where text comes from: the words of the command line, a file, standard input. Brings it into a spool."""

from __future__ import annotations

import codecs
import errno
import os
import select
import stat
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from common.errors import InputFailed
from say.console import STDIN, printable
from say.spool import TextSpool

CHUNK = 1 << 16  # bytes; what a pipe of Linux holds
PAUSE = 0.3  # s without new text, after which what is complete is spoken
_BYTE_ORDER_MARK = "\ufeff"


class Flush(Enum):
    """When text shall be spoken without waiting for more."""

    AT_END = "at the end"
    AT_PAUSES = "when the writer pauses"
    AT_LINES = "after each line entered"


@dataclass(frozen=True)
class Input:
    """An open source of text."""

    descriptor: int
    name: str  # for messages
    terminal: bool


def words_as_text(words: Sequence[str], warn: Callable[[str], None]) -> str:
    """Return the words of the command line joined with spaces; `warn` is called once if some are not UTF-8."""
    text = " ".join(words)
    if text.isascii() or not any("\udc80" <= each <= "\udcff" for each in text):
        return text
    data = os.fsencode(text)
    try:
        return data.decode("utf-8")  # in a locale that knows ASCII only, Python escapes good text as well
    except UnicodeDecodeError:
        warn(_not_utf8("the text"))
        return data.decode("utf-8", "replace")


def open_input(path: str) -> Input:
    """Open the file `path`, "-" for standard input. Raises InputFailed."""
    if path == "-":
        if sys.stdin is None:
            raise InputFailed("standard input is closed", "Give the text as words, or a file with -f.")
        descriptor, name = STDIN, "standard input"
    else:
        name = printable(path)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOCTTY)
        except OSError as error:
            raise _failed(name, error) from error
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        raise _failed(name, OSError(errno.EISDIR, os.strerror(errno.EISDIR)))
    return Input(descriptor, name, os.isatty(descriptor))


def pour(source: Input, spool: TextSpool, flush: Flush, warn: Callable[[str], None]) -> threading.Thread:
    """Read `source` into `spool` in a thread of its own until its end or until the spool is closed.

    `warn` is called once, by that thread, if the text is not UTF-8. A read error becomes the spool's `error`.
    """

    def work() -> None:
        try:
            _pour(source, spool, flush, Utf8Decoder(lambda: warn(_not_utf8(source.name))))
        except OSError as error:
            failure = _failed(source.name, error)
            failure.__cause__ = error
            spool.finish(failure)
        else:
            spool.finish()
        finally:
            if source.descriptor != STDIN:
                os.close(source.descriptor)

    thread = threading.Thread(target=work, name="text reader", daemon=True)
    thread.start()
    return thread


def _pour(source: Input, spool: TextSpool, flush: Flush, decoder: Utf8Decoder) -> None:
    unflushed = False
    while True:
        # Also for a descriptor that a parent made non-blocking.
        patience = PAUSE if unflushed and flush is Flush.AT_PAUSES else None
        if not select.select([source.descriptor], [], [], patience)[0]:
            spool.mark_flush()
            unflushed = False
            continue
        data = os.read(source.descriptor, CHUNK)
        if not spool.append(decoder.decode(data, final=not data)) or not data:
            return
        unflushed = True
        if flush is Flush.AT_LINES:
            spool.mark_flush()  # a terminal hands out one line a time


class Utf8Decoder:
    """Turn bytes into text as they come, replacing what is not UTF-8 and dropping a byte order mark at the start.

    `on_replacement` is called once, before the first replacement.
    """

    def __init__(self, on_replacement: Callable[[], None]) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._on_replacement = on_replacement
        self._at_start = True

    def decode(self, data: bytes, final: bool = False) -> str:
        try:
            text = self._decoder.decode(data, final)
        except UnicodeDecodeError:
            self._on_replacement()
            self._decoder.errors = "replace"
            text = self._decoder.decode(data, final)  # a failed call left the decoder as it was
        if self._at_start and text:
            self._at_start = False
            text = text.removeprefix(_BYTE_ORDER_MARK)
        return text


def _not_utf8(name: str) -> str:
    return f"{name} is not UTF-8; what cannot be decoded is replaced"


def _failed(name: str, error: OSError) -> InputFailed:
    reason = error.strerror or str(error)
    return InputFailed(f"{name} cannot be read: {reason[:1].lower()}{reason[1:]}")
