"""Answers that nobody takes: they hold up nobody who reads, and what is cut off never passes for whole."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from functools import partial

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from say.gateways.http import admission, reader
from say.gateways.http.configuration import HttpConfiguration
from say.gateways.http.peer import RESET, Peer
from tests.fakes.http import CAPTIONED, SPEECH, Application, Exchange, run
from tests.fakes.speech import sound_of

TEXT = "Hello there. One more."
LONG = f"{'Hello there, ' * 10}you. " * 10  # a minute: more than is made ahead


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let readers be late at once, for others who wait."""
    monkeypatch.setattr(reader, "_PATIENCE", 0.0)
    monkeypatch.setattr(reader, "_AT_ONCE", 0)
    monkeypatch.setattr(admission, "_LOOK", 0.001)


async def until(met: Callable[[], bool]) -> None:
    """Wait, up to the end of `run`."""
    while not met():
        await asyncio.sleep(0.001)


class Unread:
    """So many requests of one address whose answers nobody takes before `taken` is set."""

    def __init__(self, application: Application, number: int, path: str, **body: object) -> None:
        self.taken = asyncio.Event()
        self.resets: list[int] = []
        self.exchanges = [
            Exchange(path, body, taken=self.taken, state={RESET: partial(self.resets.append, index)})
            for index in range(number)
        ]
        self._tasks = [asyncio.create_task(each.run(application)) for each in self.exchanges]

    async def begun(self) -> None:
        for each in self.exchanges:
            await each.until(2)

    async def take(self) -> None:
        """Let all that is left be taken."""
        self.taken.set()
        await asyncio.gather(*self._tasks)


def broken_off(application: Application) -> float:
    return float(application.services.metrics.broken.labels("unread")._value.get())


@pytest.mark.parametrize(("places", "stream_format"), [(1, "audio"), (2, "sse"), (4, "audio")])
def test_however_many_are_not_read_another_of_the_same_address_is_served(
    places: int, stream_format: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        application = Application(concurrent=places, waiting=50)
        most = 4 * places + places - 1  # of one client, beside which one place is left to others
        unread = Unread(application, most, SPEECH, input=LONG, response_format="pcm", stream_format=stream_format)
        await unread.begun()
        await until(lambda: application.services.admission.in_work == places - 1)
        paused = application.services.metrics.paused
        assert paused._value.get() == 4 * places
        assert not unread.resets

        answer = await application.send("POST", SPEECH, json={"input": TEXT, "response_format": "pcm"})

        assert answer.content == sound_of(TEXT)
        (gone,) = unread.resets
        assert broken_off(application) == 1
        await unread.take()
        assert [index for index, each in enumerate(unread.exchanges) if not each.is_complete] == [gone]
        assert application.services.admission.in_work == 0
        assert application.speech.stopped == 1

    run(scenario())
    assert "an answer broke off for others who waited: nothing of it was taken for" in caplog.text
    assert "Hello" not in caplog.text


def test_many_who_come_after_another_are_all_served() -> None:
    async def scenario() -> None:
        application = Application(concurrent=1, waiting=20)
        unread = Unread(application, 4, SPEECH, input=LONG, response_format="pcm")
        await unread.begun()
        asked = [application.send("POST", SPEECH, json={"input": TEXT, "response_format": "pcm"}) for _ in range(10)]
        answers = await asyncio.gather(*asked)
        assert all(answer.content == sound_of(TEXT) for answer in answers)
        assert broken_off(application) == 1  # one makes room for all of them
        await unread.take()

    run(scenario())


def test_large_captions_that_are_not_read_hold_up_nobody() -> None:
    async def scenario() -> None:
        application = Application(concurrent=1, waiting=5)
        unread = Unread(application, 1, CAPTIONED, text=LONG * 2)
        await unread.begun()
        assert application.services.admission.in_work == 1
        answer = await application.send("POST", SPEECH, json={"input": TEXT, "response_format": "pcm"})
        assert answer.content == sound_of(TEXT)
        assert unread.resets == [0] and broken_off(application) == 1
        await unread.take()
        assert not unread.exchanges[0].is_complete
        assert application.services.admission.in_work == 0

    run(scenario())


# At the socket


LIMITS = HttpConfiguration(send_timeout=0.1)
WITHOUT_END = 64 << 20  # bytes: more than any socket takes


async def flood(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as `Streamed` does, with more than is ever taken."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(WITHOUT_END >> 16):
        await send({"type": "http.response.body", "body": bytes(1 << 16), "more_body": True})
        await asyncio.sleep(0)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_who_took_nothing_for_too_long_never_takes_what_came_for_all(version: str) -> None:
    async def scenario() -> int:
        state, lost = ServerState(), asyncio.Event()

        class Noted(Peer.factory(LIMITS)):  # type: ignore[misc]  # made at run time
            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                lost.set()

        configuration = uvicorn.Config(flood, interface="asgi3", ws="none", lifespan="off", log_config=None)
        configuration.load()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Noted(configuration, state, {}), "127.0.0.1", 0)
        with socket.socket() as theirs:
            theirs.setblocking(False)
            await loop.sock_connect(theirs, server.sockets[0].getsockname())
            await loop.sock_sendall(theirs, f"GET / HTTP/{version}\r\nHost: localhost\r\n\r\n".encode())
            await lost.wait()
            came = 0
            with pytest.raises(ConnectionResetError):
                while data := await loop.sock_recv(theirs, 1 << 16):
                    came += len(data)
        server.close()
        await server.wait_closed()
        await asyncio.gather(*state.tasks)
        return came

    assert run(scenario()) > 0


@pytest.mark.skipif(not hasattr(socket, "TCP_NOTSENT_LOWAT"), reason="the system knows no such limit")
def test_the_system_takes_no_minutes_of_sound_ahead_of_who_reads_none() -> None:
    """Once it took megabytes, and told that some were read once a third of them was: a player of MP3 was cut off."""

    async def scenario() -> int:
        taken = 0

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            nonlocal taken
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for _ in range(WITHOUT_END >> 16):
                await send({"type": "http.response.body", "body": bytes(1 << 16), "more_body": True})
                taken += (1 << 16) if state.connections else 0

        state = ServerState()
        configuration = uvicorn.Config(counted, interface="asgi3", ws="none", lifespan="off", log_config=None)
        configuration.load()
        loop = asyncio.get_running_loop()
        made = Peer.factory(LIMITS)
        server = await loop.create_server(lambda: made(configuration, state, {}), "127.0.0.1", 0)
        with socket.socket() as theirs:
            theirs.setblocking(False)
            await loop.sock_connect(theirs, server.sockets[0].getsockname())
            await loop.sock_sendall(theirs, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await until(lambda: bool(state.connections) and taken > 0)
            await until(lambda: not state.connections)  # cut off
        server.close()
        await server.wait_closed()
        await asyncio.gather(*state.tasks)
        return taken

    assert run(scenario()) < 1 << 20
