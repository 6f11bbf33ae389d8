from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Unspeakable
from model_server.scheduler import MOST_URGENT, FairQueue, Scheduler


def run(test: Coroutine[Any, Any, None]) -> None:
    async def in_time() -> None:
        async with asyncio.timeout(10):
            await test

    asyncio.run(in_time())


def test_owners_take_turns_and_keep_their_own_order() -> None:
    queue: FairQueue[str] = FairQueue()
    for owner, job in [("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1"), ("c", "c1"), ("c", "c2")]:
        queue.push(owner, job)

    assert [queue.pop() for _ in range(6)] == ["a1", "b1", "c1", "a2", "c2", "a3"]


def test_whoever_sounds_goes_first_and_starves_nobody() -> None:
    sounds = "b"
    queue: FairQueue[str] = FairQueue()
    queue.urgent = lambda owner: owner == sounds
    for job in ("a1", "a2", "b1", "b2", "c1"):
        queue.push(job[0], job)
    assert [queue.pop() for _ in range(2)] == ["b1", "b2"]
    sounds = "c"  # it is another's turn by now
    assert [queue.pop() for _ in range(3)] == ["c1", "a1", "a2"]

    for number in range(2 * MOST_URGENT):
        queue.push("c", f"c{number}")
    queue.push("a", "a3")
    served = [queue.pop() for _ in range(2 * MOST_URGENT + 1)]
    assert served.index("a3") == MOST_URGENT
    assert [job for job in served if job != "a3"] == [f"c{number}" for number in range(2 * MOST_URGENT)]


def test_an_empty_queue_says_so() -> None:
    with pytest.raises(IndexError):
        FairQueue().pop()


def test_discard_returns_what_was_waiting() -> None:
    queue: FairQueue[int] = FairQueue()
    queue.push("a", 1)
    queue.push("a", 2)
    queue.push("b", 3)

    assert list(queue.discard("a")) == [1, 2]
    assert list(queue.discard("a")) == []
    assert len(queue) == 1 and queue.pop() == 3


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("push"), st.integers(0, 4)),
        st.just(("pop", 0)),
        st.tuples(st.just("discard"), st.integers(0, 4)),
    ),
    max_size=60,
)


@given(STEPS)
def test_nobody_waits_for_more_than_one_job_of_each_other(steps: list[tuple[str, int]]) -> None:
    queue: FairQueue[tuple[int, int]] = FairQueue()
    waiting: dict[int, deque[int]] = {owner: deque() for owner in range(5)}
    since: dict[int, list[int]] = {owner: [] for owner in range(5)}  # who was served while this owner waited
    pushed = 0
    for step, owner in steps:
        if step == "push":
            queue.push(owner, (owner, pushed))
            waiting[owner].append(pushed)
            pushed += 1
        elif step == "discard":
            assert list(queue.discard(owner)) == [(owner, job) for job in waiting[owner]]
            waiting[owner].clear()
            since[owner].clear()
        elif any(waiting.values()):
            served, job = queue.pop()
            assert job == waiting[served].popleft()
            since[served].clear()
            for other in range(5):
                if waiting[other] and other != served:
                    since[other].append(served)
                    assert len(set(since[other])) == len(since[other])
        assert len(queue) == sum(map(len, waiting.values()))


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
            first = asyncio.create_task(scheduler.run("a", lambda: gate.wait(5)))
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
        gate.wait(5)
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
            busy = asyncio.create_task(scheduler.run("a", lambda: gate.wait(5)))
            waiting = asyncio.create_task(scheduler.run("b", lambda: None))
            while scheduler.queued != 1:
                await asyncio.sleep(0)
            scheduler.discard("b")
            await asyncio.wait({waiting}, timeout=5)
            assert waiting.cancelled()
            gate.set()
            await busy

    run(test())
