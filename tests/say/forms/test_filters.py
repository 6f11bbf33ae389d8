"""Promises of all filters: the same however the text arrives, nothing kept without bound, time in proportion."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from say.arguments import FORMS
from say.forms import filter_for
from tests.cpu_time import cpu_seconds
from tests.soaking import examples

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = sorted(path.name for path in FIXTURES.glob("*.txt"))
QUICK = settings(max_examples=examples(150))

TRICKY = (
    "\x1b[31m|\x1b[0m|\x1b[K|\x1b[2K|\x1b[5C|\x1b]8;;http://x\x1b\\|\x1b]0;t\x07|\x1b(B|\x1bP|\x1b\\|\x9b1m|\b|\r|\r\n|\n|\n\n|x\bx|_\bx"
    "|\t|\x00| |  |   |.|. |! |。|。」|# |## T|```|```py\n|~~~|`|``|*|**|_|__|[a](b)|[|](|]|)|![x](y)|<!--|-->|<|>|<p>|</p>|<b|"
    "<script>|</script>|<title>|</title>|<td>|<tr>|</tr>|<pre>|</pre>|<nav>|</nav>|<li>|<img alt='x'>|&amp;|&|&#60;|> |- |- [ ] |1. "
    "|---\n|===\n|word|Word. |two words |\\||a | b\n|--|--\n|[^1]|[^1]: |title: x\n|ERROR |2026-11-20 12:00:00 |12:30:01 "
    "|a.c:1:2: |/usr/lib/x/y.py|https://e.com/a/b?c |deadbeef01 |0x7fff0000 |$ |>>> |Traceback (most recent call last):\n"
    '|  File "x.py", line 3, in f\n|    code\n|ValueError: x\n|\tat a.b(C.java:3)\n|    at f (x.js:1:2)\n|stack backtrace:\n'
    "|   0: f\n|             at ./x.rs:1:2\n|goroutine 1 [running]:\n|\t/x.go:3 +0x1\n|main.f()\n|diff --git a/x b/x\n|@@ -1,2 +1,2 @@\n"
    '|+a\n|-b\n|│|├── |████|50%|\'\'\'|"""|#|//|/*|*/|"|\'|def readLine(a_b):|é|字|😂|{"msg": "x"}\n|level=info msg=x\n|#!/bin/sh\n'
    "|<html>|<!doctype html>|....F [ 5%]\n|...|"
)


def cut(text: str, mark: str) -> list[str]:
    return text.split(mark)


PARTS = cut(TRICKY, "|")
TEXT = st.one_of(
    st.lists(st.sampled_from(PARTS), max_size=40).map("".join),
    st.lists(st.sampled_from(PARTS), max_size=40).map("".join),
    st.text(max_size=100),
    st.tuples(st.sampled_from(PARTS), st.integers(1, 3000)).map(lambda pair: (pair[0] * pair[1])[:9000]),
)


def at_once(text: str, form: str, *, live: bool = False) -> str:
    reader = filter_for(form, live=live)
    return reader.feed(text) + reader.finish()


def in_parts(parts: list[str], form: str, *, live: bool = False) -> str:
    reader = filter_for(form, live=live)
    return "".join([reader.feed(part) for part in parts]) + reader.finish()


@QUICK
@given(TEXT, st.sampled_from(FORMS), st.booleans())
def test_a_character_at_a_time_gives_what_all_at_once_gives(text: str, form: str, live: bool) -> None:
    assert in_parts(list(text), form, live=live) == at_once(text, form, live=live)


@QUICK
@given(st.lists(TEXT, max_size=6), st.sampled_from(FORMS), st.booleans())
def test_chunks_give_what_all_at_once_gives(parts: list[str], form: str, live: bool) -> None:
    assert in_parts(parts, form, live=live) == at_once("".join(parts), form, live=live)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FORMS)
def test_real_outputs_read_the_same_in_small_chunks(name: str, form: str) -> None:
    text = (FIXTURES / name).read_text()

    assert in_parts([text[at : at + 7] for at in range(0, len(text), 7)], form) == at_once(text, form)


@pytest.mark.parametrize("name", NAMES)
def test_real_outputs_are_read_as_written_beside_them(name: str) -> None:
    assert at_once((FIXTURES / name).read_text(), "auto") == (FIXTURES / name).with_suffix(".said").read_text()


@QUICK
@given(st.lists(st.sampled_from(cut("one Two three. Four, five! six\n seven:\n\n eight", " ")), max_size=60))
def test_prose_passes_auto_unchanged(words: list[str]) -> None:
    text = " ".join(words)

    assert at_once(text, "auto") == text


WORDS = st.lists(
    st.sampled_from(cut("alpha beta Gamma. delta, `eps` **zeta** [eta](x) \n \n\n | - #", " ")), max_size=30
)


@QUICK
@given(st.lists(st.tuples(WORDS.map(" ".join), st.booleans()), max_size=8), st.sampled_from(FORMS))
def test_a_pause_anywhere_loses_no_word(parts: list[tuple[str, bool]], form: str) -> None:
    reader = filter_for(form, live=True)
    said = ""
    for text, paused in parts:
        said += reader.feed(text) + (reader.flush() if paused else "")
    said += reader.finish()

    whole = "".join(text for text, _ in parts)
    for word in ("alpha", "beta", "amma", "delta", "eps", "zeta", "eta"):
        assert said.count(word) == whole.count(word)


