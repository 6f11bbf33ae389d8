"""Both sides of a server's connection, with the real loop and real sockets, and nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import pytest

from common import PROTOCOL, VERSION, async_connection, frame_server
from common.async_connection import AsyncConnection, connect, unless_gone
from common.connection import Connection
from common.errors import ConnectionLost, NotAuthentic, PeerLeaving, StartFailed
from common.frame_server import FrameServer
from common.frames import LENGTH, FrameDecoder, encode
from common.handshake import MODEL_ROLE, ClientHandshake, new_secret, voice_role
from common.messages.base import from_fields, to_fields
from common.messages.control import Status, Stop
from common.messages.hello import Error, Heartbeat, Hello, Notice, Proof
from tests.fakes.loops import garbage_collected
from tests.fakes.strangers import STRANGERS, Behaviour, Stranger

SECRET = new_secret()
PATIENCE = 60.0  # seconds; a deadline, never a pause


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run one test in a loop of its own; what only the loop would have heard of fails it."""
    unheard: list[dict[str, Any]] = []

    async def watched() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: unheard.append(context))
        async with asyncio.timeout(PATIENCE):
            with garbage_collected():  # a task whose exception nobody looked at says so when it goes
                await test
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"tasks are left behind: {left}"

    asyncio.run(watched())
    assert not unheard


async def echo(connection: AsyncConnection) -> None:
    while True:
        message, _ = await connection.receive()
        await connection.send(message)


@contextlib.asynccontextmanager
async def serving(serve: Callable[[AsyncConnection], Awaitable[None]] = echo) -> AsyncIterator[tuple[FrameServer, int]]:
    server = FrameServer(SECRET, MODEL_ROLE, serve)
    port = await server.listen(0)
    try:
        yield server, port
    finally:
        await server.close()
        await until(lambda: not server.connections)
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    """Return as soon as `condition()` holds; `run` sets the deadline."""
    while not condition():
        await asyncio.sleep(0.005)


