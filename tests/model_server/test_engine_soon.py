from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from common.errors import EngineError, OutOfMemory
from model_server import engine_soon
from model_server.engine_soon import EngineSoon
from model_server.engines.base import Engine
from model_server.engines.tone import ToneEngine
from tests.fakes.loops import run, settle


class Loading:
    """An engine that is loaded once `done` is set, or fails then."""

    def __init__(self, error: Exception | None = None) -> None:
        self.done = asyncio.Event()
        self.begun = False
        self.given_up = False
        self._error = error

    async def choose(self) -> Engine:
        self.begun = True
        try:
            await self.done.wait()
        except asyncio.CancelledError:
            self.given_up = True
            raise
        if self._error is not None:
            raise self._error
        return ToneEngine()


async def say(answer: bool) -> bool:
    return answer


async def never() -> bool:
    await asyncio.Event().wait()
    return True


def test_the_name_is_known_at_once_where_nothing_has_to_be_synthesized() -> None:
    async def test() -> None:
        loading = Loading()
        soon = EngineSoon("tone", "written", loading.choose)
        await soon.known(say(True), ready=True)
        assert (soon.name, soon.takes) == ("tone", "written")
        late = asyncio.create_task(soon.loaded())
        await settle()
        assert not late.done()
        loading.done.set()
        assert isinstance(await late, ToneEngine)
        assert await soon.loaded() is await late

    run(test())


@pytest.mark.parametrize("ready", [True, False])
@pytest.mark.parametrize("needless", [lambda: say(False), never])
def test_else_it_is_known_when_the_engine_is_there(
    needless: Callable[[], Coroutine[object, object, bool]], ready: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_soon, "HEAD_START", 0.0)

    async def test() -> None:
        loading = Loading()
        soon = EngineSoon("kokoro", "phonemes", loading.choose)
        known = asyncio.create_task(soon.known(needless(), ready=ready))
        await settle()
        assert not known.done()
        loading.done.set()
        await known
        assert (soon.name, soon.takes) == ("tone", "written")
        assert isinstance(await soon.loaded(), ToneEngine)

    run(test())


def test_one_that_is_not_ready_is_not_loaded_for_what_needs_none() -> None:
    async def test() -> None:
        loading = Loading()
        loading.done.set()
        soon = EngineSoon("tone", "written", loading.choose)
        await soon.known(say(True), ready=False)
        await settle()
        assert not loading.begun and soon.name == "tone"
        assert isinstance(await soon.loaded(), ToneEngine)
        soon.close()

    run(test())


def test_one_that_is_not_ready_is_begun_at_once_where_it_is_needed() -> None:
    async def test() -> None:
        loading = Loading()
        known = asyncio.create_task(EngineSoon("tone", "written", loading.choose).known(say(False), ready=False))
        await settle()
        assert loading.begun
        loading.done.set()
        await known

    run(test())


def test_what_keeps_every_engine_from_speaking_is_raised() -> None:
    async def test() -> None:
        loading = Loading(OutOfMemory("there is none"))
        loading.done.set()
        with pytest.raises(OutOfMemory):
            await EngineSoon("kokoro", "phonemes", loading.choose).known(never(), ready=True)

    run(test())


def test_an_utterance_keeps_its_engine() -> None:
    """Sound of Kokoro came from the cache; meanwhile it turns out that only the other engine can be had."""

    async def test() -> None:
        loading = Loading()
        soon = EngineSoon("kokoro", "phonemes", loading.choose)
        await soon.known(say(True), ready=True)
        loading.done.set()
        with pytest.raises(EngineError, match="kokoro cannot be had any more"):
            await soon.loaded()

    run(test())


def test_one_that_nobody_waits_for_is_given_up_and_its_failure_is_nobodys() -> None:
    async def test() -> None:
        loading, failing = Loading(), Loading(OutOfMemory("there is none"))
        soon, failed = (EngineSoon("kokoro", "phonemes", each.choose) for each in (loading, failing))
        await soon.known(say(True), ready=True)
        await failed.known(say(True), ready=True)
        failing.done.set()
        await settle()
        soon.close()
        failed.close()
        await settle()
        assert loading.given_up

    run(test())
