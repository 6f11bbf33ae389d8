"""Sound for a peer of a gateway, from asyncio: `SayClient.render` in a thread, no further ahead of the peer than asked."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import TracebackType

from common.errors import Stopped
from common.messages.speaking import ReadingOptions
from say.client import SayClient
from say.control import Control
from say.gateways.telling import no_thread
from say.text_source import TextSource
from say.utterance import Event, Spoken

# Bytes of sound that wait for the peer before synthesis does: half a minute.
AHEAD = 30 * 24_000 * 2


@dataclass(frozen=True)
class Wanted:
    """What shall be rendered: arguments of `SayClient.render`, None and "" as there."""

    text: str | TextSource
    voice: str | None = None
    speed: float | None = None
    engine: str | None = None
    language: str = ""
    volume: float | None = None
    words: bool = False
    reading: ReadingOptions | None = None
    bulk: bool = False
    on_behalf_of: str = ""


@dataclass(frozen=True)
class Sound:
    """A whole piece of speech: s16le, mono, 24,000 Hz."""

    pcm: bytes


class Rendering:
    """An async context manager that gives reports and Sound in the order in which they come.

        async with Rendering(client, Wanted("Hello.")) as rendering:
            async for item in rendering: ...

    Leaving the block before the end stops the synthesis, within the piece that is being made. Iterating raises SayError;
    afterwards `spoken` tells how it went.
    """

    def __init__(self, client: SayClient, wanted: Wanted, ahead: int = AHEAD) -> None:
        """`ahead` is in bytes of sound."""
        self._client = client
        self._wanted = wanted
        self._ahead = ahead
        self._control = Control()
        self._changed = threading.Condition()
        self._items: deque[Event | Sound] = deque()
        self._waiting = 0  # bytes of sound in `_items`
        self._left = False  # by whoever iterates
        self._over = False
        self._failure: BaseException | None = None
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="rendering", daemon=True)
        self.spoken: Spoken | None = None

    # In the thread that renders

    def _run(self) -> None:
        wanted = self._wanted
        try:
            self.spoken = self._client.render(
                wanted.text,
                write=lambda pcm: self._put(Sound(pcm)),
                voice=wanted.voice,
                speed=wanted.speed,
                engine=wanted.engine,
                language=wanted.language,
                volume=wanted.volume,
                words=wanted.words,
                on_event=self._put,
                control=self._control,
                reading=wanted.reading,
                bulk=wanted.bulk,
                on_behalf_of=wanted.on_behalf_of,
            )
        except BaseException as error:  # raised where somebody can handle it
            self._failure = error
        self._over = True
        self._tell()

    def _put(self, item: Event | Sound) -> None:
        with self._changed:
            self._items.append(item)
            if isinstance(item, Sound):
                self._waiting += len(item.pcm)
        self._tell()
        with self._changed:
            self._changed.wait_for(lambda: self._waiting <= self._ahead or self._left)

    def _tell(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._news.set)
        except RuntimeError:  # the loop was closed, with nobody left who waits
            pass

    # In the loop

    async def __aenter__(self) -> Rendering:
        """Begin. Raises SayError where the system starts no thread."""
        try:
            self._thread.start()
        except RuntimeError as error:
            raise no_thread() from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()
        while not self._over:
            self._news.clear()
            if not self._over:  # it may have ended in between
                await self._news.wait()

    def _leave(self) -> None:
        self._control.stop()
        with self._changed:
            self._left = True
            self._changed.notify_all()

    def __aiter__(self) -> AsyncIterator[Event | Sound]:
        return self

    async def __anext__(self) -> Event | Sound:
        while True:
            self._news.clear()
            over = self._over  # before the look: nothing is put after it
            with self._changed:
                if self._items:
                    return self._take()
            if over:
                self._raise_failure()
                raise StopAsyncIteration
            await self._news.wait()

    def _take(self) -> Event | Sound:
        item = self._items.popleft()
        if isinstance(item, Sound):
            self._waiting -= len(item.pcm)
            self._changed.notify_all()
        return item

    def _raise_failure(self) -> None:
        if self._failure is not None and not (self._left and isinstance(self._failure, Stopped)):
            raise self._failure
