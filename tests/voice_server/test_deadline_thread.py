from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from functools import partial

import pytest

from voice_server.deadline_thread import DeadlineThread, Stuck


def run(test: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 50))


def test_calls_run_in_order_on_one_other_thread() -> None:
    async def test() -> None:
        thread = DeadlineThread("test")
        threads = [await thread.call(threading.current_thread, 30) for _ in range(2)]
        assert threads[0] is threads[1]
        assert threads[0] is not threading.current_thread()

    run(test())


def test_an_error_reaches_the_caller() -> None:
    async def test() -> None:
        thread = DeadlineThread("test")
        with pytest.raises(ZeroDivisionError):
            await thread.call(lambda: 1 / 0, 30)
        with pytest.raises(TimeoutError):  # the call's own, no deadline
            await thread.call(_time_out, 30)
        assert not thread.stuck
        assert await thread.call(lambda: 3, 30) == 3

    run(test())


def _time_out() -> None:
    raise TimeoutError


def test_many_calls_at_once_are_no_call_that_hangs() -> None:
    """Fifty looks at the devices were: the last ones waited for their turn longer than for a dead device."""

    async def test() -> None:
        thread = DeadlineThread("test")
        calls = [thread.call(partial(time.sleep, 0.12), 2.0) for _ in range(20)]
        await asyncio.gather(*calls)
        assert not thread.stuck

    run(test())


def test_who_waits_behind_a_call_that_hangs_hears_of_it_at_once() -> None:
    async def test() -> None:
        thread, release = DeadlineThread("test"), threading.Event()
        calls = [asyncio.create_task(thread.call(release.wait, seconds)) for seconds in (0.05, 60, 60)]
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(result) for result in results] == [Stuck] * 3
        release.set()

    run(test())


def test_a_call_that_hangs_is_given_up_and_so_are_all_after_it() -> None:
    async def test() -> None:
        thread, release, undone = DeadlineThread("test"), threading.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def undo(result: bool) -> None:
            loop.call_soon_threadsafe(undone.set)

        with pytest.raises(Stuck):
            await thread.call(release.wait, 0.05, undo=undo)
        assert thread.stuck
        with pytest.raises(Stuck):
            await thread.call(lambda: 1, 30)
        assert not undone.is_set()
        release.set()
        await undone.wait()

    run(test())


@pytest.mark.parametrize("finished", [False, True])
def test_the_result_of_a_cancelled_call_is_undone(finished: bool) -> None:
    async def test() -> None:
        thread, release, undone = DeadlineThread("test"), threading.Event(), asyncio.Event()
        entered = threading.Event()
        loop = asyncio.get_running_loop()

        def function() -> int:
            entered.set()
            release.wait()
            return 7

        results: list[int] = []

        def undo(result: int) -> None:
            results.append(result)
            loop.call_soon_threadsafe(undone.set)

        calling = asyncio.create_task(thread.call(function, 30, undo=undo))
        await asyncio.sleep(0)
        assert entered.wait(20)
        if finished:  # the result is there, but the loop had no turn to deliver it
            release.set()
            behind = threading.Event()
            thread._jobs.put(behind.set)
            assert behind.wait(20)
        calling.cancel()
        await asyncio.wait({calling})
        release.set()
        await undone.wait()
        assert results == [7]
        assert calling.cancelled()

    run(test())
