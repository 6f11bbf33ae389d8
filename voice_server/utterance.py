"""One utterance from text to sound: planned into pieces, synthesized a little ahead, joined, and handed to its sink.

Three tasks pass pieces on through short queues, so that nothing runs far ahead of what is heard:
plan -> (planned pieces) -> synthesize -> (pieces being made) -> sound.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from common.messages.speaking import Accepted, Credit, Done, Piece, Speak
from common.messages.synthesis import Begin, PlannedPiece
from voice_server.joins import RATE, join_piece, span_to_keep
from voice_server.model_link import ModelLink, Sound
from voice_server.sinks import Send, Sink, in_time
from voice_server.text_window import TEXT_CREDIT, TextWindow

# Pieces being synthesized or ready, beside those that the sink took.
LOOK_AHEAD = 2
PLANNED_AHEAD = 4


@dataclass(frozen=True)
class _Coming:
    """A piece whose sound is being made."""

    index: int
    piece: PlannedPiece
    sound: asyncio.Future[Sound]


class Utterance:
    """Owns one request from `speak` to `done`. `append`, `flush` and `end` feed it; `run` does the work."""

    def __init__(self, speak: Speak, send: Send) -> None:
        self.speak = speak
        self._send = send
        self._window = TextWindow(speak.start)
        self._news = asyncio.Event()
        self._planned: asyncio.Queue[PlannedPiece | None] = asyncio.Queue(PLANNED_AHEAD)
        self._coming: asyncio.Queue[_Coming | None] = asyncio.Queue()
        self._room = asyncio.Semaphore(LOOK_AHEAD)
        self._pieces = 0
        self._samples = 0

    def append(self, text: str) -> None:
        self._window.append(text)
        self._news.set()

    def flush(self) -> None:
        self._window.flush()
        self._news.set()

    def end(self) -> None:
        self._window.end()
        self._news.set()

    @property
    def unplanned(self) -> int:
        """Characters that wait to be planned; a client that sends more than its credit is cut off."""
        return self._window.length

    async def run(self, link: ModelLink, sink: Sink) -> None:
        """Speak all of it, and return when it was heard. Raises whatever ends it early; the caller stops the sink."""
        begun = await link.begin(Begin(self.speak.voice, self.speak.engine, self.speak.language, self.speak.sink))
        await self._send(Accepted(self.speak.id, begun.engine, RATE))
        await self._send(Credit(self.speak.id, text=TEXT_CREDIT))
        work = [self._plan(link), self._synthesize(link, sink), self._sound(sink), _fail_with(link)]
        tasks = [asyncio.create_task(step) for step in work]
        try:
            await _all_or_first_failure(tasks[:3], tasks[3])
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._send(Done(self.speak.id, self._samples / RATE, self._pieces, sink.underruns))

    async def _plan(self, link: ModelLink) -> None:
        first = self.speak.start == 0
        while not self._window.finished:
            if not self._window.worth_planning:
                self._news.clear()
                await self._news.wait()
                continue
            planned = await link.plan(self._window.request(first=first))
            self._window.use(planned.used)
            if planned.used:
                await self._send(Credit(self.speak.id, text=planned.used))
            for piece in planned.pieces:
                first = False
                await self._planned.put(piece)
        await self._planned.put(None)

    async def _synthesize(self, link: ModelLink, sink: Sink) -> None:
        index = 0
        while (piece := await self._planned.get()) is not None:
            await self._room.acquire()
            await sink.expect()
            await self._send(Piece(self.speak.id, index, piece.start, piece.end, piece.phonemes))
            sound = await link.synthesize(index, piece, self.speak.speed)
            await self._coming.put(_Coming(index, piece, sound))
            index += 1
        await self._coming.put(None)

    async def _sound(self, sink: Sink) -> None:
        while (coming := await self._next(sink)) is not None:
            sound = await coming.sound
            first = coming.index == 0 and self.speak.start == 0  # after a crash, the middle sounds as it would have
            head, _ = span_to_keep(len(sound.samples), sound.speech_start, sound.speech_end, first)
            samples = join_piece(
                sound.samples,
                sound.speech_start,
                sound.speech_end,
                coming.piece.boundary,
                self.speak.speed,
                self.speak.volume,
                first,
            )
            self._pieces += 1
            self._samples += len(samples)
            await sink.take(coming.index, coming.piece, samples, in_time(sound.words, -head / RATE))
            self._room.release()
        await sink.finish()

    async def _next(self, sink: Sink) -> _Coming | None:
        """Return the next piece; as long as there is none, the sink may rest."""
        if not self._coming.empty():
            return self._coming.get_nowait()
        resting = asyncio.create_task(sink.rest())
        getting = asyncio.create_task(self._coming.get())
        try:
            await asyncio.wait({resting, getting}, return_when=asyncio.FIRST_COMPLETED)
            if resting.done():
                resting.result()
            return await getting
        finally:
            resting.cancel()
            getting.cancel()
            await asyncio.gather(resting, getting, return_exceptions=True)


async def _fail_with(link: ModelLink) -> None:
    await asyncio.shield(link.failure)


async def _all_or_first_failure(steps: list[asyncio.Task[None]], watch: asyncio.Task[None]) -> None:
    """Return when all steps are through. Raises what the first of them, or the watch, raises."""
    pending = {*steps, watch}
    while pending != {watch}:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
