"""The model server: listens, answers each kind of message, and knows when to leave.

Newcomers: `ModelServer.serve` is one connection; `life` is the whole daemon.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from common import PROTOCOL, state
from common.async_connection import AsyncConnection
from common.errors import BadFrame, ConnectionLost, PeerLeaving, ProtocolMismatch, SayError
from common.frame_server import FrameServer
from common.handshake import MODEL_ROLE
from common.idle import Idle
from common.messages.control import Drain, Draining, Locate, Shutdown, ShuttingDown, Stop
from common.messages.hello import Error
from common.messages.synthesis import Begin, Register
from common.paths import model_state_file, pronunciations_file
from common.settings import DAEMON, Settings
from common.voice_files import known_voice
from model_server.control import Control
from model_server.engine_room import EngineRoom
from model_server.floor import STOPPED, Floor
from model_server.front_end import FrontEnd, language_for
from model_server.keeping import Keeping
from model_server.phrase_cache import PhraseCache
from model_server.pronunciation_file import PronunciationFile
from model_server.reporting import Reporting, Whereabouts
from model_server.scheduler import Scheduler
from model_server.session import Session, Workshop
from model_server.succession import Arrivals, Leaving, Predecessors
from model_server.utterances import Utterances
from model_server.voice_processes import VoiceProcesses
from model_server.warming import Warming

log = logging.getLogger(__name__)

STATE_CHECK_PERIOD = 5.0  # seconds between two looks at our own state file


@dataclass(frozen=True)
class Parts:
    """What the server works with; made in `main`, faked in tests."""

    engines: EngineRoom
    scheduler: Scheduler
    voices: VoiceProcesses
    floor: Floor
    phrases: PhraseCache = field(default_factory=PhraseCache)


class ModelServer:
    """One daemon."""

    def __init__(
        self, home: Path, settings: Settings, secret: str, parts: Parts, release_lock: Callable[[], None]
    ) -> None:
        self._state_file = model_state_file(home)
        self._settings = settings
        self._secret = secret
        self._parts = parts
        self._release_lock = release_lock
        self._frames = FrameServer(secret, MODEL_ROLE, self.serve)
        self._idle = Idle(settings.number("model_idle"), time.monotonic)
        self._sessions: set[Session] = set()
        self._utterances = Utterances(time.monotonic)
        self._control = Control(parts.floor, self._utterances, home)
        self._predecessors = Predecessors(home, parts.floor)
        self._arrivals = Arrivals()
        self._leaving = Leaving(home, parts.floor, lambda: parts.scheduler.queued > 0, self.leave)
        parts.scheduler.prefer(lambda: next(iter(parts.floor.line), None))
        front_end = FrontEnd(PronunciationFile(pronunciations_file()))
        self._workshop = Workshop(
            parts.engines, parts.scheduler, parts.floor, front_end, self._utterances, parts.phrases
        )
        self._handlers: dict[type, Callable[..., Awaitable[object]]] = {
            Locate: self.handle_locate,
            Drain: self.handle_drain,
            Shutdown: self.handle_shutdown,
            **Keeping(parts.engines, parts.phrases).handlers,
            **self._control.handlers,
            **front_end.handlers,
            **Warming(parts.engines, parts.scheduler, front_end).handlers,
            **Reporting(self._workshop, parts.voices, self._idle, self._whereabouts).handlers,
        }
        self._leave = asyncio.Event()
        self._idle_news = asyncio.Event()
        self._draining = False
        self._watchers: list[asyncio.Task[None]] = []
        self._state: state.State | None = None
        self.port = 0

    # Life

    async def listen(self) -> int:
        """Bind the port and write the state file; return the port. Raises StartFailed, OSError."""
        if self._state_file.exists():  # whoever leaves in peace takes it along
            self._utterances.await_those_of_a_crash()
        self._predecessors.look()
        self.port = await self._frames.listen(self._settings.integer("model_port"))
        self._state = state.of_this_process(MODEL_ROLE, self.port, self._secret, dict(self._settings.of(DAEMON)))
        state.write(self._state_file, self._state)
        return self.port

    async def life(self) -> None:
        """Serve until told to leave, idle, or no longer the one in the state file."""
        watch = (self._watch_idle(), self._watch_state(), self._watch_memory(), self._predecessors.follow())
        self._watchers += map(asyncio.create_task, watch)
        async with self._parts.scheduler.serving():
            await self._leave.wait()
            for watcher in self._watchers:
                watcher.cancel()
            self._retire()
            self._parts.engines.close()
            await self._parts.voices.end_all()
            await self._frames.close()
            self._workshop.front_end.close()
            self._parts.phrases.close()
        log.info("left")

    def leave(self) -> None:
        """End soon: what is in work is cut off."""
        self._leave.set()

    def _retire(self) -> None:
        """Take the address away and let a successor start; those connected stay."""
        if self._state is not None:
            state.remove(self._state_file, self._state)
            self._state = None
        self._leaving.end()
        self._frames.stop_listening()
        self._release_lock()

    async def _drain(self) -> None:
        """Make room for a successor, and finish what is in work. Voice servers may be about to begin what they took."""
        self._draining = True
        await self._arrivals.settled()
        if self._state is None:
            return  # somebody else was faster
        if self._settings.integer("model_port"):  # the successor's
            self._frames.stop_listening()
            self.port = await self._frames.listen(0)
        self._leaving.begin(replace(self._state, port=self.port))
        state.remove(self._state_file, self._state)
        self._state = None
        self._release_lock()
        self._parts.voices.let_all_go()
        self._watchers.append(asyncio.create_task(self._leaving.follow()))
        self._leave_if_drained()

    def _leave_if_drained(self) -> None:
        if self._draining and self._state is None and not self._sessions:
            # So that answers on their way still go out.
            asyncio.get_running_loop().call_later(0.2, self._leave_if_unused)

    def _leave_if_unused(self) -> None:
        if not self._sessions:  # else the end of the last one leads here again
            self.leave()

    async def _watch_idle(self) -> None:
        while True:
            self._idle_news.clear()
            # A hold is kept for as long as it takes: what is spoken after it was promised silence.
            remaining = None if self._parts.floor.held else self._idle.remaining()
            if remaining == 0:
                log.info("idle: leaving")
                return self.leave()
            try:
                async with asyncio.timeout(remaining):
                    await self._idle_news.wait()
            except TimeoutError:
                continue

    async def _watch_memory(self) -> None:
        await self._parts.engines.watch_memory(self._settings.number("idle_unload"))

    async def _watch_state(self) -> None:
        while True:
            await asyncio.sleep(STATE_CHECK_PERIOD)
            if self._state is not None and not state.is_ours(self._state_file, self._state):
                log.warning("the state file is gone or somebody else's: draining")
                await self._drain()

    def _whereabouts(self) -> Whereabouts:
        return Whereabouts(self.port, self._draining)

    # Connections

    async def serve(self, connection: AsyncConnection) -> None:
        """Serve one authenticated connection until its end."""
        with self._in_use(connection):  # whoever has just connected is about to ask
            message, _ = await connection.receive()
            if not isinstance(message, Register):
                await self._answer(connection, message)
        if isinstance(message, Register):
            return await self._parts.voices.handle_register(connection, message)
        while True:
            message, _ = await connection.receive()
            with self._in_use(connection):
                await self._answer(connection, message)

    @contextlib.contextmanager
    def _in_use(self, connection: AsyncConnection) -> Iterator[None]:
        beat = asyncio.create_task(connection.beat())
        try:
            with self._idle.use():
                self._idle_news.set()
                yield
        finally:
            beat.cancel()
            self._idle_news.set()

    async def _answer(self, connection: AsyncConnection, message: object) -> None:
        if connection.peer_protocol != PROTOCOL and not isinstance(message, (Drain, Stop)):
            raise ProtocolMismatch(f"this daemon speaks protocol {PROTOCOL}", "End it with 'say --shutdown'.")
        if isinstance(message, Begin):
            return await self._handle_begin(connection, message)
        handle = self._handlers.get(type(message))
        if handle is None:
            raise BadFrame(f"a client does not send {type(message).__name__} here")
        try:
            await connection.send(await handle(message, connection))
        except ConnectionLost:
            raise
        except SayError as error:
            await connection.send(Error(error.code, error.message, error.hint, id="request"))

    async def _handle_begin(self, connection: AsyncConnection, begin: Begin) -> None:
        session = Session(connection, begin, self._workshop)
        self._control.take_over(begin)
        self._sessions.add(session)
        self._arrivals.begun(begin.voice)
        try:
            await session.serve()
        finally:
            self._sessions.discard(session)
            self._leave_if_drained()

    async def handle_locate(self, message: Locate, connection: AsyncConnection) -> object:
        if self._draining or self._leave.is_set():
            raise PeerLeaving("the daemon is leaving")
        voice = known_voice(message.voice)
        language = language_for(voice, message.language)
        with self._arrivals.locating(voice.name):
            located = asyncio.create_task(self._parts.voices.locate(voice.name, message.audio_environment))
            await asyncio.sleep(0)  # its process begins before this one is busy
            self._workshop.front_end.warm(language, message.engine or self._settings.text("engine"))
            self._parts.phrases.warm(voice)
            if message.engine:
                self._parts.engines.expect(message.engine, voice, language)
            return await located

    async def handle_drain(self, message: Drain, connection: AsyncConnection) -> object:
        await self._drain()
        return Draining(len(self._sessions))

    async def handle_shutdown(self, message: Shutdown, connection: AsyncConnection) -> object:
        for session in self._sessions:
            session.stop(STOPPED, "the speech was stopped")
        self._control.lift()
        self._parts.engines.stop_downloads()
        self._draining = True
        self._retire()
        # A moment for every utterance to fade and to tell its client; then the end comes in any case.
        asyncio.get_running_loop().call_later(0.3, self.leave)
        return ShuttingDown(os.getpid())
