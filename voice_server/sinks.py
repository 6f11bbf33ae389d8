"""Where an utterance's sound goes: to the loudspeaker, when the floor is ours, or back to the client."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

from common.errors import NoSound
from common.messages.hello import Notice
from common.messages.speaking import Audio, Played, Playing, Word
from common.messages.synthesis import PlannedPiece, WordTime
from voice_server.floor_lock import FloorLock
from voice_server.joins import RATE, Samples, to_s16le
from voice_server.model_link import ModelLink
from voice_server.sound_server import silent_sink_warning
from voice_server.speaker import Speaker

log = logging.getLogger(__name__)

SAMPLE_BYTES = 2  # s16le
SECOND = RATE * SAMPLE_BYTES  # bytes, the most in a frame
# Pieces that are queued in the speaker beside the one that sounds.
QUEUED_PIECES = 1

Send = Callable[..., Awaitable[None]]  # (message, raw bytes)
SendSoon = Callable[[object], None]


class Sink(Protocol):
    """Takes an utterance's pieces in order."""

    underruns: int  # times that it fell silent although it had more to say

    async def expect(self) -> None:
        """A piece is being made; get ready to take it. Returns at once."""

    async def take(self, index: int, piece: PlannedPiece, samples: Samples, words: tuple[WordTime, ...]) -> None:
        """Take a piece's sound, float32 [samples] at RATE, pause included; waits while there is enough."""

    async def rest(self) -> None:
        """Nothing is left to say for the moment: let what there is be heard, then let others speak."""

    async def finish(self) -> None:
        """Return when everything taken has been heard or sent."""

    async def stop(self) -> None:
        """Fall silent now and let go of everything."""


class ClientSink:
    """PCM back to the client, within the credit that it grants."""

    def __init__(self, request: str, send: Send, send_words: bool) -> None:
        self._request = request
        self._send = send
        self._send_words = send_words
        self._credit = 0
        self._granted = asyncio.Event()
        self._samples = 0  # sent so far
        self.underruns = 0

    def grant(self, count: int) -> None:
        """Let `count` more bytes of PCM go out."""
        self._credit += count
        self._granted.set()

    async def expect(self) -> None:
        """There is nothing to get ready."""

    async def take(self, index: int, piece: PlannedPiece, samples: Samples, words: tuple[WordTime, ...]) -> None:
        if self._send_words:
            for word in in_time(words, self._samples / RATE):
                await self._send(Word(self._request, word.start, word.end, word.at, word.until))
        data = to_s16le(samples)
        offset = 0
        while offset < len(data):
            count = min(len(data) - offset, SECOND, await self._credit_for_a_frame())
            self._credit -= count
            raw = data[offset : offset + count]
            await self._send(Audio(self._request, index, count, "s16le", RATE), raw)
            offset += count
        self._samples += len(samples)
        await self._send(Played(self._request, index, piece.end))

    async def _credit_for_a_frame(self) -> int:
        """Wait for credit, and return how many bytes it covers: whole samples. A client may grant less than a second."""
        while self._credit < SAMPLE_BYTES:
            self._granted.clear()
            await self._granted.wait()
        return self._credit - self._credit % SAMPLE_BYTES

    async def rest(self) -> None:
        """Nobody else waits for this connection."""

    async def finish(self) -> None:
        """Everything has been sent."""

    async def stop(self) -> None:
        """Nothing sounds here."""


def in_time(words: tuple[WordTime, ...], seconds: float) -> tuple[WordTime, ...]:
    """Return word times moved by `seconds`."""
    return tuple(WordTime(word.start, word.end, word.at + seconds, word.until + seconds) for word in words)


