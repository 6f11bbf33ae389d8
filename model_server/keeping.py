"""What users ask for of the model's files: that some are fetched, or removed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from common.async_connection import AsyncConnection, unless_gone
from common.messages.control import Download, Downloaded, Remove, Removed
from common.voices import find_voice
from model_server.engine_room import EngineRoom


class Keeping:
    """Handles these messages."""

    def __init__(self, engines: EngineRoom) -> None:
        self._engines = engines
        self.handlers: dict[type, Callable[..., Awaitable[object]]] = {
            Download: self.handle_download,
            Remove: self.handle_remove,
        }

    async def handle_download(self, message: Download, connection: AsyncConnection) -> object:
        for name in message.voices:
            find_voice(name)
        fetching = self._engines.download(message.voices, connection.send_soon)
        files, fetched = await unless_gone(connection, fetching)
        return Downloaded(files, fetched)

    async def handle_remove(self, message: Remove, connection: AsyncConnection) -> object:
        for name in message.voices:
            find_voice(name)
        files, freed = await self._engines.remove(message.voices, message.model)
        return Removed(files, freed)
