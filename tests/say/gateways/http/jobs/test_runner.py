"""Jobs are worked at from wherever they are, end as they should, and never lose sound that was made."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from common.errors import Cancelled, ConnectionLost, SayError, Stopped, UnknownVoice
from say.gateways.http.jobs import listening, making, removing, runner, storing
from say.gateways.http.jobs.database import Database, JobsUnavailable
from say.gateways.http.jobs.owners import Owner
from say.gateways.http.jobs.part import HEADER, PartFile, part_path
from say.gateways.http.jobs.ranges import Span
from say.gateways.http.jobs.requests import answer_of
from say.gateways.http.jobs.service import Jobs
from say.gateways.http.jobs.states import Job, State, generating
from say.gateways.http.jobs.store import utc_now
from say.gateways.http.jobs.work_list import LEASE, WorkList
from say.gateways.http.jobs.workshop import Workshop
from tests.say.gateways.http.jobs.conftest import order
from tests.say.gateways.http.jobs.fakes import DEADLINE, FailingFiles, Gate, LetterClient, Place, sound_of, until

TEXT = "abcdefghijklmnopqrst"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tries follow each other at once."""
    monkeypatch.setattr(making, "_PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(storing, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(storing, "_LONGEST_PAUSE", 0.01)


@pytest.fixture
def place(tmp_path: Path, database: Database) -> Place:
    return Place(tmp_path, database)


def added(place: Place, text: str = TEXT, user: str = "") -> Job:
    (job,), _ = place.store.add([order(text, user)])
    return job


async def ended(place: Place, job: Job) -> Job:
    await until(lambda: place.job(job).final, "the end of the job")
    return place.job(job)


def sound(place: Place, job: Job) -> bytes:
    return (place.sound / f"{job.id}.wav").read_bytes()[HEADER:]


def parts(place: Place) -> list[Path]:
    return list(place.parts.iterdir())


def run_one(place: Place, client: LetterClient, limit: float = 60.0) -> Job:
    """Return a job after its end."""

    async def run() -> Job:
        job = added(place)
        async with place.running(client, limit=limit):
            return await ended(place, job)

    return asyncio.run(run())


def test_a_job_is_made_stored_and_completed(place: Place) -> None:
    client = LetterClient()
    done = run_one(place, client)
    assert (done.status, done.progress, done.owner, done.engine) == (State.COMPLETED, 100, None, "tone")
    assert done.audio_url == f"/api/v1/tts/{done.id}/audio"
    assert done.duration == len(TEXT) / 24_000
    assert sound(place, done) == sound_of(TEXT)
    assert parts(place) == []
    assert client.asked[0]["bulk"] is True
    assert client.asked[0]["on_behalf_of"] == "job of "


def test_what_the_daemon_says_of_how_it_speaks_is_kept_once_with_the_job(place: Place) -> None:
    failures = iter([ConnectionLost("gone")])

    def before(letter: str) -> None:
        if letter == TEXT[3]:
            for failure in failures:
                raise failure

    done = run_one(place, LetterClient(before, ["speaking with espeak", "no rules are used"]))
    assert (done.status, done.remark) == (State.COMPLETED, "speaking with espeak\nno rules are used")
    assert answer_of(done).remark == done.remark


def test_a_job_that_is_tried_again_loses_what_was_said_of_it(place: Place) -> None:
    def before(letter: str) -> None:
        raise Stopped("stopped")

    failed = run_one(place, LetterClient(before, ["speaking with espeak"]))
    assert (failed.status, failed.remark) == (State.FAILED, "speaking with espeak")
    assert place.store.retry(failed.id).remark is None


def test_percentages_are_those_of_the_original_service_and_rise_with_the_pieces(place: Place) -> None:
    async def run() -> list[int]:
        job = added(place)
        seen = []
        gate = Gate(TEXT[10])
        async with place.running(LetterClient(gate)) as running:
            with running._shop.news.of(job.id) as changed:
                while not place.job(job).final:
                    changed.clear()
                    seen.append(place.job(job).progress)
                    if gate.reached.is_set() and seen[-1] >= 45:
                        gate.open()
                    await asyncio.sleep(0.001)
        return [*seen, place.job(job).progress]

    seen = asyncio.run(run())
    assert seen == sorted(seen)
    assert 45 in seen, "half of the text was spoken when it was held"
    assert seen[-1] == 100


@pytest.mark.parametrize(
    "error, state, said",
    [
        (
            UnknownVoice("there is no such voice", "Choose another."),
            State.FAILED,
            "there is no such voice. Choose another.",
        ),
        (Stopped("stopped"), State.FAILED, "it was stopped together with other speech"),
        (Cancelled("cancelled"), State.CANCELLED, "cancelled"),
        (
            OSError(28, "No space left on device"),
            State.FAILED,
            "its sound cannot be kept: no space left on device. Make",
        ),
        (ZeroDivisionError(), State.FAILED, "something went wrong here. The log"),
    ],
)
def test_a_job_that_ends_badly_says_why_and_leaves_no_part(
    place: Place, error: BaseException, state: State, said: str
) -> None:
    def fail(letter: str) -> None:
        if letter == "d":
            raise error

    done = run_one(place, LetterClient(fail))
    assert done.status == state
    assert (done.error or "").startswith(said)
    assert (done.owner, done.audio_url) == (None, None)
    assert 30 < done.progress < 60
    assert parts(place) == []


def test_a_job_that_takes_too_long_fails_and_is_silent(place: Place) -> None:
    gate = Gate("d")  # where it is kept until it is stopped
    client = LetterClient(gate, when_stopped=gate.open)

    done = run_one(place, client, limit=0.3)
    assert (done.status, done.error) == (
        State.FAILED,
        "it was not done after 0.3 s. Split the text, or raise SAY_HTTP_JOB_TIMEOUT.",
    )
    assert client.made == list("abc")[: len(client.made)], "on a busy machine fewer"


def test_a_database_that_is_out_of_order_at_the_limit_gives_no_more_time(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the end could not be written, the job began anew with all of its time."""
    monkeypatch.setattr(runner, "POLL", 0.01)
    change, refusals = WorkList.change, iter([True, True, True])
    gate = Gate("d")
    client = LetterClient(gate, when_stopped=gate.open)

    def refuse_ends(self: WorkList, job: Job, **values: object) -> Job | None:
        if values.get("status") == State.FAILED and next(refusals, False):
            raise JobsUnavailable("the server is gone")
        return change(self, job, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(WorkList, "change", refuse_ends)

    done = run_one(place, client, limit=0.3)
    assert (done.status, (done.error or "")[:26]) == (State.FAILED, "it was not done after 0.3 ")
    assert client.made == list("abc")[: len(client.made)], "on a busy machine fewer"


def test_sound_that_is_whole_is_never_too_late(place: Place) -> None:
    """A job whose last piece was made within its time failed if only noting that took longer."""
    job = begun_by_the_dead(place, len(TEXT), whole=True)

    async def run() -> Job:
        async with place.running(LetterClient(), limit=0.0):
            return await ended(place, job)

    assert asyncio.run(run()).status == State.COMPLETED


def test_daemons_that_die_cost_nothing_as_long_as_there_are_pieces_in_between(place: Place) -> None:
    seen: list[str] = []

    def die_twice(letter: str) -> None:
        seen.append(letter)
        if seen.count(letter) < 3:
            raise ConnectionLost("the model server is gone")

    client = LetterClient(die_twice)
    done = run_one(place, client)
    assert done.status == State.COMPLETED
    assert sound(place, done) == sound_of(TEXT)
    assert client.made == list(TEXT)


def test_daemons_that_die_at_the_same_piece_each_time_end_the_job(place: Place) -> None:
    def die(letter: str) -> None:
        if letter == "d":
            raise ConnectionLost("the model server is gone", "Look into its log.")

    client = LetterClient(die)
    done = run_one(place, client)
    assert (done.status, done.error) == (State.FAILED, "the model server is gone. Look into its log.")
    assert client.made == list("abc")


def test_a_worker_that_leaves_gives_back_what_the_next_one_goes_on_with(place: Place) -> None:
    gate = Gate("h")
    first, second = LetterClient(gate, when_stopped=gate.open_late), LetterClient()

    async def run() -> Job:
        job = added(place)
        async with place.running(first):
            await until(lambda: place.job(job).progress == generating(7, len(TEXT)), "the middle")
        assert first.in_work == [], "it is silent when it has left"
        left = place.job(job)
        assert (left.status, left.owner, left.losses) == (State.PROCESSING, None, 0)
        async with place.running(second):
            return await ended(place, job)

    done = asyncio.run(run())
    assert done.status == State.COMPLETED
    assert first.made + second.made == list(TEXT), "no letter twice, none left out"
    assert sound(place, done) == sound_of(TEXT)
    assert second.asked[0]["engine"] == "tone", "the engine stays"


def begun_by_the_dead(place: Place, made: int, *, whole: bool = False) -> Job:
    """Return a job at which a worker worked that was killed."""
    owner = Owner(place.owners)
    work = WorkList(place.database, owner.name)
    added(place)
    job = work.take()
    assert job is not None
    part = PartFile(part_path(place.parts, job.id, job.attempt), making._digest(job))
    for number, letter in enumerate(TEXT[:made]):
        part.append(sound_of(letter))
        part.mark(number + 1)
    if whole:
        part.finish(len(TEXT))
    part.close()
    owner._descriptor, descriptor = -1, owner._descriptor
    import os

    os.close(descriptor)  # as the system does, the file stays
    return job


@pytest.mark.parametrize("made, whole", [(0, False), (1, False), (19, False), (20, False), (20, True)])
def test_what_a_killed_worker_made_is_not_made_again(place: Place, made: int, whole: bool) -> None:
    client = LetterClient()

    async def run() -> Job:
        job = begun_by_the_dead(place, made, whole=whole)
        async with place.running(client):
            return await ended(place, job)

    done = asyncio.run(run())
    assert (done.status, done.attempt) == (State.COMPLETED, 0)
    assert done.losses == (0 if made < len(TEXT) else 1)
    assert client.made == list(TEXT[made:])
    assert sound(place, done) == sound_of(TEXT)
    assert list(place.owners.iterdir()) == []


def test_a_worker_that_lives_keeps_its_jobs(place: Place) -> None:
    first, second = LetterClient(gate := Gate("h")), LetterClient()

    async def run() -> Job:
        job = added(place)
        async with place.running(first):
            await until(gate.reached.is_set, "the middle")
            async with place.running(second) as other:
                await other._look_after_others()
                gate.open()
                return await ended(place, job)

    assert asyncio.run(run()).status == State.COMPLETED
    assert first.made + second.made == list(TEXT)


def test_a_job_of_another_machine_goes_on_here_once_its_lease_is_over_and_not_before(place: Place) -> None:
    elsewhere = "f" * 32  # no lock of it is here
    client = LetterClient()

    async def run() -> Job:
        added(place)
        job = WorkList(place.database, elsewhere).take()
        assert job is not None
        async with place.running(client) as running:
            await running._look_after_others()
            assert (place.job(job).owner, client.made) == (elsewhere, [])
            WorkList(place.database, elsewhere, lambda: utc_now() - 2 * LEASE).renew()
            running.wake()
            return await ended(place, job)

    done = asyncio.run(run())
    assert (done.status, done.losses, client.made) == (State.COMPLETED, 0, list(TEXT))


def test_a_job_that_ends_every_worker_is_ended(place: Place) -> None:
    async def run() -> Job:
        job = added(place)
        for number in range(5):
            work = WorkList(place.database, f"worker {number}")
            assert work.take() is not None
            assert work.disown(f"worker {number}") == 1
        async with place.running(LetterClient()):
            return await ended(place, job)

    done = asyncio.run(run())
    assert done.status == State.FAILED
    assert (done.error or "").startswith("whoever worked at it has ended 5 times in a row")


def test_a_cancelled_job_is_silent_and_the_next_one_goes_on(place: Place) -> None:
    gate = Gate("h")
    client = LetterClient(gate, when_stopped=gate.open_late)

    async def run() -> tuple[Job, Job]:
        job, other = added(place), added(place, "other")
        async with place.running(client, at_once=1) as running:
            await until(gate.reached.is_set, "the middle")
            place.store.cancel(job.id)
            await running.stop(job.id)
            assert TEXT not in client.in_work
            return place.job(job), await ended(place, other)

    cancelled, other = asyncio.run(run())
    assert (cancelled.status, other.status) == (State.CANCELLED, State.COMPLETED)
    assert client.made == [*"abcdefg", *"other"]
    assert parts(place) == []


def test_so_many_at_once_and_no_more(place: Place) -> None:
    client = LetterClient(gate := Gate("x"))

    async def run() -> None:
        jobs = [added(place, f"x{number}") for number in range(5)]
        async with place.running(client, at_once=2) as running:
            await until(lambda: len(client.asked) == 2, "two in work")
            running.wake()
            await asyncio.sleep(0.05)
            assert len(client.asked) == 2
            gate.open()
            for job in jobs:
                assert (await ended(place, job)).status == State.COMPLETED

    asyncio.run(run())


# The store


@pytest.mark.parametrize("torn", [False, True])
def test_a_store_that_fails_costs_time_and_no_sound(tmp_path: Path, database: Database, torn: bool) -> None:
    place = Place(tmp_path, database, FailingFiles(5, torn=torn))
    client = LetterClient()
    done = run_one(place, client)
    assert (done.status, done.notice) == (State.COMPLETED, None)
    assert place.files.tries == 6
    assert client.made == list(TEXT), "nothing is made again"
    assert [path.name for path in place.sound.iterdir()] == [f"{done.id}.wav"]
    assert sound(place, done) == sound_of(TEXT)


def test_while_the_store_is_out_of_reach_the_job_waits_and_says_so(tmp_path: Path, database: Database) -> None:
    place = Place(tmp_path, database, FailingFiles(10**9, ValueError("the secret address")))
    client = LetterClient()

    async def run() -> Job:
        job, other = added(place), added(place, "other")
        async with place.running(client, at_once=1):
            for each in (job, other):  # one that waits holds up no other
                await until(lambda: bool(place.job(each).notice), "a notice")  # noqa: B023  # used at once
            waiting = place.job(job)
            assert (waiting.status, waiting.progress) == (State.PROCESSING, 80)
            assert (waiting.notice or "").startswith("the store cannot be written: ValueError")
            assert "secret" not in (waiting.notice or "")
            assert len(parts(place)) == 4
        place.files.failures = 0
        async with place.running(client):
            await ended(place, other)
            return await ended(place, job)

    done = asyncio.run(run())
    assert (done.status, done.notice) == (State.COMPLETED, None)
    assert sound(place, done) == sound_of(TEXT)
    assert sorted(client.made) == sorted([*TEXT, *"other"])


def test_a_job_says_that_its_store_does_not_answer(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "_SILENCE", 0.02)
    files = FailingFiles()
    place = Place(tmp_path, database, files)
    answers, put_file = threading.Event(), files.put_file

    def put_late(lpath: str, rpath: str) -> None:
        assert answers.wait(DEADLINE)
        put_file(lpath, rpath)

    monkeypatch.setattr(files, "put_file", put_late)

    async def run() -> Job:
        job = added(place)
        async with place.running(LetterClient()):
            try:
                await until(lambda: place.job(job).notice is not None, "the notice")
                told = place.job(job)
            finally:
                answers.set()
            assert (told.status, told.progress) == (State.PROCESSING, 80)
            assert (told.notice or "").startswith("its store has not answered yet")
            return await ended(place, job)

    done = asyncio.run(run())
    assert (done.status, done.notice) == (State.COMPLETED, None)
    assert sound(place, done) == sound_of(TEXT)


def test_what_is_deleted_while_it_is_stored_is_gone(tmp_path: Path, database: Database) -> None:
    place = Place(tmp_path, database, FailingFiles(10**9))
    client = LetterClient()

    async def run() -> None:
        job = added(place)
        async with place.running(client) as running:
            await until(lambda: bool(place.job(job).notice), "a notice")
            place.store.delete(job.id)
            await running.stop(job.id)
            assert await removing.remove_deleted(running._shop)
            assert parts(place) == []
            assert place.store.removals(10) == {}

    asyncio.run(run())


@pytest.mark.parametrize("deleted", [True, False])
def test_what_nobody_wants_any_more_just_as_it_is_stored_is_removed(
    tmp_path: Path, database: Database, deleted: bool
) -> None:
    class Watched(FailingFiles):
        def mv(self, path1: str, path2: str) -> None:
            super().mv(path1, path2)
            (place.store.delete if deleted else place.store.cancel)(job.id)  # by another process, say
            stored.append(path2)

    place = Place(tmp_path, database, Watched())
    stored: list[str] = []

    async def run() -> None:
        async with place.running(LetterClient()):
            await until(lambda: bool(stored), "it is stored")
            await until(lambda: not Path(stored[0]).exists() and not parts(place), "it is gone")

    job = added(place)
    asyncio.run(run())


def test_what_a_thread_stores_after_its_job_was_cancelled_is_removed(tmp_path: Path, database: Database) -> None:
    begun, go_on, stored = threading.Event(), threading.Event(), list[str]()

    class Slow(FailingFiles):
        def put_file(self, lpath: str, rpath: str) -> None:
            begun.set()
            assert go_on.wait(DEADLINE)
            super().put_file(lpath, rpath)

        def mv(self, path1: str, path2: str) -> None:
            super().mv(path1, path2)
            stored.append(path2)

    place = Place(tmp_path, database, Slow())

    async def run() -> None:
        job = added(place)
        async with place.running(LetterClient()) as running:
            await until(begun.is_set, "it is being stored")
            place.store.cancel(job.id)
            await running.stop(job.id)
            part_path(place.parts, job.id, 0).write_bytes(b"sound")  # a store that had opened it has it all
            go_on.set()
            await until(lambda: bool(stored) and not Path(stored[0]).exists(), "it is gone")

    asyncio.run(run())


def test_a_part_that_somebody_removed_ends_the_job_in_words(tmp_path: Path, database: Database) -> None:
    place = Place(tmp_path, database, FailingFiles(10**9))

    async def run() -> Job:
        job = added(place)
        async with place.running(LetterClient()):
            await until(lambda: bool(place.job(job).notice), "a notice")
            for path in parts(place):
                path.unlink()
            return await ended(place, job)

    done = asyncio.run(run())
    assert (done.status, done.error) == (State.FAILED, "its sound is gone from the state directory. Try it again.")


def test_a_database_that_does_not_work_for_a_while_costs_no_sound(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "POLL", 0.01)
    change = WorkList.change
    failures = iter([True, False] * 4)

    def fail_often(self: WorkList, job: Job, **values: object) -> Job | None:
        if next(failures, False):
            raise JobsUnavailable("disk I/O error")
        return change(self, job, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(WorkList, "change", fail_often)
    client = LetterClient()
    done = run_one(place, client)
    assert done.status == State.COMPLETED
    assert client.made == list(TEXT)


def test_progress_does_not_fall_when_disk_and_database_are_full_together(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What began anew after it knew how far the job was when it was taken, and took the percentage back."""
    monkeypatch.setattr(runner, "POLL", 0.01)
    change, told, full = WorkList.change, list[object](), iter([True])

    def told_of(self: WorkList, job: Job, **values: object) -> Job | None:
        if values.get("status") == State.FAILED:
            raise JobsUnavailable("database or disk is full")
        told.append(values.get("progress", 0))
        return change(self, job, **values)  # type: ignore[arg-type]

    def fill(letter: str) -> None:
        if letter == "k" and next(full, False):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(WorkList, "change", told_of)
    assert run_one(place, LetterClient(fill)).status == State.COMPLETED
    assert 45 in told
    assert told == sorted(told)  # type: ignore[type-var]  # numbers


def test_a_job_whose_end_could_not_be_written_is_taken_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "POLL", 0.01)
    fail, broken = Workshop.fail, iter([True])

    async def fail_once(self: Workshop, job: Job, why: str, state: State = State.FAILED) -> None:
        if next(broken, False):
            raise JobsUnavailable("disk I/O error")
        await fail(self, job, why, state)

    monkeypatch.setattr(Workshop, "fail", fail_once)
    tries = iter([ZeroDivisionError()])

    def break_once(letter: str) -> None:
        for error in tries:
            raise error

    done = run_one(place, LetterClient(break_once))
    assert (done.status, done.losses) == (State.COMPLETED, 0)


# What is left behind


def test_what_crashes_have_left_is_swept_and_nothing_else(place: Place) -> None:
    async def run() -> tuple[set[str], set[str]]:
        kept = begun_by_the_dead(place, 3)
        old = part_path(place.parts, kept.id, 7)
        gone = part_path(place.parts, added(place).id, 0)
        for path in (old, gone):
            PartFile(path, "digest").close()
        place.sound.mkdir()
        stale = place.sound / f".{gone.name[:32]}-0.part"
        ours = place.sound / f".{kept.id.hex}-0.part"
        other = place.sound / "music.wav"
        for path in (stale, ours, other):
            path.touch()
        shop = place.shop(LetterClient(), "w")
        await removing.sweep(shop)
        shop.threads.close()
        names = {path.stem for path in parts(place)}
        assert names == {f"{kept.id.hex}-0"}
        return {path.name for path in place.sound.iterdir()}, {ours.name, other.name}

    left, expected = asyncio.run(run())
    assert left == expected


def test_old_jobs_go_with_their_sound_once_nobody_listens(place: Place) -> None:
    client = LetterClient()
    heard = [run_one(place, client) for _ in range(2)][-1]

    async def run() -> None:
        shop = place.shop(client, "somebody")
        stream = listening._stored(cast(Jobs, SimpleNamespace(shop=shop)), heard, Span(0, 44))
        await anext(stream)
        async with contextlib.aclosing(stream):
            await removing.forget_old(shop, timedelta(hours=1))
            assert len(place.store.page(10).jobs) == 2, "none is so old"
            await removing.forget_old(shop, timedelta(0))
            assert [job.id for job in place.store.page(10).jobs] == [heard.id]
            assert await removing.remove_deleted(shop)
            assert [path.name for path in place.sound.iterdir()] == [f"{heard.id}.wav"]
            place.store.delete(heard.id)  # as one that was about to listen while the job went
            assert not await removing.remove_deleted(shop), "it is looked at again"
            assert len(list(place.sound.iterdir())) == 1
        assert await removing.remove_deleted(shop)
        assert list(place.sound.iterdir()) == []
        shop.threads.close()

    asyncio.run(run())


def test_owners_are_dead_once_they_end_and_unknown_if_they_are_not_here(tmp_path: Path) -> None:
    one, other = Owner(tmp_path), Owner(tmp_path)
    assert one.is_dead(other.name) is False
    assert one.is_dead("f" * 32) is None
    assert one.is_dead("../../etc/passwd") is None
    name = other.name
    other.close()
    assert one.is_dead(name) is None
    (tmp_path / name).touch()
    assert one.is_dead(name) is True
    assert one.dead() == [name]
    one.bury(name)
    assert one.dead() == []
    one.close()


def test_who_leaves_without_a_database_is_seen_to_be_dead(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its lock file was gone as if nothing were left, and its jobs waited for a minute."""
    gate = Gate("d")
    client = LetterClient(gate, when_stopped=gate.open_late)
    disown = WorkList.disown

    def fail(self: WorkList, owner: str, *, lost: bool = True) -> int:
        raise JobsUnavailable("the server is gone")

    async def run() -> Job:
        job = added(place)
        owner = Owner(place.owners)
        shop = place.shop(client, owner.name)
        leaving = runner.Runner(shop, owner, 1)
        leaving.start()
        await until(gate.reached.is_set, "it is being spoken")
        monkeypatch.setattr(WorkList, "disown", fail)
        assert not await leaving.drain()
        owner.close(left=True)
        monkeypatch.setattr(WorkList, "disown", disown)
        shop.threads.close()
        async with place.running(LetterClient()):
            return await ended(place, job)

    assert asyncio.run(run()).status == State.COMPLETED
    assert list(place.owners.iterdir()) == []


def test_errors_of_ours_are_said_in_full() -> None:
    assert str(SayError("this happened", "Do that.")) == "this happened. Do that."
