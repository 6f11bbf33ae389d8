"""Words that no lexicon has: as misaki's espeak fallback says them, every script spoken or named, nothing lost."""

from __future__ import annotations

import functools
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import EngineError
from model_server.text.english import fallback
from model_server.text.english.fallback import Fallback
from model_server.text.g2p import SYMBOLS
from tests.model_server.text.english.misaki_reference import misaki

NAMES = (
    "Grabowski Szczesny Raghunathan Oyelowo Hatshepsut Vercingetorix Quetzalcoatl Kurosawa snarfled quibbish wuggles "
    "Kubernetes blorp Cthulhu R'lyeh Thiong'o Ulaanbaatar-based X'anthe brrr counterroot Überlingen Fairbairnson player-like Pokémon"
)


@functools.cache
def read(british: bool) -> Fallback:
    return Fallback(british)


@pytest.mark.parametrize("british", [False, True])
@pytest.mark.parametrize("name", NAMES.split())
def test_a_name_is_read_as_misakis_fallback_reads_it(name: str, british: bool) -> None:
    assert read(british)(name) == misaki(british).fallback_phonemes(name, mended=True)


@pytest.mark.parametrize(
    ("word", "phonemes"),
    [
        ("Москва", "mʌskvˈɑ"),
        ("Хрущёв", "kɹuʃˈOf"),
        ("Київ", "kˈɪjiv"),
        ("Љубав", "ljˈubɑv"),
        ("Αθήνα", "ɑθˈinɑ"),
        ("مرحبا", "məɹhəbˈɑ"),
        ("سلام", "sɑlˈɑm"),
        ("שלום", "ʃɑlˈOm"),
        ("ירושלים", "jəɹvəʃlˈim"),
        ("서울", "sʌˈul"),
        ("ひらがな", "hˌiɹɑɡˈɑnɑ"),
        ("らーめん", "ɹˈɑɑmɛn"),
        ("北京", "pˈɛi ʧˈiŋ"),
        ("上海", "ʃɑŋhˈɑi"),
        ("नमस्ते", "nəmˈʌstɛ"),
        ("ไทย", "ˈɑithɑj"),
        ("გამარჯობა", "ɡˈɑmɑɹʤˌObɑ"),
        ("Երեւան", "jˌɛɹɛvˈɑn"),
        ("தமிழ்", "tˈʌmiɹ"),
    ],
)
def test_another_script_is_read_in_its_language_with_english_sounds(word: str, phonemes: str) -> None:
    assert read(False)(word) == phonemes


@pytest.mark.parametrize(("word", "plain"), [("Trầnh", "Tranh"), ("Nguyễnh", "Nguyenh"), ("Ǧăzḗbo", "Găzēbo")])
def test_a_rare_accent_is_not_spelled_out(word: str, plain: str) -> None:
    assert read(False)(word) == read(False)(plain)


def test_british_sounds_are_used_for_british_voices() -> None:
    assert [read(True)(word) for word in ("Москва", "서울", "שלום")] == ["mʌskvˈɑː", "sʌˈuːl", "ʃalˈQm"]


@pytest.mark.parametrize(
    ("word", "name"),
    [("ᚠᛖᚺᚢ", "runic letters"), ("ᚠ", "runic letter"), ("ᏣᎳᎩ", "cherokee letters"), ("བོད", "tibetan letters")],
)
def test_a_script_that_nothing_reads_is_named(word: str, name: str) -> None:
    assert read(False)(word) == read(False)(name)


def test_a_word_of_two_scripts_is_read_in_two_languages() -> None:
    both = read(False)("Москва-City")

    assert both == f"{read(False)('Москва')} {read(False)('City')}"


@pytest.mark.parametrize("word", ["", " ", "'", "-", "\u0301", "\ud800"])
def test_what_is_no_letter_is_silent(word: str) -> None:
    assert read(False)(word) == ""


@given(st.text(st.characters(categories=["L"]), min_size=1, max_size=6))
def test_any_letters_are_spoken_or_named_in_kokoros_symbols(word: str) -> None:
    for british in (False, True):
        said = read(british)(word)

        assert said and SYMBOLS.issuperset(said)


@pytest.mark.parametrize("letters", ["abcd", "ж", "北", "é", "ไทย"])
def test_all_of_a_long_word_is_read(letters: str) -> None:
    one, many = read(False)(letters * 10), read(False)(letters * 300)

    assert len(many) > 20 * len(one)


def test_it_is_called_from_many_threads() -> None:
    words = [f"{a}{b}olk{c}" for a in "bdfg" for b in "aeiou" for c in "aeiou"] + ["Москва", "Αθήνα", "서울"] * 5
    expected = {word: Fallback(False)(word) for word in set(words)}
    shared = Fallback(False)
    wrong: list[str] = []

    def work(part: list[str]) -> None:
        wrong.extend(word for word in part if shared(word) != expected[word])

    threads = [threading.Thread(target=work, args=(words[at::4] + words,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_an_espeak_that_fails_leaves_a_name_and_one_that_is_missing_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(language: str, words: str) -> str:
        raise RuntimeError(f"no voice {language} for {words}")

    monkeypatch.setattr(fallback, "polyglot_reader", lambda: refuse)
    assert Fallback(False)("Москва") == read(False)("cyrillic letters")

    def missing(language: str) -> None:
        raise EngineError(f"no {language}")

    monkeypatch.setattr(fallback, "clause_reader", missing)
    with pytest.raises(EngineError):
        Fallback(False)("Smith")
