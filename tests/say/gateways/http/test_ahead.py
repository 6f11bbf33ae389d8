from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import pytest

from common.errors import EngineError
from common.messages.speaking import Accepted
from say.gateways.http import admission
from say.gateways.http.admission import Admission
from say.gateways.http.ahead import Ahead
from say.gateways.http.metrics import Metrics
from say.gateways.rendering import Rendering, Sound
from say.utterance import Event
from tests.fakes.http import run

TEN_SECONDS = bytes(10 * 48_000)
BEGUN = Accepted("u", "tone", 24_000)


class Made:
    """What a rendering gives: an event, sounds of ten seconds each, and then perhaps an error; `given` counts sounds."""

    def __init__(self, sounds: int, error: Exception | None = None) -> None:
        self._sounds = sounds
        self._error = error
        self.given = 0

    def as_rendering(self) -> Rendering:
        return cast(Rendering, self._items())

    async def _items(self) -> AsyncIterator[Event | Sound]:
        yield BEGUN
        for _ in range(self._sounds):
            self.given += 1
            yield Sound(TEN_SECONDS)
        if self._error is not None:
            raise self._error


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_all_is_given_on_in_its_order_and_the_error_behind_it() -> None:
    async def scenario() -> None:
        places = Admission(1, 0, Metrics())
        made = Made(2, EngineError("broken"))
        async with places.place("a") as place, Ahead(made.as_rendering(), place, place.leave) as ahead:
            await settled()
            assert [await anext(ahead) for _ in range(3)] == [BEGUN, Sound(TEN_SECONDS), Sound(TEN_SECONDS)]
            with pytest.raises(EngineError):
                await anext(ahead)

    run(scenario())


def test_the_place_is_left_when_all_is_made() -> None:
    async def scenario() -> None:
        places = Admission(1, 0, Metrics())
        async with places.place("a") as place, Ahead(Made(2).as_rendering(), place, place.leave) as ahead:
            await settled()
            assert places.in_work == 0
            assert [item async for item in ahead] == [BEGUN, Sound(TEN_SECONDS), Sound(TEN_SECONDS)]

    run(scenario())


def test_no_more_is_made_than_may_wait_and_the_place_is_others_meanwhile() -> None:
    async def scenario() -> None:
        places = Admission(1, 0, Metrics())
        made = Made(10)
        async with places.place("a") as place, Ahead(made.as_rendering(), place, place.leave) as ahead:
            await settled()
            assert (made.given, places.in_work) == (3, 0)
            await anext(ahead)
            await anext(ahead)
            await settled()
            assert made.given == 3  # not for every piece
            async with places.place("b"):
                await anext(ahead)
                await settled()
                assert made.given == 3  # it waits for its place
            await settled()
            assert made.given > 3
            rest = [item async for item in ahead]
            assert len(rest) == 10 - 2

    run(scenario())


def test_amid_a_long_text_the_place_goes_to_a_client_that_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        places = Admission(1, 1, Metrics())
        made = Made(10)
        async with places.place("a") as place:
            others = places.place("b")
            other = asyncio.create_task(others.__aenter__())
            await settled()
            assert not other.done()
            async with Ahead(made.as_rendering(), place, place.leave):
                await settled()
                assert other.done() and made.given == 1
                (await other).leave()
                await settled()
                assert made.given == 3  # as far as it goes ahead of its reader

    monkeypatch.setattr(admission, "_TURN", 0.0)
    run(scenario())


def test_who_leaves_before_the_end_leaves_no_task_and_no_place() -> None:
    async def scenario() -> None:
        places = Admission(1, 0, Metrics())
        async with places.place("a") as place, Ahead(Made(10).as_rendering(), place, place.leave):
            await settled()
        assert places.in_work == 0
        assert not [task for task in asyncio.all_tasks() if task.get_name() == "ahead"]

    run(scenario())
