"""The parts of written words: cut as misaki cuts them, read longest first from the end, one stress above the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_server.text.english.compounds import parts_of, read_parts


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("plain", ["plain"]),
        ("FBI", ["FBI"]),
        ("don't", ["don't"]),
        ("they've", ["they'v", "e"]),
        ("'em", ["'", "em"]),
        ("dogs'", ["dogs", "'"]),
        ("well-known", ["well", "-", "known"]),
        ("McDonald's", ["Mc", "Donald's"]),
        ("iPhone", ["i", "Phone"]),
        ("ABigOne", ["A", "Big", "One"]),
        ("U.S.", ["U", ".", "S", "."]),
        ("rock-'n", ["rock", "-", "n"]),
        ("Łódź-based", ["Łódź", "-", "based"]),
        ("", []),
    ],
)
def test_a_word_is_cut_into_parts(word: str, parts: list[str]) -> None:
    assert parts_of(word) == parts


@given(st.text(st.sampled_from("aBcDéÜ'’-_.北ʰ"), max_size=12))
def test_any_word_is_cut_as_misaki_cuts_it(word: str) -> None:
    from misaki.en import subtokenize  # type: ignore[import-untyped]  # ships no types

    assert parts_of(word) == subtokenize(word)


def test_the_longest_known_stretch_is_taken_from_the_end() -> None:
    known = {"a": "1", "b": "2", "c": "3", "b-c": "4"}

    assert read_parts(["a", "-", "b", "-", "c"], known.get) == "14"
    assert read_parts(["a", "-", "c", "-", "b"], known.get) == "132"


def test_a_part_that_nobody_knows_leaves_the_whole_word_unread() -> None:
    assert read_parts(["a", "-", "x"], {"a": "1"}.get) is None


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["well", "-", "known"], "wˌɛlnˈOn"),
        (["T", "-", "shirt"], "tˈiʃˌɜɹt"),
        (["on", "-", "line"], "ɔnlˈIn"),
    ],
)
def test_the_lighter_half_of_a_compound_gives_way(parts: list[str], expected: str) -> None:
    sounds = {"well": "wˈɛl", "known": "nˈOn", "T": "tˈi", "shirt": "ʃˈɜɹt", "on": "ɔn", "line": "lˈIn"}

    assert read_parts(parts, sounds.get) == expected
