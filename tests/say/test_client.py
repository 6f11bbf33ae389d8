from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from common import PROTOCOL, VERSION, hold, state
from common.connection import Connection
from common.errors import (
    BadSpeed,
    BadVoiceFile,
    ConnectionLost,
    DaemonError,
    InputFailed,
    NoSound,
    NoUtterance,
    PeerLeaving,
    ProtocolMismatch,
    SayError,
    StateUnusable,
    Stopped,
    UnknownVoice,
    UsageError,
)
from common.handshake import MODEL_ROLE, voice_role
from common.messages.control import (
    CancelNumber,
    Download,
    Downloaded,
    Locate,
    Located,
    Preview,
    Queue,
    QueuedUtterance,
    QueueReport,
    Recall,
    Recalled,
    Steered,
    SteerNumber,
    Waited,
    WaitFor,
)
from common.messages.hello import Error, Heartbeat, Notice, Progress
from common.messages.speaking import STEERING, Cancel, DeviceList, DeviceReport, ListDevices, ReadingOptions, Speak
from common.messages.synthesis import Planned, PlannedPiece
from common.settings import load
from common.voice_files import own_voice
from say import servers as servers_module
from say.client import SayClient
from say.control import Control
from say.spool import TextSpool
from say.utterance import Event
from tests.fakes.peers import Peer, Script, Servers

MODEL_PORT = 1  # as this test numbers them; no port is opened
VOICE_PORT = 2


def found(role: str, port: int) -> state.State:
    return state.State(role, 1, "", port, "secret", PROTOCOL, VERSION, {"threads": 0, "voice_idle": 600.0})


