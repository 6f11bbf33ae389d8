"""Promises about how much is read to learn how long a front of a text is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from common.errors import Unspeakable
from common.messages.synthesis import PieceWord
from model_server.text.fronts import Fronts
from model_server.text.reading import Reading
from model_server.text.sentences import Window


class Recorder:
    """Reads as it is told, and remembers what it was asked for."""

    def __init__(self, read: Callable[[str], Reading]) -> None:
        self.asked: list[str] = []
        self._read = read

    def __call__(self, text: str) -> Reading:
        self.asked.append(text)
        return self._read(text)


def fronts(text: str, read: Callable[[str], Reading]) -> tuple[Fronts, Recorder]:
    recorder = Recorder(read)
    return Fronts(Window.of(text, ended=True, line_start=True), len(text), recorder), recorder


def spelled(text: str) -> Reading:
    """Read every character as a word of five phonemes."""
    words = tuple(PieceWord(at, at + 1, 0, 0, 6 * at, 6 * at + 5) for at in range(len(text)))
    return Reading(" ".join(["abcde"] * len(text)), "said", words)


def anywhere(at: int) -> int:
    return at


def test_what_is_surely_too_long_is_not_read_in_full() -> None:
    found, recorder = fronts("7" * 400, spelled)

    assert not found.fits(400, 200)
    assert sum(map(len, recorder.asked)) < 100


def test_one_reading_is_mostly_enough_for_a_cut_in_a_run() -> None:
    found, recorder = fronts("7" * 400, spelled)

    end = found.longest(200, 1, 399, anywhere)

    assert 100 <= 6 * end - 1 <= 200
    assert len(recorder.asked) == 1


@pytest.mark.parametrize("expand", [1, 2, 3, 10, 40])
def test_a_front_that_fits_is_found_whatever_characters_sound_like(expand: int) -> None:
    found, _ = fronts("x" * 400, lambda text: Reading(text * expand))

    assert 100 < found.longest(200, 1, 399, anywhere) * expand <= 200


def test_the_longest_break_that_fits_is_found_with_few_readings() -> None:
    text = "word " * 80
    ends = [at for at, character in enumerate(text) if character == " "]
    found, recorder = fronts(text, Reading)

    assert found.fitting(ends, 200) == 40
    assert len(recorder.asked) <= 3


def test_what_adds_nothing_to_be_said_is_not_looked_at_further() -> None:
    found, recorder = fronts("a1" * 200, lambda text: Reading("hash"))

    assert found.longest(200, 1, 399, anywhere) > 50
    assert len(recorder.asked) == 2


def test_a_front_ends_before_a_word_that_cannot_be_said() -> None:
    def read(text: str) -> Reading:
        if "#" in text:
            raise Unspeakable("no phonemes")
        return Reading(text)

    text = "say this # and that"
    found, _ = fronts(text, read)

    assert found.fitting([3, 8, 10, 14], 200) == 2
    assert found.error
