"""Telephone numbers and other digits that are read one by one."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.amounts.reading import said

TELEPHONE = [
    ("555-0123", "five five five, zero one two three"),
    ("555-1234", "five five five, one two three four"),
    ("Call 100-2345", "Call one zero zero, two three four five"),
    ("(415) 555-2671", "four one five, five five five, two six seven one"),
    ("415-555-2671", "four one five, five five five, two six seven one"),
    ("415.555.2671", "four one five, five five five, two six seven one"),
    ("415 555 2671", "four one five, five five five, two six seven one"),
    ("+1 (415) 555-2671", "plus one, four one five, five five five, two six seven one"),
    ("+1 415 555 2671", "plus one, four one five, five five five, two six seven one"),
    ("+14155552671", "plus one, four one five, five five five, two six seven one"),
    ("1-888-555-1234", "one, eight eight eight, five five five, one two three four"),
    ("1-800-FLOWERS", "one eight hundred, flowers"),
    ("1-800-GOT-JUNK", "one eight hundred, got junk"),
    ("1-800-555-1234", "one, eight hundred, five five five, one two three four"),
    ("+44 20 7946 0958", "plus four four, two zero, seven nine four six, zero nine five eight"),
    ("+44 (0)20 7946 0958", "plus four four, zero, two zero, seven nine four six, zero nine five eight"),
    ("020 7946 0958", "zero two zero, seven nine four six, zero nine five eight"),
    ("07700 900123", "zero seven seven zero zero, nine zero zero one two three"),
    ("+49 30 123456", "plus four nine, three zero, one two three four five six"),
    ("+33 1 23 45 67 89", "plus three three, one, two three, four five, six seven, eight nine"),
    ("415-555-2671 x123", "four one five, five five five, two six seven one, extension one two three"),
    ("555-0199 ext. 12", "five five five, zero one nine nine, extension one two"),
    ("Call 911", "Call nine one one"),
    ("dial 112", "dial one one two"),
    ("911 people", "nine hundred eleven people"),
    ("123-45-6789", "one two three, four five, six seven eight nine"),
    ("4111 1111 1111 1111", "four one one one, one one one one, one one one one, one one one one"),
    ("Beverly Hills, CA 90210", "Beverly Hills, CA nine zero two one zero"),
    ("94105-1234", "nine four one zero five, one two three four"),
    ("PIN 4321", "PIN four three two one"),
    ("your code is 482913", "your code is four eight two nine one three"),
    ("account number 12345678", "account number one two three four five six seven eight"),
    ("ISBN 978-3-16-148410-0", "ISBN nine seven eight, three, one six, one four eight four one zero, zero"),
    ("100-2000 people", "one hundred to two thousand people"),
    ("EIN 12-3456789", "EIN one two, three four five six seven eight nine"),
    ("ending in 4242", "ending in four two four two"),
    ("ext. 405", "ext. four zero five"),
]


@pytest.mark.parametrize(("written", "spoken"), TELEPHONE)
def test_a_telephone_number_is_said_digit_by_digit_in_its_groups(written: str, spoken: str) -> None:
    assert said(written) == spoken


TELEPHONE_BRITISH = [
    ("020 7946 0958", "oh two oh, seven nine four six, oh nine five eight"),
    ("+44 20 7946 0958", "plus four four, two oh, seven nine four six, oh nine five eight"),
    ("Dial 999", "Dial nine nine nine"),
]


@pytest.mark.parametrize(("written", "spoken"), TELEPHONE_BRITISH)
def test_a_british_telephone_number_has_oh_for_nought(written: str, spoken: str) -> None:
    assert said(written, british=True) == spoken
