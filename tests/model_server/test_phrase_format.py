from __future__ import annotations

import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from common.messages.synthesis import WordTime
from model_server.engines.base import Speech
from model_server.phrase_format import Phrase, decode, encode, phrase_of

NAME, KEY = "0123456789abcdef" * 2 + "01234567", bytes(range(32))

places = st.integers(-1000, 1 << 50)
seconds = st.floats(0, 1e6, allow_subnormal=True)
words = st.lists(st.builds(WordTime, places, places, seconds, seconds), max_size=5).map(tuple)
phrases = st.builds(
    lambda samples, start, end, words: Phrase(struct.pack(f"<{len(samples)}f", *samples), start, end, words),
    st.lists(st.floats(width=32, allow_nan=False), max_size=50),
    st.integers(0, 1 << 31),
    st.integers(0, 1 << 31),
    words,
)


@given(phrases)
def test_what_was_kept_comes_back_bit_for_bit(phrase: Phrase) -> None:
    assert decode(encode(phrase, NAME, KEY), NAME, KEY) == phrase


@given(phrases, st.data())
def test_a_file_with_one_byte_altered_is_damaged(phrase: Phrase, data: st.DataObject) -> None:
    file = bytearray(encode(phrase, NAME, KEY))
    place = data.draw(st.integers(0, len(file) - 1))
    file[place] ^= data.draw(st.integers(1, 255))
    assert decode(bytes(file), NAME, KEY) is None


@given(phrases, st.data())
def test_a_file_that_is_cut_off_or_longer_is_damaged(phrase: Phrase, data: st.DataObject) -> None:
    file = encode(phrase, NAME, KEY)
    assert decode(file[: data.draw(st.integers(0, len(file) - 1))], NAME, KEY) is None
    assert decode(file + data.draw(st.binary(min_size=1, max_size=9)), NAME, KEY) is None


@given(st.binary(max_size=200))
def test_any_other_bytes_are_damaged(data: bytes) -> None:
    assert decode(data, NAME, KEY) is None


@given(phrases)
def test_a_file_under_another_name_or_by_another_key_is_damaged(phrase: Phrase) -> None:
    file = encode(phrase, NAME, KEY)
    assert decode(file, NAME[::-1], KEY) is None
    assert decode(file, NAME, KEY[::-1]) is None


def test_a_right_seal_on_impossible_lengths_is_damaged() -> None:
    class Longer(Phrase):
        @property
        def count(self) -> int:
            return 99

    assert decode(encode(Longer(b"", 0, 0), NAME, KEY), NAME, KEY) is None


@given(words, places, places)
def test_words_are_where_the_piece_is(words: tuple[WordTime, ...], start: int, other: int) -> None:
    moved = tuple(WordTime(word.start + start, word.end + start, word.at, word.until) for word in words)
    phrase = phrase_of(Speech(np.zeros(3, np.float32), 0, 3, moved), start)
    assert phrase.words == words
    assert phrase.words_at(start) == moved
    assert [word.start - other for word in phrase.words_at(other)] == [word.start for word in words]


def test_samples_are_little_endian_floats_whatever_the_engine_has() -> None:
    speech = Speech(np.array([0.5, -1.0], ">f4").astype(">f4"), 0, 2)
    assert phrase_of(speech, 0) == Phrase(struct.pack("<2f", 0.5, -1.0), 0, 2)


def test_the_file_holds_nothing_but_numbers() -> None:
    text = "Build finished."
    speech = Speech(np.zeros(10, np.float32), 0, 10, (WordTime(0, 5, 0.0, 0.2), WordTime(6, 15, 0.2, 0.6)))
    file = encode(phrase_of(speech, 0), NAME, KEY)
    assert not any(part.encode() in file for part in (text, "Build", "finished", "bˈɪld"))
