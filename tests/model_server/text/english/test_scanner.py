"""The scanner: words and marks with their spans, whatever the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from model_server.text.english.scanner import scan
from model_server.text.english.tokens import Kind, Manner, text_of


def said(text: str) -> str:
    return text_of(scan(text, Manner()))


def test_words_and_marks_keep_their_blanks() -> None:
    assert said('He said "well-known" (it\'s) \u2014 so.') == "He said “well-known” (it's) — so."


def test_letters_with_accents_are_one_word_however_they_are_written() -> None:
    assert [token.text for token in scan("cafe\u0301 na\u00efve", Manner())] == ["caf\u00e9", "na\u00efve"]


def test_a_soft_hyphen_is_not_said() -> None:
    assert said("dan\u00adger") == "danger"


def test_a_sign_that_is_written_many_times_is_named_once() -> None:
    assert said("D\ufffd\ufffd\ufffdj\ufffd") == "D replacement character J replacement character"
    assert [(token.start, token.end) for token in scan("\u2656\u2656 x", Manner())] == [(0, 2)] * 3 + [(3, 4)]


@given(st.text(max_size=80))
def test_spans_follow_each_other_or_are_the_same(text: str) -> None:
    tokens = scan(text, Manner())
    for before, after in zip(tokens, tokens[1:], strict=False):
        same = (before.start, before.end) == (after.start, after.end)
        assert same or before.end <= after.start
    assert all(0 <= token.start < token.end <= len(text) and token.text for token in tokens)


@given(st.text(max_size=80))
def test_two_words_never_run_together(text: str) -> None:
    tokens = scan(text, Manner())
    for before, after in zip(tokens, tokens[1:], strict=False):
        assert before.space or Kind.MARK in (before.kind, after.kind)
