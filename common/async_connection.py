"""Connections and listening for the two servers: asyncio, authentication, deadlines. Knows no message but the first."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import TypeVar

from common import PROTOCOL
from common.connection import LOOPBACK, Received
from common.errors import BadFrame, ConnectionLost, NotAuthentic, SayError, StartFailed
from common.frames import MAX_JSON, MAX_JSON_BEFORE_PROOF, FrameDecoder, encode
from common.handshake import ClientHandshake, ServerHandshake
from common.messages.base import from_fields, to_fields
from common.messages.hello import Error, Heartbeat, Hello, Proof

log = logging.getLogger(__name__)

T = TypeVar("T")

AUTHENTICATION_DEADLINE = 5.0  # seconds from connecting to a good proof
FRAME_DEADLINE = 10.0  # seconds from the first byte of a frame to its last
WRITE_DEADLINE = 30.0  # seconds for a peer to take what is sent; credits keep that small
HEARTBEAT_PERIOD = 1.0  # seconds
_READ_SIZE = 1 << 16


class AsyncConnection:
    """One connection of a server, or of a voice server to the model server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, decoder: FrameDecoder) -> None:
        self._reader = reader
        self._writer = writer
        self._decoder = decoder
        self._waiting: deque[Received] = deque()
        self._sent_something = False
        self.peer_protocol = PROTOCOL

    async def receive(self) -> Received:
        """Return the next message, however long it takes. Raises ConnectionLost at the end of the stream, BadFrame."""
        loop = asyncio.get_running_loop()
        half_since: float | None = None
        while not self._waiting:
            if not self._decoder.mid_frame:
                half_since = None
            elif half_since is None:
                half_since = loop.time()
            try:
                data = await self._read(half_since)
            except TimeoutError:
                raise BadFrame("half a frame came, and the rest did not") from None
            for frame in self._decoder.feed(data):
                half_since = None
                self._waiting.append((from_fields(frame.fields), frame.raw))
        return self._waiting.popleft()

    async def _read(self, half_since: float | None) -> bytes:
        deadline = None if half_since is None else half_since + FRAME_DEADLINE
        try:
            async with asyncio.timeout_at(deadline):
                data = await self._reader.read(_READ_SIZE)
        except TimeoutError:
            raise
        except OSError as error:
            raise ConnectionLost("the peer went away") from error
        if not data:
            raise ConnectionLost("the peer went away")
        return data

    async def send(self, message: object, raw: bytes = b"") -> None:
        """Send one message; waits while the peer takes nothing. Raises ConnectionLost."""
        self.send_soon(message, raw)
        try:
            async with asyncio.timeout(WRITE_DEADLINE):
                await self._writer.drain()
        except OSError as error:  # TimeoutError is one
            self.close()
            raise ConnectionLost("the peer takes nothing") from error

    def send_soon(self, message: object, raw: bytes = b"") -> None:
        """Send one small message without waiting; nothing happens if the connection is gone."""
        self._sent_something = True
        if not self._writer.is_closing():
            self._writer.write(encode(to_fields(message), raw))  # type: ignore[arg-type]  # messages are dataclasses

    async def beat(self) -> None:
        """Send a heartbeat in every period in which nothing else was sent; runs until cancelled.

        A peer that takes nothing (Ctrl-Z) gets none on top of what it has not read yet.
        """
        while True:
            self._sent_something = False
            await asyncio.sleep(HEARTBEAT_PERIOD)
            if not self._sent_something and not self._writer.transport.get_write_buffer_size():
                self.send_soon(Heartbeat())

    def close(self) -> None:
        """Close once what was sent is out; a peer that does not take it within a moment is cut off."""
        if self._writer.is_closing():
            return
        self._writer.close()
        with contextlib.suppress(RuntimeError):  # the loop itself is ending
            asyncio.get_running_loop().call_later(1.0, self._writer.transport.abort)

    @property
    def closed(self) -> bool:
        return self._writer.is_closing()


