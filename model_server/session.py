"""One utterance as the model server sees it: a connection from a voice server that plans, synthesizes and holds the floor.

Everything it holds is freed when its connection ends.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from functools import partial

from common.async_connection import AsyncConnection, unless_gone
from common.errors import BadFrame, ConnectionLost, SayError
from common.messages.hello import Error
from common.messages.speaking import QUEUE, Audio, Steer
from common.messages.synthesis import (
    AskFloor,
    Begin,
    Begun,
    Discard,
    Finished,
    FloorGranted,
    GiveFloor,
    Plan,
    Planned,
    StopUtterance,
    Synthesize,
    Synthesized,
    Underway,
    YieldFloor,
)
from common.voices import Voice
from model_server.early_plan import EarlyPlan
from model_server.engine_room import EngineRoom, likely
from model_server.engine_soon import EngineSoon
from model_server.engines.base import RATE, Engine, EnginePiece
from model_server.floor import Floor
from model_server.front_end import FrontEnd, language_for, takes_of
from model_server.ordering import length_of, order_of
from model_server.phrase_cache import PhraseCache
from model_server.phrase_format import SAMPLE_BYTES, Phrase
from model_server.piece_work import PieceWork
from model_server.requests import check, check_begin, voice_of
from model_server.scheduler import Scheduler
from model_server.speed import Speeds
from model_server.utterances import Utterances

log = logging.getLogger(__name__)

MOST_UNDER_WAY = 16  # pieces of one utterance


@dataclass(frozen=True)
class Workshop:
    """What all sessions share."""

    engines: EngineRoom
    scheduler: Scheduler
    floor: Floor
    front_end: FrontEnd
    utterances: Utterances
    phrases: PhraseCache = field(default_factory=PhraseCache)
    speeds: Speeds = field(default_factory=Speeds)


class Session:
    """Serves one utterance's connection from `begin` to its end."""

    def __init__(self, connection: AsyncConnection, begin: Begin, workshop: Workshop) -> None:
        """Raises BadFrame for what no voice server of ours asks."""
        check_begin(begin)
        self._connection = connection
        self._begin = begin
        self._engines = workshop.engines
        self._scheduler = workshop.scheduler
        self._floor = workshop.floor
        self._front_end = workshop.front_end
        self._utterances = workshop.utterances
        self._phrases = workshop.phrases
        self._speeds = workshop.speeds
        self._tasks: set[asyncio.Task[None]] = set()
        self._plans: EarlyPlan | None = None  # until the engine is to be chosen
        self._engine: EngineSoon | None = None
        self._stopped = False
        self._turn = 0  # of its voice server's, which it asked for last
        self.voice = begin.voice
        self.priority = begin.priority
        self.policy = begin.policy
        self.utterance = self._utterances.begin(begin, self)

    async def serve(self) -> None:
        """Handle messages until the voice server closes the connection."""
        looked = asyncio.create_task(self._front_end.look())  # ahead of the first plan, which may be made early
        try:
            voice = voice_of(self._begin.voice, self._begin.voice_file)
            language = language_for(voice, self._begin.language)
            if self.utterance.fate:  # it was stopped while nobody served it
                self.stop(*self.utterance.fate)
            expected = likely(self._begin.engine, language)
            plans = self._plans = EarlyPlan(expected, takes_of(expected), partial(self._plan, language))
            engine = self._engine = EngineSoon(expected, takes_of(expected), partial(self._choose, voice, language))
            is_kept = self._is_kept(plans, expected, voice, language)
            known = engine.known(is_kept, ready=self._engines.is_ready(expected))
            await unless_gone(self._connection, known, self._meanwhile)
            self.utterance.engine = engine.name
            if notice := await looked:
                await self._connection.send(notice)
            await self._connection.send(Begun(engine.name, RATE, self.utterance.number))
            with self._engines.telling(self._connection.send_soon):
                if plans.request is not None:
                    await self._handle_plan(plans.request, engine)
                while True:
                    message, _ = await self._connection.receive()
                    await self._handle(message, engine, voice, language)
        except ConnectionLost:
            raise
        except SayError as error:
            self.utterance.fate = self.utterance.fate or ("failed", error.message)
            raise
        finally:
            looked.cancel()
            if self._plans is not None:
                self._plans.close()
            if self._engine is not None:
                self._engine.close()
            self._scheduler.discard(self)
            for task in self._tasks:
                task.cancel()
            self._floor.give(self)
            self._utterances.leave(self.utterance)

    def stop(self, code: str, message: str) -> None:
        """Tell the voice server to fall silent for good."""
        self._stopped = True
        self.utterance.fate = self.utterance.fate or (code, message)
        self._connection.send_soon(StopUtterance(code, message))

    def steer(self, action: str, amount: float) -> None:
        """Have the voice server move within the text, or pause or go on."""
        self._connection.send_soon(Steer(action, amount=amount))

    def floor_granted(self) -> None:
        self._utterances.heard_last = self.utterance
        self._connection.send_soon(FloorGranted(self._turn))

    def yield_floor(self, held: bool) -> None:
        self._connection.send_soon(YieldFloor(held, self._turn))

    def hold_changed(self, held: bool) -> None:
        self._connection.send_soon(YieldFloor(held, self._turn))

    async def _choose(self, voice: Voice, language: str) -> Engine:
        send = self._connection.send_soon
        return await self._engines.choose(self._begin.engine, voice, language, send, send)

    async def _is_kept(self, plans: EarlyPlan, engine: str, voice: Voice, language: str) -> bool:
        """Return whether the sound of the whole text is in the cache."""
        try:
            request, planned = await plans.made()
        except SayError:
            return False
        pieces = [piece for piece in planned.pieces if not piece.pause]
        if not pieces or not request.final or planned.used < len(request.text):
            return False
        speed = self._begin.speed
        for each in pieces:
            piece = EnginePiece(each.text, each.phonemes, voice, language, speed, each.start, each.words)
            if not await self._phrases.has(engine, piece):
                return False
        return True

    async def _handle(self, message: object, engine: EngineSoon, voice: Voice, language: str) -> None:
        if isinstance(message, Synthesize) and len(self._tasks) >= MOST_UNDER_WAY:
            raise BadFrame("too many pieces at once")
        check(message)
        if isinstance(message, Plan):
            await self._handle_plan(message, engine)
        elif isinstance(message, Synthesize):
            await self._handle_synthesize(message, engine, voice, language)
        elif isinstance(message, Discard):
            self._scheduler.discard(self)
        elif isinstance(message, AskFloor):
            self._handle_ask_floor(message)
        elif isinstance(message, GiveFloor):
            self._handle_give_floor(message)
        elif not self._note(message):
            raise BadFrame(f"a voice server does not send {type(message).__name__} here")

    def _meanwhile(self, message: object) -> bool:
        """Take what may come while the engine is chosen, and return whether it was such."""
        check(message)
        return (self._plans is not None and self._plans.take(message)) or self._note(message)

    def _note(self, message: object) -> bool:
        """Take a report, which may come at any time, and return whether it was one."""
        check(message)
        if isinstance(message, Underway):
            self.utterance.underway = message
        elif isinstance(message, Finished):
            self._utterances.finish(self.utterance, message)
        else:
            return False
        return True

    def _handle_ask_floor(self, message: AskFloor) -> None:
        if message.turn != self._turn:  # a new turn, so that the one before is over
            self._floor.give(self)
            self._turn = message.turn
        if self._stopped:  # it asked before it heard of that; others shall not give way to it
            return
        self._floor.ask(self)
        self.policy = QUEUE  # a stream that rested asks again, and interrupts nobody by that

    def _handle_give_floor(self, message: GiveFloor) -> None:
        if message.turn == self._turn:
            self._floor.give(self)

    async def _handle_plan(self, request: Plan, engine: EngineSoon) -> None:
        self.utterance.text.add(request)
        assert self._plans is not None
        try:
            planned = await self._plans.use(request, engine.name, engine.takes)
        except SayError as error:
            await self._connection.send(Error(error.code, error.message, error.hint, id="plan"))
        else:
            await self._connection.send(planned)

    async def _plan(self, language: str, request: Plan, engine: str, takes: str) -> Planned:
        """Return the pieces for an engine of that name, which need not be loaded."""
        pace = self._speeds.of(engine).pace
        return await self._front_end.plan(request, language, takes, self._begin.reading, pace)

    async def _handle_synthesize(self, request: Synthesize, engine: EngineSoon, voice: Voice, language: str) -> None:
        """Have a piece's sound sent. Its place in the queue is taken in the order in which pieces are asked for."""
        piece = EnginePiece(
            request.text, request.phonemes, voice, language, request.speed, request.start, request.words
        )
        found = await self._phrases.find(engine.name, piece)
        if found.phrase is not None:
            self._start(self._send_sound(request, found.phrase))
        else:
            self._start(self._synthesize(request, engine, piece, found.name))

    async def _synthesize(self, request: Synthesize, engine: EngineSoon, piece: EnginePiece, name: str) -> None:
        speed = self._speeds.of(engine.name)
        try:
            work = PieceWork(self._phrases, await engine.loaded(), piece, name)
            order = order_of(self._begin, request, speed.pace, self._scheduler.now())
            made = await self._scheduler.run(self, work, order)
        except SayError as error:
            await self._connection.send(Error(error.code, error.message, error.hint, id=str(request.index)))
        else:
            if made.seconds > 0:
                self.utterance.add_synthesis(made.seconds, made.phrase.count / RATE)
                if not made.beside:  # the pace is that of pieces that are made one by one
                    speed.learn(length_of(request), request.speed, made.seconds, made.phrase.count / RATE)
            await self._send_sound(request, made.phrase, made.most_together)

    async def _send_sound(self, request: Synthesize, phrase: Phrase, together: int = 1) -> None:
        second = RATE * SAMPLE_BYTES
        frame = Audio("", request.index, 0, "f32le", RATE)
        for offset in range(0, len(phrase.samples), second):
            raw = phrase.samples[offset : offset + second]
            await self._connection.send(replace(frame, bytes=len(raw)), raw)
        words = phrase.words_at(request.start)
        await self._connection.send(
            Synthesized(request.index, phrase.count, phrase.speech_start, phrase.speech_end, words, together)
        )

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
            self.utterance.fate = ("failed", "the engine met an error of its own")
            self._connection.send_soon(Error(*self.utterance.fate, "The log of the model server tells more."))
        self._connection.close()