class Peer:
    """Somebody on the other end, byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._decoder = FrameDecoder()
        self._waiting: list[object] = []

    def stop_reading(self) -> None:
        transport = self.writer.transport
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()

    async def send(self, message: object) -> None:
        self.writer.write(encode(to_fields(message)))  # type: ignore[arg-type]  # messages are dataclasses
        await self.writer.drain()

    async def receive(self) -> object:
        """Return the next message, None at the end."""
        while not self._waiting:
            if not (data := await self.reader.read(1 << 16)):
                return None
            self._waiting += [from_fields(frame.fields) for frame in self._decoder.feed(data)]
        return self._waiting.pop(0)

    async def prove(self) -> None:
        handshake = ClientHandshake(SECRET, MODEL_ROLE)
        await self.send(handshake.hello())
        hello = await self.receive()
        assert isinstance(hello, Hello)
        await self.send(handshake.answer(hello))

    async def ended(self) -> bool:
        """Return True once the server has closed; what it says before is passed over."""
        try:
            while await self.receive() is not None:
                pass
        except ConnectionError:
            pass
        return True


@contextlib.asynccontextmanager
async def peer_of(port: int) -> AsyncIterator[Peer]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Peer(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def test_who_knows_the_secret_is_served() -> None:
    async def test() -> None:
        async with serving() as (server, port):
            connection = await connect(port, SECRET, MODEL_ROLE)
            await connection.send(Status())
            assert await connection.receive() == (Status(), b"")
            connection.close()
            await until(lambda: not server.connections)

    run(test())


def test_the_thin_client_is_served() -> None:
    def ask(port: int) -> object:
        with Connection.open(port, SECRET, MODEL_ROLE) as client:
            client.send(Stop())
            return client.receive()[0]

    async def test() -> None:
        async with serving() as (_, port):
            assert await asyncio.to_thread(ask, port) == Stop()

    run(test())


@pytest.mark.parametrize(
    "role, secret",
    [(voice_role("af_heart"), SECRET), (MODEL_ROLE, new_secret())],
    ids=["another role", "another secret"],
)
def test_a_client_leaves_a_server_that_is_not_the_one_meant(role: str, secret: str) -> None:
    async def test() -> None:
        async with serving() as (_, port):
            with pytest.raises(NotAuthentic):
                await connect(port, secret, role)

    run(test())


@pytest.mark.parametrize("behave", STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_learns_nothing_but_a_nonce_and_is_left_in_time(
    behave: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(async_connection, "AUTHENTICATION_DEADLINE", 0.3)
    monkeypatch.setattr(async_connection, "FRAME_DEADLINE", 2 * PATIENCE)  # it is not this that ends it

    async def test() -> None:
        with pytest.raises((ConnectionLost, NotAuthentic)):  # a stranger has more patience than `run`
            await connect(stranger.port, SECRET, MODEL_ROLE)
        await asyncio.sleep(0)

    with Stranger(behave) as stranger:
        run(test())

    for message in stranger.frames():
        assert isinstance(message, Hello) and message.proof == ""


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", id="HTTP"),
        pytest.param(bytes.fromhex("1603010200010001fc0303") + bytes(500), id="TLS"),
        pytest.param(b"\xff\xff\xff\xff", id="an oversize length"),
        pytest.param(LENGTH.pack(70_000), id="too long before authentication"),
        pytest.param(encode(to_fields(Status())), id="a request first"),
        pytest.param(encode(to_fields(Proof("0" * 64))), id="a proof first"),
        pytest.param(encode(to_fields(Hello(1, "1", "\ud800"))), id="no nonce"),
        pytest.param(encode({"type": "hello", "protocol": "1"}), id="wrong types"),
        pytest.param(encode(to_fields(Hello(1, "1", "0" * 32))) + encode(to_fields(Proof("0" * 64))), id="a guess"),
    ],
)
def test_who_does_not_prove_itself_is_cut_off_and_others_are_served(data: bytes) -> None:
    served = []

    async def serve(connection: AsyncConnection) -> None:
        served.append(connection)
        await echo(connection)

    async def test() -> None:
        async with serving(serve) as (_, port):
            async with peer_of(port) as stranger:
                stranger.writer.write(data)
                assert await stranger.ended()
            assert not served
            async with peer_of(port) as peer:
                await peer.prove()
                await peer.send(Status())
                assert await peer.receive() == Status()

    run(test())


def test_a_request_may_follow_the_proof_at_once() -> None:
    async def test() -> None:
        async with serving() as (_, port), peer_of(port) as peer:
            handshake = ClientHandshake(SECRET, MODEL_ROLE)
            await peer.send(handshake.hello())
            hello = await peer.receive()
            assert isinstance(hello, Hello)
            peer.writer.write(encode(to_fields(handshake.answer(hello))) + encode(to_fields(Status())))
            assert await peer.receive() == Status()

    run(test())


@pytest.mark.parametrize(
    "sent", [b"", b"\0\0", encode(to_fields(Hello(1, "1", "0" * 32)))], ids=["nothing", "half", "hello"]
)
def test_a_silent_stranger_is_cut_off_in_time(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_server, "AUTHENTICATION_DEADLINE", 0.1)

    async def test() -> None:
        async with serving() as (server, port), peer_of(port) as stranger:
            stranger.writer.write(sent)
            assert await stranger.ended()
            await until(lambda: not server.connections)

    run(test())


def test_an_authentic_peer_may_be_silent_as_long_as_it_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    silence = async_connection.AUTHENTICATION_DEADLINE + async_connection.FRAME_DEADLINE

    async def test() -> None:
        async with serving() as (server, port), peer_of(port) as peer:
            await peer.prove()
            await peer.send(Status())
            assert await peer.receive() == Status()
            loop = asyncio.get_running_loop()
            now = loop.time
            monkeypatch.setattr(loop, "time", lambda: now() + silence)
            await asyncio.sleep(0.005)  # what is due by then happens
            assert server.connections == 1
            await peer.send(Status())
            assert await peer.receive() == Status()

    run(test())


def test_half_a_frame_costs_its_sender_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(async_connection, "FRAME_DEADLINE", 0.1)

    async def test() -> None:
        async with serving() as (_, port), peer_of(port) as peer:
            await peer.prove()
            peer.writer.write(encode(to_fields(Status())) + b"\0\0\0")
            assert await peer.receive() == Status()
            answer = await peer.receive()
            assert isinstance(answer, Error) and answer.code == "bad_frame"
            assert await peer.ended()

    run(test())


def test_half_a_frame_that_grows_a_byte_at_a_time_gains_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(async_connection, "FRAME_DEADLINE", 0.2)

    async def test() -> None:
        async with serving() as (server, port), peer_of(port) as peer:
            await peer.prove()
            await until(lambda: server.connections == 1)
            peer.writer.write(LENGTH.pack(100_000))
            while server.connections:  # within the time that `run` gives, which is far from the end of this frame
                peer.writer.write(b" ")
                await asyncio.sleep(0.02)

    run(test())


def test_a_peer_that_never_reads_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(async_connection, "WRITE_DEADLINE", 0.2)

    async def talk(connection: AsyncConnection) -> None:
        while True:
            await connection.send(Notice("a", "x" * 10_000))

    async def test() -> None:
        async with serving(talk) as (server, port), peer_of(port) as deaf:
            await deaf.prove()
            await until(lambda: server.connections == 1)
            deaf.stop_reading()
            async with peer_of(port) as peer:
                await peer.prove()
                assert isinstance(await peer.receive(), Notice)
            await until(lambda: not server.connections)

    run(test())


def test_a_peer_with_a_thousand_requests_takes_turns_with_the_others() -> None:
    served: list[int] = []

    async def serve(connection: AsyncConnection) -> None:
        while True:
            message, _ = await connection.receive()
            served.append(len(served))
            if isinstance(message, Stop):
                await connection.send(Notice("served before", str(len(served))))

    async def test() -> None:
        async with serving(serve) as (_, port), peer_of(port) as busy, peer_of(port) as peer:
            await busy.prove()
            await peer.prove()
            busy.writer.write(encode(to_fields(Status())) * 2000)
            while not served:
                await asyncio.sleep(0)
            await peer.send(Stop())
            answer = await peer.receive()
            assert isinstance(answer, Notice) and int(answer.message) < 1000

    run(test())


def test_a_flood_of_silent_strangers_does_not_lock_a_client_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_server, "MOST_STRANGERS", 10)
    monkeypatch.setattr(frame_server, "AUTHENTICATION_DEADLINE", 60.0)  # it is not this that cuts them off

    async def test() -> None:
        async with serving() as (server, port), contextlib.AsyncExitStack() as stack:
            known = await stack.enter_async_context(peer_of(port))
            await known.prove()
            await known.send(Status())
            assert await known.receive() == Status()
            strangers = [await stack.enter_async_context(peer_of(port)) for _ in range(50)]
            assert await strangers[0].ended()
            await until(lambda: server.connections <= 11)
            async with peer_of(port) as peer:
                await peer.prove()
                await peer.send(Stop())
                assert await peer.receive() == Stop()
            await known.send(Stop())
            assert await known.receive() == Stop()

    run(test())


def test_without_files_left_it_says_so_seldom_and_goes_on_afterwards(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(frame_server, "ACCEPT_PAUSE", 0.05)

    async def test() -> None:
        async with serving() as (_, port):
            accept = socket.socket.accept
            failures = 0

            def refuse(listener: socket.socket) -> tuple[socket.socket, Any]:
                nonlocal failures
                if failures < 3:
                    failures += 1
                    raise OSError(errno.EMFILE, "Too many open files")
                return accept(listener)

            monkeypatch.setattr(socket.socket, "accept", refuse)
            async with peer_of(port) as peer:
                await peer.prove()
                await peer.send(Status())
                assert await peer.receive() == Status()
            assert failures == 3

    with caplog.at_level(logging.WARNING):
        run(test())
    assert [record.getMessage() for record in caplog.records] == [
        "a connection cannot be accepted: Too many open files"
    ] * 3


def test_a_peer_that_comes_just_when_listening_ends_is_turned_away_in_silence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def test() -> None:
        for _ in range(20):
            async with serving() as (server, port):
                await asyncio.sleep(0)
                with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as peer:
                    # In one turn of the loop: the peer is there, and so is the call to stop.
                    asyncio.get_running_loop().call_soon(server.stop_listening)
                    await asyncio.sleep(0)
                    await server.close()
                    with contextlib.suppress(ConnectionResetError):
                        assert await asyncio.to_thread(peer.recv, 1) == b""

    run(test())
    assert not caplog.records


def test_our_own_fault_is_logged_whole_and_told_without_detail(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(_: AsyncConnection) -> None:
        raise ZeroDivisionError("inside")

    async def test() -> None:
        async with serving(fail) as (_, port), peer_of(port) as peer:
            await peer.prove()
            error = await peer.receive()
            assert isinstance(error, Error) and error.code == "failed" and "inside" not in error.message
            assert await peer.ended()

    run(test())
    assert "ZeroDivisionError: inside" in caplog.text


def test_what_ends_a_connection_on_purpose_reaches_the_peer() -> None:
    async def leave(_: AsyncConnection) -> None:
        raise PeerLeaving("the daemon is leaving", "Ask again.")

    async def test() -> None:
        async with serving(leave) as (_, port), peer_of(port) as peer:
            await peer.prove()
            assert await peer.receive() == Error("peer_leaving", "the daemon is leaving", "Ask again.")

    run(test())


def test_stop_listening_keeps_those_who_are_there() -> None:
    async def test() -> None:
        async with serving() as (server, port), peer_of(port) as peer:
            await peer.prove()
            await peer.send(Status())
            await peer.receive()
            server.stop_listening()
            await asyncio.sleep(0.01)
            with pytest.raises(ConnectionLost):
                await connect(port, SECRET, MODEL_ROLE)
            await peer.send(Stop())
            assert await peer.receive() == Stop()

    run(test())


def test_a_taken_port_is_said_in_a_sentence() -> None:
    async def test() -> None:
        taken = socket.create_server(("127.0.0.1", 0))
        with taken, pytest.raises(StartFailed, match="taken by another program"):
            await FrameServer(SECRET, MODEL_ROLE, echo).listen(taken.getsockname()[1])

    run(test())


def test_a_port_that_was_asked_for_can_be_had_again_at_once() -> None:
    async def test() -> None:
        async with serving() as (_, port), peer_of(port) as peer:
            await peer.prove()
        again = FrameServer(SECRET, MODEL_ROLE, echo)
        assert await again.listen(port) == port
        await again.close()
        await asyncio.sleep(0.01)

    run(test())


def test_heartbeats_come_while_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(async_connection, "HEARTBEAT_PERIOD", 0.02)

    async def wait(connection: AsyncConnection) -> None:
        beat = asyncio.create_task(connection.beat())
        try:
            await connection.receive()
        finally:
            beat.cancel()

    async def test() -> None:
        async with serving(wait) as (_, port), peer_of(port) as peer:
            await peer.prove()
            assert [await peer.receive() for _ in range(3)] == [Heartbeat()] * 3

    run(test())


def test_heartbeats_do_not_pile_up_for_a_peer_that_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(async_connection, "HEARTBEAT_PERIOD", 0.001)
    sizes: list[int] = []

    async def wait(connection: AsyncConnection) -> None:
        beat = asyncio.create_task(connection.beat())
        connection.send_soon(Notice("a", "x" * 1_000_000))  # more than the sockets hold
        connection.send_soon(Notice("a", "x" * 1_000_000))
        for _ in range(5):
            connection.send_soon(Notice("a", "x" * 1_000_000))
        transport = connection._writer.transport
        try:
            await asyncio.sleep(0.02)
            sizes.append(transport.get_write_buffer_size())
            await asyncio.sleep(0.1)  # which would be a hundred heartbeats
            sizes.append(transport.get_write_buffer_size())
        finally:
            beat.cancel()
            transport.abort()

    async def test() -> None:
        async with serving(wait) as (_, port), peer_of(port) as peer:
            peer.writer.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            await peer.prove()
            peer.stop_reading()
            await until(lambda: len(sizes) == 2)

    run(test())
    assert sizes[0] >= sizes[1] > 0  # the sockets may have taken a little more meanwhile


def test_a_peer_that_asks_and_never_reads_is_cut_off_before_its_answers_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Answers sent without waiting were kept without end."""
    monkeypatch.setattr(async_connection, "MOST_UNREAD", 1 << 20)
    sizes: list[int] = []

    async def answer(connection: AsyncConnection) -> None:
        while True:
            await connection.receive()
            connection.send_soon(Notice("a", "x" * 10_000))
            sizes.append(connection._writer.transport.get_write_buffer_size())

    async def test() -> None:
        async with serving(answer) as (_, port), peer_of(port) as peer:
            await peer.prove()
            peer.stop_reading()
            with pytest.raises(OSError):
                while True:
                    await peer.send(Status())
                    await asyncio.sleep(0)  # the server's turn

    run(test())
    assert abs(max(sizes) - (1 << 20)) < 20_000


