from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from common.errors import DaemonBusy
from say.gateways.telephony.ownership import Ownership, orphaned


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAY_HOME", str(tmp_path / "home"))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder / "settings.db"


def is_orphaned(database: Path) -> bool:
    with orphaned(database) as answer:
        return answer


def test_a_database_that_nobody_had_is_no_orphan(database: Path) -> None:
    assert not is_orphaned(database)
    assert list(database.parent.iterdir()) == [], "a look leaves nothing behind"


def test_a_database_is_an_orphan_once_its_owner_is_gone(database: Path) -> None:
    ownership = Ownership.take(database, 0.0)
    assert not is_orphaned(database)
    ownership.close()
    assert is_orphaned(database)


def test_under_whatever_name_a_database_has_one_owner(database: Path) -> None:
    database.touch()
    link = database.with_name("link.db")
    link.symlink_to(database)
    ownership = Ownership.take(link, 0.0)
    with pytest.raises(DaemonBusy, match="already"):
        Ownership.take(database, 0.0)
    ownership.close()


def test_nobody_becomes_the_owner_while_an_orphan_is_put_right(database: Path) -> None:
    Ownership.take(database, 0.0).close()
    with orphaned(database) as answer:
        assert answer
        with pytest.raises(DaemonBusy):
            Ownership.take(database, 0.0)


def test_an_owner_learns_that_another_has_come_and_gone(database: Path) -> None:
    first = Ownership.take(database, 0.0)
    first.release()
    assert not first.has_passed_on()
    second = Ownership.take(database, 0.0)
    assert first.has_passed_on()
    assert not first.take_again()
    second.close()
    assert first.has_passed_on()
    first.close()


def test_where_the_folder_takes_no_file_the_lock_is_in_the_users_own_directory(database: Path) -> None:
    lock = database.with_name(f"{database.name}-telephony.lock")
    lock.symlink_to("nowhere")  # which is not followed: as good as a folder that takes nothing, for root, too
    ownership = Ownership.take(database, 0.0)
    with pytest.raises(DaemonBusy):
        Ownership.take(database, 0.0)
    ownership.close()
    lock.unlink()
    assert is_orphaned(database)


@pytest.mark.skipif(sys.platform == "darwin", reason="its file names are UTF-8")
def test_a_databases_path_may_have_any_bytes(database: Path) -> None:
    odd = database.with_name(os.fsdecode(b"\xff%41#.db"))
    Ownership.take(odd, 0.0).close()
    assert is_orphaned(odd)
