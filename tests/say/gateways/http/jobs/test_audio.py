"""Finished sound lies in a folder or in whatever fsspec reaches: whole, private, and found again."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, cast
from uuid import UUID

import pytest
from fsspec.implementations.memory import MemoryFileSystem  # type: ignore[import-untyped]  # ships no types

from common.errors import OutputFailed, UsageError
from say.gateways.http.jobs.audio import AudioStore, open_store
from tests.say.gateways.http.jobs.fakes import FailingFiles

if TYPE_CHECKING:
    from say.gateways.http.jobs.audio import FileSystem

JOB = UUID(int=7)
SOUND = bytes(range(256)) * 10


@pytest.fixture(params=["folder", "address", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> AudioStore:
    if request.param == "folder":
        return open_store(str(tmp_path / "sound"))
    if request.param == "address":
        return open_store(f"file://{tmp_path}/sound")
    files = cast("FileSystem", MemoryFileSystem())  # as a store elsewhere is
    return AudioStore(files, f"/{tmp_path.name}", "the store", local=False)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(SOUND)
    return path


def test_what_was_put_there_can_be_read_from_anywhere_until_it_is_removed(store: AudioStore, source: Path) -> None:
    assert store.size(JOB, 0) is None
    store.put(JOB, 0, source)
    store.put(JOB, 0, source)
    assert store.size(JOB, 0) == len(SOUND)
    assert store.size(JOB, 1) is None
    with store.open(JOB, 0) as file:
        assert store.read(file, 100, 50) == SOUND[100:150]
    store.remove(JOB, 0)
    store.remove(JOB, 0)
    assert store.size(JOB, 0) is None
    with pytest.raises(OutputFailed, match="cannot be read"):
        store.open(JOB, 0)


def test_attempts_do_not_mix(store: AudioStore, source: Path) -> None:
    store.put(JOB, 0, source)
    source.write_bytes(b"another")
    store.put(JOB, 1, source)
    store.remove(JOB, 0)
    assert store.size(JOB, 1) == 7


def test_a_folder_and_what_is_in_it_are_private(tmp_path: Path, source: Path) -> None:
    store = open_store(str(tmp_path / "sound"))
    store.put(JOB, 0, source)
    (file,) = (tmp_path / "sound").iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == (f"{JOB}.wav", 0o600)


def test_a_copy_is_private_from_its_first_byte_on(tmp_path: Path, source: Path) -> None:
    modes = []

    class Watched(FailingFiles):
        def put_file(self, lpath: str, rpath: str) -> None:
            super().put_file(lpath, rpath)
            modes.append(stat.S_IMODE(Path(rpath).stat().st_mode))

    before = os.umask(0o022)
    try:
        AudioStore(Watched(), str(tmp_path / "sound"), "the store", local=True).put(JOB, 0, source)
    finally:
        os.umask(before)
    assert modes == [0o600]
    assert stat.S_IMODE((tmp_path / "sound").stat().st_mode) == 0o700


@pytest.mark.parametrize("torn", [False, True])
def test_a_copy_that_fails_leaves_nothing_and_hurts_nothing(tmp_path: Path, source: Path, torn: bool) -> None:
    files = FailingFiles(torn=torn)
    store = AudioStore(files, str(tmp_path / "sound"), "the store", local=True)
    store.put(JOB, 0, source)
    files.failures = 1
    with pytest.raises(OutputFailed, match="the store cannot be written: "):
        store.put(JOB, 0, source)
    assert [path.read_bytes() for path in (tmp_path / "sound").iterdir()] == [SOUND]


def test_what_a_crash_left_of_a_copy_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "sound"
    store = open_store(str(folder))
    assert store.leftovers() == {}
    folder.mkdir()
    left = folder / f".{JOB.hex}-3.part"
    for path in (left, folder / f"{JOB}.wav", folder / ".other.part"):
        path.touch()
    assert store.leftovers() == {str(left): JOB}
    store.remove_leftover(str(left))
    assert store.leftovers() == {}


def test_an_address_that_is_none_is_refused_without_its_password() -> None:
    with pytest.raises(UsageError) as raised:
        open_store("nosuch://user:secret@host/sound")
    assert "secret" not in str(raised.value)
    assert "SAY_HTTP_JOBS_FOLDER" in str(raised.value)


@pytest.mark.parametrize(
    "address, said", [("memory://sound", "would end with this process"), ("data://x/y", "be read")]
)
def test_an_address_where_nothing_would_stay_is_refused(address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        open_store(address)
    assert "SAY_HTTP_JOBS_FOLDER" in str(raised.value)
