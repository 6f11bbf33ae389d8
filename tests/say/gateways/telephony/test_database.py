from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.errors import UnknownVoice, UsageError
from say.gateways.telephony.database import (
    DEFAULTS_SQL,
    ERROR,
    RUNNING,
    STARTING,
    STATUS,
    STOPPED,
    DatabaseFailed,
    DatabaseLocked,
    Row,
    ServiceDatabase,
    _failed,
)
from say.gateways.telephony.keeping import Keeper
from say.gateways.telephony.ownership import Ownership

# Word for word as the original service's description has it.
ORIGINAL = """\
INSERT OR IGNORE INTO system_config (key, value) VALUES
    ('kokoro_service_enabled', 'false'),
    ('kokoro_voice', 'af_sky'),
    ('kokoro_service_status', 'stopped');
"""


@pytest.fixture
def database(tmp_path: Path) -> ServiceDatabase:
    return ServiceDatabase(tmp_path / "settings & 100%.db", patience=0.01)


@contextlib.contextmanager
def opened(database: ServiceDatabase) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(database.path, isolation_level=None)) as connection:
        yield connection


def rows(database: ServiceDatabase) -> list[tuple[str, str]]:
    with opened(database) as connection:
        return sorted(connection.execute("SELECT * FROM system_config"))


def test_what_is_missing_is_made_with_the_originals_values(database: ServiceDatabase) -> None:
    database.create()
    database.create()

    assert database.read() == Row(enabled=False, voice="af_sky", status="stopped")
    assert len(rows(database)) == 3
    assert DEFAULTS_SQL == ORIGINAL


def test_the_originals_sql_works_on_our_table_and_changes_nothing(database: ServiceDatabase) -> None:
    database.create()
    database.set_kokoro_voice("af_bella")
    with opened(database) as connection:
        connection.execute(ORIGINAL)

    assert database.get_kokoro_voice() == "af_bella"
    assert len(rows(database)) == 3


@pytest.mark.parametrize("columns", ["key TEXT, value TEXT", "id INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, value TEXT, changed TEXT DEFAULT 'now'"])  # fmt: skip
def test_another_programs_table_works_as_it_is(database: ServiceDatabase, columns: str) -> None:
    with opened(database) as connection:
        connection.execute(f"CREATE TABLE system_config ({columns})")
        connection.execute("INSERT INTO system_config (key, value) VALUES ('theirs', '1'), ('kokoro_voice', 'am_adam')")
    for _ in range(2):
        database.create()
    database.set_kokoro_service_enabled(True)

    assert database.read() == Row(enabled=True, voice="am_adam", status="stopped")
    with opened(database) as connection:
        found = sorted(connection.execute("SELECT key, value FROM system_config"))
    assert found == [
        ("kokoro_service_enabled", "true"),
        ("kokoro_service_status", "stopped"),
        ("kokoro_voice", "am_adam"),
        ("theirs", "1"),
    ]


def test_the_six_methods_read_what_they_wrote(database: ServiceDatabase) -> None:
    database.create()

    assert database.set_kokoro_service_enabled(True)
    assert database.get_kokoro_service_enabled() is True
    assert database.set_kokoro_voice("bf_emma")
    assert database.get_kokoro_voice() == "bf_emma"
    assert database.set_kokoro_service_status("running")
    assert database.get_kokoro_service_status() == "running"


@pytest.mark.parametrize(
    ("value", "enabled"),
    [("true", True), ("TRUE", True), ("1", True), (" yes ", True), ("on", True), ("false", False), ("0", False), ("", False), (None, False), ("maybe", False)],
)  # fmt: skip
def test_other_programs_spellings_of_true_are_read(database: ServiceDatabase, value: str | None, enabled: bool) -> None:
    database.create()
    with opened(database) as connection:
        connection.execute("UPDATE system_config SET value = ? WHERE key = 'kokoro_service_enabled'", (value,))

    assert database.get_kokoro_service_enabled() is enabled


