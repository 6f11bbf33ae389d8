from __future__ import annotations

import pytest

from say.columns import cut, width_of

WIDE = "\u65e5\u672c\u8a9e"  # three characters of two columns each
ACCENT = "e\u0301"  # one column
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # one picture of two columns


@pytest.mark.parametrize(("text", "columns"), [("", 0), ("abc", 3), (WIDE, 6), (ACCENT * 3, 3), (FAMILY, 2)])
def test_text_takes_the_columns_that_a_terminal_gives_it(text: str, columns: int) -> None:
    assert width_of(text) == columns


@pytest.mark.parametrize(
    ("text", "columns", "shown"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab\u2026"),
        ("ab cd", 4, "ab\u2026"),  # no space in front of the mark
        (WIDE, 6, WIDE),
        (WIDE, 5, WIDE[:2] + "\u2026"),
        (WIDE, 4, WIDE[0] + "\u2026"),  # half a character is none
        (ACCENT * 4, 3, ACCENT * 2 + "\u2026"),
        (FAMILY * 2, 3, FAMILY + "\u2026"),
        ("abc", 1, "\u2026"),
        ("abc", 0, ""),
    ],
)
def test_what_is_too_wide_is_cut_between_characters(text: str, columns: int, shown: str) -> None:
    assert cut(text, columns) == shown
