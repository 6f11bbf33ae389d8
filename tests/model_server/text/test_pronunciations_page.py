"""docs/pronunciations.md says what is read how: each of its examples is read so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.messages.speaking import AS_USUAL
from model_server.text.cleaning import clean
from model_server.text.pronunciations import parse
from model_server.text.readers import reader_for
from model_server.text.reading import PHONEMES
from tests.documents import ROOT, blocks

PAGE = (ROOT / "docs" / "pronunciations.md").read_text(encoding="utf-8")
(DICTIONARY,) = blocks(PAGE, "text")


def rows(heading: str) -> Iterator[list[str]]:
    """Yield the cells of the table below a row of headings; of a cell that is no code nothing."""
    _, _, table = PAGE.partition(f"\n{heading}\n")
    for line in table.split("\n\n")[0].splitlines()[1:]:
        yield [found[1] if (found := re.fullmatch(r" *`([^`]*)` *", cell)) else "" for cell in line.split("|")[1:-1]]


MARKUP = [row for row in rows("| text | read | phonemes |") if row[2]]
READ = list(rows("| text | read |"))
WRONG = list(rows("| line | what is wrong |"))


def test_the_tables_are_found() -> None:
    assert (len(MARKUP), len(READ), len(WRONG)) == (2, 6, 7)


@pytest.mark.parametrize(("text", "read", "phonemes"), MARKUP)
def test_markup_is_read_as_the_page_says(text: str, read: str, phonemes: str) -> None:
    found = reader_for("en-us", PHONEMES, AS_USUAL).read(clean(text)[0])
    assert (found.text, found.sounds) == (read, phonemes)


@pytest.mark.parametrize(("text", "read"), READ)
def test_the_dictionary_is_used_as_the_page_says(text: str, read: str) -> None:
    own = parse(DICTIONARY.encode())
    assert not own.faults
    assert reader_for("en-us", PHONEMES, AS_USUAL, own).read(clean(text)[0]).text == read


@pytest.mark.parametrize(("line", "wrong"), WRONG)
def test_a_bad_line_is_named_as_the_page_says(line: str, wrong: str) -> None:
    assert [str(fault) for fault in parse(line.encode()).faults] == [f"line 1: {wrong}"]


def test_the_file_has_the_name_that_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from common.paths import pronunciations_file

    monkeypatch.setenv("SAY_HOME", str(tmp_path))
    assert pronunciations_file() == tmp_path / "pronunciations.txt"
    assert "`pronunciations.txt`" in PAGE
