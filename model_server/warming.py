"""`say --warm`: everything that speaking takes is made ready before anybody speaks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from common.async_connection import AsyncConnection, unless_gone
from common.messages.control import Warm, Warmed
from common.messages.speaking import ReadingOptions
from common.messages.synthesis import Plan
from common.voices import Voice
from model_server.engine_room import EngineRoom
from model_server.engines.base import EnginePiece
from model_server.front_end import FrontEnd, language_for
from model_server.requests import voice_of
from model_server.scheduler import Scheduler

# Read in every language. What is done for the first time takes longer than ever after: in the front end, which loads
# its rules, and in the engine, which sets up its threads.
SAMPLE = "1, 2, 3."


class Warming:
    """Handles these messages."""

    def __init__(self, engines: EngineRoom, scheduler: Scheduler, front_end: FrontEnd) -> None:
        self._engines = engines
        self._scheduler = scheduler
        self._front_end = front_end
        self._spoke: set[str] = set()  # engines that spoke here and have not been unloaded since
        self.handlers: dict[type, Callable[..., Awaitable[object]]] = {Warm: self.handle_warm}

    async def handle_warm(self, message: Warm, connection: AsyncConnection) -> object:
        """Raises UnknownVoice, UsageError, EngineError."""
        voice = voice_of(message.voice, message.voice_file)
        language = language_for(voice, message.language)
        self._front_end.warm(language, message.engine)
        return await unless_gone(connection, self._warm(message.engine, voice, language, connection))

    async def _warm(self, asked: str, voice: Voice, language: str, connection: AsyncConnection) -> Warmed:
        tell = connection.send_soon
        self._spoke = {name for name in self._spoke if self._engines.is_ready(name)}
        engine = await self._engines.choose(asked, voice, language, tell, tell)
        whole = Plan(SAMPLE, 0, final=True, flush=False, first=True)
        planned = await self._front_end.plan(whole, language, engine.takes, ReadingOptions(skip_unspeakable=True))
        for piece in () if engine.name in self._spoke else planned.pieces:
            spoken = EnginePiece(piece.text, piece.phonemes, voice, language, 1.0, piece.start, piece.words)
            await self._scheduler.run(self, partial(engine.speak, spoken))
        self._spoke.add(engine.name)
        self._engines.note_use(engine.name)  # who has it warmed again and again shall find it so
        return Warmed(engine.name, engine.device)
