from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from common.errors import OutputFailed
from say.timeline import TimedPiece, TimedWord
from say.timings import TimingsFile

PIECES = (
    TimedPiece(0, 5, 'One "', 0.0, 1.0, 0.0, 0.9, words=(TimedWord(0, 3, "One", 0.0, 0.4),)),
    TimedPiece(5, 8, "\ud800ü\n", 1.0, 2.000004, 1.0, 2.0, words=(TimedWord(5, 7, "\ud800ü", 1.0, 1.123456789),)),
)


def test_the_file_is_json_with_every_piece_and_word(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    file = TimingsFile(str(path))
    for piece in PIECES:
        file.add(piece)
    assert not path.exists()
    file.complete(2.0)
    file.finish()
    file.close()

    assert json.loads(path.read_text("utf-8")) == {
        "rate": 24_000,
        "seconds": 2.0,
        "pieces": [
            {"start": 0, "end": 5, "text": 'One "', "at": 0.0, "until": 1.0},
            {"start": 5, "end": 8, "text": "\ud800ü\n", "at": 1.0, "until": 2.0},
        ],
        "words": [
            {"start": 0, "end": 3, "text": "One", "at": 0.0, "until": 0.4},
            {"start": 5, "end": 7, "text": "\ud800ü", "at": 1.0, "until": 1.12346},
        ],
    }
    assert os.listdir(tmp_path) == ["out.json"]


def test_a_text_without_words_has_empty_lists(tmp_path: Path) -> None:
    file = TimingsFile(str(tmp_path / "out.json"))
    file.complete(0.0)
    file.finish()
    file.close()
    found = json.loads((tmp_path / "out.json").read_bytes())
    assert found == {"rate": 24_000, "seconds": 0.0, "pieces": [], "words": []}


def test_what_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    file = TimingsFile(str(tmp_path / "out.json"))
    file.add(PIECES[0])
    file.close()
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputFailed, match="no such file"):
        TimingsFile(str(tmp_path / "none" / "out.json"))
