"""A wish becomes sound: waits for a place, renders, and counts."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from common.messages.hello import Notice
from common.messages.speaking import Piece, Word
from say.gateways.http.admission import Place
from say.gateways.http.ahead import IN_RENDERING, Ahead
from say.gateways.http.reader import Reader
from say.gateways.http.services import Services
from say.gateways.http.wishes import Wish
from say.gateways.rendering import Rendering, Sound
from say.utterance import Event
from say.wav import RATE, SAMPLE_BYTES

_END = "end"  # of the text, as `Piece.boundary` has it


@dataclass
class Sounding:
    """One synthesis in work. Iterating gives words and sound, words before theirs; `notices` are added to on the way."""

    services: Services
    source: AsyncIterator[Event | Sound]
    place: Place  # left when the block ends, if not before
    route: str
    characters: int
    began: float = field(default_factory=time.monotonic)
    size: int = 0  # bytes of sound so far
    notices: list[str] = field(default_factory=list)  # what is done otherwise than asked, each sentence once
    _announced: int = 0
    _sounded: int = 0
    _ending: bool = False

    @property
    def seconds(self) -> float:
        """Return how long the sound is so far."""
        return self.size / (RATE * SAMPLE_BYTES)

    @property
    def is_last(self) -> bool:
        """Return whether nothing comes after the sound so far, as far as that is known."""
        return self._ending and self._sounded == self._announced

    def __aiter__(self) -> Sounding:
        return self

    async def __anext__(self) -> Word | Sound:
        while True:
            item = await anext(self.source)
            if isinstance(item, Piece):
                self._announced += 1
                self._ending = item.boundary == _END
            elif isinstance(item, Sound):
                self._note(item)
                return item
            elif isinstance(item, Word):
                return item
            elif isinstance(item, Notice) and item.message not in self.notices:
                self.notices.append(item.message)

    def _note(self, sound: Sound) -> None:
        metrics = self.services.metrics
        if not self._sounded:
            metrics.first_byte.labels(self.route).observe(time.monotonic() - self.began)
        self._sounded += 1
        self.size += len(sound.pcm)
        self.place.reader.seconds = self.seconds
        metrics.sound.inc(len(sound.pcm) / (RATE * SAMPLE_BYTES))


def sounding(services: Services, wish: Wish, route: str, reader: Reader) -> AbstractAsyncContextManager[Sounding]:
    """Hold a place while sound is made, and what renders in it; leaving stops it within a piece.

    Some of the sound waits for whoever takes it; while that is too much, others get the place. Raises Refused (429), SayError.
    """
    return _work(services, wish, route, reader, Place.leave)


def held(services: Services, wish: Wish, route: str, reader: Reader) -> AbstractAsyncContextManager[Sounding]:
    """Do the same, and hold the place until it is left: for an answer that is not sent before all of it is in memory."""
    return _work(services, wish, route, reader, lambda place: None)


@asynccontextmanager
async def _work(
    services: Services, wish: Wish, route: str, reader: Reader, when_made: Callable[[Place], None]
) -> AsyncIterator[Sounding]:
    began = time.monotonic()
    async with (
        services.admission.place(wish.wanted.on_behalf_of, reader) as place,
        Rendering(services.client, wish.wanted, IN_RENDERING) as rendering,
        Ahead(rendering, place, lambda: when_made(place)) as ahead,
    ):
        services.metrics.characters.inc(len(wish.text))
        yield Sounding(services, ahead, place, route, len(wish.text), began)


async def beginning(work: Sounding) -> tuple[bytes, bool]:
    """Return the first sound, and whether it is all; only if it is not, more has to be waited for."""
    pcm = b""
    async for item in work:
        if isinstance(item, Sound):
            pcm += item.pcm
            if not work.is_last:
                return pcm, False
    return pcm, True
