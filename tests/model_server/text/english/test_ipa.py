"""The International Phonetic Alphabet in the symbols of Kokoro's English voices."""

from __future__ import annotations

import json
from functools import partial
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_server.text.english.ipa import from_ipa
from model_server.text.g2p import SYMBOLS
from model_server.text.ipa import _LETTERS
from tests.cpu_time import LINEAR, growth

ACCENTS = pytest.mark.parametrize("british", [False, True])


@pytest.mark.parametrize(
    ("ipa", "american", "british"),
    [
        ("fəˈnoʊm", "fənˈOm", "fənˈQm"),
        ("fəˈnəʊm", "fənˈOm", "fənˈQm"),
        ("ˈdeɪli", "dˈAli", "dˈAli"),
        ("haɪ", "hI", "hI"),
        ("haʊ", "hW", "hW"),
        ("bɔɪ", "bY", "bY"),
        ("t͡ʃɜːt͡ʃ", "ʧɜɹʧ", "ʧɜːʧ"),
        ("ˈdʒʌdʒ", "ʤˈʌʤ", "ʤˈʌʤ"),
        ("ˈkɔːt.ʃɪp", "kˈɔtʃɪp", "kˈɔːtʃɪp"),  # no affricate where the syllable ends
        ("ˈmʌðɚ", "mˈʌðəɹ", "mˈʌðə"),
        ("ˈmʌðɚ ɪn", "mˈʌðəɹ ɪn", "mˈʌðə ɪn"),
        ("ˈsɪlvɚi", "sˈɪlvəɹi", "sˈɪlvəɹi"),
        ("ˈwɝld", "wˈɜɹld", "wˈɜːld"),
        ("ˈwɜːrld", "wˈɜɹld", "wˈɜːɹld"),
        ("ˈbʌtn̩", "bˈʌtᵊn", "bˈʌtᵊn"),
        ("ˈbɒtəl", "bˈɑtᵊl", "bˈɒtᵊl"),
        ("əˈlɑːm", "əlˈɑm", "əlˈɑːm"),
        ("skweə", "skwɛɹ", "skwɛː"),
        ("ˈskeəri", "skˈɛɹi", "skˈɛːɹi"),
        ("aɪˈdɪə", "Idˈiə", "Idˈɪə"),
        ("ˈkæt", "kˈæt", "kˈat"),
        ("ˈbed", "bˈɛd", "bˈɛd"),
        ("ˈwɔːtə", "wˈɔtə", "wˈɔːtə"),
        ("ˈwɑɾɚ", "wˈɑTəɹ", "wˈɑːtə"),
        ("ˈɡoʊ", "ɡˈO", "ɡˈQ"),
        ("ˈstrɛŋkθs", "stɹˈɛŋkθs", "stɹˈɛŋkθs"),
        ("ˈɡœːtə", "ɡˈɜɹtə", "ɡˈɜːtə"),
        ("ˈbjœrk", "bjˈɜɹk", "bjˈɜːɹk"),
        ("lɒx", "lɑk", "lɒk"),
        ("bɔ̃ˈʒuʁ", "bɔnʒˈuɹ", "bɔːnʒˈuɹ"),
        ("ˌsɪtəˈzɛnʃɪp", "sˌɪtəzˈɛnʃɪp", "sˌɪtəzˈɛnʃɪp"),
        ("", "", ""),
        ("ж", "", ""),
    ],
)
def test_both_accents(ipa: str, american: str, british: str) -> None:
    assert (from_ipa(ipa, False), from_ipa(ipa, True)) == (american, british)


@ACCENTS
def test_phonemes_of_misakis_lexicon_stay_as_they_are(british: bool) -> None:
    entries = json.loads((resources.files("misaki") / "data" / f"{'gb' if british else 'us'}_gold.json").read_bytes())
    sounds = [entry for entry in list(entries.values())[::8] if isinstance(entry, str)]
    changed = [said for said in sounds if from_ipa(said, british) != said.translate(str.maketrans("ɾʔ", "Tt"))]
    assert len(changed) < 0.02 * len(sounds)  # "əl" at the end of words above all, which most entries have as "ᵊl"


@ACCENTS
def test_every_letter_of_the_alphabet_sounds(british: bool) -> None:
    assert not [letter for letter in _LETTERS if not from_ipa(letter, british)]


@given(
    st.text(alphabet=st.characters(), max_size=60) | st.text(alphabet=_LETTERS + "ˈˌː.\u0303\u0329 ", max_size=60),
    st.booleans(),
)
def test_only_symbols_that_kokoro_knows_come_out(text: str, british: bool) -> None:
    assert set(from_ipa(text, british)) <= SYMBOLS


@pytest.mark.parametrize("trigger", ["ˈ", "n", "ˈn", "ə", "t\u0361", "n\u0329", "ɚ", "."])
def test_time_is_linear(trigger: str) -> None:
    assert growth(lambda length: partial(from_ipa, trigger * length, british=True), 5_000, 50_000) < LINEAR
