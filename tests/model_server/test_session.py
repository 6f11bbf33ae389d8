from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from common.async_connection import AsyncConnection, connect
from common.errors import ConnectionLost, EngineError, SayError, Unspeakable
from common.frame_server import FrameServer
from common.handshake import MODEL_ROLE, new_secret
from common.messages.hello import Error, Notice, Progress
from common.messages.speaking import Audio
from common.messages.synthesis import (
    AskFloor,
    Begin,
    Begun,
    Discard,
    Finished,
    FloorGranted,
    GiveFloor,
    PieceWord,
    Plan,
    Planned,
    StopUtterance,
    Synthesize,
    Synthesized,
    Underway,
    YieldFloor,
)
from common.voices import Voice
from model_server.engines.base import RATE, EnginePiece, Speech
from model_server.floor import Floor
from model_server.front_end import FrontEnd
from model_server.pronunciation_file import PronunciationFile
from model_server.scheduler import Scheduler
from model_server.session import Session, Workshop
from model_server.utterances import Utterances
from tests.fakes.loops import run, until

PATIENCE = 20.0  # seconds


class FakeEngine:
    """Speaks at once, unless `go` is cleared; raises what `faults` has for a text."""

    name = "fake"
    takes = "written"
    device = "cpu"

    def __init__(self) -> None:
        self.go = threading.Event()
        self.go.set()
        self.begun: list[str] = []
        self.faults: dict[str, Exception] = {}
        self.samples = 240

    def load(self, report: Callable[[str], None]) -> None:
        """Nothing to load."""

    def speak(self, piece: EnginePiece) -> Speech:
        self.begun.append(piece.text)
        assert self.go.wait(PATIENCE)
        if piece.text in self.faults:
            raise self.faults[piece.text]
        return Speech(np.zeros(self.samples, np.float32), 0, self.samples)


class FakeRoom:
    """An EngineRoom with one engine, or none."""

    def __init__(self, engine: FakeEngine, error: SayError | None = None) -> None:
        self._engine = engine
        self._error = error
        self.ready = asyncio.Event()
        self.ready.set()
        self.given_up = False
        self.listeners: list[Callable[[Notice], None]] = []
        self.chosen: list[Voice] = []
        self.used: list[str] = []

    @contextlib.contextmanager
    def telling(self, tell: Callable[[Notice], None]) -> Iterator[None]:
        self.listeners.append(tell)
        yield

    async def watch_memory(self, unload_after: float) -> None:
        """It has next to none."""

    def is_ready(self, name: str) -> bool:
        return self.ready.is_set()

    def note_use(self, name: str) -> None:
        self.used.append(name)

    async def choose(
        self,
        asked: str,
        voice: Voice,
        language: str,
        report: Callable[[Progress], None],
        tell: Callable[[Notice], None],
    ) -> FakeEngine:
        self.chosen.append(voice)
        report(Progress("loading", "fake"))
        tell(Notice("fake", "a fake speaks"))
        try:
            await self.ready.wait()
        except asyncio.CancelledError:
            self.given_up = True
            raise
        if self._error is not None:
            raise self._error
        return self._engine


class Stage:
    """A server of sessions, and voice servers that connect to it."""

    def __init__(self, error: SayError | None = None) -> None:
        self.engine = FakeEngine()
        self.room = FakeRoom(self.engine, error)
        self.scheduler = Scheduler()
        self.floor = Floor()
        self.front_end = FrontEnd(PronunciationFile(Path("/nonexistent")))
        self.utterances = Utterances(time.monotonic)
        self.workshop = Workshop(self.room, self.scheduler, self.floor, self.front_end, self.utterances)  # type: ignore[arg-type]  # a fake room
        self.sessions: list[Session] = []
        self.secret = new_secret()
        self.frames = FrameServer(self.secret, MODEL_ROLE, self._serve)
        self.port = 0
        self.peers: list[AsyncConnection] = []

    async def _serve(self, connection: AsyncConnection) -> None:
        begin, _ = await connection.receive()
        assert isinstance(begin, Begin)
        session = Session(connection, begin, self.workshop)
        self.sessions.append(session)
        try:
            await session.serve()
        finally:
            self.sessions.remove(session)

    async def begin(
        self, sink: str = "client", voice: str = "af_heart", language: str = "", *, bulk: bool = False, client: str = ""
    ) -> AsyncConnection:
        peer = await connect(self.port, self.secret, MODEL_ROLE)
        self.peers.append(peer)
        peer.send_soon(Begin(voice, "auto", language, sink, bulk=bulk, client=client))
        return peer

    async def begun(self, sink: str = "client", *, bulk: bool = False) -> AsyncConnection:
        peer = await self.begin(sink, bulk=bulk)
        while not isinstance((await peer.receive())[0], Begun):
            pass
        return peer


