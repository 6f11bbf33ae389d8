"""Engines rest and are unloaded in their turn, unless an utterance has one."""

from __future__ import annotations

import asyncio

import pytest

from model_server import resting as resting_module
from model_server.resting import Resting
from model_server.scheduler import Scheduler
from tests.fakes.loops import run, until


class FakeEngine:
    """A GuardedEngine that was idle for as long as is said."""

    def __init__(self, idle: float, *, unloads: bool = True) -> None:
        self.idle = idle
        self.unloads = unloads
        self.loaded = True
        self.rested = 0

    def idle_for(self) -> float:
        return self.idle

    def due(self) -> bool:
        return not self.rested

    def rest_if_due(self) -> None:
        self.rested += 1

    def unload_if_unused(self, since: float) -> bool:
        self.loaded = not self.idle >= since
        return not self.loaded


def looked(engine: FakeEngine, unload_after: float, *, in_use: bool = False) -> list[str]:
    """Let it look twice; return what was reported as unloaded."""
    unloaded: list[str] = []

    async def test() -> None:
        scheduler = Scheduler()
        async with scheduler.serving():
            resting = Resting(scheduler, lambda: in_use, unloaded.append)
            for _ in range(2):
                await resting.look("kokoro", engine, unload_after)  # type: ignore[arg-type]  # a fake

    run(test())
    return unloaded


def test_an_unused_engine_is_unloaded_once() -> None:
    engine = FakeEngine(600.0)

    assert looked(engine, 600.0) == ["kokoro"]
    assert not engine.loaded


def test_an_engine_rests_while_its_time_is_not_yet_up() -> None:
    engine = FakeEngine(599.0)

    assert looked(engine, 600.0) == []
    assert (engine.loaded, engine.rested) == (True, 1)


def test_an_engine_that_an_utterance_has_is_never_unloaded_but_rests() -> None:
    engine = FakeEngine(10_000.0)

    assert looked(engine, 600.0, in_use=True) == []
    assert (engine.loaded, engine.rested) == (True, 1)


def test_nothing_is_unloaded_where_the_setting_is_0_or_there_is_nothing_to_unload() -> None:
    for engine, after in ((FakeEngine(10_000.0), 0.0), (FakeEngine(10_000.0, unloads=False), 600.0)):
        assert looked(engine, after) == []
        assert engine.loaded


def test_engines_are_looked_at_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resting_module, "PERIOD", 0.001)
    engine = FakeEngine(10_000.0)
    unloaded: list[str] = []

    async def test() -> None:
        scheduler = Scheduler()
        async with scheduler.serving():
            resting = Resting(scheduler, lambda: False, unloaded.append)
            engines: dict[str, FakeEngine] = {}
            watching = asyncio.create_task(resting.watch(engines, 1.0))  # type: ignore[arg-type]  # fakes
            await asyncio.sleep(0)
            engines["kokoro"] = engine  # made after it began
            await until(lambda: bool(unloaded))
            watching.cancel()

    run(test())
    assert unloaded == ["kokoro"]


def test_an_engine_that_fails_to_rest_is_logged_and_the_others_rest(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(resting_module, "PERIOD", 0.001)
    broken, engine = FakeEngine(20.0), FakeEngine(20.0)

    def fail() -> None:
        raise RuntimeError("the GPU is gone")

    monkeypatch.setattr(broken, "rest_if_due", fail)

    async def test() -> None:
        scheduler = Scheduler()
        async with scheduler.serving():
            resting = Resting(scheduler, lambda: False, lambda name: None)
            engines = {"kokoro": broken, "tone": engine}
            watching = asyncio.create_task(resting.watch(engines, 600.0))  # type: ignore[arg-type]  # fakes
            await until(lambda: bool(engine.rested))
            watching.cancel()

    run(test())
    assert "kokoro could not give memory back" in caplog.text
