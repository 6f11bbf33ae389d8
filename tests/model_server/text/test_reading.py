"""Readings in a row: what was said where stays true."""

from __future__ import annotations

from common.messages.synthesis import PieceWord
from model_server.text.reading import Reading

ONE = Reading("wˈʌn", "one", (PieceWord(0, 1, 0, 3, 0, 4),), ("'x'",))
TWO = Reading("tˈu", "two", (PieceWord(2, 3, 0, 3, 0, 3),))


def test_what_follows_is_behind_what_was_said() -> None:
    both = ONE.then(TWO, ". ")

    assert (both.text, both.sounds, both.left_out) == ("one. two", "wˈʌn. tˈu", ("'x'",))
    assert [both.text[word.said : word.said_end] for word in both.words] == ["one", "two"]
    assert [both.sounds[word.sound : word.sound_end] for word in both.words] == ["wˈʌn", "tˈu"]
    assert [(word.start, word.end) for word in both.words] == [(0, 1), (2, 3)]


def test_engines_that_take_text_have_no_places_in_phonemes() -> None:
    one = Reading("one", "one", (PieceWord(0, 1, 0, 3, 0, 0),))

    both = one.then(one.shifted(5), " ")

    assert both.words == (PieceWord(0, 1, 0, 3, 0, 0), PieceWord(5, 6, 4, 7, 0, 0))


def test_what_is_said_as_it_is_written_has_no_text_of_its_own() -> None:
    assert Reading("One").then(Reading("two"), " ") == Reading("One two")
