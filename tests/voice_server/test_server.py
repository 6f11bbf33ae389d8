from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from common import state
from common.async_connection import AsyncConnection, connect
from common.audio_environment import audio_environment
from common.errors import ConnectionLost, NoSound
from common.handshake import voice_role
from common.messages.hello import Error, Heartbeat
from common.messages.speaking import (
    CLIENT,
    SPEAKER,
    Accepted,
    Audio,
    Cancel,
    Credit,
    DeviceList,
    DeviceReport,
    Done,
    End,
    Flush,
    ListDevices,
    Piece,
    Played,
    Playing,
    Speak,
    Standing,
    Steer,
    Text,
)
from common.messages.synthesis import (
    AskFloor,
    AskToLeave,
    AskVoiceStatus,
    Begin,
    Finished,
    GiveFloor,
    Leave,
    Plan,
    Retire,
    StopUtterance,
    Synthesize,
    Underway,
    VoiceStatus,
)
from common.paths import voice_state_file
from tests.fakes.loops import run, settle, until
from tests.fakes.model_server import FakeModelServer
from tests.fakes.utterance import FakeSpeaker
from voice_server import server as server_module
from voice_server import sinks, speaker_sink
from voice_server.server import Start, VoiceServer
from voice_server.text_window import TEXT_CREDIT

VOICE = "af_heart"