class Stage:
    """The servers that a SayClient finds: on record or through the model server, by scripts in the order of connecting."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.recorded: set[str] = set()  # voices with a state file
        self.runs = True  # whether there is a model server
        self.reached: list[str] = []
        self.servers: Servers | None = None
        monkeypatch.setattr(state, "read", self._read)
        monkeypatch.setattr(Connection, "open", self._open)
        monkeypatch.setattr(servers_module, "connect", self._connect)
        monkeypatch.setattr(servers_module, "connect_or_start", self._connect)

    def of(self, *scripts: Script) -> Servers:
        self.servers = Servers(*scripts)
        return self.servers

    def _read(self, path: Path, role: str) -> state.State:
        if role.removeprefix("voice_server ") not in self.recorded:
            raise StateUnusable("there is none")
        return found(role, VOICE_PORT)

    def _open(self, port: int, secret: str, role: str) -> Connection:
        assert (port, secret) == (VOICE_PORT, "secret")
        return self._reach(role)

    def _connect(self, home: Path, spawn: object = None) -> tuple[Connection, state.State]:
        if not self.runs:
            raise StateUnusable("there is none")
        return self._reach(MODEL_ROLE), found(MODEL_ROLE, MODEL_PORT)

    def _reach(self, role: str) -> Connection:
        self.reached.append(role)
        assert self.servers is not None
        return self.servers.connect()


HEART = voice_role("af_heart")
GEORGE = voice_role("bm_george")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    monkeypatch.setenv("SAY_HOME", str(tmp_path))
    return Stage(monkeypatch)


def make(**options: object) -> SayClient:
    return SayClient(load(environment={}), **options)  # type: ignore[arg-type]  # options of SayClient


def locating(peer: Peer) -> None:
    """A model server that knows where every voice is."""
    locate = peer.next()
    assert isinstance(locate, Locate)
    peer.send(Heartbeat(), Located(locate.voice, VOICE_PORT, 1))


def play_all(peer: Peer) -> Speak:
    """A voice server for one utterance; its result is what it was asked for."""
    speak = peer.accept()
    peer.play(0, len(peer.text()))
    peer.done()
    return speak


def speaking(times: int) -> Script:
    """Return a voice server for so many utterances; its result is their texts."""

    def script(peer: Peer) -> list[str]:
        return [peer.speak_all() for _ in range(times)]

    return script


# Finding servers


def test_the_first_utterance_asks_the_model_server_and_the_next_keeps_the_connection(stage: Stage) -> None:
    with stage.of(locating, speaking(3)) as servers, make() as client:
        for text in ("One.", "Two.", "Three."):
            client.speak(text)

    assert stage.reached == [MODEL_ROLE, HEART]
    assert servers.results[-1] == ["One.", "Two.", "Three."]


def test_a_voice_on_record_is_reached_without_the_model_server(stage: Stage) -> None:
    stage.recorded.add("af_heart")
    with stage.of(speaking(1)), make() as client:
        client.speak("One.")

    assert stage.reached == [HEART]


def test_each_voice_has_a_connection_of_its_own(stage: Stage) -> None:
    with stage.of(locating, speaking(2), locating, speaking(1)), make() as client:
        client.speak("One.")
        client.speak("Two.", voice="bm_george")
        client.speak("Three.")

    assert stage.reached == [MODEL_ROLE, HEART, MODEL_ROLE, GEORGE]


def test_a_kept_connection_that_died_costs_no_word(stage: Stage) -> None:
    with stage.of(locating, speaking(1), locating, speaking(1)) as servers, make() as client:
        client.speak("One.")
        client.speak("Two.")

    assert stage.reached == [MODEL_ROLE, HEART] * 2
    assert servers.results[-1] == ["Two."]


def test_a_voice_on_record_that_does_not_serve_is_asked_for_at_the_model_server(stage: Stage) -> None:
    def leaving(peer: Peer) -> None:
        speak = peer.next()
        peer.send(Error("peer_leaving", "leaving", "", speak.id))  # type: ignore[attr-defined]  # a Speak

    stage.recorded.add("af_heart")
    with stage.of(leaving, locating, speaking(1)), make() as client:
        client.speak("One.")

    assert stage.reached == [HEART, MODEL_ROLE, HEART]


def test_a_model_server_that_is_leaving_is_asked_again(stage: Stage) -> None:
    def leaving(peer: Peer) -> None:
        peer.next()
        peer.send(Error("peer_leaving", "leaving", "", "request"))

    with stage.of(leaving, lambda _: None, locating, speaking(1)), make() as client:
        client.speak("One.")

    assert stage.reached == [MODEL_ROLE, MODEL_ROLE, MODEL_ROLE, HEART]


def test_two_threads_leave_a_connection_each_for_the_next_ones(stage: Stage) -> None:
    """Both ask before either is through. A connection left open would be warned of."""
    together = threading.Barrier(2, timeout=30)

    def voice(peer: Peer) -> str:
        peer.accept()
        together.wait()
        text = peer.text()
        peer.play(0, len(text))
        peer.done()
        return text

    stage.recorded.add("af_heart")
    failures: list[BaseException] = []

    def say(text: str) -> None:
        try:
            client.speak(text)
        except BaseException as error:
            failures.append(error)

    with stage.of(voice, voice) as servers, make() as client:
        threads = [threading.Thread(target=say, args=(text,)) for text in ("One.", "Two.")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert len(client._servers._kept) == 2

    assert sorted(map(str, servers.results)) == ["One.", "Two."] and not failures


def test_a_connection_given_back_after_the_end_is_closed(stage: Stage) -> None:
    stage.recorded.add("af_heart")
    with stage.of(speaking(1)):
        client = make()
        client.speak("One.", on_event=lambda _: client.close())
        assert not client._servers._kept


# Texts and arguments


def test_how_text_is_read_comes_from_the_settings_or_the_call(stage: Stage) -> None:
    def voice(peer: Peer) -> list[ReadingOptions]:
        found = []
        for _ in range(2):
            found.append(peer.accept().reading)
            peer.play(0, len(peer.text()))
            peer.done()
        return found

    stage.recorded.add("af_heart")
    settings = load({"split": ";", "emoji": "drop", "skip_unspeakable": "on", "markup": "off"}, environment={})
    with stage.of(voice) as servers, SayClient(settings) as client:
        client.speak("One.")
        client.speak("Two.", reading=ReadingOptions(split=","))

    assert servers.results == [[ReadingOptions("drop", ";", True, markup=False), ReadingOptions("name", ",", False)]]
    with pytest.raises(UsageError, match="emoji"):
        make().speak("One.", reading=ReadingOptions(emoji="draw"))


def previewing(times: int) -> Script:
    """Return a model server for so many previews, a character each; its result is what was asked."""

    def script(peer: Peer) -> list[tuple[int, str]]:
        asked = []
        for _ in range(times):
            preview = peer.next()
            assert isinstance(preview, Preview)
            asked.append((preview.start, preview.voice))
            piece = PlannedPiece("said", "", preview.start, preview.start + 1, "end")
            peer.send(Heartbeat(), Planned((piece,), 1))
        return asked

    return script


def test_a_preview_asks_over_one_connection_and_no_voice_server(stage: Stage) -> None:
    with stage.of(previewing(3)) as servers, make() as client:
        pieces = list(client.preview("abc", voice="bm_george"))

    assert [(piece.text, piece.start, piece.normalised, piece.voice) for piece in pieces] == [
        ("a", 0, "said", "bm_george"),
        ("b", 1, "said", "bm_george"),
        ("c", 2, "said", "bm_george"),
    ]
    assert stage.reached == [MODEL_ROLE]
    assert servers.results == [[(0, "bm_george"), (1, "bm_george"), (2, "bm_george")]]


def test_a_preview_goes_on_with_another_model_server(stage: Stage) -> None:
    with stage.of(previewing(1), previewing(2)) as servers, make() as client:
        assert [piece.text for piece in client.preview("abc")] == ["a", "b", "c"]

    assert stage.reached == [MODEL_ROLE] * 2
    assert servers.results[1] == [(1, "af_heart"), (2, "af_heart")]


def test_a_preview_that_nobody_wants_any_more_hangs_up(stage: Stage) -> None:
    def script(peer: Peer) -> None:
        previewing(1)(peer)
        peer.wait_for_the_end()

    with stage.of(script), make() as client:
        pieces = client.preview("abc")
        next(pieces)
        pieces.close()


def test_a_daemon_that_knows_no_previews_is_named_with_the_remedy(stage: Stage) -> None:
    def older(peer: Peer) -> None:
        peer.next()
        peer.send(Error("bad_frame", "there is no message 'preview'"))

    with stage.of(older), make() as client, pytest.raises(DaemonError, match="another version"):
        list(client.preview("abc"))


@pytest.mark.parametrize("text", ["", " \n\t", []])
def test_blank_text_reaches_nobody(stage: Stage, text: str | list[str]) -> None:
    with make() as client:
        spoken = client.speak(text)

    assert spoken.pieces == 0 and not stage.reached


def test_an_iterable_is_spoken_as_it_comes(stage: Stage) -> None:
    def chunks() -> Iterator[str]:
        yield "One. "
        yield "Two."

    stage.recorded.add("af_heart")
    with stage.of(speaking(1)) as servers, make() as client:
        assert client.speak(chunks()).characters == 9

    assert servers.results == [["One. Two."]]


def test_an_iterable_that_breaks_is_spoken_so_far(stage: Stage) -> None:
    def chunks() -> Iterator[str]:
        yield "One."
        raise ValueError("no more")

    stage.recorded.add("af_heart")
    with stage.of(speaking(1)) as servers, make() as client, pytest.raises(InputFailed, match="no more") as caught:
        client.speak(chunks())

    assert servers.results == [["One."]] and isinstance(caught.value.__cause__, ValueError)


def test_rendered_sound_is_passed_on(stage: Stage) -> None:
    def script(peer: Peer) -> None:
        peer.accept()
        peer.play(0, len(peer.text()), b"\1\0" * 24_000)
        peer.done()

    stage.recorded.add("af_heart")
    written: list[bytes] = []
    with stage.of(script), make() as client:
        assert client.render("One.", write=written.append).seconds == 1.0

    assert written == [b"\1\0" * 24_000]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"voice": "af_hart"}, UnknownVoice),
        ({"voice": "../../etc/passwd"}, UnknownVoice),
        ({"speed": 0.49}, BadSpeed),
        ({"speed": 2.01}, BadSpeed),
        ({"speed": float("nan")}, BadSpeed),
        ({"engine": "festival"}, UsageError),
        ({"language": "tlh"}, UsageError),
        ({"voice": "af_bella+af_hart"}, UnknownVoice),
        ({"voice": "mine#0123456789abcdef"}, UnknownVoice),
        ({"voice_file": "none.pt"}, BadVoiceFile),
        ({"voice_file": __file__}, BadVoiceFile),
        ({"voice_file": __file__, "voice": "af_sky"}, UsageError),
        ({"voice_file": __file__, "engine": "espeak"}, UsageError),
        ({"volume": -1.0}, UsageError),
        ({"volume": float("nan")}, UsageError),
        ({"volume": 4.1}, UsageError),
        ({"priority": "urgent"}, UsageError),
        ({"policy": "shout"}, UsageError),
    ],
)
def test_what_makes_no_sense_is_refused_before_anybody_is_asked(
    stage: Stage, options: dict[str, object], error: type[SayError]
) -> None:
    with make() as client, pytest.raises(error):
        client.speak("One.", **options)  # type: ignore[arg-type]  # wrong on purpose

    assert not stage.reached


def test_what_is_asked_for_reaches_the_server(stage: Stage) -> None:
    stage.recorded.add("af_heart")
    settings = load(environment={"SAY_AUDIO_DEVICE": "hdmi", "SAY_VOLUME": "0.5", "SAY_PREROLL": "never"})
    with stage.of(play_all) as servers, SayClient(settings) as client:
        client.speak("One.", priority="notification", policy="drop")
    first = servers.results[0]
    assert isinstance(first, Speak)
    assert (first.device, first.volume, first.preroll) == ("hdmi", 0.5, "never")
    assert (first.priority, first.policy, first.number, first.paused) == ("notification", "drop", 0, False)


@pytest.mark.parametrize("bulk", [False, True])
def test_a_server_learns_whose_utterance_it_is_and_whether_anybody_listens(stage: Stage, bulk: bool) -> None:
    stage.recorded.add("af_heart")
    with stage.of(play_all) as servers, make() as client:
        client.render("One.", write=lambda pcm: None, bulk=bulk)
    (speak,) = servers.results
    assert isinstance(speak, Speak) and (speak.client, speak.bulk) == (str(os.getpid()), bulk)


def test_what_is_asked_for_wins_over_the_settings(stage: Stage) -> None:
    stage.recorded.add("af_heart")
    settings = load(environment={"SAY_AUDIO_DEVICE": "hdmi", "SAY_VOLUME": "0.5"})
    with stage.of(play_all) as servers, SayClient(settings) as client:
        client.speak("One.", device="", volume=0.0)
    (speak,) = servers.results
    assert isinstance(speak, Speak) and (speak.device, speak.volume) == ("", 0.0)


def test_a_control_steers_what_a_client_speaks(stage: Stage) -> None:
    control = Control()

    def script(peer: Peer) -> None:
        peer.accept()
        peer.text()
        control.stop()
        assert isinstance(peer.next(), Cancel)

    stage.recorded.add("af_heart")
    with stage.of(script), make() as client, pytest.raises(Stopped):
        client.speak("One.", control=control)


def test_a_stop_before_there_is_any_text_ends_the_wait_for_it(stage: Stage) -> None:
    """It was noticed with the first word only: with a source that stays silent, never."""
    control = Control()
    with TextSpool() as spool, make() as client:
        stopping = threading.Timer(0.05, control.stop)
        stopping.start()
        with pytest.raises(Stopped):
            client.speak(spool, control=control)
        stopping.join()


def test_a_control_that_was_used_is_refused_for_another_utterance(stage: Stage) -> None:
    """What was meant for the first one, a stop above all, would have hit the second."""
    control = Control()
    stage.recorded.add("af_heart")
    with stage.of(speaking(1)), make() as client:
        client.speak("One.", control=control)
        control.stop()
        with pytest.raises(UsageError, match="Make a new one"):
            client.speak("Two.", control=control)


# What is passed on


def test_progress_and_notices_on_the_way_reach_their_listeners(stage: Stage) -> None:
    def slow(peer: Peer) -> None:
        peer.next()
        peer.send(Progress("waiting", "af_heart"), Located("af_heart", VOICE_PORT, 1))

    def voice(peer: Peer) -> None:
        speak = peer.accept()
        peer.send(Progress("loading", "kokoro", speak.id), Notice("espeak_instead", "with espeak", speak.id))
        peer.play(0, len(peer.text()))
        peer.done()

    progress: list[Progress] = []
    notices: list[Notice] = []
    events: list[Event] = []
    with stage.of(slow, voice), make(on_progress=progress.append, on_notice=notices.append) as client:
        client.speak("One.", on_event=events.append)

    assert [one.stage for one in progress] == ["waiting", "loading"]
    assert [one.code for one in notices] == ["espeak_instead"]
    # Who asks for many knows by it which of them it is about.
    assert [event for event in events if isinstance(event, (Notice, Progress))] == notices


def test_a_daemon_that_knows_no_priorities_is_told_of(stage: Stage) -> None:
    """The first version's passed over what it did not know, and spoke as if nothing had been asked for."""
    notices: list[Notice] = []
    stage.recorded.add("af_heart")
    with stage.of(speaking(2)), make(on_notice=notices.append) as client:
        client.speak("One.")
        assert notices == []
        client.speak("Two.", policy="interrupt")
    (notice,) = notices
    assert notice.code == "older_daemon" and "--shutdown" in notice.message


