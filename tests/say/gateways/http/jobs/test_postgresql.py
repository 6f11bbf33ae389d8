"""Jobs on PostgreSQL: what was promised of them elsewhere, and what SQLite cannot show. Skipped where it is not installed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text, update

from say.gateways.http.jobs import database as database_module
from say.gateways.http.jobs import runner
from say.gateways.http.jobs.database import Database, JobsUnavailable
from say.gateways.http.jobs.migrations import NewerDatabase
from say.gateways.http.jobs.states import Job, State, generating
from say.gateways.http.jobs.store import Store
from say.gateways.http.jobs.table import PROJECTS
from say.gateways.http.jobs.threads import Threads
from tests.say.gateways.http.jobs.conftest import order
from tests.say.gateways.http.jobs.fakes import DEADLINE, Gate, LetterClient, Place, until
from tests.say.gateways.http.jobs.postgresql import Postgresql

# Collected here once more, and run with the `database` below.
from tests.say.gateways.http.jobs.test_database import (  # noqa: F401
    difference,
    test_an_empty_database_gets_the_tables_as_they_are_used,
    test_no_statement_has_a_bool_for_a_number,
)
from tests.say.gateways.http.jobs.test_runner import (  # noqa: F401
    TEXT,
    added,
    ended,
    no_pauses,
    sound,
    sound_of,
    test_a_job_is_made_stored_and_completed,
    test_a_job_of_another_machine_goes_on_here_once_its_lease_is_over_and_not_before,
    test_a_job_that_ends_every_worker_is_ended,
    test_a_worker_that_leaves_gives_back_what_the_next_one_goes_on_with,
    test_a_worker_that_lives_keeps_its_jobs,
    test_old_jobs_go_with_their_sound_once_nobody_listens,
    test_what_a_killed_worker_made_is_not_made_again,
    test_what_crashes_have_left_is_swept_and_nothing_else,
    test_what_is_deleted_while_it_is_stored_is_gone,
)
from tests.say.gateways.http.jobs.test_store import (  # noqa: F401
    test_a_batch_comes_to_be_as_a_whole_or_not_at_all,
    test_a_job_can_be_deleted_at_any_time_and_is_remembered_until_its_sound_is_gone,
    test_a_key_with_another_body_is_refused_and_makes_nothing,
    test_every_change_has_a_version_of_its_own,
    test_keys_are_each_users_own,
    test_only_what_failed_or_was_cancelled_can_be_tried_again,
    test_only_what_has_not_ended_can_be_cancelled,
    test_pages_hold_every_job_once_while_others_come_and_go,
    test_the_same_key_is_the_same_job,
    test_what_ended_long_ago_goes_and_nothing_else,
)
from tests.say.gateways.http.jobs.test_work_list import (  # noqa: F401
    test_a_batch_is_made_in_its_order_and_listed_backwards,
    test_a_clock_that_is_wrong_makes_no_second_end,
    test_a_job_of_a_worker_that_vanished_goes_on_where_it_was,
    test_a_lease_is_renewed,
    test_no_job_is_taken_by_two,
    test_users_take_turns,
    test_what_was_begun_goes_before_what_was_not,
    test_what_was_cancelled_or_tried_again_is_not_its_workers_any_more,
)

# As the service that was here before has it at Supabase: a default for most, NULL refused for few.
ORIGINAL = """
CREATE TABLE tts_projects (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), created_at timestamptz DEFAULT now(), user_id text, text text NOT NULL,
    voice text, speed float DEFAULT 1.0, lang_code text, audio_url text, status text DEFAULT 'pending',
    progress integer DEFAULT 0
);
INSERT INTO tts_projects VALUES (
    '550e8400-e29b-41d4-a716-446655440000', '2023-10-27 10:00:00Z', 'user_123', 'Hello, welcome to Creatorify AI.',
    'af_heart', 1.0, 'a', 'https://example.org/tts_uuid.wav', 'completed', 100
);
INSERT INTO tts_projects (text) VALUES ('waits');
INSERT INTO tts_projects VALUES ('550e8400-e29b-41d4-a716-446655440001', NULL, NULL, 'empty', NULL, NULL, NULL, NULL, NULL, NULL);
"""


@pytest.fixture(scope="session")
def server() -> Iterator[Postgresql]:
    with Postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def opened(server: Postgresql) -> Iterator[Database]:
    database = Database(server.url)
    yield database
    database.close()


@pytest.fixture
def database(server: Postgresql, opened: Database) -> Database:
    """Return it without any jobs. To make its tables anew for each test takes as long as all the tests."""
    server.execute("TRUNCATE tts_projects, tts_removals")
    return opened


@pytest.fixture
def place(tmp_path: Path, database: Database) -> Place:
    return Place(tmp_path, database)


@pytest.fixture
def empty(server: Postgresql, opened: Database) -> Iterator[Postgresql]:
    """Return a server whose database has no tables, and may be left with any."""
    drop = "DROP TABLE IF EXISTS tts_projects, tts_removals, alembic_version"
    server.execute(drop)
    yield server
    server.execute(drop)
    Database(server.url).close()


# How it becomes what is worked with


def test_the_table_of_the_original_service_is_taken_over(empty: Postgresql) -> None:
    empty.execute(ORIGINAL)
    Database(empty.url).close()
    database = Database(empty.url)
    store = Store(database)
    done = store.get(UUID("550e8400-e29b-41d4-a716-446655440000"))
    assert (done.text, done.status, done.created_at) == (
        "Hello, welcome to Creatorify AI.",
        State.COMPLETED,
        datetime(2023, 10, 27, 10, tzinfo=UTC),
    )
    unsaid = store.get(UUID("550e8400-e29b-41d4-a716-446655440001"))
    assert (unsaid.user_id, unsaid.voice, unsaid.speed, unsaid.status) == ("", "af_heart", 1.0, State.FAILED)
    page = store.page(2)
    assert page.next is not None
    assert {job.text for job in (*page.jobs, *store.page(2, None, page.next).jobs)} == {done.text, "empty", "waits"}
    (fresh,), _ = store.add([order("new")])
    assert store.get(fresh.id) == fresh
    database.close()


def test_gateways_that_start_at_once_make_one_set_of_tables(empty: Postgresql) -> None:
    failures: list[BaseException] = []
    together = threading.Barrier(6)

    def start() -> None:
        together.wait(DEADLINE)
        try:
            Database(empty.url).close()
        except BaseException as error:  # told below
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    database = Database(empty.url)
    assert difference(database) == []
    database.close()


def test_a_newer_database_is_refused(empty: Postgresql) -> None:
    Database(empty.url).close()
    empty.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerDatabase, match=r"newer version.*9999"):
        Database(empty.url)


def test_a_database_that_is_not_there_is_told(server: Postgresql) -> None:
    with pytest.raises(JobsUnavailable, match=r'"nowhere" does not exist.*Look whether its server runs'):
        Database(server.url.replace("/postgres?", "/nowhere?"))


# What differs from SQLite


def test_moments_are_utc_whatever_the_zone_of_the_session(database: Database, store: Store) -> None:
    """They came in a zone that no Last-Modified may have, and each completed sound was a 500."""
    with database.reading() as connection:
        assert connection.execute(text("SHOW timezone")).scalar_one() == "Asia/Kolkata", "else this tells nothing"
    (job,), _ = store.add([order()])
    found = store.get(job.id).created_at
    assert (found, found.tzinfo) == (job.created_at, UTC)


def test_a_broken_database_is_told_without_the_text(empty: Postgresql, opened: Database) -> None:
    with pytest.raises(JobsUnavailable, match='"tts_projects" does not exist') as raised:
        Store(opened).add([order("A secret.")])
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None and raised.value.__suppress_context__


class Change:
    """A change by another gateway, in a thread of its own, that is in the middle as long as the block runs."""

    def __init__(self, database: Database, job: Job) -> None:
        self.error: JobsUnavailable | None = None
        self._under_way, self._go_on = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(database, job))

    def _run(self, database: Database, job: Job) -> None:
        change = update(PROJECTS).where(PROJECTS.c.id == job.id).values(progress=77)
        try:
            with database.writing() as connection:
                connection.execute(change)
                self._under_way.set()
                self._go_on.wait(2 * DEADLINE)
        except JobsUnavailable as error:
            self.error = error
        finally:
            self._under_way.set()

    def __enter__(self) -> Change:
        self._thread.start()
        assert self._under_way.wait(DEADLINE)
        return self

    def __exit__(self, *_: object) -> None:
        self._go_on.set()
        self._thread.join()


def test_while_another_gateway_changes_something_all_can_be_looked_at_and_changes_wait(
    database: Database, store: Store
) -> None:
    """What one reads before it writes stays true until then: changes follow each other, also those of different jobs."""
    (job,), _ = store.add([order()])

    async def run() -> Change:
        threads = Threads()
        with Change(database, job) as other:
            waiting = [asyncio.create_task(threads.change(store.add, [order(str(number))])) for number in range(8)]
            await until(lambda: waiters(database) > 0, "one of them waits")
            found = await asyncio.wait_for(threads.call(store.get, job.id), DEADLINE)
            assert found.progress == 0, "as it was before"
            assert not any(task.done() for task in waiting)
        assert all(fresh for _, fresh in await asyncio.gather(*waiting))
        threads.close()
        return other

    assert asyncio.run(run()).error is None
    assert store.get(job.id).progress == 77


def waiters(database: Database) -> int:
    """Return how many changes wait for another one."""
    with database.reading() as connection:
        query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return int(connection.execute(text(query)).scalar_one())


def test_who_waits_too_long_for_another_gateway_is_told(
    database: Database, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,), _ = store.add([order()])
    with Change(database, job) as other:
        monkeypatch.setattr(database_module, "_BUSY_TIMEOUT", 1.0)
        with pytest.raises(JobsUnavailable, match="timeout"):
            store.add([order()])
    assert other.error is None
    assert len(store.page(10).jobs) == 1


def test_a_gateway_that_stands_still_in_the_middle_of_a_change_holds_up_nobody_for_long(
    server: Postgresql, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,), _ = store.add([order()])
    suspended = Database(server.url)
    monkeypatch.setattr(database_module, "_BUSY_TIMEOUT", 1.0)
    with Change(suspended, job) as other:
        monkeypatch.undo()
        assert store.cancel(job.id).status == State.CANCELLED
    suspended.close()
    assert other.error is not None
    assert store.get(job.id).progress == 0


def test_a_server_that_is_away_is_told_without_its_address_and_asked_once_it_is_back(
    server: Postgresql, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever asked over HTTP learned where the database was, and the name under which it is used."""
    (job,), _ = store.add([order()])
    for _ in range(2):
        server.stop()
        try:
            for _ in range(3):
                with pytest.raises(JobsUnavailable, match="cannot be reached. Look whether its server runs") as raised:
                    store.get(job.id)
                assert str(server.folder) not in str(raised.value)
        finally:
            server.start()
        assert store.get(job.id) == job
    logged = [record.getMessage() for record in caplog.records if record.name == "say.jobs"]
    assert len(logged) == 2, "each time once"
    assert all(str(server.folder) in message for message in logged)


