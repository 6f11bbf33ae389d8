from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

import pytest

from common.errors import Unspeakable
from model_server.engines.steps import GivenUp, step
from model_server.fair_queue import Need, Order
from model_server.scheduler import Scheduler


def run(test: Coroutine[Any, Any, None]) -> None:
    async def in_time() -> None:
        async with asyncio.timeout(50):
            await test

    asyncio.run(in_time())


def test_work_runs_one_at_a_time_in_one_thread_and_in_order() -> None:
    threads: set[int] = set()
    order: list[int] = []
    at_work = threading.Lock()

    def work(number: int) -> int:
        assert at_work.acquire(blocking=False)
        threads.add(threading.get_ident())
        order.append(number)
        at_work.release()
        return number

    async def test() -> None:
        scheduler = Scheduler()
        async with scheduler.serving():
            results = await asyncio.gather(*(scheduler.run("a", lambda n=n: work(n)) for n in range(20)))  # type: ignore[misc]
        assert results == list(range(20))

    run(test())
    assert len(threads) == 1
    assert order == list(range(20))


@pytest.mark.parametrize(
    "error, seen",
    [
        (Unspeakable("no"), Unspeakable),
        (ZeroDivisionError(), ZeroDivisionError),
        (SystemExit(1), RuntimeError),
        (StopIteration(), RuntimeError),
    ],
)
def test_a_failure_belongs_to_the_one_who_asked(error: BaseException, seen: type[Exception]) -> None:
    def fail() -> None:
        raise error

    async def test() -> None:
        scheduler = Scheduler()
        async with scheduler.serving():
            with pytest.raises(seen):
                await scheduler.run("a", fail)
            assert await scheduler.run("a", lambda: "alive") == "alive"

    run(test())


def test_work_that_nobody_awaits_any_more_is_not_begun() -> None:
    begun: list[str] = []
    gate = threading.Event()

    async def test() -> None:
        scheduler = Scheduler()
        async with scheduler.serving():
            first = asyncio.create_task(scheduler.run("a", lambda: gate.wait(30)))
            second = asyncio.create_task(scheduler.run("a", lambda: begun.append("second")))
            third = asyncio.create_task(scheduler.run("b", lambda: begun.append("third")))
            await asyncio.sleep(0)
            second.cancel()
            gate.set()
            await asyncio.gather(first, third)
            with pytest.raises(asyncio.CancelledError):
                await second

    run(test())
    assert begun == ["third"]


def test_work_under_way_ends_although_its_asker_left() -> None:
    gate = threading.Event()
    done: list[str] = []

    def work() -> None:
        gate.wait(30)
        done.append("work")

    async def test() -> None:
        scheduler = Scheduler()
        async with scheduler.serving():
            task = asyncio.create_task(scheduler.run("a", work))
            while scheduler.queued or not task.done():
                await asyncio.sleep(0)
                if not scheduler.queued:
                    task.cancel()
            gate.set()
            assert await scheduler.run("b", lambda: list(done)) == ["work"]

    run(test())


def test_discarded_work_is_cancelled_for_whoever_awaits_it() -> None:
    gate = threading.Event()

    async def test() -> None:
        scheduler = Scheduler()
        async with scheduler.serving():
            busy = asyncio.create_task(scheduler.run("a", lambda: gate.wait(30)))
            waiting = asyncio.create_task(scheduler.run("b", lambda: None))
            while scheduler.queued != 1:
                await asyncio.sleep(0)
            scheduler.discard("b")
            await asyncio.wait({waiting}, timeout=30)
            assert waiting.cancelled()
            gate.set()
            await busy

    run(test())


def test_time_decides_what_goes_first() -> None:
    gate = threading.Event()
    now = 0.0
    done: list[str] = []

    async def test() -> None:
        nonlocal now
        scheduler = Scheduler(lambda: now)
        async with scheduler.serving():
            busy = asyncio.create_task(scheduler.run("a", lambda: gate.wait(30)))
            sounds = Order(Need.AHEAD, cost=1.0, due=scheduler.now() + 10.0)
            ahead = asyncio.create_task(scheduler.run("sounds", lambda: done.append("sounds"), sounds))
            first = asyncio.create_task(scheduler.run("new", lambda: done.append("new"), Order(Need.FIRST, cost=1.0)))
            while scheduler.queued != 2:
                await asyncio.sleep(0)
            now = 9.0
            gate.set()
            await asyncio.gather(busy, ahead, first)

    run(test())
    assert done == ["sounds", "new"]


