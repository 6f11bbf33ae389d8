from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator

import pytest

from common import PROTOCOL, connection
from common.connection import Connection
from common.errors import BadFrame, ConnectionLost, NotAuthentic, PeerLeaving, ProtocolMismatch, StateUnusable
from common.frames import FrameDecoder, encode
from common.handshake import MODEL_ROLE, ServerHandshake, new_secret
from common.messages.base import from_fields, to_fields
from common.messages.control import Status
from common.messages.hello import Error, Heartbeat, Hello, Notice, Proof
from tests.fakes.strangers import STRANGERS, Behaviour, Stranger

SECRET = new_secret()
NOT_THERE = (StateUnusable, ConnectionLost, NotAuthentic)  # good to start


@pytest.fixture
def short_deadlines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HANDSHAKE_TIMEOUT", 0.3)
    monkeypatch.setattr(connection, "SEND_TIMEOUT", 0.3)


@pytest.mark.usefixtures("short_deadlines")
@pytest.mark.parametrize("behave", STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_learns_nothing_but_a_nonce_and_is_left_in_time(behave: Behaviour) -> None:
    with Stranger(behave) as stranger:
        start = time.monotonic()
        with pytest.raises(NOT_THERE):
            Connection.open(stranger.port, SECRET, MODEL_ROLE)
        assert time.monotonic() - start < 20  # a stranger has far more patience

    assert SECRET.encode() not in stranger.received
    for message in stranger.frames():
        assert isinstance(message, Hello) and message.proof == ""


def test_nobody_there_is_said_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(ConnectionLost, match=f"port {port}"):
        Connection.open(port, SECRET, MODEL_ROLE)


class Server:
    """Our side of a server, by hand, at the other end of a socket pair."""

    def __init__(self, stream: socket.socket) -> None:
        self.stream = stream
        self._decoder = FrameDecoder()

    def send(self, *messages: object) -> None:
        self.stream.sendall(b"".join(encode(to_fields(message)) for message in messages))  # type: ignore[arg-type]

    def receive(self) -> object:
        while data := self.stream.recv(1 << 16):
            for frame in self._decoder.feed(data):
                return from_fields(frame.fields)
        raise ConnectionResetError


@pytest.fixture
def pair() -> Iterator[tuple[Connection, Server]]:
    ours, theirs = socket.socketpair()
    client = Connection(ours)
    with client, theirs:
        theirs.settimeout(30)
        yield client, Server(theirs)


def _answer_hello(protocol: int, proofs: list[object]) -> Behaviour:
    def behave(stream: socket.socket, stranger: Stranger) -> None:
        server = Server(stream)
        hello = server.receive()
        assert isinstance(hello, Hello)
        handshake = ServerHandshake(SECRET, MODEL_ROLE)
        answer = handshake.answer(hello)
        server.send(Hello(protocol, answer.version, answer.nonce, answer.proof))
        proof = server.receive()
        assert isinstance(proof, Proof)
        handshake.check(proof)
        proofs.append(proof)
        server.receive()

    return behave


def test_a_server_of_another_protocol_is_told_from_a_stranger() -> None:
    proofs: list[object] = []
    with Stranger(_answer_hello(PROTOCOL + 1, proofs)) as stranger:
        with pytest.raises(ProtocolMismatch):
            Connection.open(stranger.port, SECRET, MODEL_ROLE)
        with Connection.open(stranger.port, SECRET, MODEL_ROLE, any_protocol=True) as client:
            client.send(Status())

    assert len(proofs) == 2


def test_messages_come_in_order_with_their_raw_bytes(pair: tuple[Connection, Server]) -> None:
    client, server = pair
    audio = {"type": "audio", "id": "a", "index": 0, "bytes": 4}
    from common.messages import speaking  # noqa: F401  # registers `audio`

    server.stream.sendall(encode(audio, b"\0\1\2\3") + encode({"type": "heartbeat"}))

    assert client.receive()[1] == b"\0\1\2\3"
    assert client.receive() == (Heartbeat(), b"")


def test_silence_beyond_the_limit_is_a_lost_connection(pair: tuple[Connection, Server]) -> None:
    client, _ = pair
    with pytest.raises(ConnectionLost, match="silent"):
        client.receive(0.05)


def test_the_end_of_the_stream_is_a_lost_connection(pair: tuple[Connection, Server]) -> None:
    client, server = pair
    server.stream.close()
    with pytest.raises(ConnectionLost):
        client.receive()


def test_what_came_before_an_error_is_heard_first(pair: tuple[Connection, Server]) -> None:
    client, server = pair
    server.send(Notice("a", "one"), Notice("b", "two"), Error("peer_leaving", "the daemon is leaving"))

    assert client.receive()[0] == Notice("a", "one")
    assert client.receive()[0] == Notice("b", "two")
    with pytest.raises(PeerLeaving):
        client.receive()


def test_what_came_before_garbage_is_heard_first(pair: tuple[Connection, Server]) -> None:
    client, server = pair
    server.stream.sendall(encode(to_fields(Notice("a", "one"))) + b"\xff\xff\xff\xff")

    assert [message for message, _ in client.read(1)] == [Notice("a", "one")]
    with pytest.raises(BadFrame):
        list(client.read(1))


def test_an_error_of_a_request_is_a_message(pair: tuple[Connection, Server]) -> None:
    client, server = pair
    error = Error("no_sound", "no device", "", id="a")
    server.send(error)

    assert client.receive()[0] == error


def test_a_broken_connection_tells_its_reason_where_there_is_one(pair: tuple[Connection, Server]) -> None:
    client, server = pair
    server.send(Error("bad_frame", "more text came than was granted"))
    server.stream.close()

    with pytest.raises(BadFrame, match="granted"):
        client.send(Status())


def test_a_broken_connection_gives_up_what_came_before_it(pair: tuple[Connection, Server]) -> None:
    client, server = pair
    server.send(Notice("a", "played"))
    server.stream.close()

    client.send(Status())
    with selectors.DefaultSelector() as selector:
        selector.register(client, selectors.EVENT_READ)
        assert selector.select(0)
    assert [message for message, _ in client.read(1)] == [Notice("a", "played")]
    with pytest.raises(ConnectionLost):
        list(client.read(1))
    with pytest.raises(ConnectionLost):
        client.send(Status())


def test_a_connection_that_breaks_under_an_answer_gives_up_what_came_with_the_question(
    pair: tuple[Connection, Server],
) -> None:
    """Credit for sound failed, and the error behind that sound, "stopped", was lost: the client tried again instead,
    and started a new daemon in place of the one that had just been shut down."""
    client, server = pair
    error = Error("stopped", "the speech was stopped", "", id="a")
    server.send(Notice("a", "sound"), Notice("a", "more sound"), error)
    server.stream.close()

    heard = []
    for message, _ in client.read(1):
        heard.append(message)
        if isinstance(message, Notice):
            client.send(Status())

    assert heard == [Notice("a", "sound"), Notice("a", "more sound"), error]
    with pytest.raises(ConnectionLost):
        client.send(Status())


def test_a_peer_that_takes_nothing_is_lost(pair: tuple[Connection, Server], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SEND_TIMEOUT", 0.1)
    client, _ = pair
    with pytest.raises(ConnectionLost):
        for _ in range(10_000):
            client.send(Notice("a", "x" * 1000))
