from __future__ import annotations

import asyncio
import socket

import pytest
import uvicorn
from uvicorn.server import ServerState

from common.errors import SayError
from say.gateways.http.configuration import HttpConfiguration
from say.gateways.http.door import _address, _bound, _uvicorn_configuration
from tests.fakes.http import Application, run


def test_a_busy_port_is_told() -> None:
    with _bound(HttpConfiguration(port=0)) as other, pytest.raises(SayError) as caught:
        _bound(HttpConfiguration(port=other.getsockname()[1]))
    assert caught.value.message.endswith("address already in use")
    assert "--http-port" in caught.value.hint


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "two..dots", "x" * 70])
def test_an_address_that_is_not_this_machines_is_told(host: str) -> None:
    with pytest.raises(SayError, match=host):
        _bound(HttpConfiguration(host=host))


async def first_line(configuration: uvicorn.Config) -> bytes:
    """Return how an answer on a connection begins that is the only one."""
    configuration.load()
    state = ServerState()
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.setblocking(False)
        protocol = configuration.http_protocol_class
        loop = asyncio.get_running_loop()
        await loop.connect_accepted_socket(lambda: protocol(configuration, state, {}), ours)
        await loop.sock_sendall(theirs, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return (await loop.sock_recv(theirs, 4096)).partition(b"\r\n")[0]


@pytest.mark.parametrize("connections", [1, 2])
def test_as_many_connections_are_answered_as_are_allowed(connections: int) -> None:
    services = Application(connections=connections).services
    assert run(first_line(_uvicorn_configuration(services))) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "http://127.0.0.1:"), ("localhost", "http://")])
def test_where_it_is_reached_is_an_address_to_open(host: str, shown: str) -> None:
    with _bound(HttpConfiguration(host=host, port=0)) as listener:
        port = listener.getsockname()[1]
        assert _address(listener).startswith(shown) and _address(listener).endswith(f":{port}")
        socket.create_connection(("127.0.0.1" if listener.family == socket.AF_INET else "::1", port)).close()
