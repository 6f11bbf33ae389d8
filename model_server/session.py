"""One utterance as the model server sees it: a connection from a voice server that plans, synthesizes and holds the floor.

Everything it holds is freed when its connection ends.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from common.async_connection import AsyncConnection, unless_gone
from common.errors import BadFrame, ConnectionLost, SayError
from common.messages.hello import Error
from common.messages.speaking import SPEAKER, Audio
from common.messages.synthesis import (
    PLAN_WINDOW,
    AskFloor,
    Begin,
    Begun,
    FloorGranted,
    GiveFloor,
    Plan,
    StopUtterance,
    Synthesize,
    Synthesized,
)
from common.voices import LANGUAGES, Voice, find_voice
from model_server.engine_room import EngineRoom
from model_server.engines.base import RATE, Engine, EnginePiece, Speech
from model_server.floor import Floor
from model_server.scheduler import Scheduler, contained
from model_server.text.g2p import phonemizer_for
from model_server.text.planner import plan

log = logging.getLogger(__name__)

SAMPLE_BYTES = 4  # float32
SLOWEST, FASTEST = 0.5, 2.0  # speed, as everywhere
LONGEST_PIECE = 1 << 16  # characters, normalised; numbers spelt out are longer than what was planned
MOST_UNDER_WAY = 16  # pieces of one utterance


class Session:
    """Serves one utterance's connection from `begin` to its end."""

    def __init__(
        self,
        connection: AsyncConnection,
        begin: Begin,
        engines: EngineRoom,
        scheduler: Scheduler,
        floor: Floor,
        front_end: ThreadPoolExecutor,
    ) -> None:
        self._connection = connection
        self._begin = begin
        self._engines = engines
        self._scheduler = scheduler
        self._floor = floor
        self._front_end = front_end
        self._tasks: set[asyncio.Task[None]] = set()
        self.voice = begin.voice
        self.wants_sound = begin.sink == SPEAKER

    async def serve(self) -> None:
        """Handle messages until the voice server closes the connection."""
        try:
            voice = find_voice(self._begin.voice)
            language = self._language(voice)
            engine = await unless_gone(self._connection, self._choose(voice, language))
            await self._connection.send(Begun(engine.name, RATE))
            with self._engines.telling(self._connection.send_soon):
                while True:
                    message, _ = await self._connection.receive()
                    await self._handle(message, engine, voice, language)
        finally:
            self._scheduler.discard(self)
            for task in self._tasks:
                task.cancel()
            self._floor.give(self)

    def stop(self) -> None:
        """Tell the voice server to fall silent."""
        self._connection.send_soon(StopUtterance())

    def floor_granted(self) -> None:
        self._connection.send_soon(FloorGranted())

    def _language(self, voice: Voice) -> str:
        language = self._begin.language or voice.language
        if language not in LANGUAGES.values():
            raise BadFrame(f"there is no language {language[:40]!r}")
        return language

    async def _choose(self, voice: Voice, language: str) -> Engine:
        send = self._connection.send_soon
        return await self._engines.choose(self._begin.engine, voice, language, send, send)

    async def _handle(self, message: object, engine: Engine, voice: Voice, language: str) -> None:
        _check(message, len(self._tasks))
        if isinstance(message, Plan):
            await self._handle_plan(message, engine, language)
        elif isinstance(message, Synthesize):
            self._start(self._handle_synthesize(message, engine, voice, language))
        elif isinstance(message, AskFloor):
            self._floor.ask(self)
        elif isinstance(message, GiveFloor):
            self._floor.give(self)
        else:
            raise BadFrame(f"a voice server does not send {type(message).__name__} here")

    async def _handle_plan(self, request: Plan, engine: Engine, language: str) -> None:
        def work() -> object:
            phonemes = phonemizer_for(language).phonemes if engine.takes_phonemes else None
            return plan(request, phonemes)

        try:
            planned = await asyncio.get_running_loop().run_in_executor(self._front_end, contained, work)
        except SayError as error:
            await self._connection.send(Error(error.code, error.message, error.hint, id="plan"))
        else:
            await self._connection.send(planned)

    async def _handle_synthesize(self, request: Synthesize, engine: Engine, voice: Voice, language: str) -> None:
        piece = EnginePiece(request.text, request.phonemes, voice, language, request.speed, request.start)
        try:
            speech = await self._scheduler.run(self, partial(engine.speak, piece))
        except SayError as error:
            await self._connection.send(Error(error.code, error.message, error.hint, id=str(request.index)))
        else:
            await self._send_speech(request.index, speech)

    async def _send_speech(self, index: int, speech: Speech) -> None:
        data = speech.samples.astype("<f4", copy=False).tobytes()
        second = RATE * SAMPLE_BYTES
        frame = Audio("", index, 0, "f32le", RATE)
        for offset in range(0, len(data), second):
            raw = data[offset : offset + second]
            await self._connection.send(replace(frame, bytes=len(raw)), raw)
        count = len(speech.samples)
        await self._connection.send(Synthesized(index, count, speech.speech_start, speech.speech_end, speech.words))

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if not isinstance(error, ConnectionLost):  # voice servers come and go
            log.error("a piece of %s failed", self.voice, exc_info=error)
            self._connection.send_soon(
                Error("failed", "the engine met an error of its own", "The log of the model server tells more.")
            )
        self._connection.close()


def _check(message: object, under_way: int) -> None:
    """Raise BadFrame for figures that no voice server of ours asks with; engines rely on them."""
    if isinstance(message, Plan):
        sensible = len(message.text) <= PLAN_WINDOW and message.start >= 0
    elif isinstance(message, Synthesize):
        sensible = len(message.text) <= LONGEST_PIECE and len(message.phonemes) <= LONGEST_PIECE
        sensible = sensible and message.start >= 0 and message.index >= 0 and SLOWEST <= message.speed <= FASTEST
        sensible = sensible and under_way < MOST_UNDER_WAY
    else:
        return
    if not sensible:
        raise BadFrame(f"this {type(message).__name__} makes no sense")
