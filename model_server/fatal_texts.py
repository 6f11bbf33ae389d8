"""Texts that crashed the model server while they were spoken. Known by keyed hashes on disk; from the second time on refused.

While a piece is spoken, its hash stands in a file of this process, where Python's fault handler adds its last words should a
fault end the process. Whoever finds such a file without an owner counts a crash; one without last words was killed from
outside, for which no text is to blame. Neither needs a disk to be flushed: files outlive a process, if not a power cut.

A crash while an engine loads counts against no text, since it would come with every other one too, and refusing them one after
the other for a month would outlast the cause. Its last words are logged by the next daemon all the same.
"""

from __future__ import annotations

import contextlib
import errno
import faulthandler
import fcntl
import hashlib
import json
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from common.errors import FatalText, SayError
from common.paths import ensure_private_directory
from common.quoting import quoted
from model_server.engines.base import EnginePiece

log = logging.getLogger(__name__)

MOST_CRASHES = 2
FORGOTTEN_AFTER = 30  # days
_DAY = 86_400.0  # seconds
_MOST_KEPT = 1000  # texts

_HASH_BYTES = 16
_KEY_BYTES = 32
_MOST_AT_ONCE = 8  # pieces that are spoken together
_NOTHING = bytes(_HASH_BYTES)
_MOST_LAST_WORDS = 16 << 10  # bytes


@dataclass
class CrashBook:
    """How often each text crashed, and when last: seconds since 1970, by the hash in hexadecimal. Pure."""

    crashes: dict[str, tuple[int, float]] = field(default_factory=dict)

    def add(self, text: str, now: float) -> int:
        """Count one more; return how many there are. What is old, or one too many, is forgotten."""
        kept = [(each, entry) for each, entry in self.crashes.items() if now - entry[1] < FORGOTTEN_AFTER * _DAY]
        newest = sorted(kept, key=lambda one: one[1][1])[-_MOST_KEPT + 1 :]
        self.crashes = dict(newest)
        count = self.count(text, now) + 1
        self.crashes[text] = (count, now)
        return count

    def count(self, text: str, now: float) -> int:
        """Return how often a text crashed that is not yet forgotten. A clock that was put back forgets nothing."""
        count, last = self.crashes.get(text, (0, 0.0))
        return count if now - last < FORGOTTEN_AFTER * _DAY else 0

    def to_json(self) -> str:
        return json.dumps(self.crashes)

    @staticmethod
    def from_json(text: str) -> CrashBook:
        """Return what `to_json` wrote. Raises ValueError."""
        found = json.loads(text)
        if not isinstance(found, dict):
            raise ValueError("no table")
        try:
            return CrashBook({str(key): (int(count), float(last)) for key, (count, last) in found.items()})
        except TypeError as error:
            raise ValueError("no table of crashes") from error


