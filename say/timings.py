"""`--timings`: a JSON file that tells when each piece and each word sounds, written as the sound is, in little memory.

{"rate": 24000, "seconds": 12.5, "pieces": [{"start", "end", "text", "at", "until"}, …], "words": [the same, …]}
"""

from __future__ import annotations

import os
import tempfile

from say.json_bytes import json_bytes
from say.timeline import TimedPiece, TimedWord
from say.wav import RATE
from say.whole_file import WholeFile, failed

_CHUNK = 1 << 16  # bytes
_SECONDS_WIDTH = 16  # characters; the figure is known at the end, and blanks around it are no matter
_HEAD = f'{{"rate": {RATE}, "seconds": '.encode()


class TimingsFile:
    """The file at `path`, in place of what is there. `complete` and `finish` put it there; `close` is the last word."""

    def __init__(self, path: str, mode: int | None = None) -> None:
        """Begin it; `mode` as with WholeFile. Raises OutputFailed, as all methods do."""
        self._path = path
        self._file = WholeFile(path, mode, _HEAD + b" " * _SECONDS_WIDTH + b',\n"pieces": [')
        self._pieces = self._count = 0
        try:
            # Words follow all pieces in the file, and are as many as the text is long.
            self._words = tempfile.TemporaryFile(dir=os.path.dirname(os.path.realpath(path)))  # noqa: SIM115  # closed below
        except OSError as error:
            self._file.close()
            raise failed(path, error) from error

    def add(self, piece: TimedPiece) -> None:
        """Take the next piece."""
        self._file.write(_separator(self._pieces) + _entry(piece))
        self._pieces += 1
        try:
            for word in piece.words:
                self._words.write(_separator(self._count) + _entry(word))
                self._count += 1
        except OSError as error:
            raise failed(self._path, error) from error

    def complete(self, seconds: float) -> None:
        """Write the rest, of sound that lasts so long."""
        self._file.write(b'],\n"words": [')
        try:
            self._words.seek(0)
            while data := self._words.read(_CHUNK):
                self._file.write(data)
        except OSError as error:
            raise failed(self._path, error) from error
        self._file.write(b"]}\n")
        self._file.write_at(len(_HEAD), json_bytes(_rounded(seconds)))

    def finish(self) -> None:
        """Put it in its place."""
        self._file.finish()

    def close(self) -> None:
        """Throw it away, unless it is finished."""
        self._words.close()
        self._file.close()


def _separator(count: int) -> bytes:
    return b",\n" if count else b"\n"


def _entry(timed: TimedPiece | TimedWord) -> bytes:
    times = {"at": _rounded(timed.at), "until": _rounded(timed.until)}
    return json_bytes({"start": timed.start, "end": timed.end, "text": timed.text, **times})


def _rounded(seconds: float) -> float:
    """Return seconds with a sample's accuracy."""
    return round(seconds, 5)
