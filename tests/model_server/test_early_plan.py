"""The first plan is begun for the engine expected, used if that one speaks, and made anew if not."""

from __future__ import annotations

import asyncio

import pytest

from common.errors import Unspeakable
from common.messages.synthesis import Finished, Plan, Planned
from model_server.early_plan import EarlyPlan
from tests.fakes.loops import run, settle

FIRST = Plan("Hello.", 0, final=True, flush=False, first=True)
SECOND = Plan("And more.", 6, final=True, flush=False, first=False)
PLANNED = Planned((), 6)


class Planner:
    """Plans once `go` is set, and notes for whom."""

    def __init__(self) -> None:
        self.asked: list[tuple[Plan, str, str]] = []
        self.go = asyncio.Event()
        self.go.set()
        self.fault: Exception | None = None
        self.cancelled = 0

    async def make(self, request: Plan, engine: str, takes: str) -> Planned:
        self.asked.append((request, engine, takes))
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.fault is not None:
            raise self.fault
        return PLANNED


def test_what_was_planned_early_is_not_planned_again() -> None:
    async def test() -> None:
        planner = Planner()
        early = EarlyPlan("kokoro", "phonemes", planner.make)
        assert early.take(FIRST)
        await settle()
        assert planner.asked == [(FIRST, "kokoro", "phonemes")]
        assert await early.use(FIRST, "kokoro", "phonemes") is PLANNED
        assert len(planner.asked) == 1
        await early.use(SECOND, "kokoro", "phonemes")
        assert planner.asked[1:] == [(SECOND, "kokoro", "phonemes")]

    run(test())


def test_whoever_waits_for_the_plan_gets_it_and_it_can_be_used_all_the_same() -> None:
    async def test() -> None:
        planner = Planner()
        early = EarlyPlan("kokoro", "phonemes", planner.make)
        waiting, gone = (asyncio.create_task(early.made()) for _ in range(2))
        await settle()
        gone.cancel()
        early.take(FIRST)
        assert await waiting == (FIRST, PLANNED)
        assert await early.use(FIRST, "kokoro", "phonemes") is PLANNED
        assert len(planner.asked) == 1

    run(test())


def test_for_another_engine_it_is_planned_anew_and_the_first_plan_given_up() -> None:
    async def test() -> None:
        planner = Planner()
        planner.go.clear()
        early = EarlyPlan("kokoro", "phonemes", planner.make)
        early.take(FIRST)
        await settle()
        using = asyncio.create_task(early.use(FIRST, "espeak", "said"))
        await settle()
        assert planner.cancelled == 1
        planner.go.set()
        assert await using is PLANNED
        assert planner.asked[1:] == [(FIRST, "espeak", "said")]

    run(test())


def test_it_takes_one_request_and_nothing_else() -> None:
    async def test() -> None:
        early = EarlyPlan("kokoro", "phonemes", Planner().make)
        assert not early.take(Finished("spoken", 0.0, 0.0, 0.0, 0))
        assert early.take(FIRST) and not early.take(SECOND)
        assert early.request is FIRST
        early.close()

    run(test())


def test_a_fault_of_planning_is_raised_where_the_plan_is_used_and_seen_if_it_is_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def test() -> None:
        planner = Planner()
        planner.fault = Unspeakable("no phonemes")
        used, unused = (EarlyPlan("kokoro", "phonemes", planner.make) for _ in range(2))
        for early in (used, unused):
            early.take(FIRST)
        await settle()
        with pytest.raises(Unspeakable):
            await used.use(FIRST, "kokoro", "phonemes")
        unused.close()

    run(test())
    assert not caplog.records
