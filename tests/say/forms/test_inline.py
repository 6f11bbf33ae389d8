"""Marks within a line of Markdown."""

from __future__ import annotations

import pytest

from say.forms import filter_for
from say.forms.inline import inline


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("See the [guide](/guide/).", "See the guide."),
        ("Un [café](/café/).", "Un café."),
        ("My [phoneme](/fəˈnoʊm/)!", "My [phoneme](/fəˈnoʊm/)!"),
        ("A *[cat](/kæt/)* [here](x/ə).", "A [cat](/kæt/) here."),
        ("Wait [pause 500ms] here.", "Wait [pause 500ms] here."),
    ],
)
def test_a_transcription_is_no_link(text: str, said: str) -> None:
    assert inline(text) == said


@pytest.mark.parametrize("form", ["auto", "plain", "markdown"])
def test_markup_of_speech_arrives_however_it_comes(form: str) -> None:
    text = "# Title\n\nSay [word](/wɜːd/) [pause 1s] and *go*.\n"
    one, many = filter_for(form), filter_for(form)
    whole = one.feed(text) + one.finish()
    assert "[word](/wɜːd/) [pause 1s]" in whole
    assert "".join(map(many.feed, text)) + many.finish() == whole