def test_what_is_sent_in_one_turn_of_the_loop_goes_out_at_once_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    write = asyncio.StreamWriter.write

    def note(writer: asyncio.StreamWriter, data: bytes) -> None:
        written.append(data)
        write(writer, data)

    async def answer(connection: AsyncConnection) -> None:
        await connection.receive()
        written.clear()
        connection.send_soon(Notice("a", "one"))
        await connection.send(Notice("a", "two"))
        await connection.send(Notice("a", "three"))

    async def test() -> None:
        async with serving(answer) as (_, port), peer_of(port) as peer:
            await peer.prove()
            monkeypatch.setattr(asyncio.StreamWriter, "write", note)
            await peer.send(Status())
            notices = [await peer.receive() for _ in range(3)]
            assert [notice.message for notice in notices if isinstance(notice, Notice)] == ["one", "two", "three"]
            assert written == [b"".join(encode(to_fields(notice)) for notice in notices)]

    run(test())


def test_what_was_sent_goes_out_before_the_connection_is_closed() -> None:
    async def answer(connection: AsyncConnection) -> None:
        await connection.receive()
        connection.send_soon(Notice("a", "last words"))
        connection.close()

    async def test() -> None:
        async with serving(answer) as (_, port), peer_of(port) as peer:
            await peer.prove()
            await peer.send(Status())
            assert await peer.receive() == Notice("a", "last words")

    run(test())


