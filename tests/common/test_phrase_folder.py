from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from common.errors import DaemonError
from common.paths import phrase_directory
from common.phrase_folder import HEARD, KEY, Held, clear, held, phrase_files

PHRASE, OTHER = "0" * 40, "f" * 40


def fill(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in (PHRASE, OTHER):
        (folder / name).write_bytes(b"x" * 100)
    (folder / KEY).write_bytes(b"k" * 32)
    (folder / HEARD).write_bytes(b"h" * 20)
    (folder / f".{PHRASE}.01234567").write_bytes(b"under way")


def test_it_lies_in_the_cache_of_the_platform_and_below_say_home_where_that_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SAY_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert phrase_directory().is_relative_to(tmp_path) and phrase_directory().parts[-2:] == ("say", "phrases")
    monkeypatch.setenv("SAY_HOME", str(tmp_path / "home"))
    assert phrase_directory() == tmp_path / "home" / "phrases"


def test_clearing_leaves_the_key_and_what_is_not_ours(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / ".key.01234567").write_bytes(b"under way")
    assert held(tmp_path) == Held(2, 200)
    assert clear(tmp_path) == Held(2, 200)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".key.01234567", KEY, "notes.txt"]
    assert clear(tmp_path) == Held(0, 0)


def test_no_folder_holds_nothing(tmp_path: Path) -> None:
    assert held(tmp_path / "none") == clear(tmp_path / "none") == Held(0, 0)
    assert not (tmp_path / "none").exists()


def test_a_link_is_neither_counted_nor_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    folder = tmp_path / "phrases"
    folder.mkdir()
    (folder / PHRASE).symlink_to(precious)
    (folder / HEARD).symlink_to(precious)
    assert phrase_files(folder) == []
    assert clear(folder) == Held(0, 0)
    assert precious.read_text() == "mine" and not (folder / HEARD).is_symlink()


def test_a_folder_that_is_a_link_is_left_as_it_is(tmp_path: Path) -> None:
    fill(tmp_path / "elsewhere")
    (tmp_path / "phrases").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DaemonError, match="not yours"):
        clear(tmp_path / "phrases")
    assert held(tmp_path / "elsewhere").phrases == 2


def test_a_folder_of_another_user_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(DaemonError, match="not yours"):
        clear(tmp_path)
    assert held(tmp_path).phrases == 2


def test_what_could_not_be_deleted_is_told_and_the_rest_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path)
    unlink = os.unlink

    def refuse(path: str) -> None:
        if path.endswith(OTHER):
            raise PermissionError(13, "Permission denied")
        unlink(path)

    monkeypatch.setattr(os, "unlink", refuse)
    with pytest.raises(DaemonError, match="in part: 1 deleted, 1 could not be: permission denied"):
        clear(tmp_path)
    assert [Path(file.path).name for file in phrase_files(tmp_path)] == [OTHER]


def test_what_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    assert held(tmp_path) == Held(0, 0)
    with pytest.raises(DaemonError, match="the cache cannot be read: permission denied"):
        clear(tmp_path)


def test_a_fifo_is_no_phrase(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / PHRASE)
    assert held(tmp_path) == Held(0, 0) and clear(tmp_path) == Held(0, 0)
    assert stat.S_ISFIFO((tmp_path / PHRASE).stat().st_mode)
