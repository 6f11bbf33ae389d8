"""All kinds together: what holds for every text."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_server.text.english.technical import RULES
from model_server.text.english.technical.kinds import find
from model_server.text.english.technical.snippets import ticked
from model_server.text.english.technical.sounds import PHONEMES
from model_server.text.english.tokens import Kind, Manner, text_of
from model_server.text.g2p import SYMBOLS
from tests.cpu_time import cpu_seconds
from tests.model_server.text.english.technical.saying import said

_TECHNICAL = st.text(alphabet="aAxf019 ./\\:-_@#$%`'\"()[]{}<>=+*&|~^,²₂π→", max_size=60)
_TRIGGERS = (
    *(
        "a",
        "1",
        "/",
        "a/",
        "aB3",
        "a.",
        "a_",
        "-",
        "--a",
        "http://",
        "x@",
        "@a",
        "#a",
        "f",
        "0x",
        "::",
        "a:",
        "`",
        "`a",
        "*",
        "a*",
    ),
    *(
        "=",
        "a=",
        "a+b",
        "1.",
        "v1.",
        "$a",
        "a[",
        "a(",
        "(a",
        "~/",
        "\\a",
        "C:\\a",
        "a-1",
        "a1",
        "A",
        "^",
        "x^",
        "_a_",
        "__a",
    ),
    *(
        "f(a,",
        "1a",
        "a²",
        "²",
        "| ",
        "a | ",
        "www.",
        "a@b.",
        "%41",
        "http://a b ",
        "<a ",
        "&",
        "1.2.3.4",
        "a::b",
        "...",
    ),
    *(
        "\\frac{",
        "$x",
        "a_{",
        "[a](",
        "[a-z",
        ":a:",
        "Ctrl+",
        "* ",
        "../",
        "';'",
        "|a",
        "> a/",
        "\\begin{",
        "^A",
    ),
)


def _search_everywhere(text: str) -> None:
    """Ask at every character where a token can begin, as the scanner does where nothing is found."""
    manner, at = Manner(), 0
    while at < len(text):
        found = next((found for rule in RULES if (found := rule.match(text, at, manner)) is not None), None)
        at = found.end if found else at + 1


@given(_TECHNICAL, st.booleans())
def test_what_is_found_has_its_span_and_no_digits(text: str, british: bool) -> None:
    manner = Manner(british=british, known=lambda word: len(word) % 2 == 0)
    matchers: tuple[Callable[..., object], ...] = (find, ticked)
    assert matchers
    for at in range(len(text)):
        for found in (find(text, at, manner), ticked(text, at, manner)):
            if found is None:
                continue
            assert at < found.end <= len(text)
            spans = [(token.start, token.end) for token in found.tokens]
            assert all(at <= start < end <= found.end for start, end in spans)
            assert all(a == b or a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False))
            assert not any(character.isnumeric() for token in found.tokens for character in token.text)
            assert all((token.text and " " not in token.text) or token.kind is Kind.LETTERS for token in found.tokens)


@pytest.mark.parametrize("trigger", _TRIGGERS)
def test_time_goes_with_the_length_whatever_the_text(trigger: str) -> None:
    text = (trigger * 20_000)[:20_000]
    limit = 2.0  # seconds; a quarter of it is usual, and what is not linear takes minutes
    assert cpu_seconds(partial(_search_everywhere, text), enough=limit) < limit


def test_respelled_words_have_symbols_of_the_model() -> None:
    assert not {symbol for pair in PHONEMES.values() for sounds in pair for symbol in sounds} - SYMBOLS


def test_respelled_words_are_said_as_britons_do() -> None:
    manner = Manner(british=True)
    found = find("JSON", 0, manner), find("nginx", 0, manner)
    assert [text_of(each.tokens) for each in found if each] == ["jason", "engine X"]
    assert found[0] is not None and found[0].tokens[0].phonemes == PHONEMES["jason"][1]


def test_words_of_an_address_point_at_their_own_characters() -> None:
    text = "See https://www.example.com/docs now"
    found = find(text, 4, Manner())
    assert found is not None
    assert [text[token.start : token.end] for token in found.tokens] == ["example", ".", "com", "/", "docs"]


@pytest.mark.parametrize(
    "cut, spoken",
    [
        ("See https://", "See H T T P S:"),
        ("See https://www.exam", "See exam"),
        ("Mail jane.doe@", "Mail jane dot doe at"),
        ("Open /usr/local/", "Open slash user slash local slash"),
        ("Run `pip install", "Run pip install"),
        ("Call foo(x, ", "Call foo(X,"),
        ("It is 0x", None),
        ("It is v1.", None),
        ("It is 192.168.", None),
    ],
)
def test_what_is_cut_off_is_still_said(cut: str, spoken: str | None) -> None:
    found = said(cut)
    assert found if spoken is None else found == spoken