def test_a_daemon_that_does_not_know_a_request_is_said_to_be_of_another_version(stage: Stage) -> None:
    """What it said itself, that no message is called so, told nobody what to do."""

    def older(peer: Peer) -> None:
        peer.next()
        peer.send(Error("bad_frame", "no message is called 'queue'"))

    with stage.of(older), make() as client, pytest.raises(DaemonError, match="of another version") as caught:
        client.queue()
    assert "--shutdown" in caught.value.hint


def test_a_daemon_with_other_settings_is_told_of_once(stage: Stage) -> None:
    notices: list[Notice] = []
    settings = load(environment={"SAY_THREADS": "3", "SAY_VOICE_IDLE": "600"})
    servers = stage.of(locating, speaking(1), locating, speaking(1))
    with servers, SayClient(settings, on_notice=notices.append) as client:
        client.speak("One.")
        client.speak("Two.", voice="bm_george")

    (notice,) = notices
    assert notice.code == "settings_differ"
    assert "threads=0 (here 3)" in notice.message and "voice_idle" not in notice.message


# Looking after the daemon


@pytest.mark.parametrize(
    "ask",
    [
        SayClient.status,
        SayClient.stop,
        SayClient.queue,
        SayClient.recall,
        lambda client: client.steer("pause"),
        SayClient.resume,
    ],
    ids=["status", "stop", "queue", "recall", "steer", "resume"],
)
def test_asking_never_starts_a_daemon(stage: Stage, ask: Callable[[SayClient], object]) -> None:
    stage.runs = False
    with make() as client:
        assert ask(client) is None


