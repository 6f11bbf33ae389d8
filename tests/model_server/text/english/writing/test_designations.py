"""Letters and figures."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.writing.saying import said

SAID = [
    ("COVID-19, F-16, MP3, H2O, R2-D2, B12", "COVID nineteen, F sixteen, M P three, H two O, R two D two, B twelve"),
    ("G7, MI5, U2, V8, K-12, Y2K, C-3PO", "G seven, M I five, U two, V eight, K twelve, Y two K, C three P O"),
    ("a B-52, an A380", "a B fifty-two, an A three eighty"),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_letters_and_figures_are_said_apart(written: str, spoken: str) -> None:
    assert said(written) == spoken