@asynccontextmanager
async def stage(error: SayError | None = None) -> AsyncIterator[Stage]:
    there = Stage(error)
    there.port = await there.frames.listen(0)
    async with there.scheduler.serving():
        try:
            yield there
        finally:
            there.engine.go.set()
            for peer in there.peers:
                peer.close()
            await there.frames.close()
            there.front_end.close()


def piece(index: int, text: str = "text") -> Synthesize:
    return Synthesize(index, text, "", 0, 1.0)


async def receive(peer: AsyncConnection, kind: type) -> object:
    while True:
        message, _ = await peer.receive()
        if isinstance(message, kind):
            return message


def test_progress_comes_first_and_then_the_engine() -> None:
    async def test() -> None:
        async with stage() as there:
            peer = await there.begin()
            messages = [(await peer.receive())[0] for _ in range(3)]
            assert messages == [Progress("loading", "fake"), Notice("fake", "a fake speaks"), Begun("fake", RATE, 1)]

    run(test())


@pytest.mark.parametrize(
    ("voice", "language", "code"), [("nobody", "", "unknown_voice"), ("af_heart", "tlh", "bad_frame")]
)
def test_what_nobody_speaks_is_refused(voice: str, language: str, code: str) -> None:
    async def test() -> None:
        async with stage() as there:
            peer = await there.begin(voice=voice, language=language)
            error, _ = await peer.receive()
            assert isinstance(error, Error) and error.code == code

    run(test())


def test_an_engine_that_cannot_be_had_is_told() -> None:
    async def test() -> None:
        async with stage(EngineError("there is none")) as there:
            error = await receive(await there.begin(), Error)
            assert isinstance(error, Error) and (error.code, error.message) == ("engine", "there is none")

    run(test())


def test_a_voice_server_that_goes_away_while_the_engine_loads_is_waited_for_no_longer() -> None:
    async def test() -> None:
        async with stage() as there:
            there.room.ready.clear()
            peer = await there.begin()
            await receive(peer, Progress)
            peer.close()
            await until(lambda: there.room.given_up and not there.sessions)

    run(test())


def test_how_it_went_is_heard_while_the_engine_loads() -> None:
    """Once, an utterance that was cancelled while a model was downloaded was listed as failed."""

    async def test() -> None:
        async with stage() as there:
            there.room.ready.clear()
            peer = await there.begin("speaker")
            await receive(peer, Progress)
            peer.send_soon(Underway("paused", 0, 7))
            await until(lambda: there.utterances.alive[0].underway.total == 7)
            peer.send_soon(Finished("cancelled", 0.0, -1.0, 0.0, 0))
            peer.close()
            assert await there.utterances.outcome(1) == "cancelled"
            await until(lambda: not there.utterances.alive)

    run(test())


@pytest.mark.parametrize("takes", ["written", "phonemes"])  # not what the engine that is expected takes, and that
def test_text_that_comes_while_the_engine_loads_is_planned_for_the_engine_that_speaks(takes: str) -> None:
    async def test() -> None:
        async with stage() as there:
            there.engine.takes = takes
            there.room.ready.clear()
            peer = await there.begin()
            peer.send_soon(Plan("Hello.", 0, final=True, flush=False, first=True))
            peer.send_soon(Underway("preparing", 0, 6))
            await until(lambda: any(session.utterance.underway is not None for session in there.sessions))
            there.room.ready.set()
            assert isinstance((await receive(peer, Begun)), Begun)
            planned = await receive(peer, Planned)
            assert isinstance(planned, Planned) and planned.used == 6
            assert bool(planned.pieces[0].phonemes) == (takes == "phonemes")
            assert there.sessions[0].utterance.text.text == "Hello."

    run(test())


def test_a_second_plan_before_the_engine_is_there_makes_no_sense() -> None:
    async def test() -> None:
        async with stage() as there:
            there.room.ready.clear()
            peer = await there.begin()
            for start in (0, 6):
                peer.send_soon(Plan("Hello.", start, final=True, flush=False, first=True))
            error = await receive(peer, Error)
            assert isinstance(error, Error) and error.code == "bad_frame"

    run(test())