class Steps:
    """Work of endless steps, the first of which the test is told of."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.given_up = threading.Event()

    def __call__(self) -> None:
        try:
            for _ in range(60_000):  # a minute
                step()
                self.begun.set()
                threading.Event().wait(0.001)
        except GivenUp:
            self.given_up.set()
            raise


@pytest.mark.parametrize("how", ["the asker is cancelled", "the owner is discarded"])
def test_work_that_nobody_needs_any_more_is_given_up_with_its_next_step(how: str) -> None:
    async def test() -> None:
        scheduler, work = Scheduler(), Steps()
        async with scheduler.serving():
            asking = asyncio.create_task(scheduler.run("a", work))
            await asyncio.to_thread(work.begun.wait, 30)
            if how == "the asker is cancelled":
                asking.cancel()
            else:
                scheduler.discard("b")
                assert not asking.done()
                scheduler.discard("a")
            assert await scheduler.run("b", lambda: "next") == "next"
            assert work.given_up.is_set()
            await asyncio.wait({asking}, timeout=30)
            assert asking.cancelled()

    run(test())


class Bulk:
    """A piece of a file: steps until it may end."""

    def __init__(self) -> None:
        self.times = 0
        self.begun = threading.Event()
        self.go = threading.Event()

    def __call__(self) -> str:
        self.times += 1
        self.begun.set()
        while not self.go.wait(0.001):
            step()
        return "written"


@pytest.mark.parametrize("elapsed, order", [(1.0, ["first", "written"]), (6.0, ["written", "first"])])
def test_a_piece_of_a_file_that_was_just_begun_gives_way_to_what_somebody_waits_for(
    elapsed: float, order: list[str]
) -> None:
    now = 0.0
    ended: list[str] = []

    async def test() -> None:
        nonlocal now
        scheduler, bulk = Scheduler(lambda: now), Bulk()
        async with scheduler.serving():
            writing = asyncio.create_task(scheduler.run("file", bulk, Order(Need.BULK, cost=10.0)))
            writing.add_done_callback(lambda task: ended.append(task.result()))
            await asyncio.to_thread(bulk.begun.wait, 30)
            bulk.begun.clear()
            now = elapsed
            first = asyncio.create_task(scheduler.run("new", lambda: "first", Order(Need.FIRST, cost=0.5)))
            first.add_done_callback(lambda task: ended.append(task.result()))
            if order[0] == "first":
                await first
                await asyncio.to_thread(bulk.begun.wait, 30)
                # It gives way no second time.
                second = asyncio.create_task(scheduler.run("new", lambda: "second", Order(Need.FIRST, cost=0.5)))
                while not scheduler.queued:
                    await asyncio.sleep(0)
                assert not second.done()
            bulk.go.set()
            await asyncio.gather(writing, first)
        assert bulk.times == (2 if order[0] == "first" else 1)

    run(test())
    assert ended == order


def test_nothing_gives_way_to_what_is_not_heard_yet_or_not_heard_at_all() -> None:
    async def test() -> None:
        scheduler, bulk = Scheduler(lambda: 0.0), Bulk()
        scheduler.prefer(lambda: "another")
        async with scheduler.serving():
            writing = asyncio.create_task(scheduler.run("file", bulk, Order(Need.BULK, cost=10.0)))
            await asyncio.to_thread(bulk.begun.wait, 30)
            later = [
                asyncio.create_task(scheduler.run("waits", lambda: None, Order(Need.FIRST, aloud=True))),
                asyncio.create_task(scheduler.run("ahead", lambda: None, Order(Need.AHEAD))),
                asyncio.create_task(scheduler.run("upkeep", lambda: None)),
            ]
            while scheduler.queued < len(later):
                await asyncio.sleep(0)
            bulk.go.set()
            await asyncio.gather(writing, *later)
        assert bulk.times == 1

    run(test())
