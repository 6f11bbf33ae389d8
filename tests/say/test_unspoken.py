"""What is kept of a text that was stopped, and how that is told."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from common.messages.speaking import Accepted, Piece, Played, Playing
from say import rests, unspoken
from say.place import Place
from say.rests import Manner, Origin, Recipe, kept_files, recall
from say.spool import TextSpool
from say.unspoken import READING_LIMIT, keep, quoted

MANNER = Manner("bf_emma", "kokoro", "en-gb", 1.2, 0.5)
MARKDOWN = "# One `two`.\n" + "Word, *word*.\n" * 100


def keep_all(home: Path, text: str) -> str:
    with TextSpool.of(text) as spool:
        return keep(home, spool, Place(), MANNER, origin=None, rest=None)


def kept(home: Path, recipe: Recipe = Recipe()) -> str:  # noqa: B008  # frozen
    rest = recall(home)
    assert rest is not None and (rest.manner, rest.recipe) == (MANNER, recipe)
    with open(rest.descriptor, encoding="utf-8", newline="") as file:
        return file.read()


def place_after(end: int) -> Place:
    """Return the place at which all in front of `end` was heard."""
    place = Place()
    for event in (Accepted("id", "tone", 24_000), Piece("id", 0, 0, end), Playing("id", 0), Played("id", 0, end)):
        place.note(event)
    return place


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    """A Markdown file, in front of whose text there are 3 bytes of something else."""
    path = tmp_path / "file.md"
    path.write_text("..." + MARKDOWN)
    return Origin(os.open(path, os.O_RDONLY), 3, Recipe("auto", path.name, skip=100))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unspoken, "READING_LIMIT", 0.01)


@pytest.mark.parametrize("text", ["One.", "line\nline\r\n", '{"json": true}\n', "Ünï çødé 日本語 🎉", "x" * 300_000])
def test_what_is_kept_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    assert keep_all(tmp_path, text)
    assert kept(tmp_path) == text


@pytest.mark.parametrize("text", ["", " \n"])
def test_nothing_to_say_is_not_kept(tmp_path: Path, text: str) -> None:
    assert keep_all(tmp_path, text) == ""
    assert recall(tmp_path) is None


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
        report = keep(tmp_path, spool, place, MANNER, origin=None, rest=None)
    assert kept(tmp_path) == "Two. Three."
    assert report == "Not spoken: \"Two. Three.\"; 'say --continue' goes on there."


def test_flush_marks_do_not_cut_it(tmp_path: Path) -> None:
    with TextSpool() as spool:
        for line in ("One.\n", "Two.\n", "Three.\n"):
            spool.append(line)
            spool.mark_flush(whole=True)
        keep(tmp_path, spool, Place(), MANNER, origin=None, rest=None)
    assert kept(tmp_path) == "One.\nTwo.\nThree.\n"


def test_of_a_file_the_end_is_waited_for(tmp_path: Path, origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unspoken, "READING_LIMIT", 30)
    with TextSpool() as spool:
        spool.append("The beginning, ")

        def write() -> None:
            spool.append("the end.")
            spool.finish()

        writer = threading.Timer(0.05, write)
        writer.start()
        report = keep(tmp_path, spool, Place(), MANNER, origin=origin, rest=None)
        writer.join()
    assert kept(tmp_path) == "The beginning, the end."
    assert report == "Not spoken: \"The beginning, the end.\"; 'say --continue' goes on there."


@pytest.mark.usefixtures("impatient")
def test_of_a_file_that_takes_longer_to_read_the_file_is_kept(tmp_path: Path, origin: Origin) -> None:
    with TextSpool() as spool:
        spool.append("One two. Word, word.")
        report = keep(tmp_path, spool, place_after(9), MANNER, origin=origin, rest=None)
    assert report == "Not spoken: \"Word, word.\" and what follows of the file; 'say --continue' goes on there."
    assert kept(tmp_path, Recipe("auto", "file.md", skip=109)) == MARKDOWN


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("blanks", [0, 1, 500, 30_000])
def test_a_file_of_which_only_blanks_were_read_is_kept_too(tmp_path: Path, origin: Origin, blanks: int) -> None:
    with TextSpool() as spool:
        spool.append(" \n" * blanks)
        report = keep(tmp_path, spool, Place(), MANNER, origin=origin, rest=None)
    assert report == "Not spoken: what follows of the file; 'say --continue' goes on there."
    assert kept(tmp_path, Recipe("auto", "file.md", skip=100 + 2 * blanks)) == MARKDOWN


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("why", ["it is too large", "it was written anew"])
def test_of_a_file_that_cannot_be_kept_it_is_said_how_much_is(
    tmp_path: Path, origin: Origin, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    if why == "it is too large":
        monkeypatch.setattr(rests, "COPIED_MOST", 1000)
    else:
        os.lseek(origin.descriptor, 0, os.SEEK_END)
        os.truncate(tmp_path / "file.md", 100)
    with TextSpool() as spool:
        spool.append("x" * 1234)
        report = keep(tmp_path, spool, place_after(200), MANNER, origin=origin, rest=None)
    assert report.endswith("goes on there. What follows the first 1,034 characters is not kept.")
    assert kept(tmp_path) == "x" * 1034


def test_what_cannot_be_kept_is_said_and_what_it_continues_stays(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no directory")
    assert keep_all(tmp_path / "home", "One.").startswith('Not spoken: "One.". It could not be kept: ')
    keep_all(tmp_path, "before")
    before = recall(tmp_path)
    with TextSpool.of("One.") as spool:
        assert "could not be kept" in keep(tmp_path / "home", spool, Place(), MANNER, origin=None, rest=before)
    assert before is not None and before.path.exists()


def test_what_is_continued_goes_when_its_rest_is_kept_and_what_was_kept_before_stays(tmp_path: Path) -> None:
    keep_all(tmp_path, "first")
    keep_all(tmp_path, "One. Two.")
    rest = recall(tmp_path)
    assert rest is not None
    with TextSpool.of("One. Two.") as spool:
        keep(tmp_path, spool, place_after(5), MANNER, origin=None, rest=rest)
    assert len(kept_files(tmp_path)) == 2
    assert kept(tmp_path) == "Two."


def test_what_is_continued_to_its_end_goes(tmp_path: Path) -> None:
    keep_all(tmp_path, "old")
    rest = recall(tmp_path)
    assert rest is not None
    keep_all(tmp_path, "new")
    with TextSpool.of(" ") as spool:
        assert keep(tmp_path, spool, Place(), MANNER, origin=None, rest=rest) == ""
    assert len(kept_files(tmp_path)) == 1
    assert kept(tmp_path) == "new"


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


def test_of_what_is_not_all_known_that_is_told() -> None:
    text = "word " * 2000
    assert quoted(text, len(text), follows=True).endswith('word…" and more than 9,941 more characters')


def test_what_a_pipe_holds_belongs_to_the_text(tmp_path: Path) -> None:
    looks = iter([True, True, False])
    with TextSpool() as spool:
        spool.append("One.")

        def unread() -> bool:
            if more := next(looks):
                spool.append(" More.")
            return more

        keep(tmp_path, spool, Place(), MANNER, origin=None, rest=None, unread=unread)

    assert kept(tmp_path) == "One. More. More."


def test_nobody_waits_long_for_a_pipe_that_is_never_empty(tmp_path: Path) -> None:
    began = time.monotonic()
    with TextSpool() as spool:
        spool.append("One.")
        keep(tmp_path, spool, Place(), MANNER, origin=None, rest=None, unread=lambda: True)

    assert time.monotonic() - began < READING_LIMIT + 12
    assert kept(tmp_path) == "One."
