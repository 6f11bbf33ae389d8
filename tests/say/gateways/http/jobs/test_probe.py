"""Whoever looks whether jobs can be taken is told at once, whatever their database does."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from common.settings import load
from say.gateways.http.configuration import HttpConfiguration
from say.gateways.http.jobs import probe
from say.gateways.http.jobs.database import Database, JobsUnavailable
from say.gateways.http.jobs.probe import Probe
from say.gateways.http.jobs.service import Jobs, JobsPlace
from say.gateways.http.jobs.states import State
from say.gateways.http.jobs.store import Store
from say.gateways.http.metrics import Metrics
from tests.fakes.http import run
from tests.fakes.speech import FakeSpeech
from tests.say.gateways.http.jobs.fakes import DEADLINE
from tests.say.gateways.http.jobs.postgresql import Postgresql

SILENT = "the database of the jobs does not answer"


class Seconds:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Looks:
    """Looks at a database that is down while `down`, and takes for ever while it `hangs`."""

    def __init__(self) -> None:
        self.number = 0
        self.down: Exception | None = None
        self._answers = threading.Event()
        self._answers.set()

    def __call__(self) -> None:
        self.number += 1
        assert self._answers.wait(DEADLINE)
        if self.down is not None:
            raise self.down

    def hang(self, hangs: bool) -> None:
        (self._answers.clear if hangs else self._answers.set)()


async def measured(jobs: Jobs) -> set[str]:
    """Return what the metrics have of the number of jobs."""
    metrics = Metrics()
    metrics.jobs.labels("pending").set(1)
    await jobs.measure(metrics)
    return {line for line in metrics.text().decode().splitlines() if line.startswith("say_http_jobs{")}


async def until(met: Callable[[], bool]) -> None:
    """Wait for what a thread does, up to the end of `run`."""
    while not met():
        await asyncio.sleep(0.001)


def test_it_tells_what_is_missing_and_when_it_is_back() -> None:
    async def scenario() -> None:
        looks, clock = Looks(), Seconds()
        found = Probe(looks, clock)
        assert await found.trouble() is None
        looks.down = JobsUnavailable("no database", "Start it.")
        clock.now += 60
        assert await found.trouble() == "no database. Start it."
        looks.down = None
        clock.now += 60
        assert await found.trouble() is None

    run(scenario())


def test_what_was_found_holds_for_a_moment() -> None:
    async def scenario() -> None:
        looks, clock = Looks(), Seconds()
        found = Probe(looks, clock)
        for _ in range(10):
            assert await found.trouble() is None
        assert looks.number == 1
        clock.now += 2
        await asyncio.gather(*(found.trouble() for _ in range(10)))
        assert looks.number == 2

    run(scenario())


def test_what_does_not_answer_is_told_and_no_second_look_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "_PATIENCE", 0.01)

    async def scenario() -> None:
        looks, clock = Looks(), Seconds()
        looks.hang(True)
        found = Probe(looks, clock)
        for _ in range(3):
            assert await found.trouble() == SILENT
            clock.now += 600
        assert looks.number == 1
        looks.hang(False)
        await until(lambda: found._looking is None)
        assert await found.trouble() is None
        assert looks.number == 1

    run(scenario())


def test_only_the_first_waits_for_what_does_not_answer() -> None:
    async def scenario() -> None:
        looks, clock = Looks(), Seconds()
        looks.hang(True)
        found = Probe(looks, clock)
        first = asyncio.create_task(found.trouble())
        await until(lambda: looks.number == 1)
        clock.now += 600  # the first goes by the loop's clock
        assert await found.trouble() == SILENT
        assert not first.done()
        looks.hang(False)
        assert await first is None

    run(scenario())


def test_what_nobody_thought_of_is_no_readiness_either(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        looks = Looks()
        looks.down = ValueError()
        assert await Probe(looks).trouble() == "ValueError"

    run(scenario())
    assert "ValueError" in caplog.text


def test_a_look_sees_that_nothing_can_be_written(tmp_path: Path, store: Store) -> None:
    if not (tmp_path / "jobs").exists():
        pytest.skip("it is no file")
    store.check()
    with closing(sqlite3.connect(tmp_path / "jobs" / "jobs.sqlite3", isolation_level=None)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = (tmp_path / "jobs" / "jobs.sqlite3-wal").stat().st_size
        store.check()
        assert (tmp_path / "jobs" / "jobs.sqlite3-wal").stat().st_size == before  # a look costs no write
    (tmp_path / "jobs").rename(tmp_path / "elsewhere")
    with pytest.raises(JobsUnavailable):
        store.check()
    (tmp_path / "elsewhere").rename(tmp_path / "jobs")
    store.check()


def test_jobs_cannot_be_taken_while_their_file_is_gone_or_another_program_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "_HOLDS", 0.0)
    folder = tmp_path / "http-jobs"

    async def scenario() -> None:
        jobs = Jobs(FakeSpeech().as_client(), JobsPlace.of(HttpConfiguration(), load(environment={}), tmp_path))
        await jobs.open()
        assert await jobs.trouble() is None

        folder.rename(tmp_path / "elsewhere")
        assert "the database of the jobs was removed or replaced" in str(await jobs.trouble())
        (tmp_path / "elsewhere").rename(folder)
        assert await jobs.trouble() is None

        with closing(sqlite3.connect(folder / "jobs.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            monkeypatch.setattr(probe, "_PATIENCE", 0.01)
            assert await jobs.trouble() == SILENT
            assert await measured(jobs) == set()  # at once
            other.execute("ROLLBACK")
        monkeypatch.setattr(probe, "_PATIENCE", DEADLINE)
        assert await jobs.trouble() is None
        assert len(await measured(jobs)) == len(State)
        await jobs.close()

    run(scenario())


def test_jobs_cannot_be_taken_while_their_server_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "_HOLDS", 0.0)
    monkeypatch.setattr(probe, "_PATIENCE", DEADLINE)
    with Postgresql() as server, closing(Database(server.url)) as database:

        async def scenario() -> None:
            found = Probe(Store(database).check)
            assert await found.trouble() is None
            await asyncio.to_thread(server.stop)
            assert "Look whether its server runs" in str(await found.trouble())
            await asyncio.to_thread(server.start)
            assert await found.trouble() is None

        run(scenario())