@pytest.mark.parametrize(
    "leave", [lambda peer: None, lambda peer: peer.send(Error("peer_leaving", "leaving", "", "request"))]
)
def test_a_daemon_that_is_just_leaving_is_none(stage: Stage, leave: Callable[[Peer], None]) -> None:
    def script(peer: Peer) -> None:
        peer.next()
        leave(peer)

    with stage.of(script), make() as client:
        assert client.queue() is None


def answering(request: object, *answers: object) -> Script:
    """Return a server that expects this request and gives these answers."""

    def script(peer: Peer) -> None:
        assert peer.next() == request
        peer.send(*answers)

    return script


def saying_after_a_request(answer: object) -> Script:
    """Return a server that says this, whatever it is asked."""

    def script(peer: Peer) -> None:
        peer.next()
        peer.send(answer)

    return script


def test_the_queue_is_what_the_model_server_says(stage: Stage) -> None:
    report = QueueReport(True, (QueuedUtterance(3, "af_heart", "It was", "held", "", 10, 100, 1.5),))
    with stage.of(answering(Queue(), Heartbeat(), report)), make() as client:
        assert client.queue() == report


@pytest.mark.parametrize("action", STEERING)
def test_steering_tells_how_many_it_concerned(stage: Stage, action: str) -> None:
    with stage.of(answering(SteerNumber(action, 3, 1.5), Steered(1))), make() as client:
        assert client.steer(action, 3, 1.5) == 1


