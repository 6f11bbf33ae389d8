"""What was not spoken of an utterance that was stopped: told to the user, and kept for `say --continue`.

It is kept in one private file: a line of JSON that says how it was to be spoken, then the text.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from common.errors import InputFailed, SayError
from common.paths import ensure_private_directory
from say.place import Place
from say.spool import TextSpool

_CHUNK = 1 << 16  # characters
_QUOTED = 60  # characters, of what was not spoken
_LONGEST_LINE = 4096  # bytes, of JSON
# Seconds for the thread that reads a file to come to the file's end: a few megabytes, as what is read is also put into
# words (say/forms). Nobody waits longer for Ctrl-C.
READING_LIMIT = 2.0
_LOOK = 0.01  # seconds between two looks whether it is there


@dataclass(frozen=True)
class Manner:
    """How it was spoken, and is to be spoken on."""

    voice: str
    engine: str
    language: str
    speed: float
    volume: float


@dataclass(frozen=True)
class Stored:
    """What is kept. The text is what can be read from `descriptor`."""

    manner: Manner
    descriptor: int


def unspoken_file(home: Path) -> Path:
    return home / "unspoken"


def keep(home: Path, spool: TextSpool, place: Place, manner: Manner, *, from_file: bool, continues: int | None) -> str:
    """Keep what was not heard, and return it in words for the user; "" if all was heard.

    With `from_file` the text goes on as fast as a file is read, and belongs to it. `continues` is the descriptor of
    what was kept before and is spoken now: it goes when its last words are heard.
    """
    if from_file:
        _await_end(spool)
    begin = _beginning(spool, place)
    front = read_text(spool, begin, begin + _CHUNK)
    length = spool.length - begin
    if not front.strip() and length == len(front):
        if continues is not None:
            remove(unspoken_file(home), continues)
        return ""
    sentence = f"Not spoken: {quoted(front, length)}"
    try:
        store(unspoken_file(home), manner, _chunks(spool, begin, begin + length))
    except (OSError, SayError) as error:
        return f"{sentence}. It could not be kept: {getattr(error, 'strerror', None) or error}."
    limit = "" if is_complete(spool) or not from_file else f" What follows the first {length:,} characters is not kept."
    return f"{sentence}; 'say --continue' goes on there.{limit}"


def _beginning(spool: TextSpool, place: Place) -> int:
    start = max(place.start, spool.kept)
    front = read_text(spool, start, start + _CHUNK)
    return max(place.unheard(len(front) - len(front.lstrip())), spool.kept)


def _await_end(spool: TextSpool) -> None:
    """Wait as long as the thread that reads the file makes progress."""
    deadline = time.monotonic() + READING_LIMIT
    while not is_complete(spool) and time.monotonic() < deadline:
        time.sleep(_LOOK)


def is_complete(spool: TextSpool) -> bool:
    """Return whether nothing will follow what is there."""
    length = spool.length
    return spool.read(length, 0, flushed=length).ended


def read_text(spool: TextSpool, offset: int, end: int) -> str:
    """Return the text between two offsets, as far as it is there."""
    return "".join(_chunks(spool, max(offset, spool.kept), end))


def _chunks(spool: TextSpool, offset: int, end: int) -> Iterator[str]:
    while offset < min(end, spool.length):
        text = spool.read(offset, min(end - offset, _CHUNK), flushed=offset).text
        yield text
        offset += len(text)


def quoted(text: str, characters: int) -> str:
    """Return how a text of so many characters begins, `text` being its front: '"One two…" and 1,234 more characters'."""
    lead = text[: _QUOTED * 4].strip()
    words = " ".join(lead.split())
    if characters <= _QUOTED * 4 and len(words) <= _QUOTED:
        return f'"{words}"'
    shown = words[:_QUOTED]
    if " " in shown and not words[_QUOTED : _QUOTED + 1].isspace():
        shown = shown.rsplit(" ", 1)[0]  # no word in part
    more = max(characters - len(shown), 1)
    return f'"{shown}…" and {more:,} more character{"s" if more > 1 else ""}'


def store(path: Path, manner: Manner, text: Iterator[str]) -> None:
    """Keep the text in place of what was kept before, whole or not at all. Raises OSError, DaemonError."""
    ensure_private_directory(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(temporary, "wb", opener=_private) as file:
            file.write(json.dumps(asdict(manner)).encode() + b"\n")
            for each in text:
                file.write(each.encode("utf-8", "replace"))
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def recall(path: Path) -> Stored | None:
    """Open what is kept, and claim it as long as it is open; None if nothing is.

    Raises InputFailed if it is no file of ours, SayError if another speaks it already.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputFailed(f"what was not spoken cannot be read: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise SayError("what was not spoken is being spoken already", "'say --queue' shows it.") from error
    try:
        head = os.pread(descriptor, _LONGEST_LINE, 0).partition(b"\n")[0]
        fields = json.loads(head)
        manner = Manner(**{name: kind(fields[name]) for name, kind in _FIELDS.items()})
        os.lseek(descriptor, len(head) + 1, os.SEEK_SET)
    except (OSError, ValueError, KeyError, TypeError) as error:
        os.close(descriptor)
        raise InputFailed("what was not spoken cannot be read: the file is damaged", f"Remove {path}.") from error
    return Stored(manner, descriptor)


_FIELDS = {"voice": str, "engine": str, "language": str, "speed": float, "volume": float}


def remove(path: Path, descriptor: int) -> None:
    """Remove what is kept if it is still what was opened as `descriptor`: another's stays."""
    with contextlib.suppress(OSError):
        if os.path.samestat(os.fstat(descriptor), path.lstat()):
            path.unlink()
