"""A real daemon among peers that are not what they should be: it answers the others meanwhile, and lives."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
import random
import resource
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from common.async_connection import AUTHENTICATION_DEADLINE
from common.connection import Connection
from common.errors import BadFrame, ConnectionLost, SayError
from common.frames import FrameDecoder, encode
from common.handshake import MODEL_ROLE, ClientHandshake
from common.messages import control, hello, speaking, synthesis
from common.messages.base import all_messages, from_fields, to_fields
from common.messages.control import Locate, Located, Status, StatusReport
from common.messages.hello import Error, Hello
from common.messages.speaking import Accepted, Done, End, Speak, Text
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.shared_daemon import SharedDaemon

Counts = Callable[[int, int], int]

# All of them, so that the fuzz knows every name.
ALL = (control, hello, speaking, synthesis)
TEXTS = [
    "",
    "a",
    "af_heart",
    "speaker",
    "client",
    "tone",
    "auto",
    "en-us",
    "Hello.",
    "../x",
    "\ud800",
    "\0",
    "x" * 9000,
]
NUMBERS = [0, 1, -1, 3, 4096, 2**53 - 1, -(2**53) + 1]
TYPED: dict[str, list[object]] = {
    "str": [*TEXTS],
    "int": [*NUMBERS],
    "float": [*NUMBERS, 0.5, 1.5, -0.0, 1e-300, 1e308],
    "bool": [True, False],
    "dict[str, str]": [{}, {"PULSE_SERVER": "unix:/nowhere"}, {"": ""}, {"PULSE_\0": "\ud800"}],
    "tuple[str, ...]": [[], ["af_heart"], ["../x"]],
}
FRAMES_EACH = 5  # on one connection
WRONG: list[object] = [None, [], {}, "", 0, 0.5, True, 2**63, [[]], {"a": 1}]


@pytest.fixture(scope="module")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedDaemon]:
    """One daemon for all that peers do: whatever one does harms none that come later."""
    with SharedDaemon(tmp_path_factory.mktemp("shared"), None) as shared:
        yield shared


@pytest.fixture
def daemon(shared_daemon: SharedDaemon, tmp_path: Path) -> Daemon:
    return shared_daemon.for_test(tmp_path)


def stranger(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def read_to_end(stream: socket.socket) -> bytes:
    """Return what the server says until it closes, which it must do within the socket's time-out."""
    received = bytearray()
    with contextlib.suppress(ConnectionResetError):
        while data := stream.recv(1 << 16):
            received += data
    return bytes(received)


def ask(connection: Connection, message: object) -> object:
    """Return the answer; heartbeats are passed over."""
    connection.send(message)
    return answer(connection)


def answer(connection: Connection) -> object:
    while True:
        received, _ = connection.receive()
        if not isinstance(received, hello.Heartbeat | hello.Progress):
            return received


def outcome(connection: Connection, message: object) -> str:
    """Return the code of the error that a message gets, for the request or for the connection."""
    try:
        said = ask(connection, message)
    except SayError as error:
        return error.code
    assert isinstance(said, Error), said
    return said.code


def assert_answers(daemon: Daemon) -> StatusReport:
    """Assert that the same daemon as ever answers a new client."""
    with daemon.connect() as client:
        report = ask(client, Status())
    assert isinstance(report, StatusReport)
    return report


def assert_answers_soon(daemon: Daemon) -> None:
    """Assert that it answers without waiting for others: before any stranger's time is up, in one of a few tries."""
    took = []
    for _ in range(5):
        start = time.monotonic()
        assert_answers(daemon)
        took.append(time.monotonic() - start)
    assert min(took) < AUTHENTICATION_DEADLINE


def assert_no_fault_of_ours(daemon: Daemon) -> None:
    """Assert that no server logged a traceback."""
    for path in (daemon.home / "logs").iterdir():
        before, found, after = path.read_text(errors="replace").partition("Traceback (most recent call last)")
        assert not found, f"{path.name}: {before[-300:]}{found}{after[:4000]}"


def test_an_http_request_is_turned_away(daemon: Daemon) -> None:
    with stranger(daemon.state().port) as stream:
        stream.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        said = read_to_end(stream)

    (frame,) = FrameDecoder().feed(said)
    assert from_fields(frame.fields).code == "bad_frame"  # type: ignore[attr-defined]  # an Error
    assert daemon.state().secret.encode() not in said
    assert_answers(daemon)