@pytest.mark.parametrize(
    ("report", "resumed"), [(Steered(2), True), (Steered(0), False), (Steered(0, held=True), True)]
)
def test_resuming_tells_whether_anything_was_paused(stage: Stage, report: Steered, resumed: bool) -> None:
    with stage.of(answering(SteerNumber("resume"), report)), make() as client:
        assert client.resume() is resumed


def refused(home: Path) -> tuple[Connection, state.State]:
    raise ProtocolMismatch("another protocol")


@pytest.mark.parametrize(
    ("ask", "request_", "expected"),
    [
        (lambda client: client.steer("pause"), SteerNumber("pause"), 2),
        (SayClient.resume, SteerNumber("resume"), True),
    ],
    ids=["pause", "resume"],
)
def test_a_daemon_of_another_protocol_makes_room_for_one_that_holds_and_resumes(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    ask: Callable[[SayClient], object],
    request_: object,
    expected: object,
) -> None:
    monkeypatch.setattr(servers_module, "connect", refused)
    with stage.of(answering(request_, Heartbeat(), Steered(2))), make(autostart=False) as client:
        assert ask(client) == expected


@pytest.mark.parametrize(
    "ask",
    [
        SayClient.status,
        SayClient.queue,
        SayClient.recall,
        lambda client: client.steer("skip"),
        lambda client: client.steer("pause", 3),
        lambda client: client.cancel(3),
        lambda client: client.wait(3),
    ],
    ids=["status", "queue", "recall", "skip", "pause one", "cancel", "wait"],
)
def test_what_concerns_the_utterances_of_another_protocol_replaces_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, ask: Callable[[SayClient], object]
) -> None:
    monkeypatch.setattr(servers_module, "connect", refused)
    with make(autostart=False) as client, pytest.raises(ProtocolMismatch):
        ask(client)
    assert not stage.reached


