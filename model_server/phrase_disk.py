"""Phrases on disk: a private folder of sealed files, no larger than it may be, safe to share between two daemons.

All of it blocks and runs in threads of its own. A phrase is written when it is spoken for the second time, whenever the
first was: most of what is spoken is spoken once, and of that no sound shall stay on disk, nor shall a book wear it out.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from common.paths import ensure_private_directory
from common.phrase_folder import HEARD, KEY, Held, clear, held, passing_files, phrase_files
from model_server.phrase_format import Phrase, decode, encode

KEY_BYTES = 32
MOST_BYTES = 4 << 20  # of one file; the longest phrase has a third of it
MOST_HEARD = 4096  # names of phrases that were spoken once; half of them are forgotten when there are more
_HEARD_BYTES = 20  # a name
_ABANDONED = 600.0  # seconds; a file takes milliseconds to write, so this one was left by a crash

# Parts of the limit: what is left after the oldest were deleted, and how much may be written until the next look. So one
# daemon stays below the limit, and two at once exceed it by an eighth at most.
_AFTER_EVICTION = 7 / 8
_UNTIL_LOOK = 1 / 8


class PhraseDisk:
    """The phrases in one folder. One thread may read while another writes."""

    def __init__(self, folder: Path, limit: int) -> None:
        """Touch nothing yet. `limit` is in bytes."""
        self._folder = folder
        self._limit = limit
        self._may_write = 0  # bytes until the folder is looked at again
        self._heard: dict[str, None] = {}  # names, the newest last
        self.key = b""  # once it is open

    def open(self) -> None:
        """Make the folder and the key, or read it. Raises DaemonError where others have a hand in it, OSError."""
        self._make_folder()
        self.key = self._read_key() or self._make_key(secrets.token_bytes(KEY_BYTES))
        self._heard = dict.fromkeys(self._read_heard())

    def read(self, name: str) -> Phrase | None:
        """Return a phrase, None if it is not there or damaged; a damaged one is removed. Raises OSError."""
        try:
            data = _read_own(self._folder / name)
        except FileNotFoundError:
            return None
        phrase = decode(data, name, self.key) if data is not None else None
        if phrase is None:
            (self._folder / name).unlink(missing_ok=True)
        return phrase

    def spoken(self, name: str, phrase: Phrase) -> None:
        """Take note that a phrase was synthesized: for the first time, or else it is written. Raises OSError, DaemonError."""
        if name in self._heard:
            return self.spoken_again(name, phrase)
        self._make_folder()
        self._heard[name] = None
        if len(self._heard) > MOST_HEARD:
            self._heard = dict.fromkeys(list(self._heard)[-MOST_HEARD // 2 :])
            return self._replace(HEARD, b"".join(map(bytes.fromhex, self._heard)))
        descriptor = _open(self._folder / HEARD, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        with open(descriptor, "ab", buffering=0) as file:
            file.write(bytes.fromhex(name))

    def spoken_again(self, name: str, phrase: Phrase) -> None:
        """Have a phrase on disk, as the one used last. Raises OSError, DaemonError."""
        try:
            os.utime(self._folder / name, follow_symlinks=False)
        except FileNotFoundError:
            self._write(name, encode(phrase, name, self.key))

    def clear(self) -> Held:
        """Delete everything but the key; return what that freed. Raises DaemonError."""
        self._heard.clear()
        self._may_write = 0
        return clear(self._folder)

    def held(self) -> Held:
        return held(self._folder)

    def _write(self, name: str, data: bytes) -> None:
        if len(data) > min(self._limit, MOST_BYTES):
            return
        self._make_folder()
        if self._may_write < len(data):
            self._make_room(len(data))
        self._may_write -= len(data)
        self._replace(name, data)

    def _make_room(self, wanted: int) -> None:
        """Delete the phrases unused longest where there are too many, and what crashes left behind."""
        for left in passing_files(self._folder):
            if time.time() - left.used / 1e9 > _ABANDONED:
                _forget(left.path)
        files = phrase_files(self._folder)
        size = sum(file.size for file in files)
        if size + wanted > self._limit:
            for file in sorted(files, key=lambda file: file.used):
                if size + wanted <= self._limit * _AFTER_EVICTION:
                    break
                _forget(file.path)
                size -= file.size
        self._may_write = max(wanted, min(int(self._limit * _UNTIL_LOOK), self._limit - size))

    def _make_folder(self) -> None:
        """Make the folder, which may have been deleted meanwhile. Raises DaemonError."""
        ensure_private_directory(self._folder, "the folder of the cache")
        if self.key and not (self._folder / KEY).exists():
            self.key = self._make_key(self.key)

    def _read_key(self) -> bytes | None:
        """Return the key, None where there is none that only we could read."""
        with contextlib.suppress(FileNotFoundError):
            data = _read_own(self._folder / KEY)
            if data is not None and len(data) == KEY_BYTES:
                return data
            (self._folder / KEY).unlink(missing_ok=True)
        return None

    def _make_key(self, key: bytes) -> bytes:
        """Put a key in place and return it, or the one that another daemon put there at the same time."""
        with self._passing(KEY, key) as new:
            try:
                os.link(new, self._folder / KEY)
            except FileExistsError:
                return self._read_key() or key
            except OSError:  # a file system without hard links: the last one wins, and the other's phrases are lost
                new.replace(self._folder / KEY)
        return key

    def _read_heard(self) -> list[str]:
        with contextlib.suppress(FileNotFoundError):
            data = _read_own(self._folder / HEARD)
            if data is not None:
                whole = len(data) - len(data) % _HEARD_BYTES
                if whole < len(data):  # the disk was full: what is written behind half a name would be read amiss
                    with contextlib.suppress(OSError):
                        os.truncate(self._folder / HEARD, whole)
                places = range(0, whole, _HEARD_BYTES)
                return [data[place : place + _HEARD_BYTES].hex() for place in places][-MOST_HEARD:]
            (self._folder / HEARD).unlink(missing_ok=True)
        return []

    def _replace(self, name: str, data: bytes) -> None:
        with self._passing(name, data) as new, contextlib.suppress(FileNotFoundError):  # all was cleared meanwhile
            new.replace(self._folder / name)

    @contextlib.contextmanager
    def _passing(self, name: str, data: bytes) -> Iterator[Path]:
        """Yield a new file with this data, which is gone at the end unless it was given its name. Raises OSError.

        It is not brought to the disk at once: what a power failure leaves behind is damaged, which shows.
        """
        new = self._folder / f".{name}.{secrets.token_hex(4)}"
        try:
            with open(_open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb", buffering=0) as file:
                rest = memoryview(data)
                while rest:
                    rest = rest[file.write(rest) :]
            yield new
        finally:
            new.unlink(missing_ok=True)


def _read_own(path: Path) -> bytes | None:
    """Return what a file holds; None where it is a link, not ours alone, or too large. Raises OSError."""
    try:
        descriptor = _open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError:
        if path.is_symlink():
            return None
        raise
    with open(descriptor, "rb", buffering=0) as file:
        status = os.fstat(descriptor)
        ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077
        return file.readall() if ours and status.st_size <= MOST_BYTES else None


def _open(path: Path, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _forget(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):  # another daemon was faster
        os.unlink(path)
