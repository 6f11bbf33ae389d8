"""Phonemes: Kokoro's symbols only, nothing lost at the edges, in no more than linear time."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import EngineError, LanguageUnavailable, Unspeakable
from common.voices import LANGUAGES
from model_server.text import g2p
from model_server.text.g2p import SYMBOLS, EspeakPhonemizer, phonemizer_for, split_known
from tests.cpu_time import LINEAR, growth

ROOT = Path(__file__).parents[3]
READABLE = sorted(set(LANGUAGES.values()) - {"ja", "zh"})


def test_the_symbols_are_those_of_the_published_vocabulary() -> None:
    config = json.loads((ROOT / "benchmarks" / "kokoro_config.json").read_text(encoding="utf-8"))

    assert set(config["vocab"]) == SYMBOLS


@pytest.mark.parametrize(
    ("language", "text", "phonemes"),
    [
        ("en-us", "Hello, world!", "həlˈO, wˈɜɹld!"),
        ("en-gb", "Hello, world!", "həlˈQ, wˈɜːld!"),
        ("en-us", "around the house", "əɹˈWnd ðə hˈWs"),
        ("es", "Hola, ¿qué tal?", "ˈola, kˈe tˈal?"),
        ("fr", "Bonjour, le weekend (oui)", "bɔ̃ʒˈuʁ, lə wiːkˈɛnd (wˈi)"),
        ("hi", "नमस्ते दुनिया।", "nəmˈʌsteː dˈʊnɪjˌaː."),
        ("it", "Ciao, bella! È così.", "ʧˈao, bˈɛlla! e kozˈi."),
        ("pt-br", "Olá, você é ótimo?", "olˈa, vosˌe ɛ ˈɔʧimʊ?"),
    ],
)
def test_each_language_is_read_in_kokoros_alphabet(language: str, text: str, phonemes: str) -> None:
    assert phonemizer_for(language).phonemes(text) == phonemes


@pytest.mark.parametrize("language", ["ja", "zh", "tlh"])
def test_other_languages_are_unavailable(language: str) -> None:
    with pytest.raises(LanguageUnavailable):
        phonemizer_for(language)


@pytest.mark.parametrize(
    ("written", "as_if"),
    [
        ("don’t", "don't"),
        ("one\n\ttwo\r\n", "one two"),
        ("one\0two", "one two"),
        ("one -- two", "one — two"),
        ("«yes»", "“yes”"),
        ("[one]", "one"),
    ],
)
def test_other_ways_to_write_it_sound_the_same(written: str, as_if: str) -> None:
    english = phonemizer_for("en-us")

    assert english.phonemes(written) == english.phonemes(as_if)


def test_all_punctuation_that_kokoro_knows_is_kept() -> None:
    phonemes = phonemizer_for("en-us").phonemes('a; a: a, a. a! a? a — a… "a" (a) “a”')

    assert [symbol for symbol in phonemes if symbol in ';:,.!?—…"()“”'] == list(';:,.!?—…""()“”')


@pytest.mark.parametrize("text", ["3.50", "3:45", "1,000", "example.com"])
def test_punctuation_within_a_number_or_a_name_makes_no_pause(text: str) -> None:
    phonemes = phonemizer_for("en-us").phonemes(f"see {text} now")

    assert not set(phonemes) & set(".:,")


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\0"])
def test_blank_text_has_no_phonemes(text: str) -> None:
    assert phonemizer_for("en-us").phonemes(text) == ""


@pytest.mark.parametrize("language", READABLE)
@given(text=st.text(max_size=60))
def test_any_text_gives_known_symbols_only(language: str, text: str) -> None:
    phonemes = phonemizer_for(language).phonemes(text)

    assert set(phonemes) <= SYMBOLS
    assert phonemes == phonemes.strip()
    assert "  " not in phonemes


@pytest.mark.parametrize("unit", ["word, ", "word ", ".", "a", "-", " ", "1,", "(", "a.b:"])
def test_long_text_takes_no_more_than_linear_time(unit: str) -> None:
    # At the square of its length, as phonemizer cuts text, half a million characters would take minutes.
    def text_of(length: int) -> Callable[[], object]:
        return partial(phonemizer_for("en-us").phonemes, unit * (length // len(unit)))

    assert growth(text_of, 10_000, 100_000) < LINEAR


def test_symbols_are_told_apart() -> None:
    assert split_known("a^b\nc^") == ("abc", "^\n")


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"number {count} of the many sentences, and so on." for count in range(100)]
    english = phonemizer_for("en-us")
    expected = [english.phonemes(text) for text in texts]
    found: list[list[str]] = []

    def read_all() -> None:
        found.append([phonemizer_for("en-us").phonemes(text) for text in texts])

    threads = [threading.Thread(target=read_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert found == [expected] * 4


def test_a_failure_names_the_text() -> None:
    def fails(clause: str) -> str:
        raise RuntimeError("espeak said no")

    with pytest.raises(Unspeakable, match="some words"):
        EspeakPhonemizer(fails).phonemes("some words")


def test_a_temporary_folder_that_cannot_be_used_is_said_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_folder(*args: object, **kwargs: object) -> str:
        raise PermissionError(13, "Permission denied")

    g2p._made.cache_clear()
    monkeypatch.setattr(tempfile, "mkdtemp", no_folder)
    with pytest.raises(EngineError) as caught:
        phonemizer_for("it")

    assert "TMPDIR" in caught.value.hint


# Run in a fresh interpreter, where nothing is imported yet.
_READS_ALONE = """
import sys
def refuse(event, args):
    # ctypes looks for libraries with ldconfig, once.
    if event in ("socket.connect", "socket.getaddrinfo", "os.system") or (
        event == "subprocess.Popen" and not str(args[0]).endswith("ldconfig")
    ):
        raise AssertionError(event, args)
sys.addaudithook(refuse)
from model_server.text.g2p import phonemizer_for
for language in ("en-us", "en-gb", "es", "fr", "hi", "it", "pt-br"):
    assert phonemizer_for(language).phonemes("a football weekend")
unwanted = {"spacy", "misaki.en", "torch", "transformers"} & set(sys.modules)
assert not unwanted, unwanted
sys.stdout.write("report")
"""


def test_it_reads_without_spacy_network_or_a_word_on_the_terminal() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _READS_ALONE], capture_output=True, text=True, timeout=100, check=False, cwd=ROOT
    )

    assert (done.stdout, done.stderr) == ("report", "")