def test_a_hold_that_outlived_its_daemon_is_lifted_without_one(stage: Stage, tmp_path: Path) -> None:
    stage.runs = False
    with make(autostart=False) as client:
        hold.hold(tmp_path)
        assert client.resume() is True
        assert not hold.is_held(tmp_path)
        hold.hold(tmp_path)
        assert client.stop() is None
        assert not hold.is_held(tmp_path)
        assert client.resume() is None


def test_an_unknown_way_to_steer_is_refused_before_anybody_is_asked(stage: Stage) -> None:
    with make() as client, pytest.raises(UsageError, match="rewind"):
        client.steer("rewind")
    assert not stage.reached


def test_an_utterance_is_cancelled_by_its_number(stage: Stage) -> None:
    with stage.of(answering(CancelNumber(3), Steered(1))), make() as client:
        client.cancel(3)


def test_a_number_that_nobody_has_cannot_be_cancelled(stage: Stage) -> None:
    unknown = answering(CancelNumber(3), Error("no_utterance", "none", "hint", "request"))
    with stage.of(unknown), make() as client, pytest.raises(NoUtterance, match="hint"):
        client.cancel(3)
    stage.runs = False
    with make() as client, pytest.raises(NoUtterance, match="no daemon"):
        client.cancel(3)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(Waited(3, "dropped"), "dropped"), (Error("no_utterance", "none", "", "request"), "lost")],
)
def test_waiting_ends_with_the_outcome(stage: Stage, answer: object, outcome: str) -> None:
    with stage.of(answering(WaitFor(3), Heartbeat(), Heartbeat(), answer)), make() as client:
        assert client.wait(3) == outcome


def test_waiting_goes_on_with_the_daemon_that_takes_the_place_of_one_that_crashed(stage: Stage) -> None:
    with stage.of(answering(WaitFor(3), Heartbeat()), answering(WaitFor(3), Waited(3, "spoken"))), make() as client:
        assert client.wait(3) == "spoken"
    assert stage.reached == [MODEL_ROLE, MODEL_ROLE]


def test_an_utterance_is_lost_with_the_last_daemon(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers_module, "_SUCCESSION", 0.2)

    def last(peer: Peer) -> None:
        peer.next()
        stage.runs = False

    with stage.of(last), make() as client:
        assert client.wait(3) == "lost"
        assert client.wait(3) == "lost"


def test_what_was_spoken_last_is_recalled(stage: Stage) -> None:
    last = Recalled(3, "One.", "af_heart", "tone", "", 1.0, 1.0, True)
    nothing = Recalled(0, "", "", "", "", 1.0, 1.0, True)
    with stage.of(answering(Recall(), last), answering(Recall(), nothing)), make() as client:
        assert client.recall() == last
        assert client.recall() is None


