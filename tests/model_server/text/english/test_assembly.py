"""Where each written word is in what is said and in its phonemes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from common.messages.synthesis import PieceWord
from model_server.text.english.assembly import assemble
from model_server.text.english.scanner import scan
from model_server.text.english.tokens import Kind, Manner, Token, words


def test_one_written_word_may_be_several_said() -> None:
    tokens = [Token("Pay", 0, 3), *words("five dollars", 4, 6), Token(".", 6, 7, Kind.MARK)]
    tokens[2] = tokens[2].followed(space=False)

    reading = assemble(tokens, ["pˈA", "fˈIv", "dˈɑləɹz", "."])

    assert (reading.text, reading.sounds) == ("Pay five dollars.", "pˈA fˈIv dˈɑləɹz.")
    pay, five = reading.words
    assert pay == PieceWord(0, 3, 0, 3, 0, 3)
    assert reading.text[five.said : five.said_end] == "five dollars"
    assert reading.sounds[five.sound : five.sound_end] == "fˈIv dˈɑləɹz"
    assert (five.start, five.end) == (4, 6)


def test_for_text_there_are_no_phonemes() -> None:
    reading = assemble([Token("Hi", 2, 4)], None)

    assert (reading.sounds, reading.text, reading.words) == ("Hi", "Hi", (PieceWord(2, 4, 0, 2, 0, 0),))


def test_what_has_no_sound_leaves_no_double_blank() -> None:
    reading = assemble([Token("a", 0, 1), Token("x", 2, 3), Token("b", 4, 5)], ["ɐ", "", "bˈi"])

    assert reading.sounds == "ɐ bˈi"
    silent = reading.words[1]
    assert silent.sound == silent.sound_end


@given(st.text(max_size=60))
def test_words_are_where_they_say(text: str) -> None:
    tokens = scan(text, Manner())
    reading = assemble(tokens, [token.text.upper() for token in tokens])

    said = [reading.text[word.said : word.said_end] for word in reading.words]
    assert [one.upper() for one in said] == [reading.sounds[word.sound : word.sound_end] for word in reading.words]
    assert all(one and one == one.strip() for one in said)
    assert "  " not in reading.text
    for before, after in zip(reading.words, reading.words[1:], strict=False):
        assert before.end <= after.start and before.said_end <= after.said