@pytest.mark.parametrize("form", ["auto", "plain", "markdown", "log", "html"])
@pytest.mark.parametrize("text", ["Continue with it? (yes or no) ", "Continue? [Y/n]", "Done!", "Password: ", "the fi"])
def test_what_a_paused_writer_wrote_is_given(form: str, text: str) -> None:
    reader = filter_for(form, live=True)

    said = reader.feed(text) + reader.flush()

    assert said.rstrip() == text.rstrip()


def test_a_pause_within_a_mark_waits_for_its_end() -> None:
    reader = filter_for("auto", live=True)

    assert reader.feed("See [the man") + reader.flush() == "See "
    assert reader.feed("ual](https://e.com/x). It is **bo") + reader.flush() == "the manual. It is bo"
    assert reader.feed("ld**") + reader.flush() == "ld"
    assert reader.feed(" and last") + reader.finish() == " and last"


@pytest.mark.parametrize("form", ["auto", "plain", "markdown", "html"])
@pytest.mark.parametrize("start", ["This", "NASA", "“This", "2. This", "- This"])
def test_a_sentence_is_given_before_its_line_ends(form: str, start: str) -> None:
    reader = filter_for(form, live=True)

    assert reader.feed(f"{start} is a sentence. And th").startswith(f"{start} is a sentence.")


FLOODS = [
    *(
        "a",
        " ",
        ".",
        ". ",
        "a. ",
        "a ",
        "\n",
        "#",
        "*",
        "**a",
        "_",
        "`",
        "` ",
        "``` ",
        "```\n",
        "[",
        "](",
        "[a](",
        "[a",
        "![",
    ),
    *(
        "<",
        "<!--",
        "<a",
        "<a ",
        '<a b="',
        "<td>",
        "<tr>",
        "<p>",
        "<pre>",
        "<script>",
        "<nav>",
        "&",
        "&a",
        "<title>",
        "-",
        "- ",
        "|",
    ),
    *(
        "| a ",
        "a | ",
        "|-",
        "> ",
        "1. ",
        "\x1b",
        "\x1b[",
        "\x1b[1",
        "\x1b]",
        "\x1bP",
        "\x9b",
        "\b",
        "a\b",
        "\r",
        "a\r",
        "\t",
    ),
    *(
        "/a",
        "/",
        "a/",
        "a:1",
        "a.b:",
        "a.c:1:2 ",
        "https://",
        "http://a/(",
        "ab12",
        "0x",
        "12:",
        "2026-",
        "[12:00:00] ",
        "ERROR ",
    ),
    *(
        'File "',
        "  at ",
        "    at a:1:2\n",
        '  File "x", line 1\n',
        "Traceback (most recent call last):\n",
        "0: a\n",
        "a=b ",
        'a="',
    ),
    *(
        "{",
        '{"msg":',
        "│",
        "█",
        "═",
        "=",
        "== a ",
        "F.",
        "@",
        "<a@b",
        "a@b:",
        '"',
        "'",
        "'''",
        '"""',
        "/*",
        "//",
        "A_b.",
        "@@ -9 +9 @@\n",
    ),
    *(
        "gcc -c ",
        "gcc -c x.c ",
        "字",
        "。",
        "😂",
        "\\",
        "\\*",
        "a_",
        "~",
        "--- a ",
        "$ ",
        "(x) ",
        "-rw",
        "x@y ",
        "é",
        "\u2502a",
    ),
]


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_takes_time_in_proportion_and_bounded_memory(flood: str, counts: Callable[[int, int], int]) -> None:
    length = counts(8_000, 400_000)
    text = (flood * (length // len(flood) + 1))[:length]
    limit = length * 2e-5  # seconds; loosely: about a tenth of it is usual, and what is not linear takes far longer
    for form in FORMS:
        assert cpu_seconds(partial(in_pieces, text, form), enough=limit) < limit, form


def in_pieces(text: str, form: str) -> None:
    """Filter a text that comes in pieces of uneven size."""
    reader = filter_for(form)
    for at in range(0, len(text), 997):
        reader.feed(text[at : at + 997])
    reader.finish()


@pytest.mark.parametrize(
    "opening", ["```\n", "<!-- ", "<script>", "<a href='", "\x1b]0;", "\x1bP", "| a", "`", "[", '"""', "<nav>"]
)
@pytest.mark.parametrize("form", FORMS)
def test_what_never_closes_is_not_kept(opening: str, form: str, counts: Callable[[int, int], int]) -> None:
    reader = filter_for(form)
    reader.feed(opening)
    for _ in range(counts(30, 640)):
        reader.feed("words and words " * 256)

    assert len(pickle.dumps(reader)) < 50_000  # all that it holds, of a hundred thousand characters


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="form"):
        filter_for("poem")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("notes.md", "# Title\n", "Title.\n"),
        ("page.HTML", "<p>one</p>", "one."),
        ("make.log", "12:00:01 ERROR it broke\n", "error: it broke\n"),
        ("x.py", "def readLine(): pass\n", "def read line pass\n"),
        ("notes.txt", "Plain words.\n", "Plain words.\n"),
        ("README", "Plain words.\n", "Plain words.\n"),
    ],
)
def test_the_ending_of_a_name_decides(name: str, text: str, said: str) -> None:
    reader = filter_for("auto", name=name)

    assert reader.feed(text) + reader.finish() == said