async def unless_gone(connection: AsyncConnection, work: Coroutine[object, object, T]) -> T:
    """Return what `work` returns, but wait no longer than the peer stays; it says nothing until it is answered."""
    task = asyncio.create_task(work)
    listening = asyncio.create_task(connection.receive())
    try:
        await asyncio.wait({task, listening}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            await listening  # raises ConnectionLost, as a rule
            raise BadFrame("one request at a time")
        return task.result()
    finally:
        task.cancel()
        listening.cancel()
        # The connection can be read again only once nobody waits for it any more.
        await asyncio.wait({task, listening})


async def connect(port: int, secret: str, role: str) -> AsyncConnection:
    """Connect to one of our servers and prove ourselves. Raises ConnectionLost, NotAuthentic, ProtocolMismatch."""
    try:
        async with asyncio.timeout(AUTHENTICATION_DEADLINE):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            _no_delay(writer)
            connection = AsyncConnection(reader, writer, FrameDecoder())
            await _prove(connection, ClientHandshake(secret, role))
            return connection
    except OSError as error:
        raise ConnectionLost(f"nobody answers on port {port}") from error


async def _prove(connection: AsyncConnection, handshake: ClientHandshake) -> None:
    await connection.send(handshake.hello())
    hello, _ = await connection.receive()
    if not isinstance(hello, Hello):
        connection.close()
        raise NotAuthentic("a stranger answered in place of the daemon")
    await connection.send(handshake.answer(hello))
    handshake.check_protocol(hello)


Serve = Callable[[AsyncConnection], Awaitable[None]]


class FrameServer:
    """Listen on loopback, authenticate each peer, and hand it to `serve`. One bad peer costs its own connection only."""

    def __init__(self, secret: str, role: str, serve: Serve) -> None:
        self._secret = secret
        self._role = role
        self._serve = serve
        self._listener: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connections(self) -> int:
        return len(self._tasks)

    async def listen(self, port: int) -> int:
        """Listen on `port` (0: any free one) and return it. Raises StartFailed."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            # Only a port that was asked for by number may still be in TIME_WAIT from its last life.
            if port:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((LOOPBACK, port))
            self._listener = await asyncio.start_server(self._accept, sock=listener, backlog=512, limit=_READ_SIZE)
        except OSError as error:
            listener.close()
            raise _cannot_listen(port, error) from error
        return int(listener.getsockname()[1])

    def stop_listening(self) -> None:
        """Accept nobody new; those connected stay."""
        if self._listener is not None:
            self._listener.close()

    async def close(self) -> None:
        """Accept nobody new and end every connection."""
        self.stop_listening()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2.0)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        _no_delay(writer)
        connection = AsyncConnection(reader, writer, FrameDecoder(MAX_JSON_BEFORE_PROOF))
        try:
            await self._authenticate(connection)
            await self._serve(connection)
        except ConnectionLost:
            pass  # peers come and go
        except asyncio.CancelledError:
            pass  # `close`; asyncio's own callback would log a cancelled handler as an error
        except SayError as error:
            log.info("a connection ended: %s", error)
            connection.send_soon(Error(error.code, error.message, error.hint))
        except Exception:
            log.exception("a connection ended by a fault of ours")
            connection.send_soon(
                Error("failed", "the daemon met an error of its own", "'say --debug' and its logs tell more.")
            )
        finally:
            connection.close()
            self._tasks.discard(task)

    async def _authenticate(self, connection: AsyncConnection) -> None:
        handshake = ServerHandshake(self._secret, self._role)
        try:
            async with asyncio.timeout(AUTHENTICATION_DEADLINE):
                hello, _ = await connection.receive()
                if not isinstance(hello, Hello):
                    raise NotAuthentic("a connection begins with hello")
                await connection.send(handshake.answer(hello))
                proof, _ = await connection.receive()
        except TimeoutError:
            raise NotAuthentic("the client did not prove itself in time") from None
        if not isinstance(proof, Proof):
            raise NotAuthentic("proof follows hello")
        handshake.check(proof)
        connection.peer_protocol = hello.protocol
        connection._decoder.max_json = MAX_JSON


def _no_delay(writer: asyncio.StreamWriter) -> None:
    stream = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _cannot_listen(port: int, error: OSError) -> StartFailed:
    if error.errno == errno.EADDRINUSE:
        return StartFailed(f"port {port} is taken by another program", "Choose another, or 0 for any free one.")
    if error.errno == errno.EACCES:
        return StartFailed(f"port {port} may not be used", "Choose one above 1023, or 0 for any free one.")
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return StartFailed("too many files are open", "Raise the limit with 'ulimit -n', or end some programs.")
    return StartFailed(f"cannot listen on the loopback address: {error.strerror or error}")
