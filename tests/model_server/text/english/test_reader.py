"""What the English readers promise for any text: words alone, sounds that the model knows, spans in order, linear time."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from common.messages.speaking import AS_USUAL, ReadingOptions
from common.messages.synthesis import PLAN_WINDOW, Plan
from model_server.text.cleaning import clean
from model_server.text.g2p import SYMBOLS
from model_server.text.planner import plan
from model_server.text.readers import reader_for
from model_server.text.reading import PHONEMES, SAID, Reader
from tests.cpu_time import LINEAR, growth

CORPUS = Path(__file__).with_name("corpus.txt").read_text("utf-8").splitlines()
ACCENTS = ("en-us", "en-gb")

# What people and programs write, in pieces, which make stranger text together than any alphabet alone.
_WRITTEN = """
    1 2024 3.5 1,000 $5 £3.50 50% 1/2 10:30 9-5 12/25 #1 § 4(a) (c) a) -x --all ~/.x /usr/bin http://a.b/c
    x@y.z v1.2 U.S. e.g. St. FBI NASA don't 'tis "well" … — ... !? ** __init__ foo(bar) a[0] == -> && 5kg 20°C
    °F x² H₂O 10⁻⁵ π ½ ① Ⅳ 😀 👍🏽 🇩🇪 ♥ © ™ & @ % ^ ~ ` | \\ { } [ ] < > é ß ø ﬁ Ω я 中 ع \u202e \u0301 \u200d ️
    \xad A B- C++ II IV. 3rd 5'10" '90s Mon Jan. No. vs. Dr. 007 1e-5 0xFF 1:1s 12345678901
"""
_SCRAPS = st.sampled_from(_WRITTEN.split())
_TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(_SCRAPS, st.text(max_size=3)), max_size=14).map(" ".join),
    st.lists(_SCRAPS, max_size=10).map("".join),
)
_SOUND = re.compile(r"[^\s;:,.!?—…\"()“”]")
# Said one after the other these would be one pause too many, or a stumble.
_STUMBLE = re.compile(r"[,;:] ?[,;:]")


def _reader(language: str, takes: str) -> Reader:
    return reader_for(language, takes, ReadingOptions(skip_unspeakable=True))


@pytest.mark.parametrize("language", ACCENTS)
@settings(max_examples=150, deadline=None)
@given(text=_TEXTS)
@example(text="'00s 1:1s 80/20 $-.5 #3B -1 2023's")
@example(text="\u0660\u0661 \u0967 \u2460 \u00bc \u2075 \U0001d7d9 \u3007 \u0bf0")
def test_no_digit_is_left_whatever_the_text(language: str, text: str) -> None:
    said = _reader(language, SAID).read(clean(text)[0]).text

    assert not [character for character in said if character.isdigit()]


@pytest.mark.parametrize("language", ACCENTS)
@settings(max_examples=150, deadline=None)
@given(text=_TEXTS)
def test_every_symbol_is_the_models_whatever_the_text(language: str, text: str) -> None:
    sounds = _reader(language, PHONEMES).read(clean(text)[0]).sounds

    assert set(sounds) <= SYMBOLS


@settings(max_examples=150, deadline=None)
@given(text=_TEXTS)
def test_words_stand_in_order_and_inside_the_text(text: str) -> None:
    cleaned = clean(text)[0]
    reading = _reader("en-us", PHONEMES).read(cleaned)

    assert all(0 <= word.start < word.end <= len(cleaned) for word in reading.words)
    for before, after in zip(reading.words, reading.words[1:], strict=False):
        assert before.end <= after.start
        assert before.said_end <= after.said


@settings(max_examples=150, deadline=None)
@given(text=_TEXTS)
def test_a_word_that_is_said_has_a_sound_or_is_told(text: str) -> None:
    reading = _reader("en-us", PHONEMES).read(clean(text)[0])

    if not reading.left_out:
        assert all(_SOUND.search(reading.sounds[word.sound : word.sound_end]) for word in reading.words)


@pytest.mark.parametrize("language", ACCENTS)
def test_every_symbol_for_the_corpus_is_in_the_vocabulary(language: str) -> None:
    reader = reader_for(language, PHONEMES, AS_USUAL)  # an unspeakable word would be an error

    strange = {symbol for sentence in CORPUS for symbol in reader.read(sentence).sounds} - SYMBOLS

    assert len(CORPUS) >= 500
    assert not strange


@pytest.mark.parametrize("language", ACCENTS)
def test_no_two_pauses_follow_each_other_in_the_corpus(language: str) -> None:
    reader = _reader(language, SAID)

    assert not [said for sentence in CORPUS if _STUMBLE.search(said := reader.read(sentence).text)]


_FLOODS = {
    "prose": "The old man read the record of 12 May 1984, e.g. Dr. Smith's $5.50. ",
    "digits": "1234567890",
    "numbers": "12 ",
    "groups": "1,234",
    "points": "1.2",
    "dates": "12/25/2024 ",
    "times": "10:30-",
    "capitals": "ABCDEFGH ",
    "one word": "abcdefgh",
    "one capital word": "ABCDEFGH",
    "symbols": "#$%&*@~^",
    "brackets": "f(a[",
    "slashes": "a/",
    "hyphens": "a-1-",
    "quotes": "'a\"",
    "dots": "a.",
    "underscores": "a_",
    "verses": "1 Cor. 13:4-",
    "days": "Mon, Tue & ",
    "clauses": "Section 4(a)(1)",
    "modes": "drwxr-xr-x",
    "flags": "-abcd ",
    "keys": "press # or *69 ",
    "emoji": "😀👍🏽",
    "accents": "e\u0301\u0302",
    "scripts": "абв中文ع",
}


@pytest.mark.parametrize("name", _FLOODS)
def test_reading_takes_time_with_the_length_of_the_text(name: str) -> None:
    reader = _reader("en-us", SAID)
    scrap = _FLOODS[name]

    def text_of(length: int) -> Callable[[], object]:
        return partial(reader.read, clean((scrap * (length // len(scrap) + 1))[:length])[0])

    assert growth(text_of, 2_500, 20_000) < LINEAR


def test_text_without_a_blank_is_planned_to_its_end(counts: Callable[[int, int], int]) -> None:
    length = counts(50_000, 1_000_000)
    reader = _reader("en-us", SAID)
    text = ("abcdefghij" * (length // 10))[:length]
    used, inside = 0, False

    while used < length:
        window = text[used : used + PLAN_WINDOW]
        planned = plan(Plan(window, used, used + len(window) == length, False, not used, inside=inside), reader)
        assert planned.used
        used, inside = used + planned.used, planned.inside

    assert used == length