class FatalTexts:
    """The texts that a daemon refuses. What is wrong with the disk is logged once, and everything is spoken.

    `watch` and `speaking` are called in the synthesis thread, `close` in any.
    """

    def __init__(
        self,
        folder: Path,
        settings: str = "",
        clock: Callable[[], float] = time.time,
        watch_faults: Callable[[int], object] = faulthandler.enable,
    ) -> None:
        """With other `settings`, and another version, which belongs to them, each text has another chance. `watch_faults`
        has last words written to a file descriptor."""
        self._folder = folder
        self._settings = settings
        self._clock = clock
        self._watch_faults = watch_faults
        self._lock = threading.Lock()
        self._tried = False
        self._file = -1  # descriptor, -1 without
        self._path: Path | None = None
        self._key = b""
        self._book = CrashBook()

    @contextlib.contextmanager
    def speaking(self, engine: str, piece: EnginePiece) -> Iterator[None]:
        """Note the piece as being spoken inside the block. Raises FatalText for one that crashed too often."""
        with self.speaking_together(engine, (piece,)):
            yield

    @contextlib.contextmanager
    def speaking_together(self, engine: str, pieces: Sequence[EnginePiece]) -> Iterator[None]:
        """Note several as being spoken at once; a crash counts for each of them."""
        self.watch()
        texts = [self._hash(engine, piece) for piece in pieces[:_MOST_AT_ONCE]]
        for text, piece in zip(texts, pieces, strict=False):
            if self._book.count(text.hex(), self._clock()) >= MOST_CRASHES:
                raise _refusal(engine, piece)
        self._note(texts)
        try:
            yield
        finally:
            self._note(())
        if [text for text in texts if self._book.crashes.pop(text.hex(), None)]:  # it was something else
            self._save()

    def is_suspect(self, engine: str, piece: EnginePiece) -> bool:
        """Return whether a crash may have been due to that piece: spoken by itself, it shows. True before anything is spoken."""
        return not self._tried or self._hash(engine, piece).hex() in self._book.crashes

    def close(self) -> None:
        """Leave nothing behind: the process ends in peace, whatever it is doing. Afterwards nothing is noted."""
        with self._lock:
            self._tried = True
            if self._file < 0:
                return
            self._file = -1  # the descriptor stays open for last words that nobody will read
            assert self._path is not None
            self._path.unlink(missing_ok=True)

    def watch(self) -> None:
        """Have last words written from now on, should a fault end the process. Called again, it does nothing."""
        with self._lock:
            if self._tried:
                return
            self._tried = True
            try:
                ensure_private_directory(self._folder)
                self._key = _key(self._folder / "key")
                self._book = self._read_book()
                self._count_crashes()
                self._file, self._path = _own_note(self._folder)
            except (OSError, SayError) as error:
                log.warning("texts that crash are not remembered: %s", error)
                return
            self._watch_faults(self._file)

    def _count_crashes(self) -> None:
        crashed = [text for path in self._folder.glob("in_work_*") for text in _left_behind(path)]
        for text in crashed:
            count = self._book.add(text.hex(), self._clock())
            log.error("a model server before this one crashed while it spoke a piece: time %d with this one", count)
        if crashed:
            self._save()

    def _hash(self, engine: str, piece: EnginePiece) -> bytes:
        said = (self._settings, engine, piece.voice.name, piece.language, repr(piece.speed), piece.phonemes, piece.text)
        data = "\0".join(said).encode(errors="surrogatepass")
        return hashlib.blake2b(data, key=self._key, digest_size=_HASH_BYTES).digest()

    def _note(self, texts: Sequence[bytes]) -> None:
        with self._lock:
            if self._file >= 0:
                with contextlib.suppress(OSError):  # a full disk shall not silence anybody
                    os.pwrite(self._file, b"".join(texts).ljust(_MOST_AT_ONCE * _HASH_BYTES, b"\0"), 0)

    @property
    def _book_path(self) -> Path:
        return self._folder / "crashes.json"

    def _read_book(self) -> CrashBook:
        try:
            return CrashBook.from_json(self._book_path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return CrashBook()
        except ValueError as error:
            log.warning("%s cannot be read and is begun anew: %s", self._book_path, error)
            return CrashBook()

    def _save(self) -> None:
        new = self._book_path.with_suffix(f".{os.getpid()}")
        try:
            new.write_text(self._book.to_json(), encoding="utf-8")
            new.replace(self._book_path)
        except OSError as error:
            log.warning("texts that crash are not remembered: %s", error)


def _refusal(engine: str, piece: EnginePiece) -> FatalText:
    instead = "" if engine == "espeak" else ", or use '--engine espeak'"
    return FatalText(
        f"{quoted(piece.text)} crashed the model server {MOST_CRASHES} times, so {engine} is not asked again",
        f"Say it in other words{instead}. With other settings, after {FORGOTTEN_AFTER} days and in another version it is tried again.",
    )


def _key(path: Path) -> bytes:
    """Return the key of this user's hashes, made on first use: without it they cannot be compared with texts."""
    for _ in range(2):
        with contextlib.suppress(FileExistsError):
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                os.write(made, secrets.token_bytes(_KEY_BYTES))
            finally:
                os.close(made)
        key = path.read_bytes()
        if len(key) == _KEY_BYTES:
            return key
        path.unlink(missing_ok=True)  # whoever made it ended before it was written
    raise OSError(errno.EIO, "a key of its own length cannot be kept", str(path))


def _own_note(folder: Path) -> tuple[int, Path]:
    """Return a descriptor, and the path, of the file that says what this process speaks; its lock says who lives."""
    path = folder / f"in_work_{os.getpid()}_{secrets.token_hex(4)}"
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.write(file, _NOTHING * _MOST_AT_ONCE)  # last words come behind it
    return file, path


def _left_behind(path: Path) -> list[bytes]:
    """Return what a process crashed with; nothing if it lives, had nothing in work or was killed. Removes a dead one's file."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:  # another daemon was faster
        return []
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        texts = [os.read(file, _HASH_BYTES) for _ in range(_MOST_AT_ONCE)]
        last_words = os.read(file, _MOST_LAST_WORDS)
        path.unlink(missing_ok=True)
    except BlockingIOError:
        return []
    finally:
        os.close(file)
    if not last_words:
        return []
    log.error("last words of a model server before this one:\n%s", last_words.decode(errors="replace"))
    return [text for text in texts if text not in (_NOTHING, b"")]
