"""Emoji and faces."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.writing.saying import said

SAID = [
    ("I love it 👍 so much 😂😂😂!", "I love it thumbs up so much face with tears of joy!"),
    (
        "👍🏽 and 👩\u200d💻 and 🇫🇷 and ❤\ufe0f and 🏳\ufe0f\u200d🌈",
        "thumbs up and woman technologist and flag of France and red heart and rainbow flag",
    ),
    ("Great job 🎉🔥👏", "Great job party popper, fire, clapping hands"),
    ("Hi :-) there ;) and <3", "Hi smiley face there winking face and heart"),
    ("He shrugs ¯\\_(ツ)_/¯.", "He shrugs shrug."),
    ("Note: this: that; (x) 8) http", "Note: this: that; (X) eight) H T T P"),
    ("Great:) Sad:(", "Great smiley face Sad sad face"),
    ("hello😀world 😀.", "hello grinning face world grinning face."),
    ("🏴\u200d☠\ufe0f 💯 🔟", "pirate flag, hundred points, ten"),
    ("(╯°□°)╯︵ ┻━┻", "table flip"),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_an_emoji_has_its_name(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize("written", ["Yes 👍🏽", "Yes 👩\u200d💻👩\u200d💻", "Yes 🇫🇷 🎉", "Yes :-)", "Yes ¯\\_(ツ)_/¯"])
def test_emoji_are_dropped_where_that_is_wished(written: str) -> None:
    assert said(written, emoji=False) == "Yes"


def test_an_emoji_newer_than_the_names_is_not_lost() -> None:
    assert said("\U0001fac3") == "pregnant man"
    assert said("\U0001fbf0") != ""
