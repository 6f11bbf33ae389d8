"""Places in a row."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.amounts.reading import said

ORDINALS = [
    ("1st", "first"),
    ("22nd", "twenty-second"),
    ("the 3rd", "the third"),
    ("101st", "one hundred first"),
    ("1,000th", "one thousandth"),
    ("1ST", "first"),
    ("2nd-floor", "second floor"),
    ("21st-century", "twenty-first century"),
    ("1st-3rd", "first to third"),
    ("the 11th–13th", "the eleventh to thirteenth"),
    ("the 99.9th percentile", "the ninety-nine point ninth percentile"),
    ("16ths", "sixteenths"),
    ("3,5 kg", "three point five kilograms"),
    ("5,5", "five point five"),
    ("0,5", "zero point five"),
    ("(5,5)", "(five, five)"),
    ("items 3,5", "items three, five"),
    ("1,2", "one, two"),
    ("1,2 or 3", "one, two or three"),
    ("2,000", "two thousand"),
]


@pytest.mark.parametrize(("written", "spoken"), ORDINALS)
def test_an_ordinal_is_said_as_a_place(written: str, spoken: str) -> None:
    assert said(written) == spoken


ORDINALS_BRITISH = [
    ("the 101st", "the one hundred and first"),
]


@pytest.mark.parametrize(("written", "spoken"), ORDINALS_BRITISH)
def test_a_british_ordinal_has_its_and(written: str, spoken: str) -> None:
    assert said(written, british=True) == spoken
