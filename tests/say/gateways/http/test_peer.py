from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http import h11_impl
from uvicorn.server import ServerState

from say.gateways.http.configuration import HttpConfiguration
from say.gateways.http.peer import CROWDED, Peer
from tests.fakes.http import run

LIMITS = HttpConfiguration(send_timeout=0.1, keep_alive=0.1)
SIZE = 60_000  # bytes: more than a socket takes here, less than what makes a transport ask for patience


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    await Response(b"x" * SIZE)(scope, receive, send)


async def until_cut_off(request: bytes) -> None:
    """Return when a client that takes nothing has lost its connection."""
    ours, theirs = socket.socketpair()
    state = ServerState()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    loop = asyncio.get_running_loop()
    lost = asyncio.Event()

    class Noted(Peer.factory(LIMITS)):  # type: ignore[misc]  # made at run time
        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            lost.set()

    configuration = uvicorn.Config(answer, ws="none", lifespan="off", log_config=None, timeout_keep_alive=1)
    configuration.load()
    with theirs:
        await loop.connect_accepted_socket(lambda: Noted(configuration, state, {}), ours)
        theirs.setblocking(False)
        await loop.sock_sendall(theirs, request)
        await lost.wait()
    assert not state.connections


@pytest.mark.parametrize("kind", ["keep-alive", "close"])
def test_who_takes_nothing_of_a_complete_answer_is_cut_off(kind: str) -> None:
    run(until_cut_off(f"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: {kind}\r\n\r\n".encode()))


# Too many connections


HERE, THERE, ELSEWHERE = "127.0.0.1", "192.0.2.1", "192.0.2.2"


class Crowd:
    """Connections to one server that answers `/` at once, and `/slow` never; each seems to come from where it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, connections: int) -> None:
        self._limits = HttpConfiguration(connections=connections)
        self._state = ServerState()
        self._configuration = uvicorn.Config(
            self._answer, interface="asgi3", ws="none", lifespan="off", log_config=None
        )
        self._configuration.load()
        self._theirs: list[socket.socket] = []
        self._monkeypatch = monkeypatch
        self._asked = asyncio.Event()
        self._never = asyncio.Event()
        self.protocols: list[Peer] = []

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/half":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
        if scope["path"] in ("/slow", "/half"):
            self._asked.set()
            await self._never.wait()
        if scope["path"] != "/half":
            await Response(b"crowded" if scope["state"][CROWDED] else b"served")(scope, receive, send)

    async def connect(self, address: str = HERE) -> socket.socket:
        """Return a connection that says nothing yet."""
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        self._theirs.append(theirs)
        self._monkeypatch.setattr(h11_impl, "get_remote_addr", lambda transport: (address, 5))
        made = Peer.factory(self._limits)
        loop = asyncio.get_running_loop()
        _, protocol = await loop.connect_accepted_socket(
            lambda: made(self._configuration, self._state, {}),  # type: ignore[call-arg]  # as uvicorn makes it
            ours,
        )
        assert isinstance(protocol, Peer)
        self.protocols.append(protocol)
        return theirs

    async def ask(self, theirs: socket.socket, path: str = "/") -> str:
        """Return the body of the answer, "" if the connection was closed; of `/slow` when it is in work."""
        loop = asyncio.get_running_loop()
        self._asked.clear()
        try:
            await loop.sock_sendall(theirs, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            if path == "/slow":
                await self._asked.wait()
                return ""
            return (await loop.sock_recv(theirs, 4096)).decode().rpartition("\r\n")[2]
        except (ConnectionResetError, BrokenPipeError):
            return ""

    async def close(self) -> None:
        for theirs in self._theirs:
            theirs.close()
        self._never.set()
        await asyncio.gather(*self._state.tasks)
        while self._state.connections:
            await asyncio.sleep(0)


@pytest.fixture
def monkey() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@asynccontextmanager
async def crowd_of(monkey: pytest.MonkeyPatch, connections: int) -> AsyncIterator[Crowd]:
    crowd = Crowd(monkey, connections)
    try:
        yield crowd
    finally:
        await crowd.close()


def test_who_is_one_too_many_takes_the_place_of_whoever_was_idle_longest(monkey: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with crowd_of(monkey, 3) as crowd:
            busy, silent, kept = [await crowd.connect() for _ in range(3)]
            await crowd.ask(busy, "/slow")
            assert await crowd.ask(kept) == "served"
            newcomer = await crowd.connect()
            assert await crowd.ask(newcomer) == "served"
            assert await crowd.ask(silent) == ""
            assert await crowd.ask(kept) == "served"

    run(scenario())


def test_who_is_one_too_many_among_busy_ones_is_told_so(monkey: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with crowd_of(monkey, 3) as crowd:
            for _ in range(3):
                await crowd.ask(await crowd.connect(), "/slow")
            assert await crowd.ask(await crowd.connect()) == "crowded"

    run(scenario())


@pytest.mark.parametrize(("address", "told"), [(THERE, "crowded"), (ELSEWHERE, "served"), (HERE, "served")])
def test_another_machine_has_half_of_the_connections_at_most(
    address: str, told: str, monkey: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with crowd_of(monkey, 4) as crowd:
            for _ in range(2):
                await crowd.ask(await crowd.connect(THERE), "/slow")
            assert await crowd.ask(await crowd.connect(address)) == told

    run(scenario())


def test_this_machine_may_have_all_connections(monkey: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with crowd_of(monkey, 4) as crowd:
            for _ in range(3):
                await crowd.ask(await crowd.connect(), "/slow")
            assert await crowd.ask(await crowd.connect()) == "served"

    run(scenario())


# What is no HTTP


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        (b"\x16\x03\x01\x02\x00\r\n\r\n", b"400 Bad Request", "no HTTP request"),
        (b"GET /" + b"x" * 70_000, b"431 Request Header Fields Too Large", "too large"),
    ],
)
def test_what_is_no_http_is_told_in_our_form_and_with_our_headers(
    sent: bytes, status: bytes, told: str, monkey: pytest.MonkeyPatch
) -> None:
    async def scenario() -> bytes:
        async with crowd_of(monkey, 3) as crowd:
            peer = await crowd.connect()
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(peer, sent)
            answer = b""
            while part := await loop.sock_recv(peer, 4096):
                answer += part
            return answer

    head, _, body = run(scenario()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + status + b"\r\n")
    assert b"content-type: application/json" in head.lower() and b"nosniff" in head
    assert told in json.loads(body)["detail"]


def test_a_body_that_goes_wrong_amid_the_answer_ends_the_connection(
    monkey: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> bytes:
        async with crowd_of(monkey, 3) as crowd:
            peer = await crowd.connect()
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(peer, b"POST /half HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            answer = b""
            while b"half" not in answer:
                answer += await loop.sock_recv(peer, 4096)
            await loop.sock_sendall(peer, b"no chunk\r\n")
            return await loop.sock_recv(peer, 4096)

    assert run(scenario()) == b""
    assert not [record for record in caplog.records if record.name == "asyncio"]