def test_a_tls_client_is_turned_away(daemon: Daemon) -> None:
    context = ssl.create_default_context()
    with stranger(daemon.state().port) as stream, pytest.raises((ssl.SSLError, OSError)):
        context.wrap_socket(stream, server_hostname="localhost").close()
    assert_answers(daemon)


@pytest.mark.parametrize("length", [2**32 - 1, 1 << 20, (64 << 10) + 1, 1, 0])
def test_an_impossible_length_is_refused_at_once(daemon: Daemon, length: int) -> None:
    with stranger(daemon.state().port) as stream:
        stream.sendall(struct.pack(">I", length))
        assert b"bad_frame" in read_to_end(stream)
    assert_answers(daemon)


def test_half_open_and_slow_peers_hold_nobody_up(daemon: Daemon, counts: Counts) -> None:
    port = daemon.state().port
    with contextlib.ExitStack() as stack:
        peers = [stack.enter_context(stranger(port)) for _ in range(counts(60, 1200))]
        half, cut, whole = (peers[index::3] for index in range(3))
        for stream in half:  # half a frame; the third part says nothing at all
            stream.sendall(b"\0\0")
        for stream in cut:
            stream.shutdown(socket.SHUT_WR)
        assert_answers_soon(daemon)
        for stream in cut:
            read_to_end(stream)
        for stream in (half[-1], whole[-1]):  # at the latest when their time is up
            read_to_end(stream)
    server = psutil.Process(daemon.state().pid)
    eventually(lambda: server.num_fds() < 30, "the strangers' sockets are closed")


def test_a_proven_peer_with_half_a_frame_or_no_wish_to_read_holds_nobody_up(daemon: Daemon) -> None:
    with daemon.connect() as half, daemon.connect() as deaf:
        half._socket.sendall(struct.pack(">I", 500) + b'{"type":')
        deaf._socket.setblocking(False)
        request = encode(to_fields(Status()))
        sent = 0
        with contextlib.suppress(BlockingIOError):
            while sent < 64 << 20:
                sent += deaf._socket.send(request * 1000)
        assert sent < 64 << 20, "the daemon takes requests without end from a peer that takes no answer"
        assert_answers_soon(daemon)


def test_a_flood_of_strangers_and_a_client_in_between(daemon: Daemon, counts: Counts) -> None:
    port = daemon.state().port
    for _ in range(counts(10, 500)):
        streams = [stranger(port) for _ in range(100)]
        assert_answers(daemon)
        for stream in streams:
            # Reset instead of closing: no socket stays in TIME_WAIT here.
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            stream.close()
    server = psutil.Process(daemon.state().pid)
    eventually(lambda: server.num_fds() < 30, "the strangers' sockets are closed")


