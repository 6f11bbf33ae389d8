"""The file with the user's own dictionary: read when it changes, harmless whatever it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from model_server.pronunciation_file import SIZE_MOST, PronunciationFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pronunciations.txt"


def looked(file: PronunciationFile) -> list[str]:
    file.look()
    return [entry.respelling for entry in file.now.entries]


def test_it_need_not_be_there(path: Path) -> None:
    file = PronunciationFile(path)
    assert looked(file) == []
    assert file.complaint() == ""


def test_what_changes_is_read_again_and_nothing_else(path: Path) -> None:
    file = PronunciationFile(path)
    path.write_text("a = one")
    assert looked(file) == ["one"]
    before = file.now
    assert looked(file) == ["one"]
    assert file.now is before

    other = path.with_suffix(".new")  # as editors save
    other.write_text("a = two")
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.replace(path)
    assert looked(file) == ["two"]

    path.unlink()
    assert looked(file) == []


def test_a_complaint_names_the_first_bad_line(path: Path) -> None:
    file = PronunciationFile(path)
    path.write_text("a = one\nb\n")
    assert looked(file) == ["one"]
    assert file.complaint() == (
        f"{path}: line 2: there is no '=' in 'b'; 'say --check-pronunciations' shows what is wrong with it"
    )
    path.write_text("a = one\nb\nc\nd\n")
    file.look()
    assert f"{path}: line 2: there is no '=' in 'b', and 2 more; " in file.complaint()


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda path: path.mkdir(), "it cannot be read: is a directory"),
        (os.mkfifo, "this is no regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "this is no regular file"),
        (lambda path: path.symlink_to(path), "it cannot be read: too many levels of symbolic links"),
        (lambda path: path.write_bytes(b"#" * (SIZE_MOST + 1)), "it is larger than 1 MiB, and not used"),
    ],
)
def test_what_is_no_dictionary_holds_nobody_up(make: object, complaint: str, path: Path) -> None:
    assert callable(make)
    make(path)
    file = PronunciationFile(path)
    assert looked(file) == []
    assert f"{path}: {complaint};" in file.complaint()
    path.unlink() if not path.is_dir() else path.rmdir()
    assert looked(file) == []
    assert file.complaint() == ""


def test_the_largest_file_is_read(path: Path) -> None:
    path.write_bytes(b"a = one\n" + b"#" * (SIZE_MOST - 8))
    assert looked(PronunciationFile(path)) == ["one"]
