"""Every spelling of a blend is one voice; every other is refused with the part that is wrong."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.blends import MOST_PARTS
from common.errors import UnknownVoice
from common.voices import LANGUAGES, VOICES, Part, Voice, find_voice
from tests.cpu_time import cpu_seconds

names = st.sampled_from(sorted(VOICES))
weights = st.decimals("0.001", "99999", places=3).map(str)
parts = st.lists(st.tuples(names, weights), min_size=1, max_size=MOST_PARTS)
blanks = st.sampled_from(["", " ", "\t", "  "])


def spelt(terms: list[tuple[str, str]], between: str = "+", blank: str = "") -> str:
    return between.join(f"{blank}{name}{blank}({blank}{weight}{blank}){blank}" for name, weight in terms)


def shares(voice: Voice) -> dict[str, Fraction]:
    total = sum(part.weight for part in voice.parts)
    return {part.name: Fraction(part.weight, total) for part in voice.parts}


def wanted(terms: list[tuple[str, str]]) -> dict[str, Fraction]:
    total = sum(Fraction(weight) for _, weight in terms)
    found: dict[str, Fraction] = {}
    for name, weight in terms:
        found[name] = found.get(name, Fraction(0)) + Fraction(weight) / total
    return found


@given(parts, st.sampled_from("+,"), blanks)
def test_each_voice_has_the_share_that_was_asked_for(terms: list[tuple[str, str]], between: str, blank: str) -> None:
    voice = find_voice(spelt(terms, between, blank))

    assert shares(voice) == wanted(terms)
    assert voice.language == LANGUAGES[terms[0][0][0]]


@given(parts)
def test_the_name_of_a_blend_is_a_spelling_of_it(terms: list[tuple[str, str]]) -> None:
    voice = find_voice(spelt(terms))

    assert find_voice(voice.name) == voice
    assert len(voice.name) < 400


@given(parts, st.integers(1, 50), st.randoms(use_true_random=False), blanks)
def test_scale_order_and_blanks_make_no_difference(
    terms: list[tuple[str, str]], factor: int, chance: Random, blank: str
) -> None:
    first, *others = terms
    chance.shuffle(others)
    scaled = [(name, str(Fraction(weight) * 1000 * factor)) for name, weight in (first, *others)]
    if all(len(weight) <= 9 for _, weight in scaled):
        assert find_voice(spelt(scaled, ",", blank)) == find_voice(spelt(terms))


@pytest.mark.parametrize(
    ("spellings", "name"),
    [
        (["af_bella(2)+af_heart(1)", "af_bella(4)+af_heart(2)", " af_heart ( 1 ) , af_bella(2.0) "], "af_bella(2)+af_heart(1)"),
        (["af_bella,af_sky", "af_sky+af_bella", "af_sky(0.5)+af_bella(.5)", "af_bella(7),af_sky(7.)"], "af_bella+af_sky"),
        (["af_bella+af_sky+af_bella", "af_bella(2)+af_sky"], "af_bella(2)+af_sky(1)"),
        (["af_bella(0.333)+af_sky(0.667)"], "af_bella(333)+af_sky(667)"),
        (["af_bella(3)", " af_bella ( 0.1 )", "af_bella+af_bella"], "af_bella"),
    ],
)  # fmt: skip
def test_one_voice_has_one_name(spellings: list[str], name: str) -> None:
    assert {find_voice(spelling).name for spelling in spellings} == {name}


def test_a_blend_of_one_voice_is_that_voice() -> None:
    assert find_voice("af_bella(3)") is VOICES["af_bella"]


def test_the_first_voice_gives_the_language_and_the_heaviest_stands_for_it() -> None:
    british, american = find_voice("bf_emma,am_adam(3)"), find_voice("am_adam(3),bf_emma")

    assert (british.name, british.language) == ("bf_emma(1)+am_adam(3)", "en-gb")
    assert (american.name, american.language) == ("am_adam(3)+bf_emma(1)", "en-us")
    assert british.lead == american.lead == "am_adam"
    assert british.gender == "male"
    assert find_voice("af_sky+am_adam").lead == "af_sky"  # of equals the first


def test_a_plain_voice_is_its_own_only_part() -> None:
    assert VOICES["af_sky"].parts == (Part("af_sky", 1),)
    assert VOICES["af_sky"].lead == "af_sky"


@pytest.mark.parametrize(
    ("description", "culprit", "remedy"),
    [
        ("af_bella+af_hart", "'af_hart'", "af_heart"),
        ("heart(2)+af_bella", "'heart'", "af_heart"),
        ("af_bella+", "a voice is missing", "af_bella(2)"),
        ("+af_bella", "a voice is missing", "af_bella(2)"),
        ("af_bella,,af_sky", "a voice is missing", "af_bella(2)"),
        ("(2)", "a voice is missing", "af_bella(2)"),
        ("af_bella(0)+af_sky", "'0'", "above 0"),
        ("af_bella(0.000)+af_sky", "'0.000'", "above 0"),
        ("af_bella(-1)+af_sky", "'-1'", "above 0"),
        ("af_bella(inf)+af_sky", "'inf'", "above 0"),
        ("af_bella(nan)+af_sky", "'nan'", "above 0"),
        ("af_bella(1e9)+af_sky", "'1e9'", "above 0"),
        ("af_bella(1234567890)+af_sky", "'1234567890'", "nine digits"),
        ("af_bella(123456789)+af_sky(0.1)", "too many digits", "Round"),
        ("af_bella(٣)+af_sky", "'٣'", "above 0"),
        ("af_bella()+af_sky", "''", "above 0"),
        ("af_bella(.)+af_sky", "'.'", "above 0"),
        ("af_bella(2+af_sky", "'af_bella(2'", "af_bella(2)"),
        ("af_bella(0,5)+af_sky", "'af_bella(0'", "af_bella(2)"),
        ("af_bella(1)(2)", "'af_bella(1)(2)'", "af_bella(2)"),
        ("+".join(["af_bella"] * 9), "9 voices", "at most 8"),
        ("AF_BELLA+af_sky", "'AF_BELLA'", "af_bella"),
        ("../../etc/passwd+af_sky", "'../../etc/passwd'", "--voices"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(description: str, culprit: str, remedy: str) -> None:
    with pytest.raises(UnknownVoice) as refused:
        find_voice(description)

    assert culprit in refused.value.message
    assert remedy in refused.value.hint


ENDLESS = ("af_bella+" * 400_000, "af_bella(" + "1" * 4_000_000 + ")")


@given(st.text(st.sampled_from("af_bella heart(2)+,.0-einN\n\0é"), max_size=60))
@example(ENDLESS[0])
@example(ENDLESS[1])
def test_any_text_is_a_voice_or_is_refused_shortly(text: str) -> None:
    try:
        voice = find_voice(text)
    except UnknownVoice as refused:
        said = str(refused)
    else:
        said = voice.name
    assert 0 < len(said) < 400


@pytest.mark.parametrize("text", ENDLESS, ids=("voices", "digits"))
def test_what_does_not_end_is_refused_soon(text: str) -> None:
    def refuse() -> None:
        with pytest.raises(UnknownVoice):
            find_voice(text)

    assert cpu_seconds(refuse, enough=1.0) < 1.0
