"""WAV files and streams from s16le PCM, mono, as a rule at 24 kHz. A file appears under its name only when it is whole.

Layout of a file, 80 bytes before the samples: RIFF/WAVE, a JUNK chunk that holds the place of `ds64`, `fmt `, `data`.
A file beyond 4 GiB becomes RF64 by turning JUNK into `ds64` (EBU Tech 3306).
"""

from __future__ import annotations

import os
import stat
import struct
import sys

from common import TYPE_CHECKING
from common.errors import OutputFailed, UsageError
from say.console import STDOUT, write_all
from say.whole_file import WholeFile, existing_mode, failed

RATE = 24_000  # Hz
SAMPLE_BYTES = 2
UNKNOWN = 0xFFFF_FFFF  # sizes of a stream that is not at its end yet, and of an RF64 file
LARGEST_RIFF = 0xFFFF_FFFE  # bytes after the first 8

_FORMAT = struct.Struct("<4sIHHIIHH")
_DS64 = struct.Struct("<4sIQQQI")
_FILE_HEADER = 12 + _DS64.size + _FORMAT.size + 8


if TYPE_CHECKING:
    from typing import Protocol

    class WavOutput(Protocol):
        """Where PCM goes. Leaving the `with` block without `finish` throws a file away."""

        def write(self, pcm: bytes) -> None:
            """Take whole samples. Raises OutputFailed, OutputClosed."""

        def finish(self) -> None:
            """Make it complete. Raises OutputFailed, OutputClosed."""

        def __enter__(self) -> WavOutput: ...

        def __exit__(self, *exception: object) -> None: ...


def stream_header(data_bytes: int, rate: int = RATE) -> bytes:
    """Return the plain 44 bytes; `data_bytes` may be UNKNOWN, `rate` is in Hz."""
    riff = UNKNOWN if data_bytes == UNKNOWN else 36 + data_bytes
    return struct.pack("<4sI4s", b"RIFF", riff, b"WAVE") + _format(rate) + struct.pack("<4sI", b"data", data_bytes)


def _format(rate: int) -> bytes:
    return _FORMAT.pack(b"fmt ", 16, 1, 1, rate, rate * SAMPLE_BYTES, SAMPLE_BYTES, 8 * SAMPLE_BYTES)


def file_header(data_bytes: int, largest: int = LARGEST_RIFF, rate: int = RATE) -> bytes:
    """Return the 80 bytes of a file; beyond `largest` (bytes after the first 8) they are those of RF64."""
    riff = _FILE_HEADER - 8 + data_bytes
    if riff <= largest:
        place = _DS64.pack(b"JUNK", _DS64.size - 8, 0, 0, 0, 0)
        start, data = struct.pack("<4sI4s", b"RIFF", riff, b"WAVE"), data_bytes
    else:
        place = _DS64.pack(b"ds64", _DS64.size - 8, riff, data_bytes, data_bytes // SAMPLE_BYTES, 0)
        start, data = struct.pack("<4sI4s", b"RF64", UNKNOWN, b"WAVE"), UNKNOWN
    return start + place + _format(rate) + struct.pack("<4sI", b"data", data)


def open_output(path: str) -> WavOutput:
    """Get `path` ready to be written: "-" is standard output, what is no regular file is written to as it is.

    Raises OutputFailed where it cannot be written, UsageError for a terminal or an ending other than `.wav`. A fifo
    is waited for until somebody reads it.
    """
    if path == "-":
        return _standard_output()
    mode = existing_mode(path)
    if mode is not None and not stat.S_ISREG(mode):
        return _special_file(path, RATE)
    if not path.lower().endswith(".wav"):
        raise UsageError(f"{path!r} does not end in .wav", "Only WAV files can be written.")
    return WavFile(path, mode)


def open_named(path: str, rate: int = RATE) -> WavOutput:
    """Get ready to write sound of `rate` Hz to what a program named: any ending will do, and "-" is a file as others are.

    Raises OutputFailed, UsageError for a terminal. A fifo is waited for until somebody reads it.
    """
    mode = existing_mode(path)
    if mode is not None and not stat.S_ISREG(mode):
        return _special_file(path, rate)
    return WavFile(path, mode, rate=rate)


def _standard_output() -> WavStream:
    if sys.stdout is None:
        raise OutputFailed("standard output is closed")
    return WavStream(STDOUT, "standard output")


def _special_file(path: str, rate: int) -> WavStream:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOCTTY)
    except OSError as error:
        raise failed(path, error) from error
    try:
        return WavStream(descriptor, path, rate)
    except UsageError:
        os.close(descriptor)
        raise


class WavStream:
    """A WAV whose length is not known when its header is written, each piece passed on at once."""

    def __init__(self, descriptor: int, name: str, rate: int = RATE) -> None:
        if os.isatty(descriptor):
            raise UsageError("a terminal cannot show a WAV", "Send it to a file or to a program: say -o - … | …")
        self._descriptor = descriptor
        self._name = name
        self._rate = rate
        self._begun = False

    def write(self, pcm: bytes) -> None:
        self._put(pcm if self._begun else stream_header(UNKNOWN, self._rate) + pcm)
        self._begun = True

    def finish(self) -> None:
        if not self._begun:
            self._put(stream_header(0, self._rate))

    def _put(self, data: bytes) -> None:
        try:
            write_all(self._descriptor, data)
        except OSError as error:
            raise failed(self._name, error) from error

    def __enter__(self) -> WavStream:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._descriptor != STDOUT:
            os.close(self._descriptor)


class WavFile:
    """A WAV that is written beside its final place and moved there by `finish`, in place of what lay there."""

    def __init__(self, path: str, mode: int | None = None, largest: int = LARGEST_RIFF, rate: int = RATE) -> None:
        """Begin it. `mode` is that of the file to be replaced, None where there is none."""
        self._file = WholeFile(path, mode, file_header(0, rate=rate))
        self._largest = largest
        self._rate = rate
        self._size = 0  # bytes of PCM

    def write(self, pcm: bytes) -> None:
        self._file.write(pcm)
        self._size += len(pcm)

    def finish(self) -> None:
        self._file.write_at(0, file_header(self._size, self._largest, self._rate))
        self._file.finish()

    def __enter__(self) -> WavFile:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()
