"""Accented words: their plain letters where the lexicon means the same word, their own sounds where people have others."""

from __future__ import annotations

import pytest

from model_server.text.english.accents import agree, unaccented
from model_server.text.english.loanwords import _SOUNDS, loanword
from model_server.text.g2p import SYMBOLS


@pytest.mark.parametrize(
    ("word", "plain"),
    [
        ("naïve", "naive"),
        ("Łódź", "Lodz"),
        ("Ærø", "Aero"),
        ("straße", "strasse"),
        ("Nguyễn", "Nguyen"),
        ("CAFÉ", "cafe"),
        ("cafe", None),
        ("à", None),
        ("Москва", None),
    ],
)
def test_a_word_in_latin_letters_has_a_plain_form(word: str, plain: str | None) -> None:
    assert unaccented(word) == plain


@pytest.mark.parametrize(
    ("word", "sounds", "right"),
    [
        ("café", "kæfˈA", True),
        ("cafés", "kæfˈAz", True),
        ("rosé", "ɹˈOz", False),
        ("père", "pˈɪɹ", False),
        ("crêpe", "kɹˈAp", True),
        ("piñata", "pɪnjˈɑɾə", True),
        ("señor", "sˈɛnəɹ", False),
        ("Zürich", "zˈuɹɪk", True),
    ],
)
def test_accents_tell_what_is_another_word(word: str, sounds: str, right: bool) -> None:
    assert agree(word, sounds) is right


@pytest.mark.parametrize(
    ("word", "sounds"), [("Rosé", "ɹOzˈA"), ("rosés", "ɹOzˈAz"), ("Beyoncé's", "biˈɑnsˌAz"), ("x", None)]
)
def test_loanwords_have_their_own_sounds(word: str, sounds: str | None) -> None:
    assert loanword(word, british=False) == sounds


def test_loanwords_are_in_kokoros_symbols_and_in_order() -> None:
    assert SYMBOLS.issuperset("".join("".join(pair) for pair in _SOUNDS.values()))
    assert list(_SOUNDS) == sorted(_SOUNDS)
