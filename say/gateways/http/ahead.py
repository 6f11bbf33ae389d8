"""Sound waits for its reader here, so that a place is held while sound is made and not while it is read."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from types import TracebackType

from say.gateways.http.admission import Place
from say.gateways.rendering import AHEAD, Rendering, Sound
from say.utterance import Event

# Bytes of sound. What is made beside that, in `Rendering` and the piece in work, is less than that once more.
_MOST = AHEAD * 2 // 3
_ENOUGH = _MOST // 2  # so that a slow reader does not queue for each piece
IN_RENDERING = AHEAD - _MOST


class Ahead:
    """An async context manager that takes what a rendering gives, and gives it on in the same order.

    The place is paused while too much waits for the reader, and where another client's turn has come. Iterating raises what the
    rendering raises, behind what came before it.
    """

    def __init__(self, rendering: Rendering, place: Place, when_made: Callable[[], None]) -> None:
        """`when_made` is called when there is no more to be made."""
        self._rendering = rendering
        self._place = place
        self._when_made = when_made
        self._items: deque[Event | Sound] = deque()
        self._size = 0  # bytes of sound in them
        self._over = False
        self._failure: Exception | None = None
        self._news = asyncio.Event()  # for the reader
        self._room = asyncio.Event()  # for what fills
        self._filling: asyncio.Task[None]

    async def __aenter__(self) -> Ahead:
        self._filling = asyncio.create_task(self._fill(), name="ahead")
        return self

    async def _fill(self) -> None:
        try:
            async for item in self._rendering:
                self._put(item)
                if isinstance(item, Sound):
                    await self._give_way()
        except Exception as error:  # raised where somebody can handle it
            self._failure = error
        self._over = True
        self._when_made()
        self._news.set()

    def _put(self, item: Event | Sound) -> None:
        self._items.append(item)
        if isinstance(item, Sound):
            self._size += len(item.pcm)
        self._news.set()

    async def _give_way(self) -> None:
        """Go on when there is room for more, and others have had the place whose turn it was."""
        if self._size > _MOST:
            self._place.pause()
            self._room.clear()
            await self._room.wait()
            await self._place.resume()
        elif self._place.is_due():
            self._place.pause()
            await self._place.resume()

    def __aiter__(self) -> Ahead:
        return self

    async def __anext__(self) -> Event | Sound:
        while not self._items:
            if self._over:
                if self._failure is not None:
                    raise self._failure
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        item = self._items.popleft()
        if isinstance(item, Sound):
            self._size -= len(item.pcm)
            if self._size <= _ENOUGH:
                self._room.set()
        return item

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._filling.cancel()
        await asyncio.wait((self._filling,))