def test_no_session_keeps_what_the_next_transaction_needs(database: Database, store: Store) -> None:
    """Behind a pooler, which gives each transaction another session, statements that were prepared were not there."""
    (job,), _ = store.add([order()])
    for _ in range(20):
        store.get(job.id)
    with database.reading() as connection:
        assert connection.execute(text("SELECT name FROM pg_prepared_statements")).all() == []


# Runners


def test_two_runners_on_one_database_make_each_job_once(place: Place) -> None:
    one, two = LetterClient(), LetterClient()
    texts = [chr(ord("a") + number) * 3 for number in range(20)]

    async def run() -> list[Job]:
        jobs, _ = place.store.add([order(each, f"user {number % 3}") for number, each in enumerate(texts)])
        async with place.running(one), place.running(two):
            return [await ended(place, job) for job in jobs]

    done = asyncio.run(run())
    assert {(job.status, job.losses) for job in done} == {(State.COMPLETED, 0)}
    assert sorted([*one.made, *two.made]) == sorted("".join(texts))
    assert [sound(place, job) for job in done] == [sound_of(each) for each in texts]


def test_a_server_that_crashes_in_the_middle_of_a_job_costs_no_sound(
    place: Place, server: Postgresql, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(runner, "POLL", 0.01)
    monkeypatch.setattr(runner, "_LONGEST_PAUSE", 0.1)
    client = LetterClient(gate := Gate("h"))

    async def run() -> Job:
        job = added(place)
        async with place.running(client):
            await until(lambda: place.job(job).progress == generating(7, len(TEXT)), "the middle")
            await asyncio.to_thread(server.stop)
            try:
                gate.open()
                await until(lambda: len(client.made) == len(TEXT), "all is made all the same")
            finally:
                await asyncio.to_thread(server.start)
            return await ended(place, job)

    done = asyncio.run(run())
    assert (done.status, done.error, done.attempt) == (State.COMPLETED, None, 0)
    assert client.made == list(TEXT), "nothing is made again"
    assert sound(place, done) == sound_of(TEXT)
    assert "cannot be noted" in caplog.text
