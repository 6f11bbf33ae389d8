"""The thread's work of reading text: descriptor to tee, to text, to its flow. Knows nothing of lines or pauses."""

from __future__ import annotations

import codecs
import os
import select
from collections.abc import Callable

from say.flows import Flow
from say.spool import TextSpool
from say.tee import Tee

CHUNK = 1 << 16  # bytes; what a pipe of Linux holds
_BYTE_ORDER_MARK = "\ufeff"


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


class Pump:
    """Reads `descriptor` to its end, or until the spool is closed and nothing has to be passed on."""

    def __init__(self, descriptor: int, spool: TextSpool, decoder: Utf8Decoder, flow: Flow, tee: Tee | None) -> None:
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
