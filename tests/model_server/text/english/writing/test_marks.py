"""Quotes, dashes, ellipses and what is written more than once."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.writing.saying import said, tokens

SAID = [
    ("What?! No!!! Why??? Really!?", "What?! No! Why? Really?!"),
    ("wait... and ...then … so", "wait… and … then … so"),
    ('He said "hello" and "she said \'no\' to me".', "He said “hello” and “she said “no” to me”."),
    ("\"Nested 'quotes' here,\" he said.", "“Nested “quotes” here,” he said."),
    ("'Hello,' he said. 'I know.'", "“Hello,” he said. “I know.”"),
    ("He called it 'odd'. The boys' 'odd' game.", "He called it “odd”. The boys “odd” game."),
    ("She asked, 'Why?' and left.", "She asked, “Why?” and left."),
    ("'I can't,' she said, 'because it's the dogs' food.'", "“I can't,” she said, “because it's the dogs food.”"),
    (
        "'Tis the season. Give 'em hell. Rock 'n' roll. Go 'round 'til now.",
        "'tis the season. Give 'em hell. Rock and roll. Go 'round till now.",
    ),
    (
        "The dogs' bowls and James's hat; O'Neill's y'all o'clock.",
        "The dogs bowls and James's hat; O'Neill's y'all o'clock.",
    ),
    ("The '80s' music.", "The eighties music."),
    ("one - two -- three --- four — five", "one — two — three — four — five"),
    ("word—word, Monday – Friday", "word—word, Monday — Friday"),
    ("- item one", "item one"),
    ("pre- and post-war", "pre and post-war"),
    ("He got the item(s) (c) 2024 [...] yes.", "He got the item copyright twenty twenty-four … yes."),
    ("(in brackets) [and these] {these}", "(in brackets) (and these) these"),
    ('Hello," he said.', "Hello,” he said."),
    ("The '90s; '99; 5'10\".", "The nineties; ninety-nine; five foot ten."),
    ("well - known, --, a -- b", "well — known, —, a — B"),
    ("Hello ... world, ?!?!, ,,", "Hello … world, ?!, ,"),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_marks_are_those_that_can_be_heard(written: str, spoken: str) -> None:
    assert said(written) == spoken


def test_a_quotation_mark_that_stands_between_blanks_alternates() -> None:
    assert [token.text for token in tokens('" a cat "')] == ["“", "a", "cat", "”"]
