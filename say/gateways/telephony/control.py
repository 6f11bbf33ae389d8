"""Switching a telephony service from beside it, as HTTP does: the one of this process, or whichever follows a database."""

from __future__ import annotations

import asyncio
from typing import Protocol

from common.voices import find_voice
from say.gateways.telephony.database import ENABLED, ERROR, VOICE, Row, ServiceDatabase
from say.gateways.telephony.ownership import orphaned
from say.gateways.telephony.statistics import ServiceReport


class ServiceControl(Protocol):
    """A service that can be asked and changed."""

    async def report(self) -> ServiceReport:
        """Return how it is. Raises DatabaseFailed."""

    async def change(self, enabled: bool | None = None, voice: str | None = None) -> ServiceReport:
        """Set what is not None and return how it is then. Raises UnknownVoice, DatabaseFailed."""


def look_at(database: ServiceDatabase) -> tuple[Row, str]:
    """Return what the database says, and what is wrong as far as it can be known without the service. Raises DatabaseFailed."""
    row = database.read_truth()
    if row.status == ERROR:
        with orphaned(database.path) as is_orphaned:
            if is_orphaned:
                return row, "The service that followed this database died. Start it again with say-serve --telephony."
    return row, ""


class DatabaseControl:
    """Changes what a database says, for the service that follows it, in whatever process."""

    def __init__(self, database: ServiceDatabase) -> None:
        self._database = database

    async def report(self) -> ServiceReport:
        """Return what the database says; what only the service knows is 0 or "". Raises DatabaseFailed."""
        row, problem = await asyncio.to_thread(look_at, self._database)
        return ServiceReport(
            enabled=row.enabled,
            voice=row.voice,
            status=row.status,
            problem=problem,
            host="",
            tcp_port=0,
            udp_port=0,
            database=str(self._database.path),
            uptime=0.0,
            calls=0,
            refused=0,
            texts=0,
            answers=0,
            unspoken=0,
            seconds=0.0,
            first_audio=-1.0,
            registered=0,
            junk=0,
            active=(),
            recent=(),
        )

    async def change(self, enabled: bool | None = None, voice: str | None = None) -> ServiceReport:
        """Write what is not None, which the service follows within two seconds. Raises UnknownVoice, DatabaseFailed."""
        if voice is not None:
            await asyncio.to_thread(self._database.write, VOICE, find_voice(voice).name)
        if enabled is not None:
            await asyncio.to_thread(self._database.write, ENABLED, "true" if enabled else "false")
        return await self.report()
