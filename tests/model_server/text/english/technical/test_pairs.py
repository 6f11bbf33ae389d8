"""Words with a slash between them."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.technical.saying import said

SAID = [
    ("This and/or that.", "This and or that."),
    ("It is either/or.", "It is either or."),
    ("He/she and his/her.", "He or she and his or her."),
    ("Say yes/no here.", "Say yes or no here."),
    ("It is client/server here.", "It is client server here."),
    ("Do read/write here.", "Do read write here."),
    ("A black/white photo.", "A black slash white photo."),
    ("TCP/UDP and CI/CD.", "T C P U D P and C I C D."),
    ("It does 10,000/s here.", "It does ten thousand per second here."),
    ("AC/DC, S/N and I/O.", "A C D C, S N and I O."),
    ("The 24/7 office.", "The twenty-four seven office."),
    ("It costs $5/month.", "It costs five dollars per month."),
    ("It is origin/my-fix there.", "It is origin slash my-fix there."),
    ("I/we agree.", "I or we agree."),
    ("It is front-end/back-end work.", "It is front-end slash back-end work."),
]


@pytest.mark.parametrize("written, spoken", SAID)
def test_pairs_are_said_in_words(written: str, spoken: str) -> None:
    assert said(written) == spoken
