"""The database is private, is brought up to date from wherever it is, and is left alone by an older program."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, event, text
from sqlalchemy.dialects import sqlite as sqlite_dialect

from common.errors import UsageError
from say.gateways.http.jobs.database import Database, JobsUnavailable
from say.gateways.http.jobs.migrations import NewerDatabase, migrate
from say.gateways.http.jobs.states import Job, State
from say.gateways.http.jobs.store import Store
from say.gateways.http.jobs.table import METADATA, Moment
from tests.say.gateways.http.jobs.conftest import order

SEED = """
CREATE TABLE tts_projects (
    id CHAR(32) NOT NULL PRIMARY KEY, created_at DATETIME NOT NULL, user_id TEXT NOT NULL, text TEXT NOT NULL, voice TEXT NOT NULL,
    speed FLOAT NOT NULL, lang_code TEXT NOT NULL, audio_url TEXT, status TEXT NOT NULL, progress INTEGER NOT NULL
);
INSERT INTO tts_projects VALUES (
    '550e8400e29b41d4a716446655440000', '2023-10-27 10:00:00.000000', 'user_123', 'Hello, welcome to Creatorify AI.',
    'af_heart', 1.0, 'a', 'https://example.org/tts_uuid.wav', 'completed', 100
);
"""


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def difference(database: Database) -> list[object]:
    with database.reading() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), METADATA))


def test_an_empty_database_gets_the_tables_as_they_are_used(database: Database) -> None:
    assert difference(database) == []


def test_it_and_what_lies_beside_it_are_private(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        database = Database(url(tmp_path / "new" / "jobs.sqlite3"))
    finally:
        os.umask(before)
    Store(database).add([order("A secret.")])
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    assert set(modes) == {"jobs.sqlite3", "jobs.sqlite3-wal", "jobs.sqlite3-shm"}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    database.close()


def test_the_revision_before_is_brought_up_to_date_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite3"
    engine = create_engine(url(path))
    event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    with engine.begin() as connection:
        migrate(connection, "it", "0001")
        columns = {row.name for row in connection.execute(text("PRAGMA table_info(tts_projects)"))}
        assert "error" not in columns
        connection.execute(text(SEED.rpartition("INSERT")[1] + SEED.rpartition("INSERT")[2]))
    engine.dispose()
    database = Database(url(path))
    assert difference(database) == []
    (job,) = Store(database).page(10).jobs
    assert (job.status, job.text, job.attempt) == (State.COMPLETED, "Hello, welcome to Creatorify AI.", 0)
    database.close()


def test_the_table_of_the_original_service_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SEED)
    database = Database(url(path))
    assert difference(database) == []
    (job,) = Store(database).page(10).jobs
    assert (str(job.id), job.created_at.year) == ("550e8400-e29b-41d4-a716-446655440000", 2023)
    database.close()
    Database(url(path)).close()  # the second start found the revisions of both and broke off


def test_what_the_original_left_empty_has_a_value(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SEED.partition("INSERT")[0].replace(" NOT NULL", ""))
        connection.execute("INSERT INTO tts_projects (id) VALUES ('550e8400e29b41d4a716446655440000')")
        connection.commit()
    database = Database(url(path))
    (job,) = Store(database).page(10).jobs
    assert (job.user_id, job.text, job.voice, job.speed, job.lang_code) == ("", "", "af_heart", 1.0, "")
    assert (job.status, job.progress, job.audio_url) == (State.FAILED, 0, None)
    assert datetime.now(UTC) - job.created_at < timedelta(minutes=5)
    database.close()


def test_rows_as_the_original_exports_them_are_found_and_listed_once(tmp_path: Path) -> None:
    """Ids with dashes were listed and never found; a page that began behind a moment without fractions began with it."""
    path = tmp_path / "jobs.sqlite3"
    moments = [
        "2023-10-27 10:00:00",
        "2023-10-27T10:00:01Z",
        "2023-10-27 10:00:02.123456+00",
        "2023-10-27T12:00:03+02:00",
    ]
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SEED.partition("INSERT")[0].replace("user_id TEXT NOT NULL", "user_id TEXT"))
        for number, moment in enumerate(moments):
            row = (str(uuid.UUID(int=number)), moment, None, str(number), "af_heart", 1.0, "a", None, "completed", 100)
            connection.execute(f"INSERT INTO tts_projects VALUES ({','.join('?' * 10)})", row)
        connection.commit()
    store = Store(database := Database(url(path)))
    cursor, found = None, list[Job]()
    for _ in moments:
        page = store.page(1, None, cursor)
        found += page.jobs
        cursor = page.next
    assert cursor is None
    assert [(job.text, job.user_id, job.created_at.hour, job.created_at.second) for job in found] == [
        (str(second), "", 10, second) for second in (3, 2, 1, 0)
    ]
    assert [store.get(job.id).text for job in found] == ["3", "2", "1", "0"]
    database.close()


def test_a_newer_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite3"
    Database(url(path)).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(NewerDatabase, match=r"newer version.*9999"):
        Database(url(path))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


def test_many_that_start_at_once_bring_it_up_to_date_once(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def start() -> None:
        try:
            Database(url(tmp_path / "jobs.sqlite3")).close()
        except BaseException as error:  # told below
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize(
    "address, said",
    [
        ("nosuch://user:secret@host/db", "SQLite or PostgreSQL"),
        ("mysql+pymysql://user:secret@host/db", "SQLite or PostgreSQL"),
        ("postgres://user:secret@host/db", r"postgresql\+psycopg://"),
        ("postgresql+nosuch://user:secret@host/db", "pip install 'psycopg"),
        ("sqlite+aiosqlite:///secret/db", "asynchronous"),
    ],
)
def test_what_is_no_database_is_said_without_its_password(address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        Database(address)
    assert "secret" not in str(raised.value)
    assert str(raised.value).startswith("SAY_HTTP_DATABASE: ")


def test_jobs_in_memory_are_refused() -> None:
    with pytest.raises(UsageError, match="would not survive"):
        Database("sqlite://")


def test_moments_are_utc_whatever_the_zone_of_the_session() -> None:
    """PostgreSQL's driver gave them in a zone that no Last-Modified may have, and each completed sound was a 500."""
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    for moment in (noon.replace(tzinfo=None), noon.astimezone(timezone(timedelta(hours=2)))):
        found = Moment().process_result_value(moment, sqlite_dialect.dialect())
        assert found == noon
        assert found.tzinfo is UTC


