from __future__ import annotations

import textwrap

import pytest

from say.wrapping import RAGGED, WIDEST, Wrapping

PROSE = (
    "It was a bright cold day in April, and the clocks were striking thirteen when somebody came up the stairs. "
    "Nobody had expected him, least of all the old man who had lived there since the house was built, and who now "
    "stood at the window with a cup of tea that had gone cold an hour ago, looking down at what was left of the street."
)


def lines_of(text: str, *, alone: bool = False) -> list[str]:
    """Return the text's sentences as far as line ends make them."""
    wrapping, found = Wrapping(), [""]
    for line in text.splitlines(keepends=True):
        if wrapping.separates(line, alone=alone):
            found.append("")
        found[-1] += line
    return [each for each in found if each.strip()]


@pytest.mark.parametrize("width", [60, 65, 70, 72, 76, 80, 100])
def test_wrapped_prose_is_not_cut(width: int) -> None:
    assert len(lines_of(textwrap.fill(PROSE, width) + "\n")) == 1
    assert len(lines_of("\n".join(PROSE[at : at + width] for at in range(0, len(PROSE), width)))) == 1


def test_prose_of_uneven_lines_is_not_cut() -> None:
    text = (
        "    Prose as people write it by hand, in mails and in what they\n"
        "commit, has lines that are not filled as far as\n"
        "they could be, and a long one now and then that goes on a little further\n"
        "than the others, but never by half a line.\n"
    )
    assert len(lines_of(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "connection from a client accepted\nclosing\nwaiting for the next one\n",
        "kokoro_say.egg-info\nmodel_server\nsay\ntests/\n",
        "".join(f"{number}\n" for number in range(9, 13)),
        "3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nq83vAAAA\n",
        "1e4c9a2 Get along with clients and daemons of the first version\n67b8bbf Document which lines of a pipe are lines\n",
        "word " * (WIDEST // 5 + 1) + "\nthe next paragraph\n",
        "a line of a log that takes all of a hundred columns, since there is no end to what it has to tell us all\n"
        "a shorter one of the same, " + "x" * (RAGGED + 10) + "\nand the end\n",
    ],
)
def test_lines_are_lines(text: str) -> None:
    lines = text.splitlines()
    assert len(lines_of(text)) >= len(lines) - text.startswith("a line of a log")


def test_a_line_that_was_written_by_itself_is_one() -> None:
    assert len(lines_of(textwrap.fill(PROSE, 72) + "\n", alone=True)) == 5


def test_a_line_that_visibly_goes_on_is_none() -> None:
    assert len(lines_of("first of all this,\nthen that\n")) == 1


def test_scripts_without_blanks_may_be_wrapped() -> None:
    assert (
        len(
            lines_of(
                "吾輩は猫である。名前はまだ無い。どこで生れたかと\nんと見当がつかぬ。何でも薄暗いじめじめした所で\n" * 2
            )
        )
        == 1
    )


def test_blank_lines_need_no_more() -> None:
    assert len(lines_of("one\n\ntwo\n")) == 1


def test_parts_of_a_line_come_to_the_same_as_the_line() -> None:
    wrapping = Wrapping()
    parts = ["A sentence. ", "And another one that goes on for quite a while in this\n", "line and ends here.\n"]
    assert [wrapping.separates(part, alone=False) for part in parts] == [False, False, False]
    assert wrapping.separates("next\n", alone=False)
