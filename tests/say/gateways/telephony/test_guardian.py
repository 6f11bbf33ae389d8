"""What a guardian does about a database that cannot be written. Its processes are in tests/processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from say.gateways.telephony.database import RUNNING, STATUS, STOPPED, DatabaseFailed, ServiceDatabase
from say.gateways.telephony.guardian import write_at_last
from say.gateways.telephony.ownership import Ownership, orphaned

MANY = 12  # tries


class FullDisk(ServiceDatabase):
    """Can be read, and written when there is room."""

    is_full = True

    def write(self, key: str, value: str) -> None:
        if self.is_full:
            raise DatabaseFailed("database or disk is full")
        super().write(key, value)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    monkeypatch.setenv("SAY_HOME", str(tmp_path / "home"))
    made = ServiceDatabase(tmp_path / "settings.db")
    made.create()
    made.write(STATUS, RUNNING)
    return FullDisk(made.path, patience=0.01)


@pytest.fixture
def ownership(database: FullDisk) -> Iterator[Ownership]:
    ownership = Ownership.take(database.path, 0.0)
    yield ownership
    ownership.close()


def test_it_tries_ever_more_rarely_until_there_is_room(database: FullDisk, ownership: Ownership) -> None:
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        database.is_full = len(pauses) < MANY

    assert write_at_last(database, STOPPED, ownership, sleep)
    assert database.read().status == STOPPED
    assert len(pauses) == MANY
    assert pauses == sorted(pauses)
    assert pauses[:2] == [0.5, 1.0]
    assert pauses[-1] == 30.0


def test_a_successor_has_the_last_word_also_when_it_has_left(database: FullDisk, ownership: Ownership) -> None:
    def sleep(seconds: float) -> None:
        database.is_full = False
        Ownership.take(database.path, 0.0).close()  # nobody keeps it out meanwhile
        database.write(STATUS, "of the successor")

    assert not write_at_last(database, STOPPED, ownership, sleep)
    assert database.read().status == "of the successor"


def test_a_successor_that_is_there_ends_it(database: FullDisk, ownership: Ownership) -> None:
    successors: list[Ownership] = []
    assert not write_at_last(
        database, STOPPED, ownership, lambda _: successors.append(Ownership.take(database.path, 0.0))
    )
    [successor] = successors
    successor.close()


def test_whoever_has_just_a_look_does_not_end_it(database: FullDisk, ownership: Ownership) -> None:
    looks = orphaned(database.path)
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        database.is_full = False
        pauses.append(seconds)
        if len(pauses) == 1:
            assert looks.__enter__()
        elif len(pauses) == 2:
            looks.__exit__(None, None, None)

    assert write_at_last(database, STOPPED, ownership, sleep)
    assert len(pauses) == 2


def test_it_leaves_where_there_is_no_database_any_more(database: FullDisk, ownership: Ownership) -> None:
    assert not write_at_last(database, STOPPED, ownership, lambda _: database.path.unlink())