def test_text_is_planned_while_a_piece_is_synthesized() -> None:
    async def test() -> None:
        async with stage() as there:
            there.engine.go.clear()
            peer = await there.begun()
            peer.send_soon(piece(0))
            await until(lambda: there.engine.begun == ["text"])
            peer.send_soon(Plan("One. Two.", 0, True, False, True))

            planned, _ = await peer.receive()

            assert isinstance(planned, Planned) and planned.used > 0
            there.engine.go.set()
            await receive(peer, Synthesized)

    run(test())


def test_sound_comes_in_frames_of_a_second_at_most_and_then_its_measure() -> None:
    async def test() -> None:
        async with stage() as there:
            there.engine.samples = RATE * 2 + 1
            peer = await there.begun()
            peer.send_soon(piece(7))
            frames = []
            while isinstance((received := await peer.receive())[0], Audio):
                frames.append(received)
            assert [len(raw) for _, raw in frames] == [RATE * 4, RATE * 4, 4]
            assert all(isinstance(audio, Audio) and (audio.index, audio.format) == (7, "f32le") for audio, _ in frames)
            assert received[0] == Synthesized(7, RATE * 2 + 1, 0, RATE * 2 + 1)

    run(test())


def test_an_error_of_one_piece_is_told_of_that_piece_and_the_others_go_on() -> None:
    async def test() -> None:
        async with stage() as there:
            there.engine.faults["bad"] = Unspeakable("no engine says that")
            peer = await there.begun()
            for request in (piece(0, "bad"), piece(1, "good")):
                peer.send_soon(request)
            error, _ = await peer.receive()
            assert isinstance(error, Error) and (error.code, error.id) == ("unspeakable", "0")
            done = await receive(peer, Synthesized)
            assert isinstance(done, Synthesized) and done.index == 1

    run(test())


def test_pieces_that_are_not_needed_any_more_are_not_made() -> None:
    async def test() -> None:
        async with stage() as there:
            there.engine.go.clear()
            peer, other = await there.begun(), await there.begun()
            for index in range(3):
                peer.send_soon(piece(index, f"old {index}"))
            other.send_soon(piece(0, "another's"))
            await until(lambda: there.engine.begun == ["old 0"] and there.scheduler.queued == 3)
            peer.send_soon(Discard())
            peer.send_soon(piece(3, "new"))
            await until(lambda: there.scheduler.queued == 2)

            there.engine.go.set()
            while True:
                done = await receive(peer, Synthesized)
                assert isinstance(done, Synthesized)
                if done.index == 3:
                    break
            await receive(other, Synthesized)
            assert sorted(there.engine.begun) == ["another's", "new", "old 0"]

    run(test())


def test_who_listens_goes_before_files_and_a_file_that_is_given_up_takes_no_more_than_the_piece_under_way() -> None:
    async def test() -> None:
        async with stage() as there:
            there.engine.go.clear()
            file = await there.begun(bulk=True)
            for index in range(3):
                file.send_soon(piece(index, f"file {index}"))
            await until(lambda: there.engine.begun == ["file 0"] and there.scheduler.queued == 2)
            reader = await there.begun()
            reader.send_soon(replace(piece(0, "heard later"), ahead=60.0))
            await until(lambda: there.scheduler.queued == 3)
            listener = await there.begun()
            listener.send_soon(replace(piece(0, "heard first"), first=True))
            await until(lambda: there.scheduler.queued == 4)

            there.engine.go.set()
            await receive(file, Synthesized)
            file.close()
            await receive(listener, Synthesized)
            await receive(reader, Synthesized)
            assert there.engine.begun[:3] == ["file 0", "heard first", "heard later"]
            await until(lambda: there.scheduler.queued == 0)

    run(test())


@pytest.mark.parametrize("length, accepted", [(64, True), (65, False)])
def test_a_client_that_says_at_length_who_it_is_is_refused(length: int, accepted: bool) -> None:
    async def test() -> None:
        async with stage() as there:
            peer = await there.begin(client="x" * length)
            message, _ = await peer.receive()
            while isinstance(message, (Progress, Notice)):
                message, _ = await peer.receive()
            assert isinstance(message, Begun if accepted else Error)

    run(test())