def test_too_many_open_files_pass_over(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        found = daemon.state()
        server = psutil.Process(found.pid)
        before = resource.prlimit(found.pid, resource.RLIMIT_NOFILE)
        at_rest = server.num_fds()
        resource.prlimit(found.pid, resource.RLIMIT_NOFILE, (at_rest + 3, before[1]))
        streams = [stranger(found.port) for _ in range(50)]  # the system takes them; the daemon cannot
        eventually(lambda: "cannot be accepted" in daemon.log(), "the daemon says that no file is left")
        assert daemon.log().count("cannot be accepted") < 20
        assert_no_fault_of_ours(daemon)
        for stream in streams:
            stream.close()
        assert_answers(daemon)
        eventually(lambda: server.num_fds() <= at_rest, "the strangers' sockets are closed")
        # A voice server needs files too; without them it is said in a sentence.
        resource.prlimit(found.pid, resource.RLIMIT_NOFILE, (server.num_fds() + 2, before[1]))
        with daemon.connect() as client:
            refused = ask(client, Locate("af_heart"))
        assert isinstance(refused, Error)
        assert "Too many open files" in refused.message
        resource.prlimit(found.pid, resource.RLIMIT_NOFILE, before)
        with daemon.connect() as client:
            assert isinstance(ask(client, Locate("af_heart")), Located)


@pytest.mark.parametrize(
    "voice", ["../x", "..", "/etc/passwd", "af_heart/../../x", "af_heart\0", "", "x" * 500_000, "\ud800"]
)
def test_an_unknown_voice_touches_no_disk(daemon: Daemon, voice: str) -> None:
    def everything() -> tuple[set[Path], list[int]]:
        return {*daemon.folder.rglob("*"), *daemon.home.rglob("*")}, daemon.pids()

    before = everything()
    for request in (Locate(voice), control.Download((voice,)), control.Remove((voice,), False)):
        with daemon.connect() as client:
            refused = ask(client, request)
        assert isinstance(refused, Error) and refused.code == "unknown_voice"
        assert len(refused.message) < 200
    assert everything() == before


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "locate", "voice": 1},
        {"type": "locate"},
        {"type": "download", "voices": "af_heart"},
        {"type": "download", "voices": [None]},
        {"type": "remove", "voices": [], "model": 1},
        {"type": "nothing"},
        {"type": 1},
        {},
        {"type": "speak", "id": "a", "voice": "af_heart", "sink": "client"},
        {"type": "begin", "voice": "af_heart", "engine": "tone", "language": "xx", "sink": "client"},
        {"type": "begin", "voice": "af_heart", "engine": "none", "language": "", "sink": "client"},
        {"type": "begin", "voice": "none", "engine": "tone", "language": "", "sink": "client"},
        {"type": "register", "voice": "af_heart", "port": 1, "pid": os.getpid()},
        {"type": "plan", "text": "a", "start": 0, "final": True, "flush": True, "first": True},
    ],
)
def test_a_request_that_makes_no_sense_is_refused(daemon: Daemon, fields: dict[str, object]) -> None:
    with daemon.connect() as client, pytest.raises(SayError) as refused:
        client._socket.sendall(encode(fields))
        client.receive()
    assert not isinstance(refused.value, ConnectionLost)
    assert_no_fault_of_ours(daemon)
    assert_answers(daemon)


SYNTHESIZE = synthesis.Synthesize(0, "Hello.", "", 0, 1.0)
PLAN = synthesis.Plan("Hello.", 0, final=True, flush=False, first=True)


@pytest.mark.parametrize(
    "message",
    [
        dataclasses.replace(SYNTHESIZE, speed=0.0),
        dataclasses.replace(SYNTHESIZE, speed=-1.0),
        dataclasses.replace(SYNTHESIZE, speed=1e308),
        dataclasses.replace(SYNTHESIZE, index=-1),
        dataclasses.replace(SYNTHESIZE, start=-1),
        dataclasses.replace(SYNTHESIZE, text="x" * 100_000),
        dataclasses.replace(PLAN, start=-1),
        dataclasses.replace(PLAN, text="x" * (synthesis.PLAN_WINDOW + 1)),
        Status(),
    ],
    ids=lambda message: repr(message)[:60],
)
def test_an_engine_is_not_asked_for_what_makes_no_sense(daemon: Daemon, message: object) -> None:
    with daemon.connect() as client:
        assert isinstance(ask(client, synthesis.Begin("af_heart", "tone", "", "client")), synthesis.Begun)
        assert outcome(client, message) == "bad_frame"
    assert_no_fault_of_ours(daemon)


def test_an_utterance_may_not_ask_for_pieces_without_end(tmp_path: Path) -> None:
    # Each takes a while: none is done by the time that the next one is asked for.
    with Daemon(tmp_path, tone_delay=0.2) as daemon, daemon.connect() as client, pytest.raises(BadFrame):
        assert isinstance(ask(client, synthesis.Begin("af_heart", "tone", "", "client")), synthesis.Begun)
        for index in range(1000):
            client.send(dataclasses.replace(SYNTHESIZE, index=index))
        while True:
            client.receive()


def test_an_audio_environment_that_no_process_can_have_does_no_harm(daemon: Daemon) -> None:
    odd = {
        "PULSE_SERVER": "a\0b",
        "PULSE_=": "x",
        "PULSE_\0": "x",
        "PULSE_COOKIE": "\ud800",
        "LD_PRELOAD": "/x",
        "": "",
    }
    with daemon.connect() as client:
        located = ask(client, Locate("af_heart", odd))
    assert isinstance(located, Located)
    assert "LD_PRELOAD" not in psutil.Process(located.pid).environ()