class Client:
    """A client's connection. `heard` holds what came, heartbeats left out."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.heard: list[object] = []

    def say(self, *messages: object) -> None:
        for message in messages:
            self.connection.send_soon(message)

    def speak(self, text: str, request: str = "r", sink: str = CLIENT, **fields: object) -> None:
        """Ask for a whole text to be spoken."""
        speak = Speak(request, VOICE, sink, audio_credit=1 << 20, standing=True, **fields)  # type: ignore[arg-type]  # fields of Speak
        self.say(speak, Text(request, text), End(request))

    async def next(self) -> object:
        while True:
            message, _ = await self.connection.receive()
            if not isinstance(message, Heartbeat):
                self.heard.append(message)
                return message

    async def until(self, kind: type, request: str = "r") -> object:
        """Return the first message of that kind and request."""
        while True:
            message = await self.next()
            if isinstance(message, kind) and getattr(message, "id", "") == request:
                return message

    async def error(self, request: str = "r") -> str:
        message = await self.until(Error, request)
        assert isinstance(message, Error)
        return message.code

    async def its_end(self) -> None:
        with pytest.raises(ConnectionLost):
            while True:
                await self.next()


class Stage:
    """A voice server between a model server and clients."""

    def __init__(self, model: FakeModelServer, server: VoiceServer, life: asyncio.Task[None], home: Path) -> None:
        self.model = model
        self.server = server
        self.life = life
        self.home = home
        self.clients: list[Client] = []

    async def client(self) -> Client:
        assert self.model.registered is not None
        client = Client(await connect(self.model.registered.port, self.model.secret, voice_role(VOICE)))
        self.clients.append(client)
        return client

    def tell(self, message: object) -> None:
        """Say something on the control connection."""
        assert self.model.control is not None
        self.model.control.send_soon(message)

    @property
    def state_file(self) -> Path:
        return voice_state_file(self.home, VOICE)


@asynccontextmanager
async def stage(home: Path, *silent_on: type, idle: float = 0.0) -> AsyncIterator[Stage]:
    async with FakeModelServer(*silent_on) as model:
        server = VoiceServer(VOICE, Start(home, model.port, 0, model.secret, idle, {"threads": 2}))
        life = asyncio.create_task(server.life())
        await until(lambda: model.registered is not None or life.done())
        there = Stage(model, server, life, home)
        try:
            yield there
        finally:
            for client in there.clients:
                client.connection.close()
            if model.control is not None:
                model.control.close()
            await asyncio.gather(life, return_exceptions=True)


@pytest.fixture(autouse=True)
def speaker(monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeSpeaker], None]:
    """No test here touches a sound device; the function returned puts another speaker in."""

    async def no_warning(device_name: str) -> None:
        """Nothing to warn of."""

    def put(one: Callable[[], FakeSpeaker]) -> None:
        monkeypatch.setattr(server_module, "Speaker", one)

    monkeypatch.setattr(speaker_sink, "silent_sink_warning", no_warning)
    put(FakeSpeaker)
    return put  # type: ignore[return-value]  # a fake is made within the loop


def fake(server: VoiceServer) -> FakeSpeaker:
    assert isinstance(server._speaker, FakeSpeaker)
    return server._speaker


# Speaking


def test_text_comes_back_as_sound_in_order(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            client = await there.client()
            client.speak("One. Two.")
            await client.until(Done)

            kinds = [type(message) for message in client.heard if not isinstance(message, Credit)]
            assert kinds[0] is Accepted and kinds[-1] is Done
            assert [kind for kind in kinds if kind in (Audio, Played)] == [Audio, Played] * 2
            assert kinds.index(Piece) < kinds.index(Audio)

    run(test())


def test_through_the_loudspeaker_pieces_are_reported_and_the_floor_goes_back(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            client = await there.client()
            client.speak("One. Two.", sink=SPEAKER)
            await client.until(Done)

            heard = [message.index for message in client.heard if isinstance(message, Playing)]
            assert heard == [0, 1]
            session = await there.model.session()
            await session.ended.wait()
            floor = [type(message) for message in session.received if isinstance(message, AskFloor | GiveFloor)]
            # More than once where a piece was heard before the next was planned.
            assert floor == [AskFloor, GiveFloor] * (len(floor) // 2) and floor

    run(test())


def test_two_utterances_share_a_connection(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path, Synthesize) as there:
            client = await there.client()
            client.speak("One.", "a")
            client.speak("Two. Three.", "b")
            first, second = await there.model.session(0), await there.model.session(1)
            await until(lambda: bool(first.of(Synthesize)) and len(second.of(Synthesize)) == 2)
            second.send_sound(0)
            second.send_sound(1)
            await client.until(Done, "b")
            first.send_sound(0)
            await client.until(Done, "a")

            texts = {session.received[0].text for session in (first, second)}  # type: ignore[attr-defined]
            assert texts == {"One.", "Two. Three."}

    run(test())


def test_a_connection_serves_one_utterance_after_the_other(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            client = await there.client()
            for request in ("a", "b", "c"):
                client.speak("One.", request)
                await client.until(Done, request)

    run(test())


def test_a_client_that_vanishes_takes_its_utterances_along(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path, Synthesize) as there:
            client, other = await there.client(), await there.client()
            client.speak("One.", "a")
            client.speak("Two.", "b", sink=SPEAKER)
            other.speak("Three.", "c")
            sessions = [await there.model.session(index) for index in range(3)]
            await until(lambda: all(session.of(Synthesize) for session in sessions))

            client.connection.close()

            gone = [one for one in sessions if one.received[0].text != "Three."]  # type: ignore[attr-defined]
            for session in gone:
                await session.ended.wait()
            await until(lambda: not fake(there.server).is_open)
            (kept,) = [one for one in sessions if one not in gone]
            kept.send_sound(0)
            await other.until(Done, "c")

    run(test())


def test_a_cancel_is_answered(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path, Synthesize) as there:
            client = await there.client()
            client.speak("One.")
            session = await there.model.session()
            await until(lambda: bool(session.of(Synthesize)))
            client.say(Cancel("r"))
            assert await client.error() == "cancelled"
            await session.ended.wait()

            client.say(Cancel("r"), Cancel("never heard of"))  # both are ignored
            client.speak("", "next")
            await client.until(Done, "next")

    run(test())


def test_a_cancel_that_comes_along_with_its_request_is_answered(tmp_path: Path) -> None:
    """Once, an utterance that was cancelled before its first step said nothing."""

    async def test() -> None:
        async with stage(tmp_path) as there:
            client = await there.client()
            client.say(Speak("r", VOICE, CLIENT), Cancel("r"))
            assert await client.error() == "cancelled"

    run(test())


def test_the_floor_is_kept_until_the_device_is_free_even_if_the_client_vanishes_meanwhile(tmp_path: Path) -> None:
    """Once, the second cancel left the device to itself: the next utterance met it still in use."""

    async def test() -> None:
        async with stage(tmp_path) as there:
            client = await there.client()
            speaker = fake(there.server)
            speaker.by_itself = False
            speaker.stopping.clear()
            client.speak("One.", sink=SPEAKER)
            await client.until(Playing)
            client.say(Cancel("r"))
            await settle()
            client.connection.close()
            await settle()

            other = await there.client()
            other.speak("Two.", sink=SPEAKER)
            await other.until(Accepted)
            session = await there.model.session()
            assert not session.of(GiveFloor) and not session.ended.is_set()
            speaker.by_itself = True
            speaker.stopping.set()
            await other.until(Done)
            await session.ended.wait()
            assert session.of(GiveFloor)

    run(test())


def test_what_the_model_server_stops_is_reported_as_stopped(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            fake(there.server).by_itself = False
            client = await there.client()
            client.speak("One.", sink=SPEAKER)
            await client.until(Playing)  # the only piece: nothing is left to be made

            (await there.model.session()).say(StopUtterance())

            assert await client.error() == "stopped"
            assert not fake(there.server).is_open

    run(test())


def test_a_model_server_that_dies_is_reported_so_that_the_client_tries_again(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path, Plan) as there:
            client = await there.client()
            client.speak("One.")
            (await there.model.session()).connection.close()
            assert await client.error() == "connection_lost"

    run(test())


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"voice": "bm_george"}, "bad_frame"),
        ({"sink": "nowhere"}, "bad_frame"),
        ({"start": -1}, "bad_frame"),
        ({"audio_credit": -1}, "bad_frame"),
        ({"speed": 0.4}, "bad_speed"),
        ({"speed": 2.1}, "bad_speed"),
        ({"volume": -0.1}, "bad_speed"),
        ({"volume": 4.1}, "bad_speed"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_and_the_connection_stays(
    tmp_path: Path, fields: dict[str, object], code: str
) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            client = await there.client()
            client.say(Speak(**{"id": "r", "voice": VOICE, "sink": CLIENT, **fields}))  # type: ignore[arg-type]  # fields of Speak
            assert await client.error() == code
            client.speak("", "next")
            await client.until(Done, "next")

    run(test())


@pytest.mark.parametrize(
    "messages",
    [
        [Speak("r", VOICE, CLIENT), Speak("r", VOICE, CLIENT)],
        [Speak("", VOICE, CLIENT)],
        [Speak("r" * 65, VOICE, CLIENT)],
        [Speak("r", VOICE, CLIENT), Text("r", "a" * (TEXT_CREDIT + 1))],
        [Speak("r", VOICE, CLIENT), Credit("r", audio=-1)],
        [Leave()],
    ],
)
def test_a_client_that_breaks_the_rules_loses_its_own_connection_only(tmp_path: Path, messages: list[object]) -> None:
    async def test() -> None:
        async with stage(tmp_path, Synthesize) as there:
            other = await there.client()
            other.speak("One.")
            session = await there.model.session()
            await until(lambda: bool(session.of(Synthesize)))
            client = await there.client()
            client.say(*messages)
            await client.until(Error, "")
            await client.its_end()

            session.send_sound(0)
            await other.until(Done)

    run(test())


# Sound that cannot be made


def test_without_a_device_the_request_fails_and_the_model_server_is_left_alone(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            fake(there.server).no_sound = NoSound("no device")
            client = await there.client()
            client.speak("One.", sink=SPEAKER, audio_environment=audio_environment(os.environ))
            assert await client.error() == "no_sound"
            assert not there.model.sessions and Retire() not in there.model.told

    run(test())


def test_a_client_of_another_audio_environment_gets_a_fresh_process(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            fake(there.server).no_sound = NoSound("no device")
            client = await there.client()
            another = {**audio_environment(os.environ), "PULSE_SERVER": "unix:/elsewhere"}
            client.speak("One.", sink=SPEAKER, audio_environment=another)
            await until(lambda: Retire() in there.model.told)
            there.tell(Leave())
            assert await client.error() == "peer_leaving"
            await there.life

    run(test())


def test_a_client_without_a_home_does_not_ask_for_fresh_processes_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, what no new process could have counted as another environment, each time again."""
    monkeypatch.setenv("HOME", "/")

    async def test() -> None:
        async with stage(tmp_path) as there:
            fake(there.server).no_sound = NoSound("no device")
            client = await there.client()
            same = {name: value for name, value in audio_environment(os.environ).items() if name != "HOME"}
            client.speak("One.", sink=SPEAKER, audio_environment={**same, "PULSE_NUL": "\0"})
            assert await client.error() == "no_sound"
            assert Retire() not in there.model.told

    run(test())


