"""What nobody can say: controls, private-use and unassigned characters, unpaired surrogates. Never what has its use."""

from __future__ import annotations

import pytest

from model_server.text.unsaid import unsaid


@pytest.mark.parametrize(
    "strange", ["\0", "\b", "\x1b", "\x7f", "\x9b", "\ue0b0", "\U000f0001", "\u0378", "\uffff", "\ud800"]
)
def test_what_has_no_meaning_is_found_wherever_it_stands(strange: str) -> None:
    assert unsaid(strange) == unsaid(f"Hello{strange}, world.") == (strange,)


def test_each_is_named_once_and_in_order() -> None:
    assert unsaid("\ue0b1 a \0 b \ue0b1\0") == ("\ue0b1", "\0")


@pytest.mark.parametrize(
    "text",
    [
        "Hello, naïve 世界.",
        "a\tb\r\nc\x0b\x0cd\x1ce\x85f\u2028g\u2029h",  # blanks and line ends
        "a\u00a0b\u200bc\u00add\u202ee\u2066f\ufeff",  # formats
        "\x1b[31mred\x1b[0m",
        "e\u0301 \u200d\ufe0f",
        "\U0001faff",  # a pictograph to come
    ],
)
def test_what_has_its_use_is_silent_without_a_word(text: str) -> None:
    assert unsaid(text) == ()