def test_no_statement_has_a_bool_for_a_number(database: Database, store: Store) -> None:
    """SQLite takes them; PostgreSQL refused to cancel a job and to try it again."""
    (job,), _ = store.add([order()])
    sent: list[object] = []
    event.listen(database._engine, "before_cursor_execute", lambda *told: sent.extend(told[3]))
    store.cancel(job.id)
    store.retry(job.id)
    assert sent
    assert not [value for value in sent if isinstance(value, bool)]


def test_a_broken_database_is_told_without_the_text(tmp_path: Path, database: Database) -> None:
    with closing(sqlite3.connect(tmp_path / "jobs" / "jobs.sqlite3")) as connection:
        connection.execute("DROP TABLE tts_projects")
    with pytest.raises(JobsUnavailable) as raised:
        Store(database).add([order("A secret.")])
    assert "no such table" in str(raised.value)
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None and raised.value.__suppress_context__


def test_a_file_that_was_removed_takes_no_jobs_that_would_be_lost(tmp_path: Path, database: Database) -> None:
    """Open connections went on with it, nameless as it was: jobs were accepted that went with the process."""
    path, away = tmp_path / "jobs" / "jobs.sqlite3", tmp_path / "jobs" / "away"
    store = Store(database)
    store.add([order("kept")])
    path.rename(away)
    for _ in range(20):  # more than connections
        with pytest.raises(JobsUnavailable, match="removed or replaced while it was in use"):
            store.add([order("lost")])
    assert not path.exists(), "no empty one in its place"
    path.touch()  # as a program does that brings back an older one
    with pytest.raises(JobsUnavailable, match="removed or replaced while it was in use"):
        store.add([order("lost")])
    away.rename(path)
    assert [job.text for job in store.page(10).jobs] == ["kept"]


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "jobs.sqlite3").write_bytes(b"This is a letter to a friend. " * 200)
    with pytest.raises(JobsUnavailable, match=r"not a database \(sqlite:///.*jobs.sqlite3\)"):
        Database(url(tmp_path / "jobs.sqlite3"))
