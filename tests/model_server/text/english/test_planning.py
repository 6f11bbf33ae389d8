"""Promises of planned English: nothing lost, nothing too long, the same pieces however the text arrives, no error but ours."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.messages.speaking import AS_USUAL, ReadingOptions
from common.messages.synthesis import PLAN_WINDOW, Plan, PlannedPiece
from model_server.text.characters import speakable
from model_server.text.g2p import SYMBOLS
from model_server.text.pieces import RUSHED
from model_server.text.planner import plan
from model_server.text.readers import reader_for
from model_server.text.reading import PHONEMES, SAID, Reader, Reading
from tests.cpu_time import LINEAR, growth
from tests.soaking import examples

AMERICAN = reader_for("en-us", PHONEMES, AS_USUAL)
BRITISH = reader_for("en-gb", PHONEMES, AS_USUAL)
IN_WORDS = reader_for("en-us", SAID, AS_USUAL)
READERS = st.sampled_from([AMERICAN, BRITISH, IN_WORDS])

SNIPPETS = (
    "Dr. Smith's $5.50 and 3/4 of it, 12:30 p.m. on Jan. 5, 2024. https://example.com/a?b=1 jane@example.com v1.2.3 192.168.0.1 "
    "~/.bashrc x==3 foo_bar fooBar() 100% 5kg -5°C +1 (415) 555-2671 Henry VIII. NASA FBI! ½ 10^6 5'10\" 😂👍🏽 "
    "[word](/wˈɜɹd/) [pause 1s] [x](y) \u00adsoft\u00ad zalgo\u0301\u0302\u0303 Привет 日本 مرحبا \u202e 1234567890123456789012345 "
    "…?!?! ---- *** `a && b` A. B. C. it's 'tis \n\n \n - \n1. x² ≤ √2 #1 & @ ~ ^ | < > { } \\ \ud800 \x00 \x1b[31m"
)
TEXTS = st.one_of(
    st.text(max_size=120),
    st.text(alphabet=st.characters(), max_size=60),  # surrogates included
    st.lists(st.sampled_from(SNIPPETS.split(" ")), max_size=40).map(" ".join),
    st.lists(st.sampled_from(SNIPPETS.split(" ")), max_size=12).map("".join),
)


def planned(chunks: Sequence[str], reader: Reader) -> list[PlannedPiece]:
    """Return the pieces of a text that arrives in chunks."""
    pieces: list[PlannedPiece] = []
    text, start, inside = "", 0, False
    for index, chunk in enumerate([*chunks, ""]):
        text += chunk
        final = index == len(chunks)
        while text:
            front = text[:PLAN_WINDOW]
            asked = Plan(front, start, final and len(front) == len(text), False, not pieces, inside=inside)
            got = plan(asked, reader)
            pieces += got.pieces
            text, start, inside = text[got.used :], start + got.used, got.inside
            if not got.used:
                break
    assert text == ""
    return pieces


@settings(max_examples=examples(25, 1000))
@given(TEXTS, READERS)
def test_spans_cover_the_text_in_order_and_words_lie_in_them(text: str, reader: Reader) -> None:
    at = 0
    for piece in planned([text], reader):
        assert piece.start == at < piece.end
        at = piece.end
        assert piece.pause or len(piece.phonemes or piece.text) <= RUSHED
        assert set(piece.phonemes) <= SYMBOLS
        before = piece.start
        for word in piece.words:
            assert before <= word.start < word.end <= piece.end
            before = word.end
            assert piece.text[word.said : word.said_end].strip()
            assert reader.takes_text or word.sound < word.sound_end <= len(piece.phonemes)
    assert at <= len(text)


@settings(max_examples=examples(25, 1000))
@given(TEXTS, READERS, st.integers(1, 40))
def test_text_that_comes_in_parts_is_read_as_if_it_had_come_at_once(text: str, reader: Reader, size: int) -> None:
    chunks = [text[at : at + size] for at in range(0, len(text), size)]

    assert planned(chunks, reader) == planned([text], reader)


@settings(max_examples=examples(25, 1000))
@given(
    st.lists(st.sampled_from(["one", "FBI", "$5", "é", "x", "3:45", "Привет", "\N{HONEYBEE}"]), min_size=1, max_size=20)
)
def test_every_written_word_is_said(written: list[str]) -> None:
    text = " ".join(written)

    covered = [text[word.start : word.end] for piece in planned([text], AMERICAN) for word in piece.words]

    assert sum(map(len, written)) == sum(len(word.replace(" ", "")) for word in covered)


def test_what_is_dropped_by_rule_alone_is_silent() -> None:
    silent = reader_for("en-us", PHONEMES, ReadingOptions(emoji="drop"))

    assert [piece.text for piece in planned(["Hi \N{HONEYBEE} there."], silent)] == ["Hi there."]
    assert planned(["\N{HONEYBEE}"], silent) == []


PROSE = "In 1905, Dr. Smith paid $1,234.56 for a 3/4 share of the record company, and he would record the sales (5%) himself. "
TRIGGERS = [
    "1",
    "a",
    "A",
    "$5 ",
    "1/",
    "a.b ",
    "http://a.b/",
    "(",
    "x=",
    "I",
    "Привет",
    "😂",
    "é",
    "a-",
    "12:",
    "'",
    "[a](/ə",
    "a.b:",
    "if(a!=b){c+=1}",
]


@pytest.mark.parametrize("unit", [PROSE, *TRIGGERS])
def test_time_grows_with_the_text(unit: str, counts: Callable[[int, int], int]) -> None:
    def text_of(length: int) -> Callable[[], None]:
        text = (unit * (length // len(unit) + 1))[:length]

        def read() -> None:
            assert planned([text], AMERICAN) or not speakable(text)

        return read

    length = counts(4_000, 80_000)
    assert growth(text_of, length // 8, length) < LINEAR


def base64_of(length: int) -> str:
    return base64.b64encode(random.Random(4).randbytes(length))[:length].decode()


def digits(length: int) -> str:
    return "".join(random.Random(4).choices("0123456789", k=length))


def hexadecimal(length: int) -> str:
    return random.Random(4).randbytes(length).hex()[:length]


def mixed(length: int) -> str:
    made = random.Random(4)
    return "".join(made.choice("abxyzAB019") + made.choice(".:/-_,;=+") for _ in range(length // 2))


def minified(length: int) -> str:
    made = random.Random(4)
    parts = ('{"id":%d,', '"userName":"a%d",', "if(a!==%d){b.c=d+1}", "[%d,0.5,null],", "for(;e<f.length;)g(%d);")
    return "".join(made.choice(parts).replace("%d", str(made.randrange(10**5))) for _ in range(length // 17))


class Counting:
    """A reader that counts the characters that it reads."""

    def __init__(self, reader: Reader) -> None:
        self.takes_text = reader.takes_text
        self.characters = 0
        self._read = reader.read

    def read(self, text: str) -> Reading:
        self.characters += len(text)
        return self._read(text)


@pytest.mark.parametrize("unbroken", [base64_of, digits, hexadecimal, mixed, minified])
def test_what_has_no_blank_is_read_little_more_than_once(
    unbroken: Callable[[int], str], counts: Callable[[int, int], int]
) -> None:
    text, reader = unbroken(counts(2_000, 100_000)), Counting(AMERICAN)

    pieces = planned([text], reader)

    assert pieces[-1].end == len(text)
    assert max(len(piece.phonemes) for piece in pieces) <= RUSHED
    assert reader.characters < 3 * len(text)


def test_a_megabyte_without_a_blank_is_spoken_or_told(counts: Callable[[int, int], int]) -> None:
    for letter in ("7", "x", "Z", "=", "é"):
        text = letter * counts(8_000, 1_000_000)

        pieces = planned([text], IN_WORDS)

        assert not pieces or pieces[-1].end == len(text)
