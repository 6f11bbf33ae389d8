"""The servers' side of a connection: asyncio, deadlines, heartbeats. Knows no message but the first."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Coroutine, Iterator
from typing import TypeVar

from common import PROTOCOL
from common.connection import LOOPBACK, Received
from common.errors import BadFrame, ConnectionLost, NotAuthentic
from common.frames import MAX_JSON, Frame, FrameDecoder, encode
from common.handshake import ClientHandshake
from common.messages.base import from_fields, to_fields
from common.messages.hello import Heartbeat, Hello

T = TypeVar("T")

AUTHENTICATION_DEADLINE = 5.0  # seconds from connecting to a good proof
FRAME_DEADLINE = 10.0  # seconds from the first byte of a frame to its last
WRITE_DEADLINE = 30.0  # seconds for a peer to take what is sent; credits keep that small
HEARTBEAT_PERIOD = 1.0  # seconds
# Bytes that wait for a peer which reads nothing. What an utterance tells of itself within the text that was granted
# stays far below; a peer that goes on asking and never reads is cut off.
MOST_UNREAD = 8 << 20
READ_SIZE = 1 << 16
MOST_GATHERED = 1 << 16  # bytes; what `drain` lets a peer leave unread, too


class AsyncConnection:
    """One connection of a server, or of a voice server to the model server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, decoder: FrameDecoder) -> None:
        self._reader = reader
        self._writer = writer
        self._decoder = decoder
        self._frames: Iterator[Frame] = iter(())  # of the last read
        self._outgoing: list[bytes] = []  # frames that will go out together
        self._outgoing_size = 0  # bytes
        self._sent_something = False
        self.peer_protocol = PROTOCOL

    def trust(self, protocol: int) -> None:
        """Take larger frames from now on: the peer has proved itself, and speaks `protocol`."""
        self.peer_protocol = protocol
        self._decoder.max_json = MAX_JSON

    async def receive(self) -> Received:
        """Return the next message, however long it takes. Raises ConnectionLost at the end of the stream, BadFrame.

        Frames are decoded one at a time: what comes before a bad one counts, and what follows a proof may be larger.
        """
        await asyncio.sleep(0)  # a peer that sends a thousand requests at once does not keep the others waiting
        half_since: float | None = None
        while (frame := next(self._frames, None)) is None:
            if not self._decoder.mid_frame:
                half_since = None
            elif half_since is None:
                half_since = asyncio.get_running_loop().time()
            try:
                data = await self._read(half_since)
            except TimeoutError:
                raise BadFrame("half a frame came, and the rest did not") from None
            self._frames = self._decoder.feed(data)
        return from_fields(frame.fields), frame.raw

    async def _read(self, half_since: float | None) -> bytes:
        deadline = None if half_since is None else half_since + FRAME_DEADLINE
        try:
            async with asyncio.timeout_at(deadline):
                data = await self._reader.read(READ_SIZE)
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
        """Send one small message without waiting; nothing happens if the connection is gone.

        What is sent in one turn of the event loop goes out together. By itself each message costs a call of the system
        and wakes the peer: an utterance took three times as many of both.
        """
        self._sent_something = True
        if self._writer.transport.get_write_buffer_size() > MOST_UNREAD:
            self._writer.transport.abort()
        if self._writer.is_closing():
            return
        if not self._outgoing:
            asyncio.get_running_loop().call_soon(self._flush)
        data = encode(to_fields(message), raw)  # type: ignore[arg-type]  # messages are dataclasses
        self._outgoing.append(data)
        self._outgoing_size += len(data)
        if self._outgoing_size >= MOST_GATHERED:
            self._flush()

    def _flush(self) -> None:
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        self._outgoing_size = 0
        if data and not self._writer.is_closing():
            self._writer.write(data)

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
        self._flush()
        self._writer.close()
        with contextlib.suppress(RuntimeError):  # the loop itself is ending
            asyncio.get_running_loop().call_later(1.0, self._cut_off)

    def _cut_off(self) -> None:
        # One that has nothing left to send ends by itself, and Python 3.11's would raise if it were told to then.
        if self._writer.transport.get_write_buffer_size():
            self._writer.transport.abort()

    @property
    def closed(self) -> bool:
        return self._writer.is_closing()


def _nothing_else(_: object) -> bool:
    return False


async def unless_gone(
    connection: AsyncConnection,
    work: Coroutine[object, object, T],
    meanwhile: Callable[[object], bool] = _nothing_else,
) -> T:
    """Return what `work` returns, but wait no longer than the peer stays. Until it is answered, it says nothing but what
    `meanwhile` takes: that returns whether it did."""

    async def listen() -> None:
        while meanwhile((await connection.receive())[0]):
            pass

    task = asyncio.create_task(work)
    listening = asyncio.create_task(listen())
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
        for ended in (await asyncio.wait({task, listening}))[0]:
            if not ended.cancelled():
                ended.exception()  # seen: the loop need not log the one that lost the race


async def connect(port: int, secret: str, role: str) -> AsyncConnection:
    """Connect to one of our servers and prove ourselves. Raises ConnectionLost, NotAuthentic, ProtocolMismatch."""
    try:
        async with asyncio.timeout(AUTHENTICATION_DEADLINE):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            connection = AsyncConnection(reader, writer, FrameDecoder())
            try:
                no_delay(writer)
                await _prove(connection, ClientHandshake(secret, role))
            except BaseException:
                connection.close()
                raise
            return connection
    except OSError as error:
        raise ConnectionLost(f"nobody answers on port {port}") from error


async def _prove(connection: AsyncConnection, handshake: ClientHandshake) -> None:
    await connection.send(handshake.hello())
    try:
        hello, _ = await connection.receive()
    except BadFrame as error:
        raise NotAuthentic(f"a stranger answered in place of the daemon ({error.message})") from error
    if not isinstance(hello, Hello):
        raise NotAuthentic("a stranger answered in place of the daemon")
    await connection.send(handshake.answer(hello))
    handshake.check_protocol(hello)


def no_delay(writer: asyncio.StreamWriter) -> None:
    """Send small frames at once instead of gathering them."""
    stream = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