def test_an_utterance_over_the_bare_wire(daemon: Daemon) -> None:
    with daemon.connect_voice() as client:
        for request in ("first", "second"):
            client.send(Speak(request, "af_heart", "client", "tone", audio_credit=1 << 20))
            client.send(Text(request, "Hello there."))
            client.send(End(request))
            received: list[object] = []
            while not isinstance(received[-1] if received else None, Done):
                received.append(answer(client))
            assert all(message.id == request for message in received)  # type: ignore[attr-defined]  # all have one
            assert isinstance(received[0], Accepted)


def test_heartbeats_bridge_a_long_piece(tmp_path: Path) -> None:
    with Daemon(tmp_path, tone_delay=2.5) as daemon, daemon.connect_voice() as client:
        client.send(Speak("a", "af_heart", "client", "tone", audio_credit=1 << 20))
        client.send(Text("a", "Hello there."))
        client.send(End("a"))
        beats = 0
        while True:
            message, _ = client.receive(timeout=20.0)
            beats += isinstance(message, hello.Heartbeat)
            if isinstance(message, Done):
                break
    assert beats >= 1


def test_clients_that_vanish_leave_nothing_behind(daemon: Daemon, counts: Counts) -> None:
    daemon.run_say("hello", "-o", "first.wav")  # whoever speaks for the first time opens files to keep
    chance = random.Random(1)
    servers = daemon.processes()
    before = [server.num_fds() for server in servers]
    for _ in range(counts(40, 4000)):
        with daemon.connect_voice() as client:
            client.send(Speak("a", "af_heart", "client", "tone", audio_credit=chance.choice([0, 5000, 1 << 20])))
            client.send(Text("a", "Hello there. And more. " * chance.randrange(1, 50)))
            for _ in range(chance.randrange(4)):
                client.receive()
    eventually(lambda: [voice.busy for voice in assert_answers(daemon).voices] == [0], "no utterance is in work")
    eventually(lambda: [server.num_fds() for server in servers] <= before, "connections are closed")
    assert assert_answers(daemon).queued == 0
    assert_no_fault_of_ours(daemon)


@pytest.mark.parametrize(
    "request_",
    [
        Speak("a", "bm_george", "client"),
        Speak("a", "af_heart", "nowhere"),
        Speak("a", "af_heart", "client", speed=9.0),
        Speak("a", "af_heart", "client", speed=-1.0),
        Speak("a", "af_heart", "client", volume=1e300),
        Speak("a", "af_heart", "client", start=-1),
        Speak("a", "af_heart", "client", audio_credit=-1),
        Speak("a", "af_heart", "client", engine="none"),
        Speak("a", "af_heart", "client", engine="tone", language="none"),
        Speak("", "af_heart", "client"),
    ],
    ids=lambda speak: f"{speak.voice} {speak.sink} {speak.speed} {speak.volume} {speak.start} {speak.engine}",
)
def test_an_utterance_that_makes_no_sense_is_refused(daemon: Daemon, request_: Speak) -> None:
    with daemon.connect_voice() as client:
        refused = outcome(client, request_)
    assert refused not in ("failed", "connection_lost")
    assert_answers(daemon)


def test_more_text_than_granted_is_refused(daemon: Daemon) -> None:
    with daemon.connect_voice() as client, pytest.raises(SayError) as refused:
        client.send(Speak("a", "af_heart", "client", "tone"))  # no audio credit: nothing is ever used up
        for _ in range(2000):
            client.send(Text("a", "Hello there. " * 1000))
        while True:
            client.receive()
    assert refused.value.code == "bad_frame"


EVERYTHING = tuple(set(all_messages()) - {"shutdown", "drain", "download", "remove"})
OF_A_SESSION = ("plan", "synthesize", "ask_floor", "give_floor")
OF_AN_UTTERANCE = ("speak", "text", "flush", "end", "cancel", "credit")