def test_no_unknown_voice_or_status_is_written(database: ServiceDatabase) -> None:
    database.create()

    with pytest.raises(UnknownVoice):
        database.set_kokoro_voice("af_ski")
    with pytest.raises(UsageError):
        database.set_kokoro_service_status("asleep")


def test_a_locked_database_is_left_alone_soon(database: ServiceDatabase) -> None:
    database.create()
    with opened(database) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        assert database.set_kokoro_voice("af_bella") is False
        with pytest.raises(DatabaseLocked):
            database.write(STATUS, ERROR)

    assert database.set_kokoro_voice("af_bella") is True


def test_a_broken_or_missing_database_says_so_and_is_not_made_by_reading(database: ServiceDatabase) -> None:
    with pytest.raises(DatabaseFailed, match="unable to open"):
        database.read()
    assert not database.path.exists()
    database.path.write_bytes(b"no database at all" * 100)
    with pytest.raises(DatabaseFailed, match="not a database"):
        database.create()


@pytest.mark.parametrize("status", [STARTING, RUNNING])
def test_the_status_of_a_service_that_died_with_its_guardian_is_put_right_by_whoever_reads_it(
    database: ServiceDatabase, status: str
) -> None:
    database.create()
    ownership = Ownership.take(database.path, 0.0)
    database.write(STATUS, status)
    assert database.get_kokoro_service_status() == status
    ownership.close()  # as by a power cut

    assert database.get_kokoro_service_status() == ERROR
    assert database.read().status == ERROR, "in the table, too"


def test_a_status_that_cannot_be_put_right_is_told_as_it_is_all_the_same(database: ServiceDatabase) -> None:
    database.create()
    Ownership.take(database.path, 0.0).close()
    database.write(STATUS, RUNNING)
    with opened(database) as connection:
        connection.execute("BEGIN IMMEDIATE")
        assert database.get_kokoro_service_status() == ERROR
    assert database.read().status == RUNNING


def test_the_status_of_a_service_that_left_is_what_it_left(database: ServiceDatabase) -> None:
    database.create()
    Ownership.take(database.path, 0.0).close()

    assert database.get_kokoro_service_status() == STOPPED


@pytest.mark.skipif(sys.platform == "darwin", reason="its file names are UTF-8")
def test_its_path_may_have_any_bytes(tmp_path: Path) -> None:
    database = ServiceDatabase(tmp_path / os.fsdecode(b"what?mode=memory#%41\xff.db"))
    database.create()
    assert database.path.exists()
    assert database.get_kokoro_voice() == "af_sky"


def test_a_full_disk_is_told_from_a_file_that_is_wrong(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA max_page_count = 1")
        with pytest.raises(sqlite3.OperationalError) as full:
            connection.execute("CREATE TABLE t (a)")
            connection.execute("CREATE TABLE u (a)")
    assert _failed(tmp_path, full.value).hint == "Free some space on its disk."


def test_what_keeps_the_table_from_being_made_is_told_and_not_that_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAY_HOME", str(tmp_path / "home"))
    database = ServiceDatabase(tmp_path / "settings.db")
    database.path.touch()
    keeper = Keeper(database)
    monkeypatch.setattr(keeper, "_watch_guardian", lambda: None)

    def refuse(*, also_file: bool) -> None:
        raise DatabaseFailed("the disk is full")

    monkeypatch.setattr(database, "create", refuse)
    failure = keeper.look(RUNNING).failure
    keeper.close(STOPPED)

    assert failure is not None
    assert failure.message == "the disk is full"


def test_its_module_needs_the_standard_library_alone(tmp_path: Path) -> None:
    code = (
        "import sys; from say.gateways.telephony.database import ServiceDatabase as D;"
        f"d = D({str(tmp_path / 'a.db')!r}); d.create(); d.set_kokoro_voice('af_bella');"
        "print({m.split('.')[0] for m in sys.modules} - sys.stdlib_module_names - {'say', 'common', '__main__'})"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-P", "-c", f"import sys; sys.path.append({str(Path(__file__).parents[4])!r}); {code}"],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("set()\n", "")
