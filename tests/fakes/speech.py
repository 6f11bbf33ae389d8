"""`SayClient` as the doors see it, without servers: every sentence is a piece of tone, and what was asked for is noted."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from typing import cast

import numpy as np

from common.errors import SayError, Stopped
from common.messages.control import StatusReport
from common.messages.hello import Notice
from common.messages.speaking import Accepted, Piece, Played, ReadingOptions, Word
from say.client import SayClient
from say.control import Control
from say.utterance import Event, Spoken
from tests.fakes.client import REPORT

RATE = 24_000  # Hz
CHARACTER = 0.05  # seconds of sound
_SENTENCE = re.compile(r"[^.!?]*[.!?]*\s*")
_WORD = re.compile(r"\w+")
_POLL = 0.01  # seconds; as SayClient is woken by its control


class FakeSpeech:
    """Makes sound at once, or as far as `allow` lets it. `error` is raised in place of piece `fails_at`.

    `notices` are told by the number of the piece that they come ahead of.
    """

    def __init__(
        self,
        *,
        gated: bool = False,
        error: SayError | None = None,
        fails_at: int = 0,
        notices: Mapping[int, str] | None = None,
    ) -> None:
        self.asked: list[dict[str, object]] = []
        self.made = 0  # pieces
        self.stopped = 0  # utterances that were ended from outside
        self.report: StatusReport | None = REPORT
        self._error = error
        self._fails_at = fails_at
        self._notices = notices or {}
        self._gate = threading.Semaphore(0) if gated else None

    def as_client(self) -> SayClient:
        return cast(SayClient, self)

    def allow(self, pieces: int) -> None:
        """Let so many pieces more be made."""
        assert self._gate is not None
        for _ in range(pieces):
            self._gate.release()

    def status(self) -> StatusReport | None:
        return self.report

    def render(
        self,
        text: str,
        *,
        write: Callable[[bytes], None],
        voice: str | None = None,
        speed: float | None = None,
        engine: str | None = None,
        language: str = "",
        volume: float | None = None,
        words: bool = False,
        on_event: Callable[[Event], None],
        control: Control,
        reading: ReadingOptions | None = None,
        bulk: bool = False,
        on_behalf_of: str = "",
    ) -> Spoken:
        asked = {"text": text, "voice": voice, "speed": speed, "engine": engine, "language": language}
        self.asked.append({**asked, "volume": volume, "words": words, "bulk": bulk, "for": on_behalf_of})
        pieces = pieces_of(text)
        on_event(Accepted("u", "tone", RATE))
        size = 0
        for index, (start, end) in enumerate(pieces):
            on_event(Piece("u", index, start, end, boundary="end" if end == len(text) else "sentence"))
            self._wait(control)
            if index in self._notices:
                on_event(Notice("espeak_instead", self._notices[index], "u"))
            if self._error is not None and index == self._fails_at:
                raise self._error
            pcm = tone(index, end - start)
            for word in _WORD.finditer(text, start, end) if words else ():
                at = size / (2 * RATE) + (word.start() - start) * CHARACTER
                on_event(Word("u", word.start(), word.end(), at, at + len(word[0]) * CHARACTER))
            self.made += 1
            size += len(pcm)
            write(pcm)
            on_event(Played("u", index, end))
        return Spoken(size / (2 * RATE), len(pieces), "tone", len(text))

    def _wait(self, control: Control) -> None:
        while not control.stopping and self._gate is not None:
            if self._gate.acquire(timeout=_POLL):
                break
        if control.stopping:
            self.stopped += 1
            raise Stopped("stopped by its control")


def pieces_of(text: str) -> list[tuple[int, int]]:
    """Return where each piece begins and ends."""
    return [match.span() for match in _SENTENCE.finditer(text) if match[0]]


def tone(index: int, characters: int) -> bytes:
    """Return a piece's sound: s16le at RATE, a glide that no other place of it repeats."""
    time = np.arange(int(characters * CHARACTER * RATE)) / RATE
    wave = 0.4 * np.sin(2 * np.pi * (150 + 40 * index + 120 * time) * time)
    return (wave * 32767).astype("<i2").tobytes()


def sound_of(text: str) -> bytes:
    """Return all that a text sounds like."""
    return b"".join(tone(index, end - start) for index, (start, end) in enumerate(pieces_of(text)))