def test_work_for_a_peer_is_given_up_when_it_leaves() -> None:
    begun, cancelled = [], []

    async def work() -> None:
        begun.append(True)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    async def serve(connection: AsyncConnection) -> None:
        await unless_gone(connection, work())

    async def test() -> None:
        async with serving(serve) as (server, port):
            async with peer_of(port) as peer:
                await peer.prove()
                await until(lambda: bool(begun))
            await until(lambda: not server.connections)

    run(test())
    assert cancelled


@pytest.mark.parametrize("ticks", range(8))
def test_work_that_fails_while_the_peer_leaves_is_not_the_loops_business(ticks: int) -> None:
    async def test() -> None:
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=ours)
        connection = AsyncConnection(reader, writer, FrameDecoder())
        gone = asyncio.Event()

        async def work() -> None:
            await gone.wait()
            raise PeerLeaving("both at once")

        task = asyncio.create_task(unless_gone(connection, work()))
        await asyncio.sleep(0.01)
        theirs.close()
        for _ in range(ticks):
            await asyncio.sleep(0)
        gone.set()
        with pytest.raises((PeerLeaving, ConnectionLost)):
            await task
        connection.close()
        await writer.wait_closed()

    run(test())


def test_a_second_request_beside_one_in_work_is_refused() -> None:
    async def serve(connection: AsyncConnection) -> None:
        await unless_gone(connection, asyncio.sleep(60))

    async def test() -> None:
        async with serving(serve) as (_, port), peer_of(port) as peer:
            await peer.prove()
            await peer.send(Status())
            error = await peer.receive()
            assert isinstance(error, Error) and error.code == "bad_frame"

    run(test())


