from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from common import PROTOCOL, VERSION, async_connection, state
from common.async_connection import AsyncConnection, connect
from common.draining import living
from common.errors import ConnectionLost, EngineError, StartFailed
from common.handshake import MODEL_ROLE, ClientHandshake, new_secret
from common.messages.control import (
    Download,
    Downloaded,
    Drain,
    Draining,
    Locate,
    Located,
    Remove,
    Shutdown,
    ShuttingDown,
    Status,
    StatusReport,
    Steered,
    SteerNumber,
    Stop,
    StopReport,
    VoiceServerReport,
)
from common.messages.hello import Error, Heartbeat, Hello, Progress
from common.messages.synthesis import Begin, Begun, Register, Registered, StopUtterance
from common.paths import draining_files, model_state_file
from common.settings import load
from common.voices import Voice
from model_server import server as server_module
from model_server.floor import Floor
from model_server.scheduler import Scheduler
from model_server.server import ModelServer, Parts
from tests.fakes.loops import run, settle, until
from tests.model_server.test_session import FakeEngine, FakeRoom


class Engines(FakeRoom):
    """An EngineRoom that also downloads; a download ends when `fetched` is set."""

    def __init__(self) -> None:
        super().__init__(FakeEngine())
        self.fetched = asyncio.Event()
        self.cancelled = False
        self.closed = False
        self.expected: list[tuple[str, str, str]] = []

    def expect(self, asked: str, voice: Voice, language: str) -> None:
        self.expected.append((asked, voice.name, language))

    def describe(self) -> dict[str, str]:
        return {"fake": "ready on cpu"}

    def stop_downloads(self) -> None:
        self.fetched.set()

    def close(self) -> None:
        self.closed = True

    async def download(self, voices: tuple[str, ...], report: Callable[[Progress], None]) -> tuple[int, int]:
        report(Progress("downloading", voices[0]))
        try:
            await self.fetched.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return len(voices), 1000

    async def remove(self, voices: tuple[str, ...], model: bool) -> tuple[int, int]:
        raise EngineError("it is in use")


class Voices:
    """VoiceProcesses that know where every voice is, once `known` is set."""

    def __init__(self) -> None:
        self.known = asyncio.Event()
        self.known.set()
        self.ended = False
        self.error: Exception | None = None

    async def locate(self, voice: str, audio: Mapping[str, str]) -> Located:
        await self.known.wait()
        if self.error is not None:
            raise self.error
        return Located(voice, 4711, 1)

    async def reports(self) -> tuple[VoiceServerReport, ...]:
        return (VoiceServerReport("af_heart", 1, 4711, 5, 0, 1.0, 2, 3),)

    def underruns(self) -> int:
        return 3

    async def handle_register(self, connection: AsyncConnection, register: Register) -> None:
        await connection.send(Registered())
        while True:
            await connection.receive()

    def let_all_go(self) -> None:
        """Nobody is there."""

    async def end_all(self) -> None:
        self.ended = True


class Stage:
    """A model server, and clients of it."""

    def __init__(self, home: Path, idle: float, port: int) -> None:
        self.home = home
        self.engines, self.voices, self.floor = Engines(), Voices(), Floor()
        self.secret = new_secret()
        self.released = 0
        parts = Parts(self.engines, Scheduler(), self.voices, self.floor)  # type: ignore[arg-type]  # fakes
        settings = load({"model_idle": idle, "model_port": port}, environment={})
        self.server = ModelServer(home, settings, self.secret, parts, self._release)
        self.peers: list[AsyncConnection] = []

    def _release(self) -> None:
        self.released += 1

    async def connect(self) -> AsyncConnection:
        peer = await connect(self.server.port, self.secret, MODEL_ROLE)
        self.peers.append(peer)
        return peer

    async def ask(self, message: object) -> object:
        peer = await self.connect()
        return await ask(peer, message)

    async def begin(self, sink: str) -> AsyncConnection:
        peer = await self.connect()
        peer.send_soon(Begin("af_heart", "auto", "", sink))
        await receive(peer, Begun)
        return peer


