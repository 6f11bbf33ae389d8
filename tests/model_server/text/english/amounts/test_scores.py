"""Scores, ratios, verses."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.amounts.reading import said

SCORES = [
    ("He won 3-2", "He won three to two"),
    ("won 3-2", "won three to two"),
    ("lost 0-3", "lost zero to three"),
    ("a 2-2 draw", "a two two draw"),
    ("won 6-4, 6-3", "won six four, six three"),
    ("The final score was 21-14", "The final score was twenty-one to fourteen"),
    ("16:9", "sixteen to nine"),
    ("a ratio of 4:1", "a ratio of four to one"),
    ("a 2:1 ratio", "a two to one ratio"),
    ("1:1000", "one to one thousand"),
    ("odds of 10:1", "odds of ten to one"),
    ("John 3:16", "John three sixteen"),
    ("John 3:16-18", "John three, sixteen to eighteen"),
    ("Genesis 1:1", "Genesis one one"),
    ("Psalm 23:1", "Psalm twenty-three one"),
    ("8/10", "eight tenths"),
    ("a 7/10", "a seven out of ten"),
    ("10/10", "ten out of ten"),
    ("7.5/10", "seven point five out of ten"),
    ("0/5", "zero out of five"),
    ("24/7", "twenty-four seven"),
    ("50/50", "fifty fifty"),
    ("20/20 vision", "twenty twenty vision"),
    ("9/11", "nine eleven"),
    ("24/7/365", "twenty-four seven three sixty-five"),
    ("98/100", "ninety-eight out of one hundred"),
    ("I got 45/50", "I got forty-five out of fifty"),
    ("the 5/1 favorite", "the five to one favorite"),
    ("5/1 of it", "five over one of it"),
    ("50:50", "fifty fifty"),
    ("at 20:45", "at twenty forty-five"),
    ("a time of 19:42", "a time of nineteen forty-two"),
    ("went 11-5", "went eleven and five"),
    ("1:25,000", "one to twenty-five thousand"),
    ("3/5 stars", "three out of five stars"),
]


@pytest.mark.parametrize(("written", "spoken"), SCORES)
def test_numbers_against_each_other_are_said_as_score_ratio_or_verse(written: str, spoken: str) -> None:
    assert said(written) == spoken


SCORES_BRITISH = [
    ("won 3-0", "won three nil"),
    ("a 0-0 draw", "a nil nil draw"),
]


@pytest.mark.parametrize(("written", "spoken"), SCORES_BRITISH)
def test_a_british_score_has_nil(written: str, spoken: str) -> None:
    assert said(written, british=True) == spoken
