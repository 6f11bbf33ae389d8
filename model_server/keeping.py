"""What users ask for of what is kept on disk: that files of the model are fetched or removed, that the cache is emptied."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from common.async_connection import AsyncConnection, unless_gone
from common.messages.control import CacheCleared, ClearCache, Download, Downloaded, Remove, Removed
from common.voices import find_voice
from model_server.engine_room import EngineRoom
from model_server.phrase_cache import PhraseCache


class Keeping:
    """Handles these messages."""

    def __init__(self, engines: EngineRoom, phrases: PhraseCache) -> None:
        self._engines = engines
        self._phrases = phrases
        self.handlers: dict[type, Callable[..., Awaitable[object]]] = {
            Download: self.handle_download,
            Remove: self.handle_remove,
            ClearCache: self.handle_clear_cache,
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

    async def handle_clear_cache(self, message: ClearCache, connection: AsyncConnection) -> object:
        on_disk, memory = await self._phrases.clear()
        return CacheCleared(on_disk.phrases, on_disk.size, memory)
