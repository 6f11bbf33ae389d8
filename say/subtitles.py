"""`--subtitles`: SubRip, WebVTT or LRC, written as the sound is. How cues are made is in `say.cues`.

Neither SubRip nor LRC has escapes, so what a player would take for markup is written with other marks; WebVTT has them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from say.cues import Cue, Cues
from say.timeline import TimedPiece
from say.whole_file import WholeFile

# Seconds without speech after which a line of lyrics is taken away: LRC has no ends.
_LYRICS_GAP = 0.5

_TAG = re.compile(r"<(?=[A-Za-z/!])([^<>]*)>")
_LYRICS_STAMP = re.compile(r"<([0-9][^<>]*)>")
_LYRICS_TAG = re.compile(r"\[([^\[\]]*:[^\[\]]*)\]")


class SubtitlesFile:
    """The file at `path`, in place of what is there; its ending says in which format. As TimingsFile otherwise."""

    def __init__(self, path: str, mode: int | None = None, *, markup: bool = True) -> None:
        head, self._write = _FORMATS[format_of(path)]
        self._file = WholeFile(path, mode, head)
        self._cues = Cues(self._take, markup=markup)
        self._count = 0
        self._until = 0.0  # of the cue before

    def add(self, piece: TimedPiece) -> None:
        """Take the next piece."""
        self._cues.add(piece)

    def complete(self, seconds: float) -> None:
        """Write the rest, of sound that lasts so long."""
        self._cues.finish(seconds)
        if self._count and self._write is lyrics_line:
            self._file.write(f"[{_lyrics_time(self._until)}]\n".encode())

    def finish(self) -> None:
        """Put it in its place."""
        self._file.finish()

    def close(self) -> None:
        """Throw it away, unless it is finished."""
        self._file.close()

    def _take(self, cue: Cue) -> None:
        self._count += 1
        self._file.write(self._write(self._count, cue, self._until).encode())
        self._until = cue.until


def format_of(path: str) -> str:
    """Return "srt", "vtt" or "lrc" by the file's ending, "" for another."""
    _, dot, ending = path.lower().rpartition(".")
    return ending if dot and ending in _FORMATS else ""


def subrip_cue(number: int, cue: Cue, before: float) -> str:
    """Return a cue as SubRip has it."""
    lines = "\n".join(_subrip_text(line) for line in cue.lines)
    return f"{number}\n{_time(cue.at, ',')} --> {_time(cue.until, ',')}\n{lines}\n\n"


def webvtt_cue(number: int, cue: Cue, before: float) -> str:
    """Return a cue as WebVTT has it."""
    lines = "\n".join(html.escape(line, quote=False) for line in cue.lines)
    return f"{_time(cue.at, '.')} --> {_time(cue.until, '.')}\n{lines}\n\n"


def lyrics_line(number: int, cue: Cue, before: float) -> str:
    """Return a cue as a line of lyrics, behind an empty one where there was no speech since `before` (seconds)."""
    text = _LYRICS_STAMP.sub(r"(\1)", _LYRICS_TAG.sub(r"(\1)", cue.text))
    gap = f"[{_lyrics_time(before)}]\n" if before and cue.at - before >= _LYRICS_GAP else ""
    return f"{gap}[{_lyrics_time(cue.at)}]{text}\n"


def _subrip_text(line: str) -> str:
    """Return a line without an arrow, which separates times, and without HTML's and ASS's markup."""
    line = line.replace("-->", "→").replace("{\\", "(\\")
    return _TAG.sub(r"‹\1›", line)  # noqa: RUF001  # meant


def _time(seconds: float, point: str) -> str:
    milliseconds = _whole(seconds * 1000)
    return (
        f"{milliseconds // 3_600_000:02}:{milliseconds // 60_000 % 60:02}:{milliseconds // 1000 % 60:02}"
        f"{point}{milliseconds % 1000:03}"
    )


def _lyrics_time(seconds: float) -> str:
    hundredths = _whole(seconds * 100)
    return f"{hundredths // 6000:02}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"


def _whole(number: float) -> int:
    """Return it rounded down, so that nothing ends behind the file's end; what is whole but for its last bit, up."""
    return int(number + 1e-6)


_Write = Callable[[int, Cue, float], str]
_FORMATS: dict[str, tuple[bytes, _Write]] = {
    "srt": (b"", subrip_cue),
    "vtt": (b"WEBVTT\n\n", webvtt_cue),
    "lrc": (b"", lyrics_line),
}
