"""Short notations of code and mathematics."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.technical.saying import said

SAID = [
    ("5! = 120", "five factorial equals one hundred twenty"),
    ("n! = m", "N factorial equals M"),
    ("|x| < 3", "the absolute value of X less than three"),
    ("|-5| is five", "the absolute value of minus five is five"),
    ("x && !y", "X and not Y"),
    ("if (!done) stop", "if (not done) stop"),
    ("i--;", "I minus minus;"),
    ("U+1F600", "U plus one F six zero zero"),
    ("[a-z]+", "A to Z plus"),
    ("[a-zA-Z0-9_]", "A to Z A to Z zero to nine underscore"),
    ("use .* here", "use dot star here"),
    ("- [ ] buy milk", "to do, buy milk"),
    ("- [x] buy milk", "done, buy milk"),
    ("b² - 4ac", "B squared minus four A C"),
    ("2 sin x cos x", "two sine X cosine X"),
    ("dy/dx = 2x", "D Y over D X equals two X"),
    ("f'(x)", "F prime of X"),
    ("y' = 3", "Y prime equals three"),
    ("-b ± √(b² − 4ac)", "minus B plus or minus the square root of(B squared minus four A C)"),
]

# What looks alike and is something else.
LEFT_ALONE = [
    ("a mid-19th-century house", "a mid nineteenth century house"),
    ("Stop! Now!", "Stop! Now!"),
    ("I have 5! Great.", "I have five! Great."),
    ("He won -- again.", "He won — again."),
    ("a [x] here", "a (X) here"),
    ("pass -b here", "pass dash B here"),
    ("the dogs' food", "the dogs food"),
    ("| a | b |", "a, B"),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_notations_are_read_as_people_say_them(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize(("written", "spoken"), LEFT_ALONE)
def test_what_only_looks_alike_is_left_alone(written: str, spoken: str) -> None:
    assert said(written) == spoken
