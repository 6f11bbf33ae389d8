"""What the routes share: made once for an application, found in `app.state.services`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Protocol

from fastapi import Depends, Request

from common.settings import Settings
from say.client import SayClient
from say.gateways.http.admission import Admission
from say.gateways.http.configuration import HttpConfiguration
from say.gateways.http.metrics import Metrics
from say.gateways.http.rates import client_of
from say.gateways.telephony.control import ServiceControl


class Jobs(Protocol):
    """The jobs, as the door starts and ends them."""

    async def start(self) -> None:
        """Open what they are kept in, and go on with those that are not done. Raises SayError."""

    async def drain(self) -> None:
        """Take up nothing new, and return when what is in work is done or put back."""

    async def measure(self, metrics: Metrics) -> None:
        """Let `metrics` say how many there are, or nothing of them where that cannot be known now."""

    async def trouble(self) -> str | None:
        """Return why none can be taken just now, None if they can; within seconds."""


@dataclass
class Services:
    """Everything that a route may need."""

    client: SayClient
    settings: Settings
    configuration: HttpConfiguration
    admission: Admission
    metrics: Metrics
    jobs: Jobs | None = None  # None: this application has none
    telephony: ServiceControl | None = None  # the same
    leaving: asyncio.Event = field(default_factory=asyncio.Event)  # set when the door closes: long streams end


def make_services(client: SayClient, settings: Settings, configuration: HttpConfiguration) -> Services:
    """Return the services of one application, without jobs."""
    metrics = Metrics()
    admission = Admission(configuration.concurrent, configuration.waiting, metrics)
    return Services(client, settings, configuration, admission, metrics)


async def services_of(request: Request) -> Services:
    """Return the services of the application that got this request. Not blocking: as a plain function it would take a thread."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


Shared = Annotated[Services, Depends(services_of)]


def asker(request: Request) -> str:
    """Return for whom a request asks: what limits and fair shares count by."""
    return f"http {client_of(request.client.host) if request.client else 'unknown'}"
