"""A database, and a clock that only moves when it is told to.

It is SQLite's; `test_postgresql.py` has the other one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from say.gateways.http.jobs.database import Database
from say.gateways.http.jobs.states import Order
from say.gateways.http.jobs.store import Keyed, Store
from say.gateways.http.jobs.work_list import WorkList


class Clock:
    """Says what time it is."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        """Let time go on, or back."""
        self.now += timedelta(seconds=seconds)


def order(text: str = "Hello.", user: str = "", key: str | None = None, digest: str = "d") -> Keyed:
    return Keyed(Order(text, "af_heart", 1.0, "a", user), digest, key)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/jobs/jobs.sqlite3")
    yield database
    database.close()


@pytest.fixture
def store(database: Database, clock: Clock) -> Store:
    return Store(database, clock)


@pytest.fixture
def worker(database: Database, clock: Clock) -> Callable[[str], WorkList]:
    """Return what makes workers by their names."""
    return lambda name: WorkList(database, name, clock)
