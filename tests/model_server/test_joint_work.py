"""Work that may be done at once: in the queue's order, of one rank, and each with its own end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Unspeakable
from model_server.engines.steps import step
from model_server.fair_queue import FairQueue, Need, Order
from model_server.scheduler import LONGEST, Joint, Scheduler
from tests.fakes.loops import run


@dataclass
class Machine:
    """Does pieces at once, up to `most`, and notes which."""

    most: int = 4
    batches: list[list[str]] = field(default_factory=list)
    errors: dict[str, Exception] = field(default_factory=dict)
    breaks: bool = False  # with several at once
    steps: int = 0
    busy: threading.Event = field(default_factory=threading.Event)
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))  # so many more batches may end

    def do(self, names: list[str]) -> list[object]:
        self.batches.append(names)
        self.busy.set()
        while not self.go.acquire(timeout=0.001):
            step()
            self.steps += 1
        if self.breaks and len(names) > 1:
            raise ZeroDivisionError
        return [self.errors.get(name, name) for name in names]


@dataclass(frozen=True)
class Piece:
    machine: Machine
    name: str

    def __call__(self) -> object:
        [result] = self.machine.do([self.name])
        if isinstance(result, Exception):
            raise result
        return result

    def goes_with(self, others: Sequence[Joint]) -> bool:
        return len(others) < self.machine.most

    def do_with(self, others: Sequence[Joint]) -> Sequence[object]:
        return self.machine.do([self.name, *(other.name for other in others if isinstance(other, Piece))])


class Stage:
    """A scheduler with one piece in work, behind which others wait until `go`."""

    def __init__(self, machine: Machine, scheduler: Scheduler) -> None:
        self.machine = machine
        self.scheduler = scheduler
        self.tasks: dict[str, asyncio.Task[object]] = {}

    async def hold(self, order: Order | None = None) -> None:
        self._give("held", order or Order())
        await asyncio.to_thread(self.machine.busy.wait, 30)

    async def ask(self, name: str, order: Order) -> None:
        """Have a piece wait; its owner is the first letter of its name."""
        before = self.scheduler.queued
        self._give(name, order)
        while self.scheduler.queued == before:
            await asyncio.sleep(0)

    async def next_batch(self) -> None:
        """Let what is in work end, and what comes next begin."""
        self.machine.busy.clear()
        self.machine.go.release()
        await asyncio.to_thread(self.machine.busy.wait, 30)

    def _give(self, name: str, order: Order) -> None:
        self.tasks[name] = asyncio.create_task(self.scheduler.run(name[0], Piece(self.machine, name), order))

    async def finish(self) -> dict[str, object]:
        """Return what came of each piece, and let everything go on."""
        self.machine.go.release(100)
        found = await asyncio.gather(*self.tasks.values(), return_exceptions=True)
        return dict(zip(self.tasks, found, strict=True))


FIRST, AHEAD, BULK = (Order(need, cost=0.1) for need in (Need.FIRST, Need.AHEAD, Need.BULK))


def test_waiting_pieces_are_done_at_once_in_the_order_of_the_queue() -> None:
    async def test() -> None:
        stage = Stage(Machine(most=4), Scheduler(lambda: 0.0))
        async with stage.scheduler.serving():
            await stage.hold()
            for name in ("a1", "a2", "a3", "b1", "c1", "c2"):
                await stage.ask(name, BULK)
            found = await stage.finish()
        assert stage.machine.batches == [["held"], ["a1", "b1", "c1", "a2"], ["c2", "a3"]]
        assert all(found[name] == name for name in found)

    run(test())


def test_first_pieces_are_done_with_first_pieces_only() -> None:
    async def test() -> None:
        stage = Stage(Machine(), Scheduler(lambda: 0.0))
        async with stage.scheduler.serving():
            await stage.hold()
            for name, order in (("a", BULK), ("b", AHEAD), ("c", FIRST), ("d", FIRST), ("e", BULK)):
                await stage.ask(name, order)
            await stage.finish()
        assert stage.machine.batches == [["held"], ["c", "d"], ["b"], ["a", "e"]]

    run(test())


def test_where_nothing_is_gained_pieces_are_done_one_by_one() -> None:
    async def test() -> None:
        stage = Stage(Machine(most=0), Scheduler(lambda: 0.0))
        async with stage.scheduler.serving():
            await stage.hold()
            for name in "abc":
                await stage.ask(name, BULK)
            await stage.finish()
        assert stage.machine.batches == [["held"], ["a"], ["b"], ["c"]]

    run(test())


def test_other_work_is_neither_taken_along_nor_passed_over() -> None:
    async def test() -> None:
        stage = Stage(Machine(), Scheduler(lambda: 0.0))
        async with stage.scheduler.serving():
            await stage.hold()
            await stage.ask("a", FIRST)
            upkeep = asyncio.create_task(
                stage.scheduler.run("upkeep", lambda: stage.machine.batches.append(["upkeep"]))
            )
            await asyncio.sleep(0)
            await stage.ask("b", FIRST)
            await stage.finish()
            await upkeep
        assert stage.machine.batches == [["held"], ["a"], ["upkeep"], ["b"]]

    run(test())


def test_no_batch_is_longer_than_a_first_piece_may_wait() -> None:
    async def test() -> None:
        stage = Stage(Machine(), Scheduler(lambda: 0.0))
        async with stage.scheduler.serving():
            await stage.hold()
            for name in "abc":
                await stage.ask(name, Order(Need.BULK, cost=0.4 * LONGEST))
            await stage.finish()
        assert stage.machine.batches == [["held"], ["a", "b"], ["c"]]

    run(test())


@pytest.mark.parametrize(("due", "batches"), [(0.31, [["a"], ["b"]]), (0.5, [["a", "b"]])])
def test_what_sounds_is_not_made_with_others_if_it_would_fall_silent(due: float, batches: list[list[str]]) -> None:
    async def test() -> None:
        stage = Stage(Machine(), Scheduler(lambda: 0.0))
        async with stage.scheduler.serving():
            await stage.hold()
            await stage.ask("a", Order(Need.AHEAD, cost=0.1, due=due - 0.1))
            await stage.ask("b", Order(Need.AHEAD, cost=0.1))
            await stage.finish()
        assert stage.machine.batches[1:] == batches

    run(test())


@pytest.mark.parametrize("how", ["cancel", "discard"])
def test_whoever_leaves_while_waiting_is_left_out_and_while_in_work_harms_no_other(how: str) -> None:
    async def test() -> None:
        stage = Stage(Machine(), Scheduler(lambda: 0.0))

        def leave(name: str) -> None:
            if how == "cancel":
                stage.tasks[name].cancel()
            else:
                stage.scheduler.discard(name)

        async with stage.scheduler.serving():
            await stage.hold()
            for name in "abcd":
                await stage.ask(name, BULK)
            leave("b")
            await asyncio.sleep(0)
            await stage.next_batch()
            leave("c")
            found = await stage.finish()
        assert stage.machine.batches[1:] == [["a", "c", "d"]]
        assert found["a"] == "a" and found["d"] == "d"
        assert isinstance(found["b"], asyncio.CancelledError)

    run(test())


def test_a_batch_that_nobody_needs_any_more_is_given_up() -> None:
    async def test() -> None:
        stage = Stage(Machine(), Scheduler(lambda: 0.0))
        async with stage.scheduler.serving():
            await stage.hold()
            for name in "ab":
                await stage.ask(name, BULK)
            await stage.next_batch()
            assert stage.machine.batches[1:] == [["a", "b"]]
            stage.tasks["a"].cancel()
            stage.tasks["b"].cancel()
            assert await stage.scheduler.run("c", lambda: "next") == "next"  # though it was never let go

    run(test())


def test_a_batch_of_files_that_was_just_begun_gives_way_once_and_keeps_its_order() -> None:
    async def test() -> None:
        stage = Stage(Machine(), Scheduler(lambda: 0.0))
        batches = stage.machine.batches
        async with stage.scheduler.serving():
            await stage.hold()
            for name in ("a1", "a2", "b1"):
                await stage.ask(name, BULK)
            await stage.next_batch()
            stage.machine.busy.clear()
            assert await stage.scheduler.run("new", lambda: batches.append(["new"]), FIRST) is None
            await asyncio.to_thread(stage.machine.busy.wait, 30)
            steps = stage.machine.steps
            second = asyncio.create_task(stage.scheduler.run("new", lambda: batches.append(["second"]), FIRST))
            while stage.machine.steps < steps + 3 and ["second"] not in batches:
                await asyncio.sleep(0.001)
            assert ["second"] not in batches
            found = await stage.finish()
            await second
        batches.remove(["second"])
        assert batches[1:3] == [["a1", "b1", "a2"], ["new"]]
        again = [name for batch in batches[3:] for name in batch]
        assert sorted(again) == ["a1", "a2", "b1"]
        assert again.index("a1") < again.index("a2")
        assert all(found[name] == name for name in found)

    run(test())


def test_each_piece_of_a_batch_has_its_own_error() -> None:
    async def test() -> None:
        stage = Stage(Machine(errors={"b": Unspeakable("no")}), Scheduler(lambda: 0.0))
        async with stage.scheduler.serving():
            await stage.hold()
            for name in "abc":
                await stage.ask(name, BULK)
            found = await stage.finish()
        assert stage.machine.batches[1] == ["a", "b", "c"]
        assert found["a"] == "a" and found["c"] == "c"
        assert isinstance(found["b"], Unspeakable)

    run(test())


def test_a_batch_that_breaks_is_done_one_by_one(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        stage = Stage(Machine(breaks=True), Scheduler(lambda: 0.0))
        async with stage.scheduler.serving():
            await stage.hold()
            for name in "abc":
                await stage.ask(name, BULK)
            found = await stage.finish()
        assert stage.machine.batches[1:] == [["a", "b", "c"], ["a"], ["b"], ["c"]]
        assert [found[name] for name in "abc"] == ["a", "b", "c"]

    run(test())
    assert "one by one" in caplog.text


NEEDS = st.sampled_from([Need.FIRST, Need.AHEAD, Need.BULK])
JOBS = st.lists(st.tuples(st.sampled_from("abcd"), NEEDS, st.floats(0.01, 0.5)), max_size=20)


@given(JOBS, st.integers(1, 4))
def test_batches_are_cut_from_the_row_that_the_queue_gives_one_by_one(
    jobs: list[tuple[str, Need, float]], most: int
) -> None:
    def queue() -> FairQueue[int]:
        made: FairQueue[int] = FairQueue()
        for number, (owner, need, cost) in enumerate(jobs):
            made.push(owner, number, Order(need, cost=cost))
        return made

    one_by_one = queue()
    row = [one_by_one.pop() for _ in jobs]
    together, batched = queue(), []
    while len(together):
        batch = [together.pop()]
        while len(batch) < most and (job := together.pop_beside(0.0, 0.0, lambda job, order: True)) is not None:
            batch.append(job)
        assert len({jobs[job][1] for job in batch}) == 1
        batched += batch

    assert batched == row
