"""A user's own voice is told by its bytes, and what is no voice file is refused before anybody is asked."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadVoiceFile, UnknownVoice
from common.voice_files import LARGEST, known_voice, name_of, own_voice, read_voice_file, shown_voice
from common.voices import VOICES

CONTENT = b"PK\x03\x04 and so on"


def saved(folder: Path, name: str, content: bytes = CONTENT) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def test_a_voice_is_called_by_its_stem_and_its_bytes(tmp_path: Path) -> None:
    voice = own_voice(saved(tmp_path, "mine.pt"))

    assert shown_voice(voice.name) == "mine"
    assert voice.file == str(tmp_path / "mine.pt")
    assert own_voice(saved(tmp_path, "mine.pt", CONTENT + b"!")).name != voice.name
    assert own_voice(saved(tmp_path, "mine.pt")).name == voice.name


def test_a_relative_path_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(tmp_path, "mine.pt")
    monkeypatch.chdir(tmp_path)

    assert own_voice("mine.pt").file == str(tmp_path / "mine.pt")


@pytest.mark.parametrize(
    ("name", "language", "gender"),
    [
        ("af_mine.pt", "en-us", "female"),
        ("bm_mine.pt", "en-gb", "male"),
        ("ff_mine", "fr", "female"),
        ("xf_mine.pt", "en-us", "female"),
        ("mine.pt", "en-us", "female"),
        ("bx_mine.pt", "en-us", "female"),
        ("bm-mine.pt", "en-us", "female"),
    ],
)
def test_the_language_is_the_one_that_kokoro_would_read_from_the_name(
    tmp_path: Path, name: str, language: str, gender: str
) -> None:
    voice = own_voice(saved(tmp_path, name))

    assert (voice.language, voice.gender) == (language, gender)
    assert known_voice(voice.name).language == language


@pytest.mark.parametrize(
    ("file", "shown"),
    [
        ("My voice (2).pt", "My_voice__2_"),
        ("größe.pt", "größe"),
        ("-v.pt", "v"),
        (".pt", "pt"),
        ("--.pt", "voice"),
        ("a#0123456789abcdef.pt", "a_0123456789abcdef"),
        ("%s\n\x1b[31m.pt", "_s___31m"),
        (os.fsdecode(b"\xff\xfe.pt"), "__"),
        ("x" * 200 + ".pt", "x" * 40),
    ],
)
def test_any_name_of_a_file_gives_a_name_fit_for_arguments_logs_and_tables(
    tmp_path: Path, file: str, shown: str
) -> None:
    voice = own_voice(saved(tmp_path, file))

    assert shown_voice(voice.name) == shown
    assert known_voice(voice.name).name == voice.name


@given(st.text(st.characters(codec=None, exclude_characters="/\0"), min_size=1, max_size=60))
def test_every_stem_gives_a_name_that_servers_know(stem: str) -> None:
    assert known_voice(name_of(stem, "0123456789abcdef")).parts == ()


@pytest.mark.parametrize(
    "name",
    [
        "mine#0123456789abcde",
        "mine#0123456789ABCDEF",
        "mine#0123456789abcdef0",
        "../mine#0123456789abcdef",
        "a/b#0123456789abcdef",
        "-x#0123456789abcdef",
        ".x#0123456789abcdef",
        "#0123456789abcdef",
        "a b#0123456789abcdef",
        "a\n#0123456789abcdef",
        "x" * 41 + "#0123456789abcdef",
        "mine#0123456789abcdef\n",
        "mine",
    ],
)
def test_other_names_are_unknown(name: str) -> None:
    with pytest.raises(UnknownVoice):
        known_voice(name)


def test_voices_and_blends_are_known_too() -> None:
    assert known_voice("af_sky") is VOICES["af_sky"]
    assert known_voice("af_sky+af_bella").name == "af_bella+af_sky"


def test_a_missing_file_a_folder_a_fifo_and_a_socket_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for name, reason in {
            "none.pt": "cannot be read: no such file",
            ".": "is no file but a directory",
            "fifo": "is no file but something else",
            "socket": "cannot be read",
            "a\0b": "cannot be read",
        }.items():
            with pytest.raises(BadVoiceFile, match=reason):
                own_voice(os.path.join(tmp_path, name))


@pytest.mark.parametrize("content", [b"", b"PK", b"RIFF....WAVE", b"<!DOCTYPE html>"])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadVoiceFile, match="no voice file") as refused:
        own_voice(saved(tmp_path, "x.pt", content))

    assert "510" in refused.value.hint


def test_a_file_that_is_too_large_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    path = saved(tmp_path, "x.pt", CONTENT)
    os.truncate(path, 1 << 40)  # a hole
    with pytest.raises(BadVoiceFile, match="larger than 1 MiB"):
        own_voice(path)
    os.truncate(path, LARGEST)
    assert len(read_voice_file(path)) == LARGEST


def test_a_file_that_was_changed_meanwhile_is_refused(tmp_path: Path) -> None:
    voice = own_voice(saved(tmp_path, "x.pt"))
    assert read_voice_file(voice.file, voice.name) == CONTENT

    saved(tmp_path, "x.pt", CONTENT + b"!")
    with pytest.raises(BadVoiceFile, match="changed"):
        read_voice_file(voice.file, voice.name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, "x.pt")
    os.chmod(path, 0)
    with pytest.raises(BadVoiceFile, match="permission denied"):
        own_voice(path)
