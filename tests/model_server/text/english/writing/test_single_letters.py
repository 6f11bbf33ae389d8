"""Letters by themselves."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.writing.saying import said, spelled

SAID = [
    ("Plan B helps. Vitamin C helps. A dog barks.", "Plan B helps. Vitamin C helps. A dog barks."),
    ("Vitamin A. Grade A eggs. The letter A. Take an A.", "Vitamin A. Grade A eggs. The letter A. Take an A."),
    ("Hepatitis B and C. Type A blood.", "Hepatitis B and C. Type A blood."),
    ("He got an A+ and a B-. She got straight A's.", "He got an A plus and a B minus. She got straight A's."),
    ("Mind your p's and q's. Dot the i's.", "Mind your P's and Q's. Dot the I's."),
    ("i think so, and so do i.", "I think so, and so do I."),
    ("(a) one; (b) two.", "(A) one; (B) two."),
    ("Is this an A or a B?", "Is this an A or a B?"),
    ("I, too, am I.", "I, too, am I."),
    ("Two As, three Bs. As he said. Such As It Is.", "Two As, three Bs. As he said. Such As It Is."),
    ("Rows A–D, a-z, x-z, a-ha.", "Rows A to D, A to Z, x-z, a-ha."),
    ("a) option A", "A) option A"),
    ("The vowels are a, e and o.", "The vowels are A, E and O."),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_a_letter_by_itself_is_told_from_a_word(written: str, spoken: str) -> None:
    assert said(written) == spoken


def test_several_of_a_letter_are_spelled_and_words_are_not() -> None:
    assert spelled("Ps and Qs, two As; As Us Is, the As Seen On brand") == ["Ps", "Qs", "As"]
    assert spelled("Q: Who? A: Me.") == ["Q", "A"]


def test_the_letter_a_is_spelled_and_the_article_is_not() -> None:
    assert spelled("A vitamin, vitamin A, a plan, plan A") == ["A", "A"]