def test_loudspeakers_are_those_of_the_voice_server(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/x")
    found = (DeviceReport("hdmi", "Screen", True),)

    def voice(peer: Peer) -> None:
        asked = peer.next()
        assert isinstance(asked, ListDevices) and asked.audio_environment["PULSE_SERVER"] == "unix:/x"
        peer.send(Notice("odd", "something is odd"), DeviceList(found))

    notices: list[Notice] = []
    with stage.of(locating, voice), make(on_notice=notices.append) as client:
        assert client.devices("bm_george") == found
    assert stage.reached == [MODEL_ROLE, GEORGE]
    assert [one.code for one in notices] == ["odd"]


def test_loudspeakers_are_asked_for_again_where_a_server_was_leaving(stage: Stage) -> None:
    stage.recorded.add("af_heart")
    with (
        stage.of(
            lambda peer: peer.next(),
            locating,
            saying_after_a_request(Error("peer_leaving", "leaving")),
            locating,
            saying_after_a_request(DeviceList(())),
        ),
        make() as client,
    ):
        assert client.devices() == ()
    assert stage.reached == [HEART, MODEL_ROLE, HEART, MODEL_ROLE, HEART]


def test_no_way_to_make_sound_is_said(stage: Stage) -> None:
    stage.recorded.add("af_heart")
    silent = saying_after_a_request(Error("no_sound", "none", "hint"))
    with stage.of(silent), make() as client, pytest.raises(NoSound, match="hint"):
        client.devices()


def test_each_step_on_the_way_is_told_to_whoever_listens(stage: Stage) -> None:
    steps: list[str] = []
    with stage.of(locating, speaking(1)), make(on_step=steps.append) as client:
        client.speak("Nobody shall read this.")

    assert steps[0].startswith("connected to the model server")
    assert "voice server af_heart" in steps[1]
    assert any(step.startswith("accepted") for step in steps)
    assert steps[-1].startswith("done: 1.00 s of sound, 1 piece, 23 characters")
    assert not any("Nobody" in step for step in steps)


def test_a_voice_server_of_another_protocol_is_not_spoken_to(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.recorded = {"af_heart"}
    monkeypatch.setattr(state, "read", lambda path, role: replace(stage._read(path, role), protocol=PROTOCOL + 1))
    with stage.of(locating, speaking(1)), make() as client:
        client.speak("Hello.")

    assert stage.reached == [MODEL_ROLE, HEART]


def test_a_download_is_asked_for_again_where_the_daemon_was_leaving(stage: Stage) -> None:
    def leaving(peer: Peer) -> None:
        peer.next()
        peer.send(Error("peer_leaving", "leaving", "", "request"))

    def script(peer: Peer) -> None:
        assert peer.next() == Download(("af_bella",))
        peer.send(Progress("downloading", "af_bella.pt", "", 1, 2), Downloaded(1, 2))

    progress: list[Progress] = []
    with stage.of(leaving, script), make(on_progress=progress.append) as client:
        assert client.download(["af_bella"]) == Downloaded(1, 2)

    assert len(progress) == 1


def test_a_daemon_that_keeps_leaving_is_given_up(stage: Stage) -> None:
    def gone(peer: Peer) -> None:
        peer.next()

    with stage.of(*[gone] * 3), make() as client, pytest.raises((ConnectionLost, PeerLeaving)):
        client.download(["af_bella"])


def test_a_blend_is_asked_for_by_its_one_name(stage: Stage) -> None:
    stage.recorded.add("af_bella(1)+af_sky(3)")
    with stage.of(speaking(2)), make() as client:
        client.speak("One.", voice="af_sky(3)+af_bella")
        client.speak("Two.", voice="af_bella(0.25), af_sky(.75)")
    assert stage.reached == [voice_role("af_bella(1)+af_sky(3)")]


def test_a_users_own_voice_is_asked_for_by_its_bytes_and_its_path(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "mine.pt"
    path.write_bytes(b"PK\x03\x04")
    name = own_voice(str(path)).name

    stage.recorded.add(name)
    with stage.of(play_all) as servers, make() as client:
        client.speak("One.", voice_file=str(path))
    (speak,) = servers.results
    assert isinstance(speak, Speak) and (speak.voice, speak.voice_file) == (name, str(path))
