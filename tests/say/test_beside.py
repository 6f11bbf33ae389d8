from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from common.errors import OutputFailed, SayError, UsageError
from common.messages.speaking import Piece, Played, Word
from say.beside import Beside, spare_the_text
from say.timeline import SECOND

TEXT = "One two."


class BrokenOffError(Exception):
    """What ends a file early."""


def perform(beside: Beside) -> None:
    """Report an utterance of one piece that takes a second."""
    beside.handle(Piece("id", 0, 0, 8, sentences=(0,)))
    beside.handle(Word("id", 0, 3, 0.0, 0.5))
    beside.write(b"\1\0" * (SECOND // 2))
    beside.handle(Played("id", 0, 8))


def begin(folder: Path, timings: str | None = "x.json", subtitles: str | None = "x.srt") -> Beside:
    def path(name: str | None) -> str | None:
        return None if name is None else str(folder / name)

    return Beside("-", path(timings), path(subtitles), lambda start, end: TEXT[start:end])


def test_both_files_appear_at_the_end(tmp_path: Path) -> None:
    with begin(tmp_path) as beside:
        perform(beside)
        beside.complete()
        assert os.listdir(tmp_path) == []
        beside.finish()
    assert json.loads((tmp_path / "x.json").read_text())["words"][0]["text"] == "One"
    assert (tmp_path / "x.srt").read_text() == "1\n00:00:00,000 --> 00:00:01,000\nOne two.\n\n"


def test_either_can_be_had_alone(tmp_path: Path) -> None:
    for timings, subtitles in (("x.json", None), (None, "y.lrc")):
        with begin(tmp_path, timings, subtitles) as beside:
            perform(beside)
            beside.complete()
            beside.finish()
    assert sorted(os.listdir(tmp_path)) == ["x.json", "y.lrc"]


def test_what_is_broken_off_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("before")
    with pytest.raises(BrokenOffError), begin(tmp_path) as beside:
        perform(beside)
        raise BrokenOffError
    assert os.listdir(tmp_path) == ["x.json"]
    assert (tmp_path / "x.json").read_text() == "before"


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "x.json").touch(0o640)
    with begin(tmp_path) as beside:
        beside.complete()
        beside.finish()
    assert (tmp_path / "x.json").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("timings", "subtitles", "error"),
    [
        ("x.txt", None, UsageError),
        (None, "x.txt", UsageError),
        (None, "srt", UsageError),
        ("folder.json", None, OutputFailed),
        (None, "pipe.srt", OutputFailed),
        ("none/x.json", None, OutputFailed),
        ("x.json", "none/x.srt", OutputFailed),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_begins(
    timings: str | None, subtitles: str | None, error: type[SayError], tmp_path: Path
) -> None:
    (tmp_path / "folder.json").mkdir()
    os.mkfifo(tmp_path / "pipe.srt")
    with pytest.raises(error) as caught:
        begin(tmp_path, timings, subtitles)
    assert str(caught.value)
    assert sorted(os.listdir(tmp_path)) == ["folder.json", "pipe.srt"]


def test_the_sound_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "x.wav").touch()
    (tmp_path / "x.json").symlink_to("x.wav")
    with pytest.raises(UsageError, match="the same"):
        Beside(str(tmp_path / "x.wav"), str(tmp_path / "x.json"), None, lambda start, end: "")


def test_the_text_is_not_written_over(tmp_path: Path) -> None:
    film, link = tmp_path / "film.srt", tmp_path / "link.srt"
    link.symlink_to(film)
    for subtitles in (film, link):
        with pytest.raises(UsageError, match="is the text itself"):
            spare_the_text(str(film), None, str(subtitles))
    spare_the_text(str(film), None, str(tmp_path / "other.srt"))
    spare_the_text(None, None, str(film))
