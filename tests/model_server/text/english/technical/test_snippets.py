"""Code between back-ticks."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.technical.saying import said

SAID = [
    ("Run `pip install -U numpy && ls -la`.", "Run pip install dash U num-pie and L S dash L A."),
    ("Set `x == 3` there.", "Set X equals three there."),
    ("Use `foo_bar` there.", "Use foo bar there."),
    ("Pass `--help` there.", "Pass dash dash help there."),
    ("Run `cat a.txt | wc -l` there.", "Run cat A dot T X T pipe W C dash L there."),
    ("Write `arr[i] += 1` there.", "Write arr sub I plus equals one there."),
    ("Write `if (a && b) { return c; }` there.", "Write if A and B return C there."),
    ("Write `def f(x): return 3.5` there.", "Write def F of X, return three point five there."),
    ('Run `git commit -m "fix"` there.', "Run git commit dash M fix there."),
    ("Run `find . -name foo` there.", "Run find dot dash name foo there."),
    ("Call ``f`` there.", "Call F there."),
    ("Use `1 + 2` there.", "Use one plus two there."),
    ("Run `docker ps -a` there.", "Run docker P S dash A there."),
]

# Said by others, or as they are: nothing technical.
NEAR = [
    ("It is `", "It is"),
    ("It ``` is", "It is"),
]


@pytest.mark.parametrize("written, spoken", SAID)
def test_snippets_are_said_in_words(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize("written, spoken", NEAR)
def test_what_only_looks_like_snippets_is_left_alone(written: str, spoken: str) -> None:
    assert said(written) == spoken
