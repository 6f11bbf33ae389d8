from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from common.errors import InputFailed, SayError
from common.messages.speaking import Accepted, Piece, Played, Playing
from say import unspoken
from say.place import Place
from say.spool import TextSpool
from say.unspoken import Manner, keep, quoted, recall, remove, unspoken_file

MANNER = Manner("bf_emma", "kokoro", "en-gb", 1.2, 0.5)


def keep_all(home: Path, text: str, **options: object) -> str:
    with TextSpool.of(text) as spool:
        return keep(home, spool, Place(), MANNER, from_file=False, continues=None)


def kept(home: Path) -> str:
    stored = recall(unspoken_file(home))
    assert stored is not None and stored.manner == MANNER
    with open(stored.descriptor, encoding="utf-8", newline="") as file:
        return file.read()


@pytest.mark.parametrize("text", ["One.", "line\nline\r\n", '{"json": true}\n', "Ünï çødé 日本語 🎉", "x" * 300_000])
def test_what_is_kept_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    assert keep_all(tmp_path, text)
    assert kept(tmp_path) == text


def test_it_is_private_and_replaces_what_was_there(tmp_path: Path) -> None:
    for text in ("the first, which is longer", "second"):
        keep_all(tmp_path, text)
    path = unspoken_file(tmp_path)
    assert kept(tmp_path) == "second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == [path.name]


def test_it_is_spoken_by_one_at_a_time(tmp_path: Path) -> None:
    keep_all(tmp_path, "once")
    claimed = recall(unspoken_file(tmp_path))
    assert claimed is not None
    with pytest.raises(SayError, match="already"):
        recall(unspoken_file(tmp_path))
    os.close(claimed.descriptor)
    assert kept(tmp_path) == "once"


@pytest.mark.parametrize("text", ["", " \n"])
def test_nothing_to_say_is_not_kept(tmp_path: Path, text: str) -> None:
    assert keep_all(tmp_path, text) == ""
    assert recall(unspoken_file(tmp_path)) is None


def test_only_what_was_not_heard_is_kept(tmp_path: Path) -> None:
    place = Place()
    for event in (
        Accepted("id", "tone", 24_000),
        Piece("id", 0, 0, 5, sentences=(0,)),
        Piece("id", 1, 5, 16, sentences=(5, 10)),
        Playing("id", 0),
        Played("id", 0, 5),
        Playing("id", 1),
    ):
        place.note(event)
    with TextSpool.of("One. Two. Three.") as spool:
        report = keep(tmp_path, spool, place, MANNER, from_file=False, continues=None)
    assert kept(tmp_path) == "Two. Three."
    assert report == "Not spoken: \"Two. Three.\"; 'say --continue' goes on there."


def test_flush_marks_do_not_cut_it(tmp_path: Path) -> None:
    with TextSpool() as spool:
        for line in ("One.\n", "Two.\n", "Three.\n"):
            spool.append(line)
            spool.mark_flush(whole=True)
        keep(tmp_path, spool, Place(), MANNER, from_file=False, continues=None)
    assert kept(tmp_path) == "One.\nTwo.\nThree.\n"


def test_of_a_file_the_end_is_waited_for(tmp_path: Path) -> None:
    with TextSpool() as spool:
        spool.append("The beginning, ")

        def write() -> None:
            spool.append("the end.")
            spool.finish()

        writer = threading.Timer(0.05, write)
        writer.start()
        report = keep(tmp_path, spool, Place(), MANNER, from_file=True, continues=None)
        writer.join()
    assert kept(tmp_path) == "The beginning, the end."
    assert report.endswith("goes on there.")


def test_of_a_file_larger_than_the_spool_it_is_said_how_much_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unspoken, "READING_LIMIT", 0.05)
    with TextSpool() as spool:
        spool.append("x" * 1234)
        report = keep(tmp_path, spool, Place(), MANNER, from_file=True, continues=None)
    assert report.endswith("goes on there. What follows the first 1,234 characters is not kept.")


def test_what_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no directory")
    assert keep_all(tmp_path / "home", "One.").startswith('Not spoken: "One.". It could not be kept: ')


def test_what_was_continued_to_its_end_goes_but_not_what_came_in_its_place(tmp_path: Path) -> None:
    keep_all(tmp_path, "old")
    old = recall(unspoken_file(tmp_path))
    assert old is not None
    keep_all(tmp_path, "new")
    remove(unspoken_file(tmp_path), old.descriptor)
    os.close(old.descriptor)
    assert kept(tmp_path) == "new"
    with TextSpool.of(" ") as spool:
        new = recall(unspoken_file(tmp_path))
        assert new is not None
        assert keep(tmp_path, spool, Place(), MANNER, from_file=False, continues=new.descriptor) == ""
        os.close(new.descriptor)
    assert recall(unspoken_file(tmp_path)) is None


@pytest.mark.parametrize("data", [b"", b"\n", b"{}\ntext", b"[1]\n", b"\xff" * 10_000, b'{"voice": "af_heart"'])
def test_a_damaged_file_is_refused(tmp_path: Path, data: bytes) -> None:
    unspoken_file(tmp_path).write_bytes(data)
    with pytest.raises(InputFailed, match="damaged"):
        recall(unspoken_file(tmp_path))


def test_a_link_to_another_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("{}")
    unspoken_file(tmp_path).symlink_to(tmp_path / "other")
    with pytest.raises(InputFailed):
        recall(unspoken_file(tmp_path))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Hello.", '"Hello."'),
        ("two\n  lines", '"two lines"'),
        ("a" * 60, '"' + "a" * 60 + '"'),
        ("a" * 61, '"' + "a" * 60 + '…" and 1 more character'),
        ("word " * 2000, '"' + ("word " * 12).strip() + '…" and 9,941 more characters'),
    ],
)
def test_it_is_told_by_its_first_words(text: str, told: str) -> None:
    assert quoted(text, len(text)) == told