def test_a_fault_of_the_engine_ends_the_utterance_and_nobody_elses(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        async with stage() as there:
            there.engine.faults["bad"] = ZeroDivisionError("in the depths")
            peer, other = await there.begun(), await there.begun()
            peer.send_soon(piece(0, "bad"))
            other.send_soon(piece(0, "good"))
            error = await receive(peer, Error)
            assert isinstance(error, Error) and error.code == "failed" and not error.id
            with pytest.raises(ConnectionLost):
                await peer.receive()
            await receive(other, Synthesized)

    run(test())
    assert "in the depths" in caplog.text


def test_a_voice_server_that_vanishes_leaves_queue_and_floor_to_others(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        async with stage() as there:
            there.engine.go.clear()
            there.engine.samples = RATE * 30  # more than sockets take: it is under way when the connection breaks
            peer, other = await there.begun("speaker"), await there.begun("speaker")
            peer.send_soon(AskFloor())
            await receive(peer, FloorGranted)
            for index in range(3):
                peer.send_soon(piece(index, "theirs"))
            await until(lambda: there.engine.begun == ["theirs"] and there.scheduler.queued == 2)
            other.send_soon(AskFloor())
            await until(lambda: there.floor.waiting == 1)

            peer.close()

            await receive(other, FloorGranted)
            await until(lambda: there.scheduler.queued == 0)
            other.send_soon(piece(0, "ours"))
            there.engine.go.set()
            await receive(other, Synthesized)
            assert there.engine.begun == ["theirs", "ours"]

    with caplog.at_level(logging.INFO):
        run(test())
    assert "failed" not in caplog.text


def test_sound_on_its_way_to_one_who_left_is_no_fault_of_the_engine(caplog: pytest.LogCaptureFixture) -> None:
    """Once, each client that vanished at the wrong moment left a traceback in the log."""

    async def test() -> None:
        async with stage() as there:
            there.engine.samples = RATE * 60
            peer = await there.begun()
            peer.send_soon(piece(0))
            await receive(peer, Audio)
            peer._writer.transport.abort()
            await until(lambda: not there.sessions)

    run(test())
    assert "failed" not in caplog.text


def test_the_floor_goes_to_the_next_when_it_is_given_back() -> None:
    async def test() -> None:
        async with stage() as there:
            first, second = await there.begun("speaker"), await there.begun("speaker")
            for peer in (first, second):
                peer.send_soon(AskFloor())
                await until(lambda: there.floor.holder is not None)
            await receive(first, FloorGranted)
            first.send_soon(GiveFloor())
            await receive(second, FloorGranted)
            first.send_soon(AskFloor())
            await until(lambda: there.floor.waiting == 1)
            second.close()
            await receive(first, FloorGranted)

    run(test())


def granted_turns(peer: AsyncConnection, count: int) -> Awaitable[list[int]]:
    """Return the turns of the next grants."""

    async def wait() -> list[int]:
        grants = [await receive(peer, FloorGranted) for _ in range(count)]
        return [grant.turn for grant in grants if isinstance(grant, FloorGranted)]

    return wait()


def test_each_grant_and_yield_says_for_which_turn_it_is() -> None:
    async def test() -> None:
        async with stage() as there:
            peer = await there.begun("speaker")
            for turn in (1, 2):
                peer.send_soon(AskFloor(turn))
                assert await granted_turns(peer, 1) == [turn]
                there.floor.hold()
                assert await receive(peer, YieldFloor) == YieldFloor(True, turn)
                there.floor.resume()
                assert await granted_turns(peer, 1) == [turn]
                peer.send_soon(GiveFloor(turn))
            await until(lambda: there.floor.holder is None)

    run(test())


def test_who_gave_the_floor_back_and_asked_again_before_it_heard_of_a_grant_waits_behind_the_others() -> None:
    async def test() -> None:
        async with stage() as there:
            first, second = await there.begun("speaker"), await there.begun("speaker")
            second.send_soon(AskFloor(1))
            await granted_turns(second, 1)
            first.send_soon(AskFloor(1))
            await until(lambda: there.floor.waiting == 1)
            second.send_soon(GiveFloor(1))
            second.send_soon(AskFloor(2))
            await until(lambda: there.floor.waiting == 1 and there.floor.holder is there.sessions[0])
            first.send_soon(GiveFloor(1))  # the grant is on its way
            first.send_soon(AskFloor(2))
            assert await granted_turns(second, 1) == [2]
            second.send_soon(GiveFloor(2))
            assert await granted_turns(first, 2) == [1, 2]

    run(test())


def test_the_end_of_another_turn_costs_nobody_the_floor() -> None:
    async def test() -> None:
        async with stage() as there:
            peer = await there.begun("speaker")
            for message in (AskFloor(2), GiveFloor(1), GiveFloor(3), Plan("", 0, False, False, False)):
                peer.send_soon(message)
            await receive(peer, Planned)
            assert there.floor.holder is there.sessions[0]

    run(test())


def test_a_new_turn_ends_the_one_before() -> None:
    async def test() -> None:
        async with stage() as there:
            first, second = await there.begun("speaker"), await there.begun("speaker")
            first.send_soon(AskFloor(1))
            await granted_turns(first, 1)
            second.send_soon(AskFloor(1))
            await until(lambda: there.floor.waiting == 1)
            first.send_soon(AskFloor(2))
            assert await granted_turns(second, 1) == [1]
            second.close()
            assert await granted_turns(first, 1) == [2]

    run(test())


def test_who_waits_is_told_of_a_hold_and_of_its_end() -> None:
    async def test() -> None:
        async with stage() as there:
            first, second = await there.begun("speaker"), await there.begun("speaker")
            for number, peer in enumerate((first, second)):
                peer.send_soon(AskFloor(1))
                await until(lambda: len(there.floor.line) == number + 1)  # noqa: B023  # used at once
            there.floor.hold()
            assert await receive(second, YieldFloor) == YieldFloor(True, 1)
            there.floor.resume()
            assert await receive(second, YieldFloor) == YieldFloor(False, 1)

    run(test())


@pytest.mark.parametrize("ready", [True, False])
def test_a_stop_reaches_the_voice_server_at_any_time(ready: bool) -> None:
    async def test() -> None:
        async with stage() as there:
            if not ready:
                there.room.ready.clear()
            peer = await (there.begun("speaker") if ready else there.begin("speaker"))
            await until(lambda: bool(there.sessions))
            there.sessions[0].stop("stopped", "enough of it")
            assert await receive(peer, StopUtterance) == StopUtterance("stopped", "enough of it")

    run(test())


def test_a_voice_server_that_makes_no_sense_loses_its_connection() -> None:
    async def test() -> None:
        async with stage() as there:
            peer = await there.begun()
            peer.send_soon(StopUtterance())
            error = await receive(peer, Error)
            assert isinstance(error, Error) and error.code == "bad_frame"
            await until(lambda: not there.sessions)

    run(test())


@pytest.mark.parametrize("sound", [(-1, 2), (2, 1), (0, 4)])
def test_words_whose_phonemes_are_not_in_the_piece_never_come_to_the_engine(sound: tuple[int, int]) -> None:
    async def test() -> None:
        async with stage() as there:
            peer = await there.begun()
            peer.send_soon(Synthesize(0, "one", "wˈʌ", 0, 1.0, (PieceWord(0, 3, 0, 3, *sound),)))
            error = await receive(peer, Error)
            assert isinstance(error, Error) and error.code == "bad_frame"
            assert not there.engine.begun

    run(test())


def test_what_an_engine_has_to_say_reaches_the_user() -> None:
    async def test() -> None:
        async with stage() as there:
            peer = await there.begun()
            peer.send_soon(piece(0, "first"))  # its sound shows that the session listens by now
            while not isinstance((await peer.receive())[0], Synthesized):
                pass
            there.room.listeners[0](Notice("engine", "the GPU failed"))
            notice, _ = await peer.receive()
            assert notice == Notice("engine", "the GPU failed")

    run(test())


@pytest.mark.parametrize(
    ("voice", "file"),
    [
        ("mine#0123456789abcdef", ""),
        ("mine#0123456789abcdef", "mine.pt"),
        ("mine#0123456789abcdef", "../mine.pt"),
        ("af_heart", "/mine.pt"),
        ("af_bella+af_sky", "/mine.pt"),
    ],
)
def test_a_voice_file_without_its_name_or_a_name_without_its_file_is_refused(voice: str, file: str) -> None:
    async def test() -> None:
        async with stage() as there:
            peer = await connect(there.port, there.secret, MODEL_ROLE)
            there.peers.append(peer)
            peer.send_soon(Begin(voice, "auto", "", "client", voice_file=file))
            error, _ = await peer.receive()
            assert isinstance(error, Error) and error.code == "bad_frame"

    run(test())


def test_engines_are_told_of_blends_and_of_users_own_files() -> None:
    async def test() -> None:
        async with stage() as there:
            for begin in (
                Begin("af_sky,af_bella", "auto", "", "client"),
                Begin("bf_mine#0123456789abcdef", "auto", "", "client", voice_file="/mine.pt"),
            ):
                peer = await connect(there.port, there.secret, MODEL_ROLE)
                there.peers.append(peer)
                peer.send_soon(begin)
                await receive(peer, Begun)
            blend, own = there.room.chosen
            assert (blend.name, blend.file) == ("af_bella+af_sky", "")
            assert (own.name, own.file, own.language) == ("bf_mine#0123456789abcdef", "/mine.pt", "en-gb")

    run(test())
