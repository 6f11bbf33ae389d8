"""Formulas of LaTeX."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_server.text.english.scanner import scan
from model_server.text.english.tokens import Manner
from tests.cpu_time import cpu_seconds
from tests.model_server.text.english.technical.saying import said

SAID = [
    (r"e^{i\pi} + 1 = 0", "E to the I pi plus one equals zero"),
    (r"\frac{1}{2} and \frac{a}{b}", "one half and A over B"),
    (r"\frac{a + b}{c}", "A plus B, over C"),
    (r"\sqrt{2} or \sqrt[3]{x}", "the square root of two or the cube root of X"),
    (r"$\alpha + \beta$", "alpha plus beta"),
    ("a_{n+1}", "A sub N plus one"),
    (r"\sum_{i=1}^{n} i", "the sum from I equals one to N of I"),
    (r"\int_0^\infty e^{-x} dx = 1", "the integral from zero to infinity of E to the minus X D X equals one"),
    (r"$\lim_{x \to 0} \frac{\sin x}{x} = 1$", "the limit as X to zero of sine X over X equals one"),
    (r"where $x \in \mathbb{R}$ and $n$ is odd", "where X in R and N is odd"),
    ("$f(x) = ax^2 + bx + c$", "F of X equals A X squared plus B X plus C"),
    ("$(a+b)^2$", "A plus B, squared"),
    ("$x_{max}$ and $x_1$", "X sub max and X one"),
    (r"$90^\circ$", "ninety degrees"),
    (r"$\hat{y}_i$", "Y hat sub I"),
    (r"$\binom{n}{k}$", "N choose K"),
    (r"\vec{F} = m\vec{a}", "F vector equals M A vector"),
    (r"$O(n \log n)$", "O of N log N"),
    (r"\(a+b\)", "A plus B"),
    (r"$\text{speed} = 5$", "speed equals five"),
]

# What has dollars or backslashes and is no formula.
LEFT_ALONE = [
    ("It costs $5 and $6.", "It costs five dollars and six dollars."),
    ("from $5-$10", "from five to ten dollars"),
    ("Use $HOME/$USER here.", "Use dollar home slash dollar user here."),
    (r"C:\temp\text\in.txt", "C colon backslash temp backslash text backslash in dot T X T"),
    (r"src\text\in", "src backslash text backslash in"),
]


@pytest.mark.parametrize(("written", "spoken"), [*SAID, *LEFT_ALONE])
def test_a_formula_is_said_as_it_is_read_aloud(written: str, spoken: str) -> None:
    assert said(written) == spoken


_PARTS = st.lists(
    st.sampled_from(
        [r"\frac", r"\alpha", r"\hat", r"\sum", r"\sqrt", r"\binom", *"{}^_ax12$ ([)]+=,&", r"\\", r"\text"]
    ),
    max_size=20,
)


@given(_PARTS.map("".join))
def test_any_formula_has_words_in_order_and_no_digits(written: str) -> None:
    for text in (f"${written}$", written):
        tokens = scan(text, Manner())
        spans = [(token.start, token.end) for token in tokens]

        assert all(start < end for start, end in spans)
        assert all(before == after or before[1] <= after[0] for before, after in zip(spans, spans[1:], strict=False))
        assert not any(character.isdecimal() for token in tokens for character in token.text)


@pytest.mark.parametrize("written", [written for written, _ in SAID])
def test_words_of_a_formula_stand_in_the_order_of_the_text(written: str) -> None:
    spans = [(token.start, token.end) for token in scan(written, Manner())]

    assert all(before == after or before[1] <= after[0] for before, after in zip(spans, spans[1:], strict=False))


@pytest.mark.parametrize(
    "bad", [r"\frac", r"\frac{", r"\frac{1", "a_{", "x^{", "^{", "$_$", r"$\$", r"\sqrt[", r"\hat", r"\frac{}{}", "_{"]
)
def test_what_is_not_complete_is_read_all_the_same(bad: str) -> None:
    assert not any(character.isdigit() for character in said(f"a {bad} b"))


@pytest.mark.parametrize("part", [r"\frac{", "a_{", r"$\sqrt{", "{", r"\hat", "x^"])
def test_brackets_in_brackets_take_no_time(part: str) -> None:
    assert cpu_seconds(partial(said, part * 2000), enough=1.0) < 1.0
