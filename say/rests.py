"""The files of what was not spoken: private, the newest first, each claimed by whoever speaks it.

A file is a line of JSON, which says how it was spoken and how its text is got from what follows, then the text: as it is
spoken, or as it stood in the user's file. Knows nothing of speech under way.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from common import TYPE_CHECKING
from common.errors import InputFailed, SayError
from common.messages.speaking import AS_USUAL, ReadingOptions
from common.paths import ensure_private_directory
from common.quoting import reason_of
from common.records import asdict, dataclass
from say.console import write_all

if TYPE_CHECKING:
    from say.flows import TextFilter

MOST = 8  # files
MOST_BYTES = 1 << 30  # of all of them, save that the newest is kept whatever its size
# Bytes of a file that is kept as it is: a state directory is no archive.
COPIED_MOST = 256 << 20
_NAME = "unspoken"  # of the only file of version 0.2.0, which is the oldest
_LONGEST_LINE = 1 << 16  # bytes, of JSON: a path and an expression, twelve for each character that is not ASCII
_AT_ONCE = 1 << 20  # bytes copied


@dataclass(frozen=True)
class Manner:
    """How it was spoken, and is to be spoken on."""

    voice: str
    engine: str
    language: str
    speed: float
    volume: float
    voice_file: str = ""  # absolute path, in place of `voice`
    reading: ReadingOptions = AS_USUAL


@dataclass(frozen=True)
class Recipe:
    """How what is spoken is got from the text of a file."""

    form: str = ""  # as for `--as`; "": it is spoken as it is
    name: str = ""  # of the user's file, whose ending tells the form
    skip: int = 0  # characters of what comes of it that were heard

    def filter(self) -> TextFilter | None:
        """Return what makes of the text what is still to be spoken; None if that is all of it, as it is."""
        made: TextFilter | None = None
        if self.form:
            from say.forms import filter_for

            made = filter_for(self.form, name=self.name)
        return _Rest(made, self.skip) if self.skip else made


class _Rest:
    """What another filter gives, save for its first `skip` characters."""

    def __init__(self, inner: TextFilter | None, skip: int) -> None:
        self._inner = inner
        self._skip = skip

    def feed(self, text: str) -> str:
        return self._behind(self._inner.feed(text) if self._inner else text)

    def flush(self) -> str:
        return self._behind(self._inner.flush() if self._inner else "")

    def finish(self) -> str:
        return self._behind(self._inner.finish() if self._inner else "")

    def _behind(self, text: str) -> str:
        rest = text[self._skip :]
        self._skip = max(0, self._skip - len(text))
        return rest


@dataclass(frozen=True)
class Origin:
    """A regular file that is spoken. The descriptor is ours alone to close, its position that of who reads the file."""

    descriptor: int
    begin: int  # where its text begins, in bytes
    recipe: Recipe

    def can_be_copied(self) -> bool:
        """Return whether what was read of it is still there, and it is small enough to be kept as it is."""
        size = os.fstat(self.descriptor).st_size
        return os.lseek(self.descriptor, 0, os.SEEK_CUR) <= size <= self.begin + COPIED_MOST

    def copy_to(self, target: int) -> None:
        """Write the text, as it stands in the file now, to another file. Raises OSError."""
        end = os.fstat(self.descriptor).st_size  # somebody may be writing to it without end
        at = _copy_within_the_kernel(self.descriptor, target, self.begin, end)
        while data := os.pread(self.descriptor, min(_AT_ONCE, end - at), at):
            at += os.write(target, data)


def _copy_within_the_kernel(source: int, target: int, at: int, end: int) -> int:
    """Copy what lies between two offsets, which takes no room where files can share it. Return how far that went."""
    if hasattr(os, "copy_file_range"):  # Linux
        try:
            while count := os.copy_file_range(source, target, end - at, at):
                at += count
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
                raise
    return at  # not between all file systems is it possible


@dataclass(frozen=True)
class Rest:
    """What is kept, claimed as long as `descriptor` is open. The text is what can be read from there."""

    path: Path
    descriptor: int
    manner: Manner
    recipe: Recipe


def kept_files(home: Path) -> list[Path]:
    """Return the files in which something is kept, newest first."""
    return sorted(home.glob(f"{_NAME}*"), reverse=True)


def store(home: Path, manner: Manner, recipe: Recipe, write: Callable[[int], None], before: Rest | None = None) -> Path:
    """Keep what `write` writes to the descriptor that it is given, whole or not at all. Return the file.

    What was kept `before` of the same text goes. What is the oldest by now goes, if there is too much. Raises OSError, DaemonError.
    """
    ensure_private_directory(home)
    _remove_unfinished(home)
    temporary = home / f".{_NAME}.{os.getpid()}"
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            write_all(descriptor, json.dumps({**asdict(manner), **asdict(recipe)}).encode() + b"\n")
            write(descriptor)
        finally:
            os.close(descriptor)
        path = home / f"{_NAME}.{_stamp(home):020d}.{os.getpid()}"
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    if before is not None:
        remove(before)
    _remove_oldest(home)
    return path


def _stamp(home: Path) -> int:
    """Return a number behind which no file is newer, also when the clock was set back."""
    numbers = (path.name.split(".") for path in kept_files(home))
    newest = max((int(parts[1]) for parts in numbers if len(parts) == 3 and parts[1].isdecimal()), default=0)
    return max(time.time_ns(), newest + 1)


def _remove_unfinished(home: Path) -> None:
    """Remove what processes left behind that were killed while they wrote."""
    for path in home.glob(f".{_NAME}.*"):
        with contextlib.suppress(OSError, ValueError):
            try:
                os.kill(int(path.suffix[1:]), 0)
            except ProcessLookupError:
                path.unlink()


def _remove_oldest(home: Path) -> None:
    size = 0
    for index, path in enumerate(kept_files(home)):
        with contextlib.suppress(OSError):
            size += path.lstat().st_size
            if index and (index >= MOST or size > MOST_BYTES):
                path.unlink()


def recall(home: Path) -> Rest | None:
    """Open the newest of what is kept and not being spoken, and claim it; None if nothing is kept.

    Raises InputFailed if it is no file of ours, SayError if others speak all there is.
    """
    claimed = False
    for path in kept_files(home):
        if (descriptor := _open(path)) is None:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            claimed = True
        else:
            if os.fstat(descriptor).st_nlink:  # else whoever spoke it has just come to its end
                return _read(path, descriptor)
        os.close(descriptor)
    if claimed:
        raise SayError("what was not spoken is being spoken already", "'say --queue' shows it.")
    return None


def _open(path: Path) -> int | None:
    try:
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputFailed(f"what was not spoken cannot be read: {reason_of(error)}") from error


def _read(path: Path, descriptor: int) -> Rest:
    try:
        head = os.pread(descriptor, _LONGEST_LINE, 0).partition(b"\n")[0]
        fields = json.loads(head)
        # Version 0.2.0 knew no voice files and no ways of reading. It kept what was spoken as it was, and said nothing of it.
        manner = Manner(
            **{name: kind(fields[name]) for name, kind in _MANNER.items()},
            voice_file=str(fields.get("voice_file", "")),
            reading=_reading(fields.get("reading", {})),
        )
        recipe = Recipe(**{name: kind(fields[name]) for name, kind in _RECIPE.items() if name in fields})
        recipe.filter()  # which knows whether there is such a form
        os.lseek(descriptor, len(head) + 1, os.SEEK_SET)
    except (OSError, ValueError, KeyError, TypeError) as error:
        os.close(descriptor)
        raise InputFailed("what was not spoken cannot be read: the file is damaged", f"Remove {path}.") from error
    return Rest(path, descriptor, manner, recipe)


def _reading(fields: dict[str, object]) -> ReadingOptions:
    return ReadingOptions(**{name: kind(fields[name]) for name, kind in _READING.items() if name in fields})


_MANNER = {"voice": str, "engine": str, "language": str, "speed": float, "volume": float}
_RECIPE = {"form": str, "name": str, "skip": int}
_READING = {"emoji": str, "split": str, "skip_unspeakable": bool, "markup": bool}


def remove(rest: Rest) -> None:
    """Remove what was spoken to its end."""
    with contextlib.suppress(OSError):
        if os.path.samestat(os.fstat(rest.descriptor), rest.path.lstat()):
            rest.path.unlink()
