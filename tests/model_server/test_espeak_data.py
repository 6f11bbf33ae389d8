from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.errors import EngineError
from model_server import espeak_data
from model_server.espeak_data import LONGEST_PATH, espeak_files, short_data_path


def make_data(folder: Path) -> Path:
    """Make what looks like espeak-ng-data."""
    folder.mkdir(parents=True)
    for name in ("phontab", "phonindex", "phondata", "intonations", "en_dict"):
        (folder / name).write_text(name, encoding="utf-8")
    (folder / "lang").mkdir()
    (folder / "voices").mkdir()
    return folder


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state directory with a short path, which `tmp_path` may not have."""
    with tempfile.TemporaryDirectory() as short:
        monkeypatch.setenv("SAY_HOME", f"{short}/s")
        yield Path(short, "s")


@pytest.fixture
def long_data(tmp_path: Path) -> Path:
    return make_data(tmp_path / ("a" * 100) / ("b" * 100) / "espeak-ng-data")


def test_a_short_path_stays_as_it_is(home: Path) -> None:
    data = make_data(home.parent / "espeak-ng-data")

    assert short_data_path(data) == str(data)
    assert not home.exists()


def test_a_long_path_gets_a_short_name_in_the_state_directory(home: Path, long_data: Path) -> None:
    short = Path(short_data_path(long_data))

    assert len(os.fsencode(short)) <= LONGEST_PATH
    assert short.parent == home
    assert (short / "phontab").read_text(encoding="utf-8") == "phontab"


def test_asking_again_gives_the_same_name_and_leaves_nothing_else(home: Path, long_data: Path) -> None:
    short = short_data_path(long_data)

    assert short_data_path(long_data) == short
    assert [str(path) for path in home.iterdir()] == [short]


def test_two_installations_get_two_names(home: Path, long_data: Path, tmp_path: Path) -> None:
    other = make_data(tmp_path / ("c" * 100) / ("d" * 100) / "espeak-ng-data")

    assert short_data_path(long_data) != short_data_path(other)


def test_length_is_counted_in_bytes(home: Path, tmp_path: Path) -> None:
    data = make_data(home.parent / ("é" * 70) / "espeak-ng-data")

    assert len(str(data)) <= LONGEST_PATH
    assert short_data_path(data) != str(data)


def test_a_link_that_leads_elsewhere_is_replaced(home: Path, long_data: Path, tmp_path: Path) -> None:
    short = Path(short_data_path(long_data))
    short.unlink()
    short.symlink_to(tmp_path / "gone")

    assert Path(short_data_path(long_data)).resolve() == long_data.resolve()


def test_where_links_are_not_allowed_the_data_is_copied(
    home: Path, long_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, target: Path, target_is_directory: bool = False) -> None:
        raise OSError("a required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refuse)

    short = Path(short_data_path(long_data))

    assert not short.is_symlink()
    assert (short / "phontab").read_text(encoding="utf-8") == "phontab"
    assert short_data_path(long_data) == str(short)


def test_with_a_long_state_directory_the_name_lies_in_a_private_temporary_one(
    home: Path, long_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAY_HOME", str(tmp_path / ("e" * 150)))
    monkeypatch.setattr(tempfile, "tempdir", str(home.parent))
    espeak_data._temporary_home.cache_clear()

    short = Path(short_data_path(long_data))
    espeak_data._temporary_home.cache_clear()

    assert (short / "phontab").exists()
    assert short.parent.parent == home.parent
    assert stat.S_IMODE(short.parent.stat().st_mode) == 0o700


def test_where_no_short_path_is_to_be_had_it_says_what_to_do(
    long_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("f" * 150)
    long.mkdir()
    monkeypatch.setenv("SAY_HOME", str(long))
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    espeak_data._temporary_home.cache_clear()

    with pytest.raises(EngineError, match=r"too long.*SAY_HOME"):
        short_data_path(long_data)
    espeak_data._temporary_home.cache_clear()


def test_incomplete_data_is_named(tmp_path: Path) -> None:
    data = make_data(tmp_path / "espeak-ng-data")
    (data / "phondata").unlink()

    with pytest.raises(EngineError, match=r"phondata is missing.*pip install"):
        short_data_path(data)


def test_the_shipped_files_are_found() -> None:
    files = espeak_files()

    assert Path(files.library).is_file()
    assert Path(files.data, "phontab").is_file()


def test_a_missing_package_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)

    with pytest.raises(EngineError, match=r"not installed.*pip install espeakng-loader"):
        espeak_files()