class Fuzz:
    """Frames that are nearly right, the same ones in each run."""

    def __init__(self, seed: int, names: Sequence[str]) -> None:
        self._random = random.Random(seed)
        self._names = sorted(names)

    def frame(self) -> bytes:
        """Return a message with odd values, now and then of the wrong type, cut or changed."""
        draw = self._random
        name = draw.choice(self._names)
        fields: dict[str, object] = {"type": name}
        for field in dataclasses.fields(all_messages()[name]):
            if field.name != "bytes" and draw.random() < 0.98:
                terms = WRONG if draw.random() < 0.02 else TYPED.get(str(field.type), [[]])
                fields[field.name] = draw.choice(terms)
        data = bytearray(encode(fields))
        if draw.random() < 0.02:
            data[draw.randrange(len(data))] = draw.randrange(256)
        if draw.random() < 0.02:
            del data[draw.randrange(len(data)) :]
        return bytes(data)

    def frames(self, count: int) -> list[bytes]:
        return [self.frame() for _ in range(count)]


def _send_all(stream: socket.socket, frames: list[bytes]) -> None:
    stream.settimeout(30)
    with contextlib.suppress(OSError):  # cut off in the middle, as it should be
        for frame in frames:
            stream.sendall(frame)
        stream.shutdown(socket.SHUT_WR)
    with contextlib.suppress(OSError):
        read_to_end(stream)


def _fuzz(
    daemon: Daemon, total: int, connect: Callable[[], socket.socket], names: Sequence[str], openings: Sequence[bytes]
) -> None:
    """Send `total` frames, a few on each connection, behind one of the openings.

    See that the servers stay, and that their memory does where it was after the first quarter.
    """
    warm = daemon.run_say("-o", "warm.wav", "Hello there. " * 100)  # what is imported late is no leak
    assert warm.returncode == 0, warm.stderr
    fuzz = Fuzz(total, names)
    opening = itertools.cycle(openings)
    servers = daemon.processes()
    memory: list[int] = []
    for _quarter in range(4):
        for _ in range(max(1, total // 4 // FRAMES_EACH)):
            with contextlib.closing(connect()) as stream:
                _send_all(stream, [next(opening), *fuzz.frames(FRAMES_EACH)])
        assert_answers(daemon)
        memory.append(sum(server.memory_info().rss for server in servers))
    assert daemon.processes() == servers
    assert memory[-1] - memory[0] < 64 << 20, f"memory grows: {memory}"
    eventually(lambda: all(server.num_fds() < 40 for server in servers), "sockets are closed")
    assert_no_fault_of_ours(daemon)


def test_frames_of_strangers_do_no_harm(daemon: Daemon, counts: Counts) -> None:
    port = daemon.state().port
    greeting = encode(to_fields(Hello(1, "1", "0" * 32)))

    _fuzz(daemon, counts(1000, 400_000), lambda: stranger(port), EVERYTHING, [b"", greeting])


def test_frames_of_proven_peers_do_no_harm_to_the_model_server(daemon: Daemon, counts: Counts) -> None:
    _fuzz(daemon, counts(1000, 200_000), lambda: daemon.connect()._socket, EVERYTHING, [b""])


def test_frames_of_an_utterance_do_no_harm_to_the_model_server(daemon: Daemon, counts: Counts) -> None:
    begin = encode(to_fields(synthesis.Begin("af_heart", "tone", "", "client")))

    _fuzz(daemon, counts(1000, 200_000), lambda: daemon.connect()._socket, OF_A_SESSION, [begin])


def test_frames_of_clients_do_no_harm_to_a_voice_server(daemon: Daemon, counts: Counts) -> None:
    speak = encode(to_fields(Speak("a", "af_heart", "client", "tone", audio_credit=1 << 20)))

    _fuzz(daemon, counts(1000, 200_000), lambda: daemon.connect_voice()._socket, OF_AN_UTTERANCE, [speak, b""])


def test_a_proof_of_another_connection_is_refused(daemon: Daemon) -> None:
    found = daemon.state()
    handshake = ClientHandshake(found.secret, MODEL_ROLE)
    greeting = encode(to_fields(handshake.hello()))
    with stranger(found.port) as first, stranger(found.port) as second:
        proofs = []
        for stream in (first, second):
            stream.sendall(greeting)
            (frame,) = FrameDecoder().feed(stream.recv(1 << 16))
            server = from_fields(frame.fields)
            assert isinstance(server, Hello)
            proofs.append(encode(to_fields(handshake.answer(server))))
        second.sendall(proofs[0] + encode(to_fields(Status())))
        assert b"not_authentic" in read_to_end(second)
    assert_answers(daemon)
