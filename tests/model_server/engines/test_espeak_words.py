from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.messages.synthesis import PieceWord, WordTime
from model_server.engines.espeak_library import WordMark
from model_server.engines.espeak_words import as_written, word_times
from tests.soaking import examples

RATE = 1000  # so that samples read as milliseconds


def timed(text: str, marks: list[tuple[int, int]], samples: int = 1000, start: int = 0) -> list[tuple[str, int, int]]:
    """Return (word, at, until) in samples, for a sound that is loud throughout."""
    loud = np.arange(samples)
    times = word_times(text, [WordMark(*mark) for mark in marks], loud, RATE, samples, start)
    return [(text[t.start - start : t.end - start], round(t.at * RATE), round(t.until * RATE)) for t in times]


def test_a_word_lasts_until_the_next() -> None:
    assert timed("one two", [(0, 100), (4, 500)]) == [("one", 100, 500), ("two", 500, 1000)]


def test_punctuation_around_a_word_is_left_out() -> None:
    assert timed("“one,” (two)!", [(1, 0), (8, 500)]) == [("one", 0, 500), ("two", 500, 1000)]


def test_symbols_and_vowel_signs_belong_to_the_word() -> None:
    assert timed("$5 हैं", [(0, 0), (3, 500)]) == [("$5", 0, 500), ("हैं", 500, 1000)]


def test_several_marks_in_one_word_are_one_word() -> None:
    assert timed("www.x.org now", [(0, 0), (3, 100), (4, 200), (10, 700)]) == [
        ("www.x.org", 0, 700),
        ("now", 700, 1000),
    ]


def test_words_spoken_as_one_share_its_time_by_length() -> None:
    assert timed("in the end", [(0, 0), (7, 500)]) == [("in", 0, 200), ("the", 200, 500), ("end", 500, 1000)]


def test_words_before_the_first_mark_have_no_time() -> None:
    assert timed("one two", [(4, 500)]) == [("two", 500, 1000)]


@pytest.mark.parametrize(("marks", "expected"), [([(0, 0), (4, 500)], ["one", "--"]), ([(0, 0)], ["one"])])
def test_punctuation_is_a_word_only_where_it_was_spoken(marks: list[tuple[int, int]], expected: list[str]) -> None:
    assert [word for word, _, _ in timed("one --", marks)] == expected


def test_chinese_is_cut_where_espeak_begins_words() -> None:
    text = "你好,世界2024年"

    words = timed(text, [(0, 0), (3, 200), (4, 300), (5, 400), (6, 450), (9, 800)])

    assert [word for word, _, _ in words] == ["你好", "世", "界", "2024", "年"]


def test_a_pause_belongs_to_no_word() -> None:
    loud = np.concatenate([np.arange(100, 300), np.arange(600, 900)])

    first, second = word_times("one two", [WordMark(0, 90), WordMark(4, 590)], loud, RATE, 1000, 0)

    assert (first.until, second.until) == (0.3, 0.9)


def test_marks_that_go_back_or_lie_outside_tell_nothing() -> None:
    marks = [(0, 0), (99, 100), (-1, 100), (4, 500), (0, 600), (8, 2000)]

    assert timed("one two three", marks) == [("one", 0, 500), ("two", 500, 688), ("three", 688, 1000)]


def test_times_point_into_the_whole_text() -> None:
    (time,) = word_times("one", [WordMark(0, 0)], np.arange(10), RATE, 10, 50)

    assert (time.start, time.end) == (50, 53)


@settings(max_examples=examples(200))
@given(
    text=st.text(max_size=40),
    marks=st.lists(st.tuples(st.integers(-3, 45), st.integers(-3, 1100)), max_size=12),
    quiet=st.sets(st.integers(0, 999)),
)
def test_whatever_the_marks_words_are_in_order_within_the_text_and_the_sound(
    text: str, marks: list[tuple[int, int]], quiet: set[int]
) -> None:
    loud = np.array(sorted(set(range(1000)) - quiet), dtype=np.int64)

    words = word_times(text, [WordMark(*mark) for mark in marks], loud, RATE, 1000, 0)

    assert all(0 <= word.start < word.end <= len(text) for word in words)
    assert all(0 <= word.at <= word.until + 1e-9 <= 1.001 for word in words)
    assert all(a.end <= b.start and a.until <= b.at + 1e-9 for a, b in pairwise(words))


def test_a_written_word_lasts_as_long_as_the_words_said_for_it() -> None:
    said = [WordTime(0, 3, 0.0, 0.2), WordTime(4, 8, 0.3, 0.5), WordTime(9, 16, 0.5, 0.9), WordTime(18, 21, 1.0, 1.2)]
    words = [PieceWord(50, 53, 0, 3, 0, 0), PieceWord(54, 56, 4, 16, 0, 0), PieceWord(57, 58, 17, 18, 0, 0)]

    assert as_written(words, said) == (WordTime(50, 53, 0.0, 0.2), WordTime(54, 56, 0.3, 0.9))
