"""Warming chooses the engine as an utterance would, has it speak once, and says which it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from common.errors import BadFrame, ConnectionLost, EngineError, SayError, UnknownVoice
from common.messages.control import Warm, Warmed
from common.messages.hello import Notice, Progress
from model_server.front_end import FrontEnd
from model_server.pronunciation_file import PronunciationFile
from model_server.scheduler import Scheduler
from model_server.warming import Warming
from tests.fakes.loops import run, until
from tests.model_server.test_session import FakeEngine, FakeRoom


class Listener:
    """The connection of a client that waits."""

    def __init__(self) -> None:
        self.sent: list[object] = []
        self.gone = asyncio.Event()

    def send_soon(self, message: object) -> None:
        self.sent.append(message)

    async def receive(self) -> tuple[object, bytes]:
        await self.gone.wait()
        raise ConnectionLost("gone")


Ask = Callable[[Warm], "asyncio.Task[object]"]


@asynccontextmanager
async def stage(error: SayError | None = None) -> AsyncIterator[tuple[Ask, FakeEngine, FakeRoom, Listener]]:
    engine, listener, scheduler = FakeEngine(), Listener(), Scheduler()
    room, front_end = FakeRoom(engine, error), FrontEnd(PronunciationFile(Path("/nonexistent")))
    warming = Warming(room, scheduler, front_end)  # type: ignore[arg-type]  # a fake room
    async with scheduler.serving():
        try:
            yield (
                lambda message: asyncio.ensure_future(warming.handlers[Warm](message, listener)),
                engine,
                room,
                listener,
            )
        finally:
            front_end.close()


def test_the_engine_has_spoken_once_and_progress_was_told() -> None:
    async def test() -> None:
        async with stage() as (ask, engine, _, listener):
            assert await ask(Warm("af_heart", "tone")) == Warmed("fake", "cpu")
            assert "".join(engine.begun).strip().startswith("1")
            assert Progress("loading", "fake") in listener.sent
            assert Notice("fake", "a fake speaks") in listener.sent

    run(test())


def test_an_engine_that_has_spoken_is_ready_at_once_until_it_is_unloaded() -> None:
    async def test() -> None:
        async with stage() as (ask, engine, room, _):
            await ask(Warm("af_heart", "tone"))
            once = list(engine.begun)

            assert await ask(Warm("bf_emma", "tone")) == Warmed("fake", "cpu")
            assert engine.begun == once
            assert room.used == ["fake", "fake"]  # else it would be unloaded under who wants it ready

            room.ready.clear()  # unloaded
            again = ask(Warm("af_heart", "tone"))
            await until(lambda: len(room.chosen) == 3)
            room.ready.set()
            await again
            assert engine.begun == once * 2

    run(test())


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (Warm("nobody", "tone"), UnknownVoice),
        (Warm("af_heart", "tone", "tlh"), BadFrame),
        (Warm("af_heart", "tone", "", "/mine.pt"), BadFrame),
    ],
)
def test_what_nobody_speaks_is_refused(message: Warm, error: type[SayError]) -> None:
    async def test() -> None:
        async with stage() as (ask, engine, room, _):
            with pytest.raises(error):
                await ask(message)
            assert not room.chosen and not engine.begun

    run(test())


def test_an_engine_that_cannot_be_had_is_told() -> None:
    async def test() -> None:
        async with stage(EngineError("there is none")) as (ask, _, _, _):
            with pytest.raises(EngineError, match="there is none"):
                await ask(Warm("af_heart", "kokoro"))

    run(test())


def test_who_goes_away_is_waited_for_no_longer() -> None:
    async def test() -> None:
        async with stage() as (ask, _, room, listener):
            room.ready.clear()
            asking = ask(Warm("af_heart", "tone"))
            await until(lambda: bool(room.chosen))
            listener.gone.set()
            with pytest.raises(ConnectionLost):
                await asking
            await until(lambda: room.given_up)

    run(test())