class SpeakerSink:
    """The loudspeaker: asks for the floor when there is something to say, and gives it back when there is not."""

    def __init__(
        self, request: str, link: ModelLink, speaker: Speaker, lock: FloorLock, send_soon: SendSoon, send_words: bool
    ) -> None:
        self._request = request
        self._link = link
        self._speaker = speaker
        self._lock = lock
        self._send_soon = send_soon
        self._send_words = send_words
        self._ready: asyncio.Task[None] | None = None
        self._asked = False  # for the floor; it must be given back
        self._warning: asyncio.Task[None] | None = None
        self._pieces: dict[int, tuple[PlannedPiece, tuple[WordTime, ...]]] = {}  # taken, not played to the end
        self._fewer = asyncio.Event()
        self._expected = 0  # pieces announced, and of these
        self._taken = 0  # those handed over
        self._turn = asyncio.Lock()  # the floor is taken whole and given whole
        self._timers: set[asyncio.TimerHandle] = set()
        self._begun_at: float | None = None  # loop time of the utterance's first sample
        self._failure: NoSound | None = None
        self._starved = 0  # times that the speaker ran dry in this turn, when the last piece was taken, and
        self._starved_at: deque[int] = deque()  # when each piece was announced that is yet to be taken
        self.underruns = 0

    async def expect(self) -> None:
        self._expected += 1
        self._starved_at.append(self._speaker.starved if self._lock.held else 0)
        if self._ready is None:
            self._ready = asyncio.create_task(self._take_floor())

    async def _take_floor(self) -> None:
        async with self._turn:
            self._asked = True
            await self._link.ask_floor()
            await self._lock.acquire()
            self._speaker.on_playing = self._on_playing
            self._speaker.on_played = self._on_played
            self._speaker.on_error = self._on_error
            await self._speaker.open()
            self._starved = 0
            if self._warning is None:  # once an utterance
                self._warning = asyncio.create_task(self._warn())

    async def _warn(self) -> None:
        warning = await silent_sink_warning(device_name=self._speaker.device_name)
        if warning is not None:
            self._send_soon(Notice("silent_sink", warning, self._request))

    async def take(self, index: int, piece: PlannedPiece, samples: Samples, words: tuple[WordTime, ...]) -> None:
        assert self._ready is not None, "a piece comes after `expect`"
        await asyncio.shield(self._ready)
        self._taken += 1
        self._count_if_late(index)
        self._raise_failure()
        while len(self._pieces) > QUEUED_PIECES:
            self._fewer.clear()
            await self._fewer.wait()
            self._raise_failure()  # looked at before each wait: after a failure nothing ever gets fewer
        self._pieces[index] = (piece, words)
        self._speaker.play(index, samples)

    def _count_if_late(self, index: int) -> None:
        """Count a piece that the speaker waited for in silence. While nothing is announced its silence is the writer's."""
        before, self._starved = max(self._starved, self._starved_at.popleft()), self._speaker.starved
        if self._starved > before:
            self.underruns += 1
            log.info("piece %d came too late", index)

    def _on_playing(self, index: int) -> None:
        self._send_soon(Playing(self._request, index))
        loop = asyncio.get_running_loop()
        now = loop.time()
        if self._begun_at is None:
            self._begun_at = now
        if self._send_words:
            since = now - self._begun_at
            self._timers = {timer for timer in self._timers if timer.when() > now}
            for word in self._pieces[index][1]:
                message = Word(self._request, word.start, word.end, since + word.at, since + word.until)
                self._timers.add(loop.call_later(word.at, self._send_soon, message))

    def _on_played(self, index: int) -> None:
        piece, _ = self._pieces.pop(index)
        self._send_soon(Played(self._request, index, piece.end))
        self._fewer.set()

    def _on_error(self, error: NoSound) -> None:
        self._failure = error
        self._fewer.set()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    async def rest(self) -> None:
        if self._ready is None:
            return
        await asyncio.shield(self._ready)
        await self._speaker.drained()
        if self._taken == self._expected:
            await self._let_go()

    async def finish(self) -> None:
        if self._ready is not None:
            await asyncio.shield(self._ready)
            self._speaker.finish()
            await self._speaker.drained()
            await self._let_go()

    async def stop(self) -> None:
        for timer in self._timers:
            timer.cancel()
        if self._warning is not None:
            self._warning.cancel()
        if self._ready is not None:
            self._ready.cancel()
            await asyncio.gather(self._ready, return_exceptions=True)
        await self._let_go()

    def _let_go(self) -> asyncio.Future[None]:
        """Begin to give everything back, and return what to wait for. Who stops waiting does not stop the giving: half
        given would be worse than a short pause."""
        self._ready = None  # at once: a piece announced from now on asks anew, in line behind this
        return asyncio.shield(asyncio.create_task(self._free()))

    async def _free(self) -> None:
        """Free device, lock and floor, in this order, so that the next voice finds all three free."""
        async with self._turn:
            if self._lock.held:
                await self._speaker.stop()
                self.underruns += self._speaker.underflows
                self._lock.release()
            if self._asked:
                self._asked = False
                self._link.give_floor()
