"""Frames: a big-endian u32 length, that many bytes of JSON (always an object), and, where it says `bytes`, raw bytes.

Pure: bytes in, frames out. Knows nothing of sockets and nothing of what a message means.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator

from common.errors import BadFrame
from common.records import dataclass

Json = dict[str, object]

LENGTH = struct.Struct(">I")
MAX_JSON = 1 << 20
MAX_JSON_BEFORE_PROOF = 64 << 10
# One second of 48 kHz float32 stereo is 384,000 bytes; no peer sends more than one second a frame.
MAX_RAW = 384_000


@dataclass(frozen=True)
class Frame:
    """One decoded frame: the JSON object and the raw bytes that followed it (empty for most messages)."""

    fields: Json
    raw: bytes = b""


def encode(fields: Json, raw: bytes = b"") -> bytes:
    """Return one frame. `fields` must carry `bytes` if, and only if, `raw` is not empty.

    ASCII JSON, so that unpaired surrogates in a text survive the journey.
    Raises BadFrame if the JSON is above `MAX_JSON` or the raw bytes above `MAX_RAW`.
    """
    body = json.dumps(fields, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode("ascii")
    if len(body) > MAX_JSON or len(raw) > MAX_RAW:
        raise BadFrame(f"a frame of {len(body)} + {len(raw)} bytes is too large to send")
    return LENGTH.pack(len(body)) + body + raw


class FrameDecoder:
    """Turn a stream of bytes into frames, incrementally.

    `max_json` may be raised once the peer has proved itself. After a BadFrame the decoder is spent: the stream has
    lost its bounds and the connection must be closed.
    """

    def __init__(self, max_json: int = MAX_JSON) -> None:
        self.max_json = max_json
        self._buffer = bytearray()
        self._fields: Json | None = None
        self._raw_length = 0

    @property
    def mid_frame(self) -> bool:
        """True while some bytes of a frame have come and others have not."""
        return bool(self._buffer) or self._fields is not None

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Yield the frames that `data` completes. Raises BadFrame."""
        self._buffer += data
        while (frame := self._next()) is not None:
            yield frame

    def _next(self) -> Frame | None:
        if self._fields is None and not self._read_fields():
            return None
        assert self._fields is not None
        if len(self._buffer) < self._raw_length:
            return None
        frame = Frame(self._fields, bytes(self._buffer[: self._raw_length]))
        del self._buffer[: self._raw_length]
        self._fields, self._raw_length = None, 0
        return frame

    def _read_fields(self) -> bool:
        if len(self._buffer) < LENGTH.size:
            return False
        (length,) = LENGTH.unpack_from(self._buffer)
        if not 2 <= length <= self.max_json:
            raise BadFrame(f"a frame cannot be {length} bytes long")
        if len(self._buffer) < LENGTH.size + length:
            return False
        body = bytes(self._buffer[LENGTH.size : LENGTH.size + length])
        del self._buffer[: LENGTH.size + length]
        fields = parse_object(body)
        self._raw_length = _raw_length(fields)
        self._fields = fields
        return True


def parse_object(body: bytes) -> Json:
    """Return the JSON object in `body`. Raises BadFrame for anything else, however nested, long or wrongly encoded."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError:
        raise BadFrame("a frame is nested too deeply") from None
    except ValueError as error:  # bad UTF-8, bad JSON, an integer of thousands of digits
        raise BadFrame(f"a frame is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadFrame("a frame is not a JSON object")
    return value


def _raw_length(fields: Json) -> int:
    length = fields.get("bytes", 0)
    if not isinstance(length, int) or isinstance(length, bool) or not 0 <= length <= MAX_RAW:
        raise BadFrame("a frame announces an impossible number of raw bytes")
    return length


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")
