"""Servers for one test of the client: scripts that speak frames over socket pairs, each in a thread of its own."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType

from common.connection import Connection
from common.errors import ConnectionLost
from common.messages.speaking import Accepted, Audio, Credit, Done, End, Flush, Played, Speak, Text

PATIENCE = 30.0  # seconds
CREDIT = 1 << 16  # characters, as a voice server grants at first


class Peer:
    """The server's end of a connection."""

    def __init__(self, stream: socket.socket) -> None:
        self.connection = Connection(stream)
        self.request = ""
        self.start = 0

    def send(self, *messages: object) -> None:
        for message in messages:
            self.connection.send(message)

    def next(self) -> object:
        return self.connection.receive(PATIENCE)[0]

    def accept(self, credit: int = CREDIT) -> Speak:
        """Take a request and grant text."""
        speak = self.next()
        assert isinstance(speak, Speak), speak
        self.request, self.start = speak.id, speak.start
        self.send(Accepted(speak.id, "tone", 24_000), Credit(speak.id, text=credit))
        return speak

    def text(self) -> str:
        """Return the text up to its end, flush marks and credit left out."""
        parts = []
        while not isinstance(message := self.next(), End):
            if isinstance(message, Text):
                parts.append(message.text)
            else:
                assert isinstance(message, Flush | Credit), message
        return "".join(parts)

    def play(self, index: int, end: int, pcm: bytes = b"") -> None:
        """Send a piece of sound, if any, and report it as played."""
        if pcm:
            self.audio(index, pcm)
        self.send(Played(self.request, index, end))

    def audio(self, index: int, pcm: bytes) -> None:
        self.connection.send(Audio(self.request, index, len(pcm)), pcm)

    def done(self, seconds: float = 1.0, pieces: int = 1) -> None:
        self.send(Done(self.request, seconds, pieces))

    def speak_all(self) -> str:
        """Serve one utterance as one piece without sound; return its text."""
        self.accept()
        text = self.text()
        self.play(0, self.start + len(text))
        self.done()
        return text

    def wait_for_the_end(self) -> None:
        """Return when the client has closed the connection."""
        try:
            while True:
                self.next()
        except ConnectionLost:
            return


Script = Callable[[Peer], object]


class Servers:
    """Those that will be reached, one after the other. What their scripts return is in `results`, in this order.

    A script's end closes its connection. Use as a context manager: it waits for the scripts and raises what they raised.
    """

    def __init__(self, *scripts: Script) -> None:
        self._scripts = list(scripts)
        self._threads: list[threading.Thread] = []
        self._failures: list[BaseException] = []
        self.results: list[object] = [None] * len(scripts)
        self.fresh: list[bool] = []  # how each was asked for

    def connect(self, fresh: bool = False) -> Connection:
        """Return a connection to the next one."""
        self.fresh.append(fresh)
        assert self._scripts, "nobody else was to be reached"
        ours, theirs = socket.socketpair()
        number = len(self.results) - len(self._scripts)
        thread = threading.Thread(target=self._serve, args=(number, self._scripts.pop(0), theirs))
        self._threads.append(thread)
        thread.start()
        return Connection(ours)

    def _serve(self, number: int, script: Script, stream: socket.socket) -> None:
        peer = Peer(stream)
        try:
            self.results[number] = script(peer)
        except BaseException as error:  # the test shall hear of it
            self._failures.append(error)
        finally:
            _close_gently(stream)

    def __enter__(self) -> Servers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for thread in self._threads:
            thread.join(PATIENCE)
        if error is None:
            for failure in self._failures:
                raise failure
            assert not self._scripts, "some were never reached"


def _close_gently(stream: socket.socket) -> None:
    """Say nothing more, and close once the client has: closed with something unread, what was sent would be lost."""
    with contextlib.suppress(OSError), stream:
        stream.shutdown(socket.SHUT_WR)
        stream.settimeout(PATIENCE)
        while stream.recv(1 << 16):
            pass
