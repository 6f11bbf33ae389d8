"""What `say --status` is told: how the daemon is, and what its parts are doing."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from common import PROTOCOL, VERSION
from common.async_connection import AsyncConnection
from common.idle import Idle
from common.memory import resident_bytes
from common.messages.control import Status, StatusReport
from model_server.session import Workshop
from model_server.voice_processes import VoiceProcesses


class Whereabouts(NamedTuple):
    """Where a model server listens, and whether another is to take its place."""

    port: int
    draining: bool


class Reporting:
    """Handles this message. Made when the daemon starts."""

    def __init__(
        self, workshop: Workshop, voices: VoiceProcesses, idle: Idle, whereabouts: Callable[[], Whereabouts]
    ) -> None:
        self._workshop = workshop
        self._voices = voices
        self._idle = idle
        self._whereabouts = whereabouts
        self._started = time.monotonic()
        self.handlers: dict[type, Callable[..., Awaitable[object]]] = {Status: self.handle_status}

    async def handle_status(self, message: Status, connection: AsyncConnection) -> object:
        voices = await self._voices.reports()
        cache = await self._workshop.phrases.report()
        floor = self._workshop.floor
        port, draining = self._whereabouts()
        return StatusReport(
            version=VERSION,
            protocol=PROTOCOL,
            pid=os.getpid(),
            port=port,
            state="draining" if draining else "running",
            engines=self._workshop.engines.describe(),
            memory=resident_bytes(),
            uptime=time.monotonic() - self._started,
            idle=self._idle.idle_for(),
            queued=self._workshop.scheduler.queued,
            waiting=floor.waiting,
            speaking=floor.holder.voice if floor.holder else "",
            underruns=self._voices.underruns(),
            voices=voices,
            recent=self._workshop.utterances.recent,
            held=floor.held,
            cache=cache,
        )