def test_a_sound_library_that_hangs_has_the_process_replaced(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            fake(there.server).no_sound = NoSound("the device does not answer")
            fake(there.server).needs_new_process = True
            client = await there.client()
            client.speak("One.", sink=SPEAKER)
            await until(lambda: Retire() in there.model.told)
            there.tell(Leave())
            assert await client.error() == "no_sound"
            await there.life

    run(test())


def test_what_was_paused_while_the_sound_library_began_to_hang_goes_on_in_another_process(tmp_path: Path) -> None:
    """It ended with the error of a device that it had never tried."""

    async def test() -> None:
        async with stage(tmp_path) as there:
            client = await there.client()
            client.speak("One. Two.", "waits", sink=SPEAKER, paused=True)
            while await client.until(Standing, "waits") != Standing("waits", "paused"):
                pass
            fake(there.server).no_sound = NoSound("the device does not answer")
            fake(there.server).needs_new_process = True
            client.speak("One.", sink=SPEAKER)
            await until(lambda: Retire() in there.model.told)
            there.tell(Leave())
            assert await client.error() == "no_sound"

            client.say(Steer("resume", "waits"))
            assert await client.error("waits") == "peer_leaving"
            await there.life

    run(test())


# Life


def statuses(there: Stage) -> list[VoiceStatus]:
    return [message for message in there.model.told if isinstance(message, VoiceStatus)]


def test_it_registers_and_can_be_found_until_it_is_told_to_leave(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            await until(there.state_file.exists)
            found = state.read(there.state_file, voice_role(VOICE))
            assert there.model.registered is not None
            assert (found.port, found.pid) == (there.model.registered.port, os.getpid())
            assert found.settings == {"threads": 2}

            there.tell(Leave())
            await there.life

            assert not there.state_file.exists()

    run(test())


def test_it_serves_without_a_state_file_where_none_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(state, "write", no_room)

    async def test() -> None:
        async with stage(tmp_path) as there:
            client = await there.client()
            client.speak("One.")
            await client.until(Done)

    run(test())


def test_told_to_leave_it_finishes_what_is_in_work_and_takes_nothing_new(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path, Synthesize) as there:
            client = await there.client()
            client.speak("One.", "old")
            session = await there.model.session()
            await until(lambda: bool(session.of(Synthesize)))
            there.tell(Leave())
            await until(lambda: not there.state_file.exists())

            client.speak("Two.", "new")
            assert await client.error("new") == "peer_leaving"
            with pytest.raises(ConnectionLost):
                await there.client()
            session.send_sound(0)
            await client.until(Done, "old")
            await there.life

    run(test())


def test_it_ends_with_the_model_server_whatever_is_in_work(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path, Synthesize) as there:
            client = await there.client()
            client.speak("One.")
            session = await there.model.session()
            await until(lambda: bool(session.of(Synthesize)))
            assert there.model.control is not None
            there.model.control.close()
            await there.life
            await client.its_end()
            # Once, it was told that it had taken its request back, and did not go on elsewhere.
            assert not [message for message in client.heard if isinstance(message, Error)]
            assert not there.state_file.exists()

    run(test())


def test_a_model_server_that_makes_no_sense_ends_it(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            there.tell(StopUtterance())
            await there.life

    run(test())


def test_ended_by_a_signal_it_takes_its_address_away(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            await until(there.state_file.exists)
            there.life.cancel()
            await asyncio.gather(there.life, return_exceptions=True)
            assert not there.state_file.exists()
            # The end of the process does the rest.
            await there.server._frames.close()
            assert there.server._control is not None
            there.server._control.close()

    run(test())


def test_it_asks_to_leave_when_idle_but_not_while_something_is_in_work(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path, Begin, idle=0.05) as there:
            client = await there.client()
            client.speak("One.")
            session = await there.model.session()
            there.tell(AskVoiceStatus())
            await until(lambda: bool(statuses(there)))
            assert statuses(there)[0].busy == 1
            there.model.told.clear()  # it may have asked before the request came
            session.connection.close()
            await client.error()

            await until(lambda: AskToLeave() in there.model.told)

    run(test())


def test_it_says_how_it_is(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            client = await there.client()
            client.speak("One.")
            await client.until(Done)
            await settle()
            there.tell(AskVoiceStatus())
            await until(lambda: bool(there.model.told))
            status = there.model.told[-1]
            assert isinstance(status, VoiceStatus)
            assert (status.busy, status.spoken, status.underruns) == (0, 1, 0) and status.memory > 1 << 20

    run(test())


def test_an_utterance_counts_as_spoken_although_its_client_leaves_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, most files that `say -o` wrote were not counted."""
    gone = asyncio.Event()

    async def stop(sink: sinks.ClientSink) -> None:
        await gone.wait()

    monkeypatch.setattr(sinks.ClientSink, "stop", stop)

    async def test() -> None:
        async with stage(tmp_path) as there:
            client = await there.client()
            client.speak("One.")
            await client.until(Done)

            client.connection.close()
            await settle()
            gone.set()

            await until(lambda: bool(there.model.told))  # without being asked
            status = there.model.told[-1]
            assert isinstance(status, VoiceStatus)
            assert (status.busy, status.spoken) == (0, 1)

    run(test())


# Steering, devices, how it went


def test_what_a_client_wants_of_the_floor_and_the_device_is_passed_on(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            client = await there.client()
            client.speak(
                "One.",
                sink=SPEAKER,
                priority="reading",
                policy="drop",
                number=7,
                speed=1.5,
                volume=0.5,
                device="kitchen",
                preroll="never",
            )
            await client.until(Done)
            session = await there.model.session()
            begin = session.begin
            assert (begin.priority, begin.policy, begin.number) == ("reading", "drop", 7)
            assert (begin.speed, begin.volume) == (1.5, 0.5)
            assert fake(there.server).opened == [("kitchen", "never")]

    run(test())


@pytest.mark.parametrize(
    "fields",
    [{"priority": "urgent"}, {"policy": "shout"}, {"number": -1}, {"preroll": "maybe"}, {"device": "d" * 1_000_000}],
)
def test_wishes_that_make_no_sense_are_refused(tmp_path: Path, fields: dict[str, object]) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            client = await there.client()
            client.speak("One.", **fields)  # type: ignore[arg-type]  # fields of Speak
            assert await client.error() == "bad_frame"
            client.speak("One.", "again")
            await client.until(Done, "again")

    run(test())


@pytest.mark.parametrize("way", ["client", "model server"])
def test_it_is_paused_and_resumed_from_either_side(tmp_path: Path, way: str) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            fake(there.server).by_itself = False
            client = await there.client()
            client.speak("One. Two.", sink=SPEAKER)
            session = await there.model.session()
            await client.until(Playing)

            def steer(action: str) -> None:
                client.say(Steer(action, "r")) if way == "client" else session.say(Steer(action))

            steer("pause")
            while await client.until(Standing) != Standing("r", "paused"):
                pass
            await until(lambda: len(session.of(GiveFloor)) == 1)
            assert not fake(there.server).is_open

            steer("resume")
            while await client.until(Standing) != Standing("r", "speaking"):
                pass
            fake(there.server).by_itself = True
            fake(there.server).hear()
            await client.until(Done)
            assert len(session.of(AskFloor)) == 2
            assert [message.index for message in client.heard if isinstance(message, Playing)] == [0, 1]

    run(test())


@pytest.mark.parametrize("steer", [Steer("dance", "r"), Steer("skip", "r", 0.0), Steer("speed", "r", -1.0)])
def test_a_step_that_makes_no_sense_costs_the_connection(tmp_path: Path, steer: Steer) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            client, other = await there.client(), await there.client()
            client.say(steer)
            await client.its_end()
            other.speak("One.")
            await other.until(Done)

    run(test())


def test_text_is_spoken_unfinished_where_its_writer_pauses(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            client = await there.client()
            client.say(Speak("r", VOICE, CLIENT, audio_credit=1 << 20), Text("r", "Half a"), Flush("r"))
            session = await there.model.session()
            await until(lambda: bool(session.of(Plan)))
            client.say(Flush("r", whole=True))
            piece = await client.until(Piece)
            assert isinstance(piece, Piece) and (piece.start, piece.end) == (0, 6)
            client.say(End("r"))
            await client.until(Done)

    run(test())


def test_how_far_it_is_and_how_it_went_reaches_the_model_server(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            client = await there.client()
            client.say(Speak("r", VOICE, SPEAKER), Text("r", "One. Two.", 90), End("r"))
            await client.until(Done)
            session = await there.model.session()
            await session.ended.wait()
            reports = session.of(Underway)
            assert {report.total for report in reports} <= {0, 90}  # type: ignore[attr-defined]
            assert "speaking" in {report.state for report in reports}  # type: ignore[attr-defined]
            finished = session.received[-1]
            assert isinstance(finished, Finished) and finished.outcome == "spoken"
            assert finished.seconds > 0 and finished.first_audio >= 0 and finished.underruns == 0

    run(test())


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (Cancel("r"), "cancelled"),
        (None, "cancelled"),  # the client vanishes
        (StopUtterance(), "stopped"),
        (StopUtterance("dropped", "others speak"), "dropped"),
    ],
)
def test_however_it_ends_the_model_server_learns_it(tmp_path: Path, end: object, outcome: str) -> None:
    async def test() -> None:
        async with stage(tmp_path, AskFloor) as there:
            client = await there.client()
            client.speak("One.", sink=SPEAKER)
            session = await there.model.session()
            await until(lambda: bool(session.of(AskFloor)))
            if isinstance(end, StopUtterance):
                session.say(end)
                assert await client.error() == outcome
            elif end is None:
                client.connection.close()
            else:
                client.say(end)
            await session.ended.wait()
            (finished,) = session.of(Finished)
            assert isinstance(finished, Finished)
            assert (finished.outcome, finished.first_audio) == (outcome, -1.0)

    run(test())


def test_the_loudspeakers_are_listed(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            client = await there.client()
            client.say(ListDevices())
            while not isinstance(message := await client.next(), DeviceList):
                pass
            assert [device.name for device in message.devices] == ["fake"]

    run(test())


def test_all_who_ask_for_the_loudspeakers_at_once_wait_for_one_look(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            looks: list[asyncio.Future[list[DeviceReport]]] = []

            async def devices() -> list[DeviceReport]:
                looks.append(asyncio.get_running_loop().create_future())
                return await looks[-1]

            fake(there.server).devices = devices  # type: ignore[method-assign]  # one that takes its time
            clients = [await there.client() for _ in range(5)]
            for client in clients:
                client.say(ListDevices())
            await until(lambda: bool(looks))
            await settle()
            clients.pop().connection.close()  # does not take the look along
            await settle()
            looks[0].set_result([DeviceReport("fake", "A loudspeaker", default=True)])
            for client in clients:
                while not isinstance(await client.next(), DeviceList):
                    pass
            assert len(looks) == 1

    run(test())


def test_where_no_sound_can_be_made_the_list_says_so(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as there:
            fake(there.server).no_sound = NoSound("no library")
            client = await there.client()
            client.say(ListDevices())
            assert await client.error("") == "no_sound"

    run(test())
