"""Whatever the text: no exception, spans in order, and no more time than the text is long."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_server.text.english.scanner import scan
from model_server.text.english.tokens import Kind, Token
from tests.cpu_time import cpu_seconds
from tests.model_server.text.english.writing import (
    test_abbreviations,
    test_addresses,
    test_capitals,
    test_emoji,
    test_expressive,
    test_folded,
    test_initials,
    test_lines,
    test_marks,
    test_roman,
    test_single_letters,
    test_symbols,
)
from tests.model_server.text.english.writing.saying import manner

TABLES = (
    *(test_abbreviations.SAID, test_addresses.SAID, test_capitals.SAID, test_emoji.SAID, test_expressive.SAID),
    *(test_folded.SAID, test_initials.SAID, test_lines.SAID, test_marks.SAID, test_roman.SAID),
    *(test_single_letters.SAID, test_symbols.SAID),
)
WRITTEN = [written for table in TABLES for written, _ in table]
TRIGGERS = [
    *(
        "St. ",
        "Dr. ",
        "Mr. ",
        "etc. ",
        "e.g. ",
        "U.S.",
        "A.",
        "A. ",
        "Ph.D.s ",
        "No. 5 ",
        "p.3",
        "Boston, MA, ",
        "N. Main ",
    ),
    *(
        "I ",
        "IV ",
        "X ",
        "Act I and I ",
        "Mary I ",
        "V-",
        "I-",
        "MCMXC",
        "FBI ",
        "ABC",
        "DO NOT ",
        "US ",
        "A-",
        "a-B",
        "a&",
    ),
    *(
        "AND A ",
        "ha",
        "o",
        "so",
        "f***",
        "*",
        "@#$",
        "'",
        " 'a",
        "s'",
        '"',
        '" ',
        "`",
        "- ",
        "--",
        ".",
        ". ",
        "?!",
        "(s)",
    ),
    *("👍", "👍 ", "👩\u200d", "🇫", "\u20e3", ":) ", "¯\\_(ツ)_/¯", "★", "→", "§", "& ", " | ", "inter-\n", "a\u0335"),
    *("ａ", "𝐇", "ʜ", "①", "ﬁ", "नी", "R2", "Mon-", "DON'T ", "'tis ", "w/o ", "(a)", "e-"),
]


def in_order(tokens: list[Token]) -> bool:
    return all(
        (before.start, before.end) == (after.start, after.end) or before.end <= after.start
        for before, after in pairwise(tokens)
    )


@given(
    st.lists(st.sampled_from([*TRIGGERS, *WRITTEN, " ", "\n", "\u00ad", "\ufe0f", "a", "B"]), max_size=12).map(" ".join)
)
def test_whatever_is_written_spans_are_in_order_and_no_figure_is_left(text: str) -> None:
    tokens = scan(text, manner())
    assert in_order(tokens)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert not any(character.isdigit() for token in tokens for character in token.text)
    assert all(" " not in token.text for token in tokens if token.kind is not Kind.LETTERS)


@pytest.mark.parametrize("written", WRITTEN)
def test_a_text_may_be_cut_anywhere(written: str) -> None:
    for cut in range(len(written) + 1):
        assert in_order(scan(written[:cut], manner()))
        assert in_order(scan(written[cut:], manner()))


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_text_of_nothing_else_takes_time_with_its_length(trigger: str, counts: Callable[[int, int], int]) -> None:
    length = counts(10_000, 100_000)
    text = (trigger * length)[:length]
    limit = length / 10_000  # seconds; a tenth to a third of that is usual; years were a regex exponential
    assert cpu_seconds(lambda: scan(text, manner()), enough=limit) < limit