def test_close_ends_every_connection() -> None:
    async def test() -> None:
        async with serving() as (server, port), peer_of(port) as first, peer_of(port) as second:
            await first.prove()
            await until(lambda: server.connections == 2)
            await server.close()
            assert await first.ended() and await second.ended()

    run(test())


def test_another_protocol_reaches_the_server_with_the_messages_that_never_change() -> None:
    seen = []

    async def serve(connection: AsyncConnection) -> None:
        seen.append(connection.peer_protocol)

    async def test() -> None:
        async with serving(serve) as (_, port), peer_of(port) as peer:
            handshake = ClientHandshake(SECRET, MODEL_ROLE)
            await peer.send(Hello(PROTOCOL + 5, VERSION, handshake.hello().nonce))
            hello = await peer.receive()
            assert isinstance(hello, Hello) and hello.protocol == PROTOCOL
            await peer.send(handshake.answer(hello))
            await until(lambda: bool(seen))

    run(test())
    assert seen == [PROTOCOL + 5]


def test_garbage_after_authentication_is_a_bad_frame() -> None:
    async def test() -> None:
        async with serving() as (_, port), peer_of(port) as peer:
            await peer.prove()
            peer.writer.write(encode(to_fields(Status())) + b"\0\0\0\1x")
            assert await peer.receive() == Status()  # what came before it counts
            error = await peer.receive()
            assert isinstance(error, Error) and error.code == "bad_frame"

    run(test())


def test_a_frame_right_behind_the_proof_may_be_large() -> None:
    async def test() -> None:
        async with serving() as (_, port), peer_of(port) as peer:
            handshake = ClientHandshake(SECRET, MODEL_ROLE)
            await peer.send(handshake.hello())
            hello = await peer.receive()
            assert isinstance(hello, Hello)
            large = Notice("a", "x" * 100_000)
            peer.writer.write(encode(to_fields(handshake.answer(hello))) + encode(to_fields(large)))
            assert await peer.receive() == large

    run(test())
