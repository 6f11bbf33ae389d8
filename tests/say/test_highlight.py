from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from say.highlight import MARK, UNMARK, page

ZWJ_FAMILY = "👩‍👩‍👧"


def shown(text: str, mark: tuple[int, int], columns: int = 20, rows: int = 8, offset: int = 0) -> list[str]:
    return [row.replace(MARK, "[").replace(UNMARK, "]") for row in page(text, offset, mark, columns, rows)]


def test_the_word_that_sounds_is_marked() -> None:
    assert shown("the quick fox", (4, 9)) == ["the [quick] fox"]


def test_offsets_count_from_the_beginning_of_the_whole_text() -> None:
    assert shown("the quick fox", (104, 109), offset=100) == ["the [quick] fox"]


def test_nothing_is_marked_before_the_first_word() -> None:
    assert shown("the quick fox", (0, 0)) == ["the quick fox"]


def test_lines_are_broken_at_blanks() -> None:
    assert shown("one two three four five", (8, 13), columns=10) == ["one two", "[three] four", "five"]


def test_a_word_longer_than_the_line_is_broken_anywhere_and_marked_in_both_parts() -> None:
    assert shown("abcdefghij", (0, 10), columns=6) == ["[abcdef]", "[ghij]"]


def test_line_ends_of_the_text_are_kept() -> None:
    assert shown("one\ntwo", (4, 7)) == ["one", "[two]"]


@pytest.mark.parametrize(
    "text, columns, expected",
    [
        ("日本語です", 4, ["日本", "語で", "す"]),
        ("日本語です", 5, ["日本", "語で", "す"]),
        (f"{ZWJ_FAMILY}{ZWJ_FAMILY}", 3, [ZWJ_FAMILY, ZWJ_FAMILY]),
        ("e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
    ],
    ids=["wide", "wide with an odd width", "joined emoji", "accents of their own"],
)
def test_widths_are_those_of_the_screen(text: str, columns: int, expected: list[str]) -> None:
    assert shown(text, (0, 0), columns=columns) == expected


def test_a_mark_in_wide_characters_stands_where_they_do() -> None:
    assert shown("今日は晴れ", (2, 3)) == ["今日[は]晴れ"]


def test_part_of_a_character_marks_all_of_it() -> None:
    assert shown(f"a{ZWJ_FAMILY}b", (2, 3)) == [f"a[{ZWJ_FAMILY}]b"]


def test_a_long_text_shows_the_lines_around_the_mark() -> None:
    text = " ".join(f"word{number:03}" for number in range(100))
    lines = shown(text, (50 * 8, 50 * 8 + 7), columns=15, rows=3)
    assert len(lines) == 3
    assert "[word050]" in lines[1]


def test_what_makes_a_line_of_a_pipe_certain_is_not_seen() -> None:
    assert shown("one\n\u2028two", (5, 8)) == ["one", "[two]"]


def test_what_could_confuse_a_terminal_is_not_written() -> None:
    (line,) = shown("a\x1b[2Jb\u202ec\x07\t\x9b\ud800d", (0, 0), columns=40)
    assert line == "a [2Jb c    d"


def test_a_place_without_a_word_has_its_lines_shown_as_well() -> None:
    text = " ".join(f"word{number:03}" for number in range(100))
    assert shown(text, (400, 400), columns=10, rows=3)[1] == "word050"


def test_line_ends_of_windows_are_line_ends() -> None:
    assert shown("one\r\ntwo", (5, 8)) == ["one", "[two]"]


def test_a_wide_character_that_does_not_fit_behind_its_word_begins_a_line() -> None:
    assert page(" 0\u2e80", 0, (0, 0), 2, 10) == ["", "0", "\u2e80"]


@given(st.text(max_size=60), st.integers(2, 30), st.integers(0, 60), st.integers(0, 10))
def test_no_line_is_wider_than_the_screen_and_no_visible_character_is_lost(
    text: str, columns: int, start: int, length: int
) -> None:
    rows = page(text, 0, (start, start + length), columns, 1000)
    plain = [re.sub(r"\x1b\[2?7m", "", row) for row in rows]
    assert all(wcswidth(line) <= max(columns, 2) for line in plain)
    kept = [each for each in text if each.isprintable() and not each.isspace()]
    assert [each for each in "".join(plain) if each.isprintable() and not each.isspace()] == kept
