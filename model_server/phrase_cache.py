"""The phrase cache: the sound of short pieces that were spoken before, in memory and on disk.

It is asked before a piece takes its place in the queue of synthesis, so a phrase that is there waits for nobody, needs no
engine and no numpy. It never fails an utterance: what is wrong with the disk is logged once, and pieces are synthesized.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from common.errors import DaemonError, SayError
from common.messages.control import CacheReport
from common.phrase_folder import Held
from common.voices import Voice
from model_server.engines.base import RATE, Engine, EnginePiece, SpeaksTogether, Speech
from model_server.phrase_disk import KEY_BYTES, PhraseDisk
from model_server.phrase_format import Phrase, phrase_of
from model_server.phrase_memory import PhraseMemory
from model_server.phrase_source import Source

log = logging.getLogger(__name__)

# What counts as short: a sentence of some 18 words. The planner gives long texts longer pieces, from 100 to 200 phonemes: a
# chapter that is read twice shall not push out what is said every day.
MOST_SYMBOLS = 100  # phonemes; characters where the engine takes text
MOST_SAMPLES = 12 * RATE

IN_MEMORY = 16 << 20  # bytes, three minutes of sound
PATIENCE = 0.25  # seconds that a piece waits for a disk; on a local one it takes less than a millisecond
LOOK_PATIENCE = 2.0  # seconds that somebody who looks at the daemon waits for what is written, and then counted
MOST_WRITES = 64  # phrases that wait to be written
_NAME_BYTES = 20

_Kept = Callable[[str, Phrase], None]


@dataclass(frozen=True)
class Found:
    """What the cache has of a piece."""

    name: str = ""  # under which it is kept; "" if it is not to be
    phrase: Phrase | None = None


class PhraseCache:
    """The cache of one daemon. Made and asked in the event loop; `speak` runs in the synthesis thread."""

    def __init__(self, source: Source | None = None, disk: PhraseDisk | None = None, memory: int = IN_MEMORY) -> None:
        """Without `source` it is off, but can be cleared. Without `disk` it is in memory only. `memory` is in bytes."""
        self._source = source
        self._folder = disk  # to be looked at and emptied, also where it is not used
        self._disk = disk if source is not None else None
        self._memory = PhraseMemory(memory)
        self._key = b""
        self._opening = threading.Lock()
        # One thread each, so that a piece that is looked up does not wait for one that is written.
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="phrase-reader")
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="phrase-writer")
        self._writes = threading.Semaphore(MOST_WRITES)
        self._overdue: asyncio.Future[Found] | None = None
        self._told: set[str] = set()  # what was logged once
        self._hits = 0
        self._misses = 0

    def warm(self, voice: Voice) -> None:
        """Have the first look for a phrase of that voice take no longer than the next ones."""
        if self._source is not None:
            self._reader.submit(self._source_of, "kokoro", voice)

    async def find(self, engine: str, piece: EnginePiece) -> Found:
        """Return what is kept of that piece as this engine says it, without waiting for a slow disk."""
        found = await self._find(engine, piece)
        if found.name:
            self._hits, self._misses = self._hits + bool(found.phrase), self._misses + (not found.phrase)
        return found

    async def has(self, engine: str, piece: EnginePiece) -> bool:
        """Return whether `find` will find that piece."""
        return (await self._find(engine, piece)).phrase is not None

    async def _find(self, engine: str, piece: EnginePiece) -> Found:
        if self._source is None or len(piece.phonemes or piece.text) > MOST_SYMBOLS:
            return Found()
        if self._overdue is not None and not self._overdue.done():
            return Found()  # the disk hangs
        look = asyncio.get_running_loop().run_in_executor(self._reader, self._look, engine, piece)
        await asyncio.wait((look,), timeout=PATIENCE)
        if not look.done():
            self._overdue = look
            self._tell(
                f"the disk of the phrase cache takes longer than {PATIENCE:g} s, and is left alone until it answers"
            )
            return Found()
        return look.result()

    def speak(self, engine: Engine, piece: EnginePiece, name: str) -> tuple[Phrase, float]:
        """Return the sound of a piece that was not found, and how many seconds the engine took. Raises EngineError.

        It is kept under `name` unless that is "". 0 seconds: the engine was not needed after all.
        """
        if (phrase := self._made_meanwhile(name)) is not None:
            return phrase, 0.0
        started = time.perf_counter()
        speech = engine.speak(piece)
        seconds = time.perf_counter() - started
        return self._kept(engine, piece, name, speech), seconds

    def speak_together(
        self, engine: SpeaksTogether, wanted: Sequence[tuple[EnginePiece, str]]
    ) -> list[tuple[Phrase, float] | SayError]:
        """Do for several pieces, each with its name, what `speak` does for one. Each has its share of the seconds, by its sound."""
        made: dict[int, tuple[Phrase, float] | SayError] = {}
        for place, (_, name) in enumerate(wanted):
            if (phrase := self._made_meanwhile(name)) is not None:
                made[place] = phrase, 0.0
        places = [place for place in range(len(wanted)) if place not in made]
        started = time.perf_counter()
        spoken = engine.speak_together([wanted[place][0] for place in places]) if places else []
        seconds = time.perf_counter() - started
        in_all = sum(len(speech.samples) for speech in spoken if isinstance(speech, Speech)) or 1
        for place, speech in zip(places, spoken, strict=True):
            if isinstance(speech, Speech):
                share = seconds * len(speech.samples) / in_all
                made[place] = self._kept(engine, *wanted[place], speech), share
            else:
                made[place] = speech
        return [made[place] for place in range(len(wanted))]

    def _made_meanwhile(self, name: str) -> Phrase | None:
        """Return the sound of a piece that another asked for at the same time, and had its turn first."""
        phrase = self._memory.get(name) if name else None
        if phrase is not None:
            self._used_again(name, phrase)
        return phrase

    def _kept(self, engine: Engine, piece: EnginePiece, name: str, speech: Speech) -> Phrase:
        """Return what was spoken, and keep it if that makes sense."""
        phrase = phrase_of(speech, piece.start)
        # The engine may have loaded other files meanwhile than were there when the name was made.
        if name and 0 < phrase.count <= MOST_SAMPLES and self._name_now(engine.name, piece) == name:
            self._memory.put(name, phrase)
            if self._disk is not None:
                self._write(self._disk.spoken, name, phrase)
        return phrase

    async def clear(self) -> tuple[Held, int]:
        """Forget everything; return what was on disk, and the bytes in memory. Raises DaemonError."""
        memory = self._memory.clear()
        if self._folder is None:
            return Held(0, 0), memory
        # After what is being written, and ahead of what is spoken from now on.
        cleared = await asyncio.get_running_loop().run_in_executor(self._writer, self._folder.clear)
        return cleared, memory + self._memory.clear()

    async def report(self) -> CacheReport:
        """Return how the cache is; as if nothing were on a disk that does not answer."""
        disk = Held(0, 0)
        if self._folder is not None:
            look = asyncio.get_running_loop().run_in_executor(self._writer, self._folder.held)
            await asyncio.wait((look,), timeout=LOOK_PATIENCE)
            if look.done():
                disk = look.result()
            else:
                self._tell("the disk of the phrase cache does not answer, so that nobody knows what is on it")
        on = self._source is not None
        return CacheReport(on, disk.phrases, disk.size, self._memory.size, self._hits, self._misses)

    def close(self) -> None:
        """Let the threads end once they have written what there is to write, if the process waits for that."""
        self._reader.shutdown(wait=False, cancel_futures=True)
        self._writer.shutdown(wait=False)

    def _look(self, engine: str, piece: EnginePiece) -> Found:
        """Look in memory and on disk. In the reader's thread."""
        said_by = self._source_of(engine, piece.voice)
        if not said_by:
            return Found()
        name = _name(said_by, piece, self._key)
        phrase = self._memory.get(name) or self._read(name)
        if phrase is not None:
            self._used_again(name, phrase)
        return Found(name, phrase)

    def _read(self, name: str) -> Phrase | None:
        if self._disk is None:
            return None
        try:
            phrase = self._disk.read(name)
        except OSError as error:
            self._tell(f"the phrase cache cannot be read, so that phrases are synthesized: {error.strerror or error}")
            return None
        if phrase is not None:
            self._memory.put(name, phrase)
        return phrase

    def _open(self) -> None:
        with self._opening:
            if self._key:
                return
            if self._disk is not None:
                try:
                    self._disk.open()
                    self._key = self._disk.key
                    return
                except (OSError, DaemonError) as error:
                    self._disk = None
                    self._tell(f"the phrase cache is in memory only: {error}")
            self._key = secrets.token_bytes(KEY_BYTES)

    def _used_again(self, name: str, phrase: Phrase) -> None:
        if self._disk is not None:
            self._write(self._disk.spoken_again, name, phrase)

    def _write(self, work: _Kept, name: str, phrase: Phrase) -> None:
        if not self._writes.acquire(blocking=False):
            return self._tell("the disk of the phrase cache is slow, and not all phrases are written")
        try:
            self._writer.submit(partial(self._written, work, name, phrase))
        except RuntimeError:  # the daemon is leaving
            log.debug("the cache is closed")

    def _written(self, work: _Kept, name: str, phrase: Phrase) -> None:
        try:
            work(name, phrase)
        except (OSError, DaemonError) as error:
            reason = error.message if isinstance(error, DaemonError) else error.strerror or error
            self._tell(f"the phrase cache cannot be written, and is in memory only: {reason}")
        finally:
            self._writes.release()

    def _tell(self, sentence: str) -> None:
        """Log it, once."""
        if sentence not in self._told:
            self._told.add(sentence)
            log.warning("%s", sentence)

    def _source_of(self, engine: str, voice: Voice) -> str:
        assert self._source is not None
        self._open()
        return self._source(engine, voice)

    def _name_now(self, engine: str, piece: EnginePiece) -> str:
        said_by = self._source_of(engine, piece.voice)
        return _name(said_by, piece, self._key) if said_by else ""


def _name(said_by: str, piece: EnginePiece, key: bytes) -> str:
    """Return the name of a piece: a keyed hash of all that its sound and its word times depend on, but its place."""
    words = [
        [word.start - piece.start, word.end - piece.start, word.said, word.said_end, word.sound, word.sound_end]
        for word in piece.words
    ]
    # Where phonemes are given, and words are matched with them, the text is for error messages only.
    text = "" if piece.phonemes and piece.words else piece.text
    parts = [said_by, piece.language, repr(piece.speed), piece.phonemes, text, words]
    return hashlib.blake2b(json.dumps(parts).encode(), key=key, digest_size=_NAME_BYTES, person=b"say name").hexdigest()
