"""What callers send, as a pure incremental decoder, and the form of an answer. Knows neither sockets nor calls.

A caller sends `[4: length][call id]`, then any number of `[4: length][text]`, and 0xFFFFFFFF at the end. Each text is
answered by `[4: length][4: sample rate][4: chunk id][samples]`. Numbers are in network byte order, samples float32 in
little-endian order.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from common.errors import BadFrame

RATE = 24_000  # Hz
BYE = 0xFFFFFFFF
MOST_ID = 20  # digits, as an unsigned number of 64 bits has them
MOST_TEXT = 1 << 20  # bytes of one text; the first bytes of HTTP and of TLS say more than that
SAMPLE = 4  # bytes of a float32
MOST_SAMPLES = (BYE - 1) // SAMPLE  # of one answer, whose length in bytes has 32 bits
_LENGTH = struct.Struct("!I")
_ANSWER = struct.Struct("!III")


@dataclass(frozen=True)
class Hello:
    """The first frame: whose call this is."""

    call_id: str


@dataclass(frozen=True)
class Text:
    """What shall be said next."""

    text: str


@dataclass(frozen=True)
class Bye:
    """The end; nothing that follows it counts."""


Message = Hello | Text | Bye


class Decoder:
    """Turn bytes, in whatever portions they come, into messages."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._greeted = False
        self._over = False

    @property
    def greeted(self) -> bool:
        """Whether `Hello` was taken."""
        return self._greeted

    @property
    def has_begun(self) -> bool:
        """Whether there is a part of a message, once `take` has returned None."""
        return bool(self._bytes)

    def feed(self, data: bytes) -> None:
        """Add what arrived."""
        if not self._over:
            self._bytes += data

    def take(self) -> Message | None:
        """Return the next message, None until it is whole. Raises BadFrame; then the rest means nothing."""
        if self._over or len(self._bytes) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._bytes)
        if length == BYE:
            self._over = True
            self._bytes.clear()
            return Bye()
        if length > (MOST_TEXT if self._greeted else MOST_ID):
            what = f"a text of {length} bytes" if self._greeted else f"a call id of {length} bytes"
            raise BadFrame(f"{what} is announced, and at most {MOST_TEXT if self._greeted else MOST_ID} are taken")
        end = _LENGTH.size + length
        if len(self._bytes) < end:
            return None
        content = bytes(self._bytes[_LENGTH.size : end])
        del self._bytes[:end]
        return self._text(content) if self._greeted else self._hello(content)

    def _hello(self, content: bytes) -> Hello:
        call_id = read_call_id(content)
        if call_id is None:
            raise BadFrame("the call id is no number of up to 20 digits")
        self._greeted = True
        return Hello(call_id)

    def _text(self, content: bytes) -> Text:
        try:
            return Text(content.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise BadFrame(f"a text is not UTF-8 from its byte {error.start} on") from None


def read_call_id(content: bytes) -> str | None:
    """Return a call id in its one spelling ("007" is "7"); None for what is none."""
    if not 0 < len(content) <= MOST_ID or not content.isdigit():  # of bytes: ASCII digits alone
        return None
    return content.decode("ascii").lstrip("0") or "0"


def answer_header(samples: int, chunk_id: int) -> bytes:
    """Return what stands before the samples of an answer; `chunk_id` counts from 1."""
    return _ANSWER.pack(samples * SAMPLE, RATE, chunk_id)


def to_float(pcm: bytes) -> bytes:
    """Return s16le samples as little-endian float32 ones in -1 to 1, exactly."""
    return (np.frombuffer(pcm, "<i2").astype("<f4") / np.float32(32768)).astype("<f4", copy=False).tobytes()
