"""Who only looks waits for nobody, and nothing is taken from a thread that works."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from say.gateways.http.jobs.store import Store
from say.gateways.http.jobs.threads import Threads
from tests.say.gateways.http.jobs.conftest import order
from tests.say.gateways.http.jobs.fakes import DEADLINE


def test_while_another_program_holds_the_database_it_can_be_looked_at(tmp_path: Path, store: Store) -> None:
    """Requests that waited for its lock took all threads, and a status took as long as they."""
    (job,), _ = store.add([order()])

    async def run(other: sqlite3.Connection) -> None:
        threads = Threads()
        try:
            waiting = [asyncio.create_task(threads.change(store.add, [order(str(number))])) for number in range(8)]
            await asyncio.sleep(0)  # all of them are on their way
            found = await asyncio.wait_for(threads.call(store.get, job.id), DEADLINE)
            assert found.id == job.id
            assert not any(task.done() for task in waiting)
        finally:
            other.execute("ROLLBACK")
        assert all(fresh for _, fresh in await asyncio.gather(*waiting))
        threads.close()

    with closing(sqlite3.connect(tmp_path / "jobs" / "jobs.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asyncio.run(run(other))


def test_who_is_cancelled_learns_of_it_when_the_thread_has_ended() -> None:
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        assert go_on.wait(DEADLINE)
        ended.set()

    async def run() -> None:
        threads = Threads()
        task = asyncio.create_task(threads.call(work))
        await asyncio.to_thread(begun.wait, DEADLINE)
        task.cancel()
        asyncio.get_running_loop().call_later(0.05, go_on.set)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended.is_set()
        threads.close()

    asyncio.run(run())
