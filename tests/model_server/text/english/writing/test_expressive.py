"""Sounds, laughter, stretched and censored words."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.writing.saying import said

SAID = [
    ("sooooo good, noooo, yesss, cooool, looove, hellooo, goooood", "so good, no, yes, cool, love, hello, good"),
    ("pleeeease, heyyyy, weeek, whaaaat, NOOOOO", "please, hey, week, what, no"),
    ("book, committee, Aaron, bees, too, see", "book, committee, Aaron, bees, too, see"),
    ("hahaha, hehehe, hohoho, bwahahaha, haha", "ha ha ha, he he he, ho ho ho, mwa ha ha ha, haha"),
    ("hmm, hmmmm, shh, psst, ugh, brr, zzz, aww, argh", "hmm, hmm, shh, psst, ugh, brr, zzz, aww, argh"),
    ("we, ah, oh, um, nah, yeah, ash, push", "we, ah, oh, um, nah, yeah, ash, push"),
    ("what the f*** is this sh*t, you b*tch", "what the bleep is this bleep, you bleep"),
    ("**bold** and *it* and footnote*", "bold and it and footnote"),
    ("What the @#$%!", "What the bleep!"),
    ("the boss, iii, www", "the boss, three, W W W"),
    ("sh** happens. **Is it** so? **bold** word**", "bleep happens. Is it so? bold word"),
    ("mmm good, mhm, uh-huh, uh-oh", "mmm good, mhm, uh-huh, uh-oh"),
    ("lol, LOL", "lol, L O L"),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_sounds_and_force_are_said(written: str, spoken: str) -> None:
    assert said(written) == spoken
