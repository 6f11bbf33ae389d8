"""Links, tags and named characters that are left in a text."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.technical.saying import said

SAID = [
    ("See the [docs](https://docs.rs/x) now.", "See the docs now."),
    ("![logo](logo.png)", "image, logo"),
    ('[b](b.md), [c](./d) and [e](#f "g")', "B, C and E"),
    ("[wiki](https://en.wikipedia.org/wiki/Foo_(bar)).", "wiki."),
    ("&lt;div&gt;", "less than div greater than"),
    ("<b>bold</b> text", "bold text"),
]

# What looks alike and is something else.
LEFT_ALONE = [
    ("arr[0](x)", "arr sub zero(X)"),
    ("[see](below)", "(see)(below)"),
    ("x < y > z", "X less than Y greater than Z"),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_links_and_tags_are_read_as_people_say_them(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize(("written", "spoken"), LEFT_ALONE)
def test_what_only_looks_alike_is_left_alone(written: str, spoken: str) -> None:
    assert said(written) == spoken
