"""Who listens while it is made leaves nothing open."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import pytest

from common.errors import OutputFailed
from say.gateways.http.failures import Refused
from say.gateways.http.jobs import listening
from say.gateways.http.jobs.database import JobsUnavailable
from say.gateways.http.jobs.part import PartFile, PartReader, part_path
from say.gateways.http.jobs.service import Jobs
from say.gateways.http.jobs.states import Job, State
from say.gateways.http.jobs.threads import Threads
from tests.say.gateways.http.jobs.fakes import DEADLINE


def test_a_listener_that_goes_just_as_the_file_opens_leaves_it_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = part_path(tmp_path, UUID(int=1), 0)
    PartFile(path, "digest").close()
    opening, go_on = threading.Event(), threading.Event()

    def slow(path: Path) -> PartReader:
        opening.set()
        assert go_on.wait(DEADLINE)
        return PartReader(path)

    monkeypatch.setattr(listening, "PartReader", slow)

    async def run() -> None:
        threads = Threads()
        jobs = SimpleNamespace(threads=threads, shop=SimpleNamespace(part=lambda job: path))
        task = asyncio.create_task(listening._opened(cast(Jobs, jobs), cast(Job, None)))
        await asyncio.to_thread(opening.wait, DEADLINE)
        task.cancel()
        asyncio.get_running_loop().call_later(0.02, go_on.set)
        with pytest.raises(asyncio.CancelledError):
            await task
        threads.close()

    asyncio.run(run())
    assert not [link for link in Path("/proc/self/fd").iterdir() if str(tmp_path) in _target(link)]


@pytest.mark.parametrize(
    "status, attempt, broken",
    [(State.PROCESSING, 0, False), (State.PROCESSING, 1, True), (State.FAILED, 0, True), (State.CANCELLED, 0, True)],
)
def test_who_listens_to_one_attempt_is_given_nothing_of_another(status: State, attempt: int, broken: bool) -> None:
    async def get(job: UUID) -> SimpleNamespace:
        return SimpleNamespace(id=job, status=status, attempt=attempt)

    listened = cast(Job, SimpleNamespace(id=UUID(int=1), attempt=0))
    present = listening._present(cast(Jobs, SimpleNamespace(get=get)), listened)
    if broken:
        with pytest.raises(listening.BrokenOff):
            asyncio.run(present)
    else:
        assert asyncio.run(present).status == status


def test_a_database_that_is_out_of_order_breaks_off_nobody_who_listens() -> None:
    async def get(job: UUID) -> Job:
        raise JobsUnavailable("the server is gone")

    listened = cast(Job, SimpleNamespace(id=UUID(int=1), attempt=0, status=State.PROCESSING))
    assert asyncio.run(listening._present(cast(Jobs, SimpleNamespace(get=get)), listened)) is listened


@pytest.mark.parametrize("hangs", [True, False])
def test_a_store_out_of_reach_is_told_in_time(monkeypatch: pytest.MonkeyPatch, hangs: bool) -> None:
    monkeypatch.setattr(listening, "_PATIENCE", 0.05)
    go_on = threading.Event()

    def size(job: UUID, attempt: int) -> int:
        assert not hangs or go_on.wait(DEADLINE)
        raise OutputFailed("the s3 store cannot be read: ConnectionError")

    jobs = SimpleNamespace(shop=SimpleNamespace(audio=SimpleNamespace(size=size)))
    job = cast(Job, SimpleNamespace(id=UUID(int=1), attempt=0))
    try:
        with pytest.raises(Refused, match="does not answer" if hangs else "cannot be read") as raised:
            asyncio.run(listening._size(cast(Jobs, jobs), job))
    finally:
        go_on.set()
    assert (raised.value.status, raised.value.headers) == (503, {"Retry-After": "60"})


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except FileNotFoundError:  # that of the listing itself
        return ""
