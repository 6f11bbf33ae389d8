"""Words cut at a line's end."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.writing.saying import said

SAID = [
    ("The inter-\nnational well-\nknown man", "The international well-known man"),
    ("A pre-\nor post-war house", "A pre or post-war house"),
    ("It is seven-\nteen.", "It is seventeen."),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_a_cut_word_is_joined(written: str, spoken: str) -> None:
    assert said(written) == spoken
