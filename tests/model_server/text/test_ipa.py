"""Transcriptions as users write them: what is kept, what is named as unknown."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from model_server.text.ipa import says_something, tidied, unknown_symbols


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("fəˈnoʊm", "fəˈnoʊm"),
        ("t͡ʃiːz", "tʃiːz"),  # ties
        ("d͜ʒɪm", "dʒɪm"),
        ("fə'noʊm", "fəˈnoʊm"),
        ("si:", "siː"),
        ("  njuː   jɔːk ", "njuː jɔːk"),
        ("ɡo‿ɪn|nɑː", "ɡoɪnnɑː"),
        ("pʰɪn", "pɪn"),
        ("gɪf", "ɡɪf"),
        ("kɔːt-ʃɪp", "kɔːt.ʃɪp"),
        ("ça", "ça"),
        ("bɔ̃", "bɔ\u0303"),
        ("t̪ɪn", "tɪn"),  # dental
        (".ə.", "ə"),
    ],
)
def test_what_makes_no_difference_is_left_out(written: str, kept: str) -> None:
    assert tidied(written) == kept
    assert unknown_symbols(written) == ""


@pytest.mark.parametrize(
    ("written", "unknown"), [("fə7n", "7"), ("ж1ж", "ж1"), ("a,b", ","), ("한", "한"), ("ə\ud800", "\ud800")]
)
def test_unknown_symbols_are_named_once(written: str, unknown: str) -> None:
    assert unknown_symbols(written) == unknown


def test_marks_alone_say_nothing() -> None:
    assert not says_something("ˈ ː.")
    assert not says_something("жжж")
    assert says_something("жə")


@given(st.text(alphabet=st.characters(), max_size=60))
@example("W .")
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidied(tidied(text)) == tidied(text)
    assert unknown_symbols(tidied(text)) == ""
