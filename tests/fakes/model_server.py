"""A model server for one test of a voice server: real sockets, no processes, and it does what the test says."""

from __future__ import annotations

import asyncio
from types import TracebackType

import numpy as np

from common.async_connection import AsyncConnection
from common.errors import ConnectionLost
from common.frame_server import FrameServer
from common.handshake import MODEL_ROLE, new_secret
from common.messages.speaking import Audio
from common.messages.synthesis import (
    AskFloor,
    Begin,
    Begun,
    Discard,
    Finished,
    FloorGranted,
    GiveFloor,
    Plan,
    Register,
    Registered,
    Synthesize,
    Synthesized,
    Underway,
)
from tests.fakes.loops import until
from tests.fakes.utterance import SAMPLES, sentences
from voice_server.joins import RATE


class FakeSession:
    """One utterance's connection. `received` holds every message of the voice server."""

    def __init__(self, connection: AsyncConnection, begin: Begin) -> None:
        self.connection = connection
        self.begin = begin
        self.received: list[object] = []
        self.ended = asyncio.Event()

    def say(self, message: object, raw: bytes = b"") -> None:
        self.connection.send_soon(message, raw)

    def send_sound(self, index: int, samples: int = SAMPLES) -> None:
        sound = np.full(samples, 0.5, "<f4")
        sound[:1] = sound[-1:] = 0.0  # it begins and ends in silence, or a fade would be put around it
        raw = sound.tobytes()
        self.say(Audio("", index, len(raw), "f32le", RATE), raw)
        self.say(Synthesized(index, samples, 0, samples))

    def of(self, kind: type) -> list[object]:
        return [message for message in self.received if type(message) is kind]


class FakeModelServer:
    """Answers at once whatever `silent_on` does not name. Use as an async context manager."""

    def __init__(self, *silent_on: type) -> None:
        self.silent_on = set(silent_on)
        self.secret = new_secret()
        self.port = 0
        self.sessions: list[FakeSession] = []
        self.control: AsyncConnection | None = None  # of the voice server
        self.registered: Register | None = None
        self.told: list[object] = []  # by the voice server on its control connection
        self._frames = FrameServer(self.secret, MODEL_ROLE, self._serve)

    async def __aenter__(self) -> FakeModelServer:
        self.port = await self._frames.listen(0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._frames.close()

    async def session(self, index: int = 0) -> FakeSession:
        """Return a session once it has begun."""
        await until(lambda: len(self.sessions) > index)
        return self.sessions[index]

    async def _serve(self, connection: AsyncConnection) -> None:
        first, _ = await connection.receive()
        if isinstance(first, Register):
            return await self._serve_control(connection, first)
        assert isinstance(first, Begin)
        session = FakeSession(connection, first)
        self.sessions.append(session)
        try:
            self._answer(session, first)
            while True:
                message, _ = await connection.receive()
                session.received.append(message)
                self._answer(session, message)
        except ConnectionLost:
            session.ended.set()

    async def _serve_control(self, connection: AsyncConnection, register: Register) -> None:
        self.control, self.registered = connection, register
        await connection.send(Registered())
        while True:
            message, _ = await connection.receive()
            self.told.append(message)

    def _answer(self, session: FakeSession, message: object) -> None:
        if type(message) in self.silent_on:
            return
        if isinstance(message, Begin):
            session.say(Begun("tone", RATE))
        elif isinstance(message, Plan):
            session.say(sentences(message))
        elif isinstance(message, Synthesize):
            session.send_sound(message.index)
        elif isinstance(message, AskFloor):
            session.say(FloorGranted(message.turn))
        else:
            assert isinstance(message, (Discard, GiveFloor, Underway, Finished))
