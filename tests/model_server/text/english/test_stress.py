"""Stress marks: raised, lowered, set and taken away as misaki does."""

from __future__ import annotations

import pytest

from model_server.text.english.stress import stressed, weight


@pytest.mark.parametrize(
    ("sounds", "degree", "expected"),
    [
        ("ˌkˈæt", None, "ˌkˈæt"),
        ("ˌkˈæt", -2, "kæt"),
        ("kˈætˌa", -1, "kˌæta"),
        ("kˈæt", -0.5, "kˌæt"),
        ("kˌæt", -0.5, "kˌæt"),
        ("kæt", -0.5, "kæt"),
        ("kˈæt", 0, "kˌæt"),
        ("kæt", 0, "kˌæt"),
        ("kæt", 0.5, "kˌæt"),
        ("kˈæt", 0.5, "kˈæt"),
        ("kˌæt", 1, "kˈæt"),
        ("kæt", 2, "kˈæt"),
        ("kˌæt", 2, "kˈæt"),
        ("stɹɛŋθ", 2, "stɹˈɛŋθ"),
        ("s", 2, "s"),
        ("", 2, ""),
    ],
)
def test_phonemes_get_the_stress_that_is_asked_for(sounds: str, degree: float | None, expected: str) -> None:
    assert stressed(sounds, degree) == expected


def test_a_diphthong_weighs_two() -> None:
    assert weight("kAt") == 4
    assert weight("") == 0
