"""Where an utterance's sound goes: back to the client here, to the loudspeaker in `speaker_sink`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from common.messages.speaking import Audio, Played, Word
from common.messages.synthesis import WordTime
from voice_server.changes import Changes
from voice_server.clips import Clip
from voice_server.joins import RATE, to_s16le
from voice_server.reel import Reel

SPEAKING = "speaking"  # the state of a sink that is heard
SAMPLE_BYTES = 2  # s16le
SECOND = RATE * SAMPLE_BYTES  # bytes, the most in a frame

Send = Callable[..., Awaitable[None]]  # (message, raw bytes)
SendSoon = Callable[[object], None]
More = Callable[[], bool]  # whether text is there that may yet become pieces
Complete = Callable[[], bool]  # whether no piece will come any more


class Sink(Protocol):
    """Brings an utterance's pieces to whoever listens."""

    on_interrupted: Callable[[], None]  # called when others speak first
    first_at: float  # loop time of the first sample that sounded or was sent, less `waited`; 0: none was
    waited: float  # seconds for the loudspeaker

    @property
    def underruns(self) -> int:
        """Times that it fell silent although it had more to say."""

    @property
    def state(self) -> str:
        """What it is doing, as in `underway`."""

    @property
    def taken(self) -> int:
        """Pieces from the current one on that it has taken already."""

    @property
    def starved(self) -> int:
        """Times that it ran dry since it began to sound."""

    async def perform(self, reel: Reel, changes: Changes, more: More, complete: Complete) -> None:
        """Bring the row of pieces to its end; return when everything was heard or sent."""

    def note(self) -> None:
        """Bring the row up to what was heard."""

    def cut(self) -> None:
        """Drop what was taken: the row goes on elsewhere."""

    def pause(self) -> None:
        """Fall silent and let others speak, until `resume`."""

    def resume(self) -> None:
        """Go on."""

    async def stop(self) -> None:
        """Fall silent now and let go of everything."""


class ClientSink:
    """PCM back to the client, within the credit that it grants. It cannot be steered: the client has the sound."""

    state = "writing"
    taken = 0
    starved = 0
    waited = 0.0

    def __init__(self, request: str, send: Send, send_words: bool) -> None:
        self._request = request
        self._send = send
        self._send_words = send_words
        self._credit = 0
        self._granted = asyncio.Event()
        self._samples = 0  # sent so far
        self.underruns = 0
        self.first_at = 0.0
        self.on_interrupted: Callable[[], None] = lambda: None

    def grant(self, count: int) -> None:
        """Let `count` more bytes of PCM go out."""
        self._credit += count
        self._granted.set()

    async def perform(self, reel: Reel, changes: Changes, more: More, complete: Complete) -> None:
        def news() -> bool:
            return complete() if reel.current is None else reel.current.ready

        while True:
            await changes.until(news)
            if (clip := reel.current) is None:
                return
            await self._give(clip)
            reel.samples += clip.length
            reel.hear_to_end()
            await self._send(Played(self._request, clip.index, clip.end))
            clip.samples = None  # a file is not listened to twice
            changes.tell()

    async def _give(self, clip: Clip) -> None:
        assert clip.samples is not None
        if self._send_words:
            for word in in_time(clip.words, self._samples / RATE):
                await self._send(Word(self._request, word.start, word.end, word.at, word.until))
        data = to_s16le(clip.samples)
        offset = 0
        while offset < len(data):
            count = min(len(data) - offset, SECOND, await self._credit_for_a_frame())
            self._credit -= count
            raw = data[offset : offset + count]
            self.first_at = self.first_at or asyncio.get_running_loop().time()
            await self._send(Audio(self._request, clip.index, count, "s16le", RATE), raw)
            offset += count
        self._samples += len(clip.samples)

    async def _credit_for_a_frame(self) -> int:
        """Wait for credit, and return how many bytes it covers: whole samples. A client may grant less than a second."""
        while self._credit < SAMPLE_BYTES:
            self._granted.clear()
            await self._granted.wait()
        return self._credit - self._credit % SAMPLE_BYTES

    def note(self) -> None:
        """What was sent is noted as it is sent."""

    def cut(self) -> None:
        """What was sent cannot be taken back."""

    def pause(self) -> None:
        """A client that wants no more for now grants no more."""

    def resume(self) -> None:
        """It never pauses."""

    async def stop(self) -> None:
        """Nothing sounds here."""


def in_time(words: tuple[WordTime, ...], seconds: float) -> tuple[WordTime, ...]:
    """Return word times moved by `seconds`."""
    return tuple(WordTime(word.start, word.end, word.at + seconds, word.until + seconds) for word in words)
