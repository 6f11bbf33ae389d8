"""Endings: found on known words only, and sounded as their neighbours ask."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from model_server.text.english.suffixes import stem_of_ed, stem_of_ing, stem_of_s, with_ed, with_ing, with_s

WORDS = {"cat", "box", "fly", "pass", "walk", "free", "add", "use", "run", "panic", "see", "sing", "dog"}


@pytest.mark.parametrize(
    ("stem_of", "word", "stem"),
    [
        (stem_of_s, "cats", "cat"),
        (stem_of_s, "boxes", "box"),
        (stem_of_s, "flies", "fly"),
        (stem_of_s, "dog's", "dog"),
        (stem_of_s, "pass", None),
        (stem_of_s, "bus", None),
        (stem_of_s, "s", None),
        (stem_of_ed, "walked", "walk"),
        (stem_of_ed, "used", "use"),
        (stem_of_ed, "freed", "free"),
        (stem_of_ed, "added", "add"),
        (stem_of_ed, "bleed", None),
        (stem_of_ed, "add", None),
        (stem_of_ing, "walking", "walk"),
        (stem_of_ing, "using", "use"),
        (stem_of_ing, "running", "run"),
        (stem_of_ing, "panicking", "panic"),
        (stem_of_ing, "sing", None),
        (stem_of_ing, "blorping", None),
    ],
)
def test_a_known_word_is_found_under_its_ending(
    stem_of: Callable[[str, Callable[[str], bool]], str | None], word: str, stem: str | None
) -> None:
    assert stem_of(word, WORDS.__contains__) == stem


@pytest.mark.parametrize(
    ("ending", "stem", "american", "british"),
    [
        (with_s, "kˈæt", "kˈæts", "kˈæts"),
        (with_s, "dˈɔɡ", "dˈɔɡz", "dˈɔɡz"),
        (with_s, "ɹˈOz", "ɹˈOzᵻz", "ɹˈOzɪz"),
        (with_ed, "wˈɔk", "wˈɔkt", "wˈɔkt"),
        (with_ed, "bˈɛɡ", "bˈɛɡd", "bˈɛɡd"),
        (with_ed, "ˈæd", "ˈædᵻd", "ˈædɪd"),
        (with_ed, "wˈAt", "wˈAɾᵻd", "wˈAtɪd"),
        (with_ed, "wˈɑnt", "wˈɑntᵻd", "wˈɑntɪd"),
        (with_ing, "wˈAt", "wˈAɾɪŋ", "wˈAtɪŋ"),
        (with_ing, "wˈɔk", "wˈɔkɪŋ", "wˈɔkɪŋ"),
        (with_ing, "ʃˈɛː", "ʃˈɛːɪŋ", None),
    ],
)
def test_an_ending_sounds_as_what_is_before_it_asks(
    ending: Callable[[str, bool], str | None], stem: str, american: str, british: str | None
) -> None:
    assert (ending(stem, False), ending(stem, True)) == (american, british)