async def receive(peer: AsyncConnection, kind: type) -> object:
    while not isinstance((received := await peer.receive())[0], kind):
        pass
    return received[0]


async def ask(peer: AsyncConnection, message: object) -> object:
    peer.send_soon(message)
    while isinstance((received := await peer.receive())[0], Heartbeat | Progress):
        pass
    return received[0]


@asynccontextmanager
async def stage(home: Path, idle: float = 0.0, port: int = 0) -> AsyncIterator[tuple[Stage, asyncio.Task[None]]]:
    there = Stage(home, idle, port)
    await there.server.listen()
    life = asyncio.create_task(there.server.life())
    try:
        yield there, life
    finally:
        for peer in there.peers:
            peer.close()
        there.server.leave()
        await life


# Requests


def test_a_voice_is_located(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            assert await there.ask(Locate("af_heart")) == Located("af_heart", 4711, 1)

    run(test())


def test_who_says_what_will_speak_has_it_loaded_while_the_voice_server_starts(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            there.voices.known.clear()
            located = asyncio.create_task(there.ask(Locate("af_heart", {}, "tone", "en-gb")))
            await until(lambda: bool(there.engines.expected))
            assert there.engines.expected == [("tone", "af_heart", "en-gb")] and not located.done()
            there.voices.known.set()
            assert isinstance(await located, Located)
            await there.ask(Locate("af_heart"))
            assert len(there.engines.expected) == 1

    run(test())


def test_a_blend_is_located_by_its_one_name_however_it_is_spelt(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            for spelling in ("af_sky(2),af_bella", "af_bella(0.5) + af_sky"):
                located = await there.ask(Locate(spelling))
                assert isinstance(located, Located) and located.voice == "af_bella(1)+af_sky(2)"

    run(test())


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (Locate("af_hart"), "unknown_voice"),
        (Locate("../../etc"), "unknown_voice"),
        (Locate("../../etc#0123456789abcdef"), "unknown_voice"),
        (Locate("af_bella(2)+../af_sky"), "unknown_voice"),
        (Locate("/etc/passwd"), "unknown_voice"),
        (Download(("nobody",)), "unknown_voice"),
        (Remove(("nobody",), False), "unknown_voice"),
        (Remove(("af_heart",), False), "engine"),
    ],
)
def test_what_cannot_be_done_is_answered_and_the_connection_stays(tmp_path: Path, request_: object, code: str) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            peer = await there.connect()
            error = await ask(peer, request_)
            assert isinstance(error, Error) and (error.code, error.id) == (code, "request")
            assert isinstance(await ask(peer, Locate("af_heart")), Located)

    run(test())


def test_a_voice_server_that_does_not_start_is_reported(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            there.voices.error = StartFailed("it crashed", "its log")
            error = await there.ask(Locate("af_heart"))
            assert isinstance(error, Error) and (error.code, error.hint) == ("start_failed", "its log")

    run(test())


def test_whoever_waits_hears_a_heartbeat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(async_connection, "HEARTBEAT_PERIOD", 0.01)

    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            there.voices.known.clear()
            peer = await there.connect()
            peer.send_soon(Locate("af_heart"))
            await receive(peer, Heartbeat)
            await receive(peer, Heartbeat)
            there.voices.known.set()
            await receive(peer, Located)

    run(test())


def test_a_fault_of_ours_costs_that_connection_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, life):
            there.voices.error = ZeroDivisionError("in the depths")
            error = await there.ask(Locate("af_heart"))
            assert isinstance(error, Error) and error.code == "failed"
            assert isinstance(await there.ask(Status()), StatusReport) and not life.done()

    run(test())
    assert "in the depths" in caplog.text


@pytest.mark.parametrize("message", [Located("af_heart", 1, 1), Begun("tone", 24_000), Registered()])
def test_what_no_client_sends_costs_the_connection(tmp_path: Path, message: object) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            peer = await there.connect()
            error = await ask(peer, message)
            assert isinstance(error, Error) and (error.code, error.id) == ("bad_frame", "")
            with pytest.raises(ConnectionLost):
                await peer.receive()

    run(test())


def test_the_status_tells_of_everything(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            report = await there.ask(Status())
            assert isinstance(report, StatusReport)
            assert (report.version, report.port, report.state) == (VERSION, there.server.port, "running")
            assert report.engines == {"fake": "ready on cpu"} and report.underruns == 3
            assert [one.voice for one in report.voices] == ["af_heart"]

    run(test())


def test_a_download_reports_and_is_given_up_with_its_client(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            peer = await there.connect()
            peer.send_soon(Download(("af_bella",)))
            assert await receive(peer, Progress) == Progress("downloading", "af_bella")
            peer.close()
            await until(lambda: there.engines.cancelled)

            there.engines.fetched.set()
            assert await there.ask(Download(("af_bella",))) == Downloaded(1, 1000)

    run(test())


def test_a_stop_silences_what_sounds_and_leaves_files_alone(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            sounding = [await there.begin("speaker") for _ in range(2)]
            await there.begin("client")
            assert await there.ask(Stop()) == StopReport(2)
            for peer in sounding:
                await receive(peer, StopUtterance)

    run(test())


def test_another_protocol_may_only_stop_and_drain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hello = ClientHandshake.hello

    def newer(handshake: ClientHandshake) -> Hello:
        return Hello(PROTOCOL + 1, VERSION, hello(handshake).nonce)

    async def test() -> None:
        async with stage(tmp_path) as (there, life):
            monkeypatch.setattr(ClientHandshake, "hello", newer)
            error = await there.ask(Locate("af_heart"))
            assert isinstance(error, Error) and error.code == "protocol_mismatch"
            assert await there.ask(Stop()) == StopReport(0)
            assert await there.ask(Drain()) == Draining(0)
            await life

    run(test())


# Life


def test_it_can_be_found_until_it_leaves(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, life):
            assert state.read(model_state_file(tmp_path), MODEL_ROLE).port == there.server.port
            there.server.leave()
            await life
            assert not model_state_file(tmp_path).exists() and there.released
            assert there.voices.ended and there.engines.closed

    run(test())


def test_one_that_is_leaving_sends_clients_elsewhere(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            peer, work = await there.connect(), await there.begin("client")
            assert await there.ask(Drain()) == Draining(1)
            for one in (peer, await there.connect()):
                error = await ask(one, Locate("af_heart"))
                assert isinstance(error, Error) and error.code == "peer_leaving"
            work.close()

    run(test())


def test_draining_it_can_be_told_to_stop(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, life):
            work = await there.begin("speaker")
            assert await there.ask(Drain()) == Draining(1)
            (found,) = living(tmp_path)
            assert (found.port, found.secret) == (there.server.port, there.secret)
            assert await there.ask(Stop()) == StopReport(1)
            await receive(work, StopUtterance)
            work.close()
            await life
            assert not draining_files(tmp_path)

    run(test())


def test_draining_it_leaves_a_fixed_port_to_its_successor(tmp_path: Path) -> None:
    async def test() -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        async with stage(tmp_path, port=port) as (there, _):
            work = await there.begin("speaker")
            assert there.server.port == port
            await there.ask(Drain())
            assert there.server.port != port
            async with stage(tmp_path, port=port) as (successor, _):
                assert await successor.ask(Locate("af_heart")) == Located("af_heart", 4711, 1)
                assert await there.ask(Stop()) == StopReport(1)
            work.close()

    run(test())


def test_a_drain_waits_for_whoever_is_on_the_way_to_a_voice(tmp_path: Path) -> None:
    """Once, two versions whose clients came at once replaced each other's daemon until both gave up."""

    async def test() -> None:
        async with stage(tmp_path) as (there, life):
            there.voices.known.clear()
            coming, replacing = await there.connect(), await there.connect()
            coming.send_soon(Locate("af_heart"))
            await until(lambda: there.server._arrivals._locating == 1)
            replacing.send_soon(Drain())
            await until(lambda: there.server._draining)
            error = await there.ask(Locate("bm_george"))
            assert isinstance(error, Error) and error.code == "peer_leaving"
            there.voices.known.set()
            await receive(coming, Located)
            assert model_state_file(tmp_path).exists()
            work = await there.begin("speaker")
            assert await receive(replacing, Draining) == Draining(1)
            assert not model_state_file(tmp_path).exists()
            work.close()
            await life

    run(test())


def test_draining_it_finishes_what_is_in_work_and_cuts_off_nothing_that_came_meanwhile(tmp_path: Path) -> None:
    """Once, an utterance that began a moment after the last one had ended was cut off."""

    async def test() -> None:
        async with stage(tmp_path) as (there, life):
            first, waiting = await there.begin("client"), await there.connect()
            assert await there.ask(Drain()) == Draining(1)
            assert not model_state_file(tmp_path).exists() and there.released
            assert not there.server._leave.is_set()
            first.close()
            await until(lambda: not there.server._sessions)
            waiting.send_soon(Begin("af_heart", "auto", "", "client"))
            await receive(waiting, Begun)
            # Longer than it waits for answers on their way.
            await asyncio.wait({life}, timeout=0.4)
            assert not life.done()
            waiting.close()
            await life

    run(test())


def test_a_shutdown_silences_all_and_ends(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, life):
            peer = await there.begin("client")
            assert isinstance(await there.ask(Shutdown()), ShuttingDown)
            await receive(peer, StopUtterance)
            await life

    run(test())


class Clock:
    """`time` for the module under test; stands still unless moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(server_module, "time", self)

    def monotonic(self) -> float:
        return self.now


def test_it_leaves_when_idle_but_not_while_something_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)

    async def test() -> None:
        async with stage(tmp_path, idle=0.05) as (there, life):
            there.voices.known.clear()
            peer = await there.connect()
            peer.send_soon(Locate("af_heart"))
            await until(lambda: there.server._idle.busy > 0)
            clock.now += 60
            await asyncio.wait({life}, timeout=0.2)
            assert not life.done()
            there.voices.known.set()
            await receive(peer, Located)
            await until(lambda: not there.server._idle.busy)
            clock.now += 60
            await life

    run(test())


def test_it_stays_as_long_as_all_speech_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)

    async def test() -> None:
        async with stage(tmp_path, idle=0.05) as (there, life):
            assert isinstance(await there.ask(SteerNumber("pause")), Steered)
            await until(lambda: not there.server._idle.busy)
            clock.now += 60
            await asyncio.wait({life}, timeout=0.2)
            assert not life.done()
            assert isinstance(await there.ask(SteerNumber("resume")), Steered)
            await until(lambda: not there.server._idle.busy)
            clock.now += 60
            await life

    run(test())


def test_voice_servers_alone_do_not_keep_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)

    async def test() -> None:
        async with stage(tmp_path, idle=0.05) as (there, life):
            assert await there.ask(Register("af_heart", 4711, 1)) == Registered()
            clock.now += 60
            await life

    run(test())


@pytest.mark.parametrize("fate", ["gone", "foreign"])
def test_one_whose_state_file_is_not_its_own_drains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fate: str) -> None:
    monkeypatch.setattr(server_module, "STATE_CHECK_PERIOD", 0.01)

    async def test() -> None:
        async with stage(tmp_path) as (_, life):
            file = model_state_file(tmp_path)
            if fate == "gone":
                file.unlink()
            else:
                other = state.read(file, MODEL_ROLE)
                state.write(file, state.State(**{**vars(other), "port": 1, "secret": "another"}))
            await life
            assert file.exists() == (fate == "foreign")  # never removes what is not its own
            await settle()

    run(test())
