"""Years, decades and numbers that are none."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.amounts.reading import said

YEARS = [
    ("In 1905", "In nineteen oh five"),
    ("in 1066", "in ten sixty-six"),
    ("in 800 AD", "in eight hundred AD"),
    ("44 BC", "forty-four BC"),
    ("AD 79", "AD seventy-nine"),
    ("since 1776", "since seventeen seventy-six"),
    ("by 2050", "by twenty fifty"),
    ("2008", "two thousand eight"),
    ("2010", "twenty ten"),
    ("2024", "twenty twenty-four"),
    ("1905 dollars", "one thousand nine hundred five dollars"),
    ("2024 items", "two thousand twenty-four items"),
    ("1500 people", "one thousand five hundred people"),
    ("the 2008 crisis", "the two thousand eight crisis"),
    ("the 2008 elections", "the two thousand eight elections"),
    ("1984 was a book.", "nineteen eighty-four was a book."),
    ("in 1000 cases", "in one thousand cases"),
    ("1500 words", "one thousand five hundred words"),
    ("3000 years", "three thousand years"),
    ("Copyright 2024", "Copyright twenty twenty-four"),
    ("(1879–1955)", "(eighteen seventy-nine to nineteen fifty-five)"),
    ("1990-2000", "nineteen ninety to two thousand"),
    ("1990–95", "nineteen ninety to ninety-five"),
    ("1999-2000", "nineteen ninety-nine to two thousand"),
    ("2003–04", "two thousand three to oh four"),
    ("from 1939 to 1945", "from nineteen thirty-nine to nineteen forty-five"),
    ("the 1990s", "the nineteen nineties"),
    ("mid-1980s", "mid nineteen eighties"),
    ("the 1900s", "the nineteen hundreds"),
    ("the 2000s", "the two thousands"),
    ("the 2010s", "the twenty tens"),
    ("1980's", "nineteen eighties"),
    ("the '90s", "the nineties"),
    ("the 80s", "the eighties"),
    ("in his 30s", "in his thirties"),
    ("'99", "ninety-nine"),
    ("the summer of '69", "the summer of sixty-nine"),
    ("class of '05", "class of oh five"),
    ("the late 1800s", "the late eighteen hundreds"),
    ("90s", "ninety seconds"),
    ("60s timeout", "sixty second timeout"),
    ("the 1840s-1850s", "the eighteen forties to eighteen fifties"),
    ("the 1990s–2000s", "the nineteen nineties to two thousands"),
    ("in his mid-50s", "in his mid fifties"),
    ("the 60s and 70s", "the sixties and seventies"),
    ("c. 1450", "c. fourteen fifty"),
    ("1000 BC", "one thousand BC"),
    ("two 5s", "two fives"),
    ("Magna Carta (1215)", "Magna Carta (twelve fifteen)"),
    ("under-18s", "under eighteens"),
]


@pytest.mark.parametrize(("written", "spoken"), YEARS)
def test_a_year_is_told_from_a_number_by_what_stands_around_it(written: str, spoken: str) -> None:
    assert said(written) == spoken
