"""Digits into words."""

from __future__ import annotations

import pytest

from model_server.text.english.amounts.numerals import cardinal, decimal, digit_by_digit, ordinal, year


@pytest.mark.parametrize(
    ("digits", "american", "british"),
    [
        ("0", "zero", "zero"),
        ("", "zero", "zero"),
        ("007", "seven", "seven"),
        ("21", "twenty-one", "twenty-one"),
        ("101", "one hundred one", "one hundred and one"),
        ("1234", "one thousand two hundred thirty-four", "one thousand two hundred and thirty-four"),
        ("1001", "one thousand one", "one thousand and one"),
        ("1000000", "one million", "one million"),
        ("1000021", "one million twenty-one", "one million and twenty-one"),
        (
            "112105000",
            "one hundred twelve million one hundred five thousand",
            "one hundred and twelve million one hundred and five thousand",
        ),
        ("1" + "0" * 63, "one vigintillion", "one vigintillion"),
        ("٣٤", "thirty-four", "thirty-four"),
    ],
)
def test_a_cardinal_is_said_in_american_and_british(digits: str, american: str, british: str) -> None:
    assert cardinal(digits) == american
    assert cardinal(digits, british=True) == british


def test_a_cardinal_beyond_the_names_of_the_scales_is_read_digit_by_digit() -> None:
    assert cardinal("12" * 500) == "one two " * 499 + "one two"


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("0", "zeroth"),
        ("1", "first"),
        ("2", "second"),
        ("3", "third"),
        ("5", "fifth"),
        ("8", "eighth"),
        ("9", "ninth"),
        ("11", "eleventh"),
        ("12", "twelfth"),
        ("20", "twentieth"),
        ("22", "twenty-second"),
        ("100", "one hundredth"),
        ("101", "one hundred first"),
        ("1000", "one thousandth"),
    ],
)
def test_an_ordinal_is_said(digits: str, said: str) -> None:
    assert ordinal(digits) == said


def test_a_british_ordinal_has_its_and() -> None:
    assert ordinal("101", british=True) == "one hundred and first"


def test_digits_are_said_one_by_one() -> None:
    assert digit_by_digit("007") == "zero zero seven"
    assert digit_by_digit("105", zero="oh") == "one oh five"
    assert digit_by_digit("") == ""


def test_a_decimal_is_said_with_its_point() -> None:
    assert decimal("3", "14") == "three point one four"
    assert decimal("", "5") == "point five"
    assert decimal("101", "0", british=True) == "one hundred and one point zero"


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("1905", "nineteen oh five"),
        ("1900", "nineteen hundred"),
        ("1066", "ten sixty-six"),
        ("1999", "nineteen ninety-nine"),
        ("1000", "one thousand"),
        ("2000", "two thousand"),
        ("2008", "two thousand eight"),
        ("2010", "twenty ten"),
        ("2024", "twenty twenty-four"),
        ("2100", "twenty-one hundred"),
        ("476", "four seventy-six"),
        ("800", "eight hundred"),
        ("44", "forty-four"),
        ("10000", "ten thousand"),
    ],
)
def test_a_year_is_said_in_pairs_except_where_nobody_does(digits: str, said: str) -> None:
    assert year(digits) == said


def test_a_british_year_of_this_century_has_its_and() -> None:
    assert year("2008", british=True) == "two thousand and eight"


def test_letters_are_no_digits() -> None:
    with pytest.raises(ValueError, match="decimal"):
        cardinal("12a")
