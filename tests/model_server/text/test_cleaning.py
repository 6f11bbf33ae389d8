"""Promises of the cleaning: as long as before, and only what nobody says is taken away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_server.text.characters import classes_of
from model_server.text.cleaning import clean, reflow, spoken, unfinished

ANY = st.one_of(st.text(alphabet=st.characters()), st.text(alphabet="a1.!-=_ \n\x1b[3m\u0301\u200d(", max_size=80))


@given(ANY)
def test_every_character_gives_one_character(text: str) -> None:
    cleaned, classes = clean(text)

    assert len(cleaned) == len(classes) == len(text)
    assert classes == classes_of(cleaned)


@given(ANY)
def test_cleaned_text_stays_as_it_is(text: str) -> None:
    cleaned, _ = clean(text)

    assert clean(cleaned)[0] == cleaned


@given(ANY)
def test_nothing_is_left_that_utf_8_or_a_c_string_cannot_hold(text: str) -> None:
    cleaned, _ = clean(text)

    cleaned.encode()
    assert "\0" not in cleaned


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("don’t ‘quote’", "don't 'quote'"),
        ("a\tb\r\nc", "a b \nc"),
        ("a\u00a0b\u2003c", "a b c"),
        ("a\0b\x07c\ud800d", "a b c d"),
        ("hy\u00adphen zero\u200bwidth \ufeffBOM", "hy\u00adphen zero\u00adwidth \u00adBOM"),
        ("non\u2011breaking", "non-breaking"),
        ("\x1b[1;31mred\x1b[0m", "       red    "),
        ("so-----what", "so     what"),
        ("=====", "     "),
        ("Wait..... what", "Wait…     what"),
        ("No!!!!!", "No!    "),
        ("Well... -- yes", "Well... -- yes"),
        ("100%%%%", "100%%%%"),
        ("नमस्ते क्\u200dष 👩\u200d💻 今日は。", "नमस्ते क्\u200dष 👩\u200d💻 今日は。"),
    ],
)
def test_what_nobody_says_becomes_blank(raw: str, cleaned: str) -> None:
    assert clean(raw)[0] == cleaned


def test_a_flood_between_two_words_is_mostly_blank() -> None:
    cleaned, _ = clean("a" + "(-" * 500 + "b" + "\u0301" * 500)

    assert spoken(cleaned) == "a" + "(-" * 6 + " b" + "\u0301" * 12


@pytest.mark.parametrize(
    ("text", "known"), [("ab\x1b[31", 2), ("ab\x1b", 2), ("ab\x1b[31mc", 8), ("ab", 2), ("\x1b[" + "1" * 50, 52)]
)
def test_an_escape_sequence_is_waited_for(text: str, known: int) -> None:
    assert unfinished(text) == known


def test_what_is_spoken_has_single_blanks_and_nothing_without_width() -> None:
    assert spoken(" one \n  two hy\u00adphen ") == "one two hyphen"
    assert reflow("one\ntwo") == "one two"
