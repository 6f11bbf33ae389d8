"""What espeak-ng says by itself, and what the program takes for granted of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from common.voices import LANGUAGES
from model_server.text import espeak_sounds
from model_server.text.espeak_sounds import has_sound

_RANGES = {
    "es": "",
    "fr": "",
    "it": "",
    "pt-br": "",
    "hi": "\u0904\u0939\u0958\u0961",
    "ja": "ぁゖァヺｦﾝ",
    "zh": "一鿋",
}


def ranges(ends: str) -> list[str]:
    pairs = zip(ends[::2], ends[1::2], strict=True)
    return [chr(code) for first, last in pairs for code in range(ord(first), ord(last) + 1)]


@pytest.mark.parametrize("language", _RANGES)
def test_what_is_not_asked_of_espeak_has_a_sound(language: str, counts: Callable[[int, int], int]) -> None:
    latin = [*"ªµº", *ranges("ÀÖØöø\u017f"), *("$€£°©" if _RANGES[language] == "" else "")]
    own = ranges(_RANGES[language])
    step = max(1, len(own) // counts(200, len(own) or 1))

    silent = [each for each in latin + own[::step] if not espeak_sounds._says(espeak_sounds._NAMES[language], each)]

    assert silent == []


def test_every_language_is_asked_about() -> None:
    assert set(espeak_sounds._NAMES) == set(LANGUAGES.values()) - {"en-gb"}  # whose readers ask about the American


@pytest.mark.parametrize(
    ("language", "unit", "said"),
    [
        ("en-us", "ש", True),
        ("en-us", "\ua8fe", False),
        ("es", "ש", True),
        ("es", "🐝", True),
        ("fr", "🇫🇷", True),
        ("fr", "Ꮳ", False),
        ("ja", "日", False),
        ("ja", "€", False),
        ("zh", "€", False),
        ("zh", "日", True),
        ("es", "→", False),
        ("hi", "÷", False),
    ],
)
def test_it_tells_what_is_passed_over(language: str, unit: str, said: bool) -> None:
    assert has_sound(language)(unit) is said
