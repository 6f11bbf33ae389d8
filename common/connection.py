"""A blocking connection to one of our servers, as the thin client uses it. No asyncio, no threads."""

from __future__ import annotations

import contextlib
import time

# `socket` without its enumerations and conveniences, which would cost the client 2.6 ms of CPU.
from _socket import AF_INET, IPPROTO_TCP, SHUT_RDWR, SOCK_STREAM, TCP_NODELAY, socket
from collections import deque
from collections.abc import Iterator
from types import TracebackType

from common.errors import ConnectionLost, NotAuthentic, PeerSilent, SayError, from_wire
from common.frames import FrameDecoder, encode
from common.handshake import ClientHandshake
from common.messages.base import from_fields, to_fields
from common.messages.hello import Error, Hello
from common.quoting import reason_of

LOOPBACK = "127.0.0.1"

# Seconds to connect and to prove ourselves. Our servers answer within milliseconds; a stranger may never.
HANDSHAKE_TIMEOUT = 5.0
# Seconds for the peer's socket to take what we send; it always reads, so a stall means that it hangs.
SEND_TIMEOUT = 10.0
# Servers send a heartbeat each second to a client that waits; silence for so long means that one hangs.
SILENCE_LIMIT = 10.0
# Seconds to read what a server said before it closed the connection.
LAST_WORDS_TIMEOUT = 0.1

Received = tuple[object, bytes]


class Connection:
    """An authenticated connection. Messages that come in are pairs of a message and its raw bytes."""

    def __init__(self, stream: socket) -> None:
        self._socket = stream
        self._decoder = FrameDecoder()
        self._waiting: deque[Received] = deque()
        self._outgoing = b""  # frames that wait for `flush`
        self._failure: SayError | None = None  # raised once everything that came before it has been read

    @classmethod
    def open(cls, port: int, secret: str, role: str, *, any_protocol: bool = False) -> Connection:
        """Connect to the server of that role.

        Raises ConnectionLost where nobody listens or answers, NotAuthentic for a stranger, ProtocolMismatch (unless
        `any_protocol`, for the messages that never change).
        """
        try:
            # Not `create_connection`: it resolves names, and imports the code for international ones.
            stream = socket(AF_INET, SOCK_STREAM)
        except OSError as error:
            raise ConnectionLost(f"no connection can be made: {reason_of(error)}") from error
        try:
            stream.settimeout(HANDSHAKE_TIMEOUT)
            stream.connect((LOOPBACK, port))
        except OSError as error:
            stream.close()
            raise ConnectionLost(f"nobody answers on port {port}: {reason_of(error)}") from error
        connection = cls(stream)
        try:
            connection._prove(ClientHandshake(secret, role), any_protocol)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prove(self, handshake: ClientHandshake, any_protocol: bool) -> None:
        self._socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        try:
            self.send(handshake.hello())
            hello = self._receive_by(time.monotonic() + HANDSHAKE_TIMEOUT)
        except ConnectionLost:
            raise
        except SayError as error:
            raise NotAuthentic(f"a stranger answered in place of the daemon ({error.message})") from error
        if not isinstance(hello, Hello):
            raise NotAuthentic("a stranger answered in place of the daemon")
        self.send(handshake.answer(hello))
        if not any_protocol:
            handshake.check_protocol(hello)

    def _receive_by(self, deadline: float) -> object:
        """Return the next message; a stranger who sends a byte now and then does not put the deadline off."""
        while not self._waiting:
            if (left := deadline - time.monotonic()) <= 0:
                raise ConnectionLost("the server did not answer in time")
            self._read_more(left)
        return self._waiting.popleft()[0]

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, message: object, raw: bytes = b"") -> None:
        """Send one message. Raises BadFrame, and ConnectionLost or what the server reported last.

        Where messages came in before the connection broke, nothing is raised yet: `read` gives them first.
        """
        self.send_soon(message, raw)
        self.flush()

    def send_soon(self, message: object, raw: bytes = b"") -> None:
        """Have one message go out with the next `flush` or `send`: several together wake the server once. Raises BadFrame."""
        self._outgoing += encode(to_fields(message), raw)  # type: ignore[arg-type]  # messages are dataclasses

    def flush(self) -> None:
        """Send what waits to go out. Raises as `send`."""
        if not self._outgoing:
            return
        data, self._outgoing = self._outgoing, b""
        try:
            self._socket.settimeout(SEND_TIMEOUT)
            self._socket.sendall(data)
        except OSError as error:
            self._read_last_words()
            if not self._waiting and self._failure is not None:
                raise self._failure from error

    def receive(self, timeout: float = SILENCE_LIMIT) -> Received:
        """Return the next message. Raises ConnectionLost after `timeout` seconds of silence or at the end of the
        stream, BadFrame, and whatever error the server reports for the connection as a whole."""
        while not self._waiting:
            self._read_more(timeout)
        return self._waiting.popleft()

    def read(self, timeout: float) -> Iterator[Received]:
        """Yield the messages that wait, or else those that one read completes, maybe none. Raises as `receive` does.

        What is yet to be yielded waits on: a `send` in between that fails raises nothing before it was heard.
        """
        if not self._waiting:
            self._read_more(timeout)
        while self._waiting:
            yield self._waiting.popleft()

    def _read_more(self, timeout: float) -> None:
        """Have what one read completes wait, maybe nothing. Raises as `receive` does."""
        if self._failure is not None:
            raise self._failure
        try:
            self._socket.settimeout(timeout)
            data = self._socket.recv(1 << 16)
        except TimeoutError as error:
            raise PeerSilent("the server fell silent") from error
        except OSError as error:
            raise ConnectionLost("the server went away") from error
        if not data:
            raise ConnectionLost("the server went away")
        try:
            for frame in self._decoder.feed(data):
                self._waiting.append(self._open(frame.fields, frame.raw))
        except SayError as error:
            self._failure = error
            if not self._waiting:
                raise

    def _open(self, fields: dict[str, object], raw: bytes) -> Received:
        message = from_fields(fields)
        if isinstance(message, Error) and not message.id:
            raise from_wire(message.code, message.message, message.hint)
        return message, raw

    def _read_last_words(self) -> None:
        """Keep what the server said before it closed: it tells more than the broken pipe does, and a piece that was
        played must not be asked for again."""
        deadline = time.monotonic() + LAST_WORDS_TIMEOUT
        try:
            while time.monotonic() < deadline:
                self._read_more(LAST_WORDS_TIMEOUT)
        except SayError as failure:
            self._failure = failure
        if self._failure is None or isinstance(self._failure, ConnectionLost):
            self._failure = ConnectionLost("the server went away")
        # Readable from now on, for those who wait for that.
        with contextlib.suppress(OSError):
            self._socket.shutdown(SHUT_RDWR)

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
