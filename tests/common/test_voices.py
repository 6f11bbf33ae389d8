from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import UnknownVoice
from common.voices import DEFAULT_VOICE, LANGUAGES, VOICES, find_voice
from tests.cpu_time import cpu_seconds


def test_there_are_the_54_of_the_release() -> None:
    assert len(VOICES) == 54
    assert find_voice(DEFAULT_VOICE).grade == "A"


@pytest.mark.parametrize("name", VOICES)
def test_a_voice_is_what_its_name_says(name: str) -> None:
    voice = find_voice(name)

    assert voice.name == name
    assert voice.language == LANGUAGES[name[0]]
    assert voice.gender == {"f": "female", "m": "male"}[name[1]]
    assert voice.display_name[0].isupper() and "_" not in voice.display_name


@pytest.mark.parametrize("typed, meant", [("af_hart", "af_heart"), ("heart", "af_heart"), ("bm_gorge", "bm_george")])
def test_a_slip_gets_the_nearest_names(typed: str, meant: str) -> None:
    with pytest.raises(UnknownVoice) as refused:
        find_voice(typed)

    assert meant in refused.value.hint


@pytest.mark.parametrize("name", ["AF_HEART", "Af_Heart"])
def test_a_name_in_capitals_gets_the_one_that_was_meant(name: str) -> None:
    with pytest.raises(UnknownVoice, match=name) as refused:
        find_voice(name)

    assert refused.value.hint.startswith("Did you mean af_heart")


def test_a_name_like_none_gets_the_way_to_the_list() -> None:
    with pytest.raises(UnknownVoice) as refused:
        find_voice("???")

    assert "--voices" in refused.value.hint


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_any_other_name_is_unknown(name: str) -> None:
    if name not in VOICES:
        with pytest.raises(UnknownVoice):
            find_voice(name)


def test_a_name_of_ten_megabytes_is_refused_shortly_and_soon() -> None:
    def refuse() -> None:
        with pytest.raises(UnknownVoice) as refused:
            find_voice(name)
        assert len(str(refused.value)) < 200

    name = "ab" * 5_000_000
    assert cpu_seconds(refuse, enough=0.2) < 0.2
