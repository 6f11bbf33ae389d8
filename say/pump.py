"""The thread's work of reading text: descriptor to tee, to text, to its flow. Knows nothing of lines or pauses."""

from __future__ import annotations

import codecs
import os
import select
from collections.abc import Callable

from common import TYPE_CHECKING
from say.spool import TextSpool
from say.tee import Tee

if TYPE_CHECKING:
    from say.flows import Flow

CHUNK = 1 << 16  # bytes; what a pipe of Linux holds
_BYTE_ORDER_MARK = "\ufeff"
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WIDE_MARKS_FRONTS = tuple(mark[:1] for mark in _WIDE_MARKS)


class TextDecoder:
    """Turn bytes into text as they come: UTF-8, or UTF-16 where a byte order mark says so. Marks are dropped.

    `on_replacement` is called once, before the first replacement of what cannot be decoded.
    """

    def __init__(self, on_replacement: Callable[[], None]) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._on_replacement = on_replacement
        self._head: bytes | None = b""  # what may be the front of a mark; None once that is settled
        self._at_start = True

    def decode(self, data: bytes, final: bool = False) -> str:
        if self._head is not None:
            data = self._head + data
            if data in (b"", *_WIDE_MARKS_FRONTS) and not final:
                self._head = data
                return ""
            self._head = None
            if data.startswith(_WIDE_MARKS):
                self._decoder = codecs.getincrementaldecoder("utf-16")("strict")
        return self._decode(data, final)

    def _decode(self, data: bytes, final: bool) -> str:
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


class Pump:
    """Reads `descriptor` to its end, or until the spool is closed and nothing has to be passed on."""

    def __init__(self, descriptor: int, spool: TextSpool, decoder: TextDecoder, flow: Flow, tee: Tee | None) -> None:
        self._descriptor = descriptor
        self._spool = spool
        self._decoder = decoder
        self._flow = flow
        self._tee = tee
        self._ended = False  # nothing follows

    def run(self) -> None:
        """Do it. Raises OSError if the text cannot be read, and what the tee raises."""
        woken, wake = os.pipe()  # speech has got on, or nobody wants more
        try:
            os.set_blocking(wake, False)
            self._spool.watch(lambda: _poke(wake))
            while not (self._ended and self._idle) and not (self._spool.closed and self._tee is None):
                self._step(woken)
        finally:
            self._spool.watch(None)
            os.close(woken)
            os.close(wake)
        if self._ended and not self._spool.closed:
            self._flow.finish()

    @property
    def _idle(self) -> bool:
        return self._tee is None or not self._tee.pending

    def _step(self, woken: int) -> None:
        # Also for descriptors that a parent made non-blocking.
        sources = [self._descriptor] if self._idle else []
        sinks = [] if self._tee is None or self._idle else [self._tee.descriptor]
        ready, writable, _ = select.select([woken, *sources], sinks, [], self._flow.patience())
        if woken in ready:
            os.read(woken, CHUNK)
        if writable and self._tee is not None:
            self._tee.push()
        if self._descriptor in ready:
            self._read()
        if not self._spool.closed:
            self._flow.wake()

    def _read(self) -> None:
        # Told before it is taken away from the pipe: who looks there first, and then here, misses nothing of the text.
        self._spool.pouring = True
        try:
            self._pour()
        finally:
            self._spool.pouring = False

    def _pour(self) -> None:
        data = os.read(self._descriptor, CHUNK)
        self._ended = not data
        if self._tee is not None:
            self._tee.give(data)
        text = self._decoder.decode(data, final=not data)
        if text and not self._spool.closed:
            self._flow.take(text)


def _poke(descriptor: int) -> None:
    try:
        os.write(descriptor, b"!")
    except BlockingIOError:  # it is full of them
        return
