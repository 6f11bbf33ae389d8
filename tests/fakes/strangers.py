"""Listeners that are not ours: what a client meets on a port that a stale state file names."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

from common.frames import LENGTH, FrameDecoder, encode
from common.handshake import MODEL_ROLE, ServerHandshake, new_secret
from common.messages.base import from_fields, to_fields
from common.messages.hello import Error, Hello

PATIENCE = 120.0  # seconds; more than any test of who meets a stranger has
Behaviour = Callable[[socket.socket, "Stranger"], None]


class Stranger:
    """Listens on loopback, treats each connection after its fashion, and keeps every byte it received."""

    def __init__(self, behave: Behaviour) -> None:
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.received = bytearray()
        self.connections = 0
        self.over = threading.Event()  # the test is through with it
        self._thread = threading.Thread(target=self._serve, name="stranger")

    def read(self, stream: socket.socket) -> bytes:
        """Return what comes next, and keep it."""
        data = stream.recv(1 << 16)
        self.received += data
        return data

    def frames(self) -> list[object]:
        """Return the messages among what was received, which must be nothing else."""
        decoder = FrameDecoder()
        messages: list[object] = [from_fields(frame.fields) for frame in decoder.feed(bytes(self.received))]
        assert not decoder.mid_frame
        return messages

    def _serve(self) -> None:
        while True:
            try:
                stream, _ = self._listener.accept()
            except OSError:
                return
            if self.over.is_set():
                stream.close()
                return
            self.connections += 1
            with stream, contextlib.suppress(OSError):
                stream.settimeout(PATIENCE)
                self._behave(stream, self)

    def __enter__(self) -> Stranger:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=10).close()  # wakes `accept`
        self._thread.join(30)
        self._listener.close()
        assert not self._thread.is_alive()


def _until_end(stream: socket.socket, stranger: Stranger) -> Iterator[bytes]:
    while data := stranger.read(stream):
        yield data


def http_server(stream: socket.socket, stranger: Stranger) -> None:
    stranger.read(stream)
    stream.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")


def echo(stream: socket.socket, stranger: Stranger) -> None:
    for data in _until_end(stream, stranger):
        stream.sendall(data)


def silent(stream: socket.socket, stranger: Stranger) -> None:
    for _ in _until_end(stream, stranger):
        pass


def closes_at_once(stream: socket.socket, stranger: Stranger) -> None:
    pass


def closes_after_hello(stream: socket.socket, stranger: Stranger) -> None:
    stranger.read(stream)


def garbage(stream: socket.socket, stranger: Stranger) -> None:
    stream.sendall(bytes(range(256)) * 16)
    for _ in _until_end(stream, stranger):
        pass


def floods(stream: socket.socket, stranger: Stranger) -> None:
    """Send frames that never end, and read nothing."""
    frame = encode({"type": "heartbeat"}) * 1000
    while not stranger.over.is_set():
        stream.sendall(frame)


def drips(stream: socket.socket, stranger: Stranger) -> None:
    """Send a frame that is always about to be complete, a byte now and then."""
    stream.sendall(LENGTH.pack(10_000))
    while not stranger.over.wait(0.02):
        stream.sendall(b" ")


def other_secret(stream: socket.socket, stranger: Stranger) -> None:
    """Be one of ours, as it should be, with the secret of another life."""
    decoder = FrameDecoder()
    handshake = ServerHandshake(new_secret(), MODEL_ROLE)
    for data in _until_end(stream, stranger):
        for frame in decoder.feed(data):
            hello = from_fields(frame.fields)
            assert isinstance(hello, Hello)
            stream.sendall(encode(to_fields(handshake.answer(hello))))


def no_nonce(stream: socket.socket, stranger: Stranger) -> None:
    stranger.read(stream)
    stream.sendall(encode(to_fields(Hello(1, "1", "\ud800", "\udcff"))))
    for _ in _until_end(stream, stranger):
        pass


def error_frame(stream: socket.socket, stranger: Stranger) -> None:
    """Answer with an error that would make a client give up."""
    stranger.read(stream)
    stream.sendall(encode(to_fields(Error("usage", "there is no voice 'af_heart'", "Give up."))))


STRANGERS: dict[str, Behaviour] = {
    behave.__name__: behave
    for behave in (
        http_server,
        echo,
        silent,
        closes_at_once,
        closes_after_hello,
        garbage,
        floods,
        drips,
        other_secret,
        no_nonce,
        error_frame,
    )
}
