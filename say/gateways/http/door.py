"""The door itself: binds, runs uvicorn without its signal handlers, and drains when it is told to leave."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import Callable, Generator

import uvicorn

from common.errors import SayError
from common.paths import state_directory
from common.quoting import reason_of
from common.settings import Settings
from say.client import SayClient
from say.gateways.http.app import create_app
from say.gateways.http.configuration import HttpConfiguration
from say.gateways.http.jobs.service import Jobs, JobsPlace
from say.gateways.http.peer import Peer
from say.gateways.http.services import Services, make_services
from say.gateways.telephony.control import ServiceControl

_HEADERS = 16 << 10  # bytes of a request's head
_BACKLOG = 256


class HttpDoor:
    """Serves HTTP at one address."""

    name = "HTTP"

    def __init__(
        self,
        configuration: HttpConfiguration,
        settings: Settings,
        client: SayClient,
        telephony: ServiceControl | None = None,
    ) -> None:
        """`telephony` is the service that requests may switch, None where there is none."""
        self._telephony = telephony
        self._configuration = configuration
        self._settings = settings
        self._client = client

    async def serve(self, leaving: asyncio.Event, opened: Callable[[str], None]) -> None:
        """See `Door`."""
        listener = _bound(self._configuration)
        with listener:
            services = make_services(self._client, self._settings, self._configuration)
            place = JobsPlace.of(self._configuration, self._settings, state_directory())
            services.jobs = Jobs(self._client, place)
            services.telephony = self._telephony
            server = _Server(_uvicorn_configuration(services))
            await services.jobs.start()
            task = asyncio.create_task(server.serve([listener]), name="uvicorn")
            try:
                opened(_address(listener))
                stop = asyncio.create_task(leaving.wait())
                await asyncio.wait([task, stop], return_when=asyncio.FIRST_COMPLETED)
                stop.cancel()
                services.leaving.set()
                server.should_exit = True
                await services.jobs.drain()
                await task
                await services.jobs.close()
            finally:
                server.should_exit = server.force_exit = True
                await _ended(task)


class _Server(uvicorn.Server):
    """Leaves signals to `say-serve`, which has other doors, too."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _uvicorn_configuration(services: Services) -> uvicorn.Config:
    configuration = services.configuration
    logging.basicConfig(format="say-serve: %(message)s", level=logging.WARNING)  # unless it was set otherwise before
    # A peer's mistakes are its own, and what goes wrong here is told where it does.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    return uvicorn.Config(
        create_app(services),
        http=Peer.factory(configuration),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # anybody could name any address
        limit_concurrency=None,  # Peer and Guard see to that
        timeout_keep_alive=max(1, round(configuration.keep_alive)),
        h11_max_incomplete_event_size=_HEADERS,
    )


def _bound(configuration: HttpConfiguration) -> socket.socket:
    """Return a socket that listens. Raises SayError."""
    host, port = configuration.host, configuration.port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:  # the latter for what cannot be a name
        raise SayError(f"there is no address {host}: {reason_of(error)}", "Name one with --http-host.") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        other = "--http-host" if error.errno == errno.EADDRNOTAVAIL else "--http-port"
        raise SayError(
            f"HTTP cannot listen at {host}, port {port}: {reason_of(error)}", f"Name another with {other}."
        ) from None
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _ended(task: asyncio.Task[None]) -> None:
    """Wait for the end of a server that was told to hurry, however that goes."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
