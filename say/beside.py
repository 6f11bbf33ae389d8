"""What is written beside a sound file: word times and subtitles. They appear only once the sound is complete."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import Protocol

from common.errors import OutputFailed, UsageError
from say.console import printable
from say.subtitles import SubtitlesFile, format_of
from say.timeline import TimedPiece, Timeline
from say.timings import TimingsFile
from say.whole_file import existing_mode


class _File(Protocol):
    def add(self, piece: TimedPiece) -> None: ...

    def complete(self, seconds: float) -> None: ...

    def finish(self) -> None: ...

    def close(self) -> None: ...


class Beside:
    """The files asked for. Leaving the `with` block without `finish` throws them away."""

    def __init__(
        self,
        sound: str,
        timings: str | None,
        subtitles: str | None,
        text_of: Callable[[int, int], str],
        *,
        markup: bool = True,
    ) -> None:
        """Begin them; `sound` is where the sound goes, `text_of` as with Timeline, `markup` as with Cues.

        Raises OutputFailed, UsageError.
        """
        _check(sound, timings, subtitles)
        self._files: list[_File] = []
        try:
            if timings is not None:
                self._files.append(TimingsFile(timings, existing_mode(timings)))
            if subtitles is not None:
                self._files.append(SubtitlesFile(subtitles, existing_mode(subtitles), markup=markup))
        except OutputFailed:
            self.__exit__()
            raise
        self._timeline = Timeline(text_of, [file.add for file in self._files])

    def write(self, pcm: bytes) -> None:
        """Take note of the sound of a piece."""
        self._timeline.write(pcm)

    def handle(self, event: object) -> None:
        """Take note of what happened."""
        self._timeline.handle(event)

    def complete(self) -> None:
        """Write what is left to be written. Raises OutputFailed."""
        for file in self._files:
            file.complete(self._timeline.seconds)

    def finish(self) -> None:
        """Put them in their places. Raises OutputFailed."""
        for file in self._files:
            file.finish()

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, *exception: object) -> None:
        for file in self._files:
            file.close()


def spare_the_text(file: str | None, timings: str | None, subtitles: str | None) -> None:
    """Let nothing be written in place of the text's own `file`. Raises UsageError."""
    for name in (timings, subtitles):
        if file is not None and name is not None and os.path.realpath(name) == os.path.realpath(file):
            raise UsageError(f"{printable(name)} is the text itself, and would be lost", "Name another file.")


def _check(sound: str, timings: str | None, subtitles: str | None) -> None:
    if timings is not None and not timings.lower().endswith(".json"):
        raise UsageError(f"--timings: {timings!r} does not end in .json", "Only JSON can be written.")
    if subtitles is not None and not format_of(subtitles):
        raise UsageError(f"--subtitles: {subtitles!r} ends in none of .srt, .vtt, .lrc", "The ending says which it is.")
    names = [name for name in (sound, timings, subtitles) if name is not None and name != "-"]
    if len({os.path.realpath(name) for name in names}) < len(names):
        raise UsageError("two of the files to be written are the same", "Give each a name of its own.")
    for name in (timings, subtitles):
        if name is not None and not stat.S_ISREG(existing_mode(name) or stat.S_IFREG):
            raise OutputFailed(f"{printable(name)} is no ordinary file", "Name another one.")
