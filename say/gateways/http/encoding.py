"""From s16le mono PCM at 24,000 Hz to what was asked for, piece by piece, so that a piece can be heard before the next is made.

WAV and PCM are as they are; FLAC, MP3, Opus (in Ogg) and AAC (as ADTS) are made by PyAV, which brings the codecs along.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import av
import numpy as np
from av.audio.stream import AudioStream

from say.wav import RATE, SAMPLE_BYTES, UNKNOWN, stream_header

FORMATS = ("mp3", "opus", "aac", "flac", "wav", "pcm")


class Encoder(Protocol):
    """Makes one file of pieces of sound. `add` and `finish` may take milliseconds for a second of it."""

    def add(self, pcm: bytes) -> bytes:
        """Take whole samples; return what can be sent of the file."""

    def finish(self) -> bytes:
        """Return the rest of the file."""

    def close(self) -> None:
        """Let go of a file that nobody wants the rest of, once no other thread is at work at it."""


@dataclass(frozen=True)
class Format:
    """One format as answers name it."""

    name: str
    media_type: str
    make: Callable[[], Encoder]
    make_whole: Callable[[bytes], bytes]  # of sound that is all there


@dataclass(frozen=True)
class _Codec:
    container: str
    name: str
    layout: dict[str, str]  # options of the container
    bit_rate: int | None  # bits/s; None where nothing is lost
    sample_format: str


# Bit rates: nothing is heard to be missing of speech of this width; Opus' own advice for it is 24 to 40 kbit/s.
_CODECS = {
    "mp3": _Codec("mp3", "libmp3lame", {"write_xing": "0", "id3v2_version": "0"}, 96_000, "s16p"),
    "opus": _Codec("ogg", "libopus", {"page_duration": "100000"}, 48_000, "s16"),  # microseconds
    "aac": _Codec("adts", "aac", {}, 80_000, "fltp"),
    "flac": _Codec("flac", "flac", {}, None, "s16"),
}


def format_of(name: str) -> Format:
    """Return one of FORMATS. Raises KeyError."""
    return _FORMATS[name]


class _Pcm:
    def add(self, pcm: bytes) -> bytes:
        return pcm

    def finish(self) -> bytes:
        return b""

    def close(self) -> None:
        pass


class _Wav:
    """A WAV whose length nobody knows yet, as `say -o -` writes it."""

    def __init__(self) -> None:
        self._begun = False

    def add(self, pcm: bytes) -> bytes:
        begun, self._begun = self._begun, True
        return pcm if begun else stream_header(UNKNOWN) + pcm

    def finish(self) -> bytes:
        return b"" if self._begun else stream_header(0)

    def close(self) -> None:
        pass


class _Sink:
    """A file that can only be written to: what a container makes of packets is taken from it at once."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


class _Coded:
    """What PyAV encodes."""

    def __init__(self, codec: _Codec) -> None:
        self._sink = _Sink()
        self._container = av.open(
            self._sink, "w", format=codec.container, options={"flush_packets": "1", **codec.layout}
        )
        stream = self._container.add_stream(codec.name, rate=RATE)
        assert isinstance(stream, AudioStream)
        stream.codec_context.layout = "mono"
        stream.codec_context.format = codec.sample_format
        if codec.bit_rate is not None:
            stream.codec_context.bit_rate = codec.bit_rate
        self._stream = stream
        self._at = 0  # samples so far
        self._lock = threading.Lock()

    def add(self, pcm: bytes) -> bytes:
        with self._lock:
            return self._added(pcm)

    def finish(self) -> bytes:
        with self._lock:
            if not self._at:
                self._added(bytes(SAMPLE_BYTES))  # a codec that got nothing writes a file that nothing reads
            self._container.mux(self._stream.encode(None))
            self._container.close()
            return self._sink.take()

    def close(self) -> None:
        with self._lock:  # unclosed, its megabytes and threads would wait for the garbage collector
            self._container.close()

    def _added(self, pcm: bytes) -> bytes:
        samples = np.frombuffer(pcm, np.int16).reshape(1, -1)
        if samples.size:
            frame = av.AudioFrame.from_ndarray(samples, "s16", "mono")
            frame.sample_rate = RATE
            frame.pts = self._at
            frame.time_base = Fraction(1, RATE)
            self._at += samples.size
            self._container.mux(self._stream.encode(frame))  # which converts the samples, too
        return self._sink.take()


def _whole(make: Callable[[], Encoder]) -> Callable[[bytes], bytes]:
    def encode(pcm: bytes) -> bytes:
        encoder = make()
        return encoder.add(pcm) + encoder.finish()

    return encode


def _coded(name: str) -> Callable[[], Encoder]:
    return lambda: _Coded(_CODECS[name])


_FORMATS = {
    "wav": Format("wav", "audio/wav", _Wav, lambda pcm: stream_header(len(pcm)) + pcm),
    "pcm": Format("pcm", "audio/pcm", _Pcm, lambda pcm: pcm),
    "mp3": Format("mp3", "audio/mpeg", _coded("mp3"), _whole(_coded("mp3"))),
    "opus": Format("opus", "audio/ogg", _coded("opus"), _whole(_coded("opus"))),
    "aac": Format("aac", "audio/aac", _coded("aac"), _whole(_coded("aac"))),
    "flac": Format("flac", "audio/flac", _coded("flac"), _whole(_coded("flac"))),
}
