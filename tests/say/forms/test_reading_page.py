"""docs/reading.md says what is read how: each of its examples is read so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from say.arguments import FORMS
from say.forms import filter_for

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reading.md"
SIGNS = {"␛": "\x1b", "␍": "\r", "␈": "\b"}
CODE = re.compile(r"(`+) ?(.*?) ?\1\Z", re.DOTALL)


def examples() -> Iterator[tuple[str, str, str]]:
    """Return (form, what is shown, what is read) for each row of the tables."""
    form = ""
    for line in PAGE.read_text().splitlines():
        if heading := re.match(r"## `(\w+)`", line):
            form = heading.group(1)
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if form and len(cells) == 3 and cells[1].startswith("`"):
            yield form, unquoted(cells[1]), "" if cells[2] == "(nothing)" else unquoted(cells[2])


def unquoted(cell: str) -> str:
    found = CODE.match(cell)
    assert found, f"no code: {cell}"
    text = found.group(2).replace("\\|", "|")
    for sign in (" ⏎ ", "⏎ ", "⏎"):  # blanks beyond these belong to the example
        text = text.replace(sign, "\n")
    for sign, character in SIGNS.items():
        text = text.replace(sign, character)
    return text


EXAMPLES = list(examples())


@pytest.mark.parametrize(("form", "shown", "said"), EXAMPLES)
def test_an_example_is_read_as_the_page_says(form: str, shown: str, said: str) -> None:
    reader = filter_for(form)

    assert (reader.feed(shown) + reader.finish()).strip("\n") == said


def test_each_form_has_examples() -> None:
    assert {form for form, _, _ in EXAMPLES} == set(FORMS)
    assert len(EXAMPLES) > 50
