"""Durations tell where speech is: 600 samples a frame, one frame entry more at either end than there are symbols."""

from __future__ import annotations

import pytest

from common.messages.synthesis import PieceWord, WordTime
from model_server.engines.kokoro_timing import FRAME, speech_span, times_of, words_of


def test_speech_lies_between_the_first_and_the_last_phone() -> None:
    durations = [8, 2, 3, 10, 4]  # boundary, a, b, full stop, boundary

    start, end = speech_span("ab.", durations, sum(durations) * FRAME)

    assert start == 8 * FRAME - 480  # 20 ms before
    assert end == 13 * FRAME + 960  # 40 ms after


def test_the_span_never_leaves_the_samples() -> None:
    assert speech_span("a", [0, 2, 1], 3 * FRAME) == (0, 3 * FRAME)


def test_leading_and_closing_punctuation_is_no_speech() -> None:
    durations = [4, 20, 2, 30, 30, 4]

    start, end = speech_span("“a!”", durations, sum(durations) * FRAME)

    assert (start, end) == (24 * FRAME - 480, 26 * FRAME + 960)


@pytest.mark.parametrize("symbols", ["", "…", "“ . ”"])
def test_punctuation_alone_is_no_speech(symbols: str) -> None:
    assert speech_span(symbols, [3] * (len(symbols) + 2), 9000) == (0, 0)


def test_each_word_sounds_while_its_phones_last() -> None:
    words = words_of("Hi, you.", 100, "ab, cd.", [2, 1, 1, 5, 1, 2, 2, 9, 3], FRAME * 10)

    assert words == (WordTime(100, 103, 0.2, 0.4), WordTime(104, 108, 1.0, 1.4))


def test_a_dash_that_stands_alone_is_no_word() -> None:
    words = words_of("a — b", 0, "x — y", [1] * 7, FRAME)

    assert [(word.start, word.end) for word in words] == [(0, 1), (4, 5)]


def test_a_dash_only_in_the_text_does_not_shift_the_words() -> None:
    words = words_of("a - b", 0, "x y", [1] * 5, FRAME)

    assert [(word.start, word.end) for word in words] == [(0, 1), (4, 5)]


def test_words_that_do_not_pair_up_have_no_times() -> None:
    assert words_of("in the house", 0, "ɪnðə hWs", [1] * 10, FRAME) == ()


def test_a_written_word_sounds_as_long_as_all_that_is_said_for_it() -> None:
    words = (PieceWord(10, 13, 0, 3, 0, 2), PieceWord(14, 16, 4, 16, 3, 8), PieceWord(16, 17, 16, 17, 9, 9))

    times = times_of(words, "ab cd ef.", [1] * 11, FRAME)

    assert times == (WordTime(10, 13, 1, 3), WordTime(14, 16, 4, 9))
