from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from say.lines import EARLY, LONGEST, Line, Lines, repeated, says_something


def spoken(lines: list[Line]) -> str:
    return "".join(line.spoken for line in lines)


def folded(*chunks: str, whole: bool = False) -> str:
    """Return what is said of chunks that come without a pause."""
    lines = Lines(whole)
    return "".join(spoken(lines.feed(chunk)) for chunk in chunks) + spoken(lines.finish())


def fold(text: str) -> str:
    """Fold a whole text, as the module's docstring says, in the plainest way there is."""
    out: list[str] = []
    last, repeats, blank = "", 0, False
    *ended, open_line = text.split("\n")
    for line, end in [*((line, "\n") for line in ended), (open_line, "")]:
        state = line.rstrip("\r").rpartition("\r")[2]
        key = state.rstrip()
        if not key:
            if end and not blank and not repeats:
                out.append("\n")
                blank = True
        elif key == last:
            repeats += says_something(key)
        else:
            out += [repeated(repeats), state + end] if repeats else [state + end]
            last, repeats, blank = key, 0, False
    return "".join(out) + (repeated(repeats) if repeats else "")


def cut(text: str, places: list[int]) -> list[str]:
    marks = [0, *sorted(min(place, len(text)) for place in places), len(text)]
    return [text[a:b] for a, b in pairwise(marks)]


logs = st.text(st.sampled_from("ab.- \n\r"), max_size=60)


@given(logs, st.lists(st.integers(0, 60), max_size=8))
def test_the_same_is_said_however_the_text_arrives(text: str, places: list[int]) -> None:
    assert folded(*cut(text, places)) == fold(text)


@given(st.text(max_size=80), st.lists(st.integers(0, 80), max_size=8))
def test_any_text_is_folded_as_a_whole_text_would_be(text: str, places: list[int]) -> None:
    assert folded(*cut(text, places), whole=True) == fold(text)


STAGES = (Lines.sentences, Lines.words, Lines.rest, Lines.settle)


@given(
    st.lists(st.text(st.sampled_from("abc.。'9 -"), max_size=30), max_size=8),
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from(STAGES)), max_size=8),
    st.booleans(),
)
def test_nothing_is_lost_of_different_lines_whenever_the_writer_pauses(
    bodies: list[str], pauses: list[tuple[int, object]], whole: bool
) -> None:
    text = "\n".join(f"{number}{body}" for number, body in enumerate(bodies))
    lines, out, at = Lines(whole), "", 0
    for place, stage in sorted(pauses, key=lambda pause: pause[0]):
        place = min(place, len(text))
        out += spoken(lines.feed(text[at:place])) + spoken(stage(lines))  # type: ignore[operator]  # one of STAGES
        at = place
    assert out + spoken(lines.feed(text[at:])) + spoken(lines.finish()) == text


@given(logs, st.lists(st.tuples(st.integers(0, 60), st.sampled_from(STAGES)), max_size=8))
def test_every_word_of_the_last_states_is_said_whenever_the_writer_pauses(
    text: str, pauses: list[tuple[int, object]]
) -> None:
    lines, out, at = Lines(), "", 0
    for place, stage in sorted(pauses, key=lambda pause: pause[0]):
        place = max(at, min(place, len(text)))
        out += spoken(lines.feed(text[at:place])) + spoken(stage(lines))  # type: ignore[operator]  # one of STAGES
        at = place
    out += spoken(lines.feed(text[at:])) + spoken(lines.finish())
    states = {line.rstrip("\r").rpartition("\r")[2].strip() for line in text.split("\n")}
    assert all(state in out for state in states)


def test_a_progress_bar_is_its_last_state() -> None:
    assert folded("10%\r", "20%\r", "100%\n", "done\n") == "100%\ndone\n"
    assert folded("\r10%", "\r20%", "\r100%", "\ndone\n") == "100%\ndone\n"
    assert folded("10%\r20%\r\r\n") == "20%\n"


def test_lines_of_windows_are_lines() -> None:
    assert folded("one\r\ntwo\r", "\nthree\r\n") == "one\ntwo\nthree\n"


def test_identical_lines_in_a_row_are_counted() -> None:
    assert folded("a\n" * 12, "b\n") == "a\nrepeated 11 more times.\nb\n"
    assert folded("a\na\n") == "a\nrepeated once more.\n"
    assert folded("a\nb\na\n") == "a\nb\na\n"


def test_blank_lines_and_lines_that_say_nothing_are_not_counted() -> None:
    assert folded("a\n\n\n\nb\n") == "a\n\nb\n"
    assert folded("a\n\na\n\na\n") == "a\n\nrepeated 2 more times.\n"
    assert folded("---\n---\n---\na\n") == "---\na\n"


def test_endless_blank_lines_and_repetitions_cost_nothing() -> None:
    lines = Lines()
    assert spoken(lines.feed("\n" * 100_000)) == "\n"
    assert lines.feed("\n" * 100_000) == []
    assert spoken(lines.feed("x\n" * 100_000)) == "x\n"
    assert lines.settle() == [Line("x\n", 99_999)]


def test_a_line_that_differs_after_a_pause_is_said_once() -> None:
    lines = Lines()
    assert spoken(lines.feed("a\na\n")) == "a\n"
    assert lines.rest() == []
    assert lines.settle() == [Line("a\n", 1)]
    assert spoken(lines.feed("a\nb\n")) == "repeated once more.\nb\n"


def test_an_open_line_waits_for_its_end() -> None:
    lines = Lines()
    assert lines.feed("not yet") == []
    assert spoken(lines.feed(" but now\nand")) == "not yet but now\n"
    assert lines.open


def test_whole_sentences_of_an_open_line_are_told_from_the_rest() -> None:
    lines = Lines()
    lines.feed('Hello. "Really?" she said. It costs 3.')
    assert spoken(lines.sentences()) == 'Hello. "Really?" she said.'
    assert lines.settled
    assert lines.sentences() == []
    assert spoken(lines.finish()) == " It costs 3."


def test_a_sentence_of_a_script_without_blanks_is_whole_with_its_mark() -> None:
    lines = Lines()
    lines.feed("これは文です。つぎ")
    assert spoken(lines.sentences()) == "これは文です。"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("one two thr", "one two "),
        ("one two ", "one two "),
        ("one two, ", "one two, "),
        ("one two.", "one two."),
        ("it costs 3.1", "it costs "),
        ("that's don'", "that's "),
        ("word", ""),
        ("これは", "これは"),
        ("x" * 65, "x" * 65),
        (" ", ""),
    ],
)
def test_an_unfinished_word_is_held_back(text: str, said: str) -> None:
    lines = Lines()
    lines.feed(text)
    assert spoken(lines.words()) == said
    assert spoken(lines.rest()) == (text[len(said) :] if text.strip() else "")


def test_what_may_become_a_repetition_is_no_sentence_yet() -> None:
    lines = Lines()
    lines.feed("Well. Done.\nWell. Do")
    assert lines.sentences() == []
    assert lines.feed("ne.\nWell. Then") == []
    assert spoken(lines.sentences()) == "repeated once more.\nWell."


def test_a_bar_is_said_only_when_its_writer_pauses_for_long() -> None:
    lines = Lines()
    lines.feed("10%\r20%")
    assert lines.sentences() == lines.words() == lines.rest() == []
    assert spoken(lines.settle()) == "20%"
    assert spoken(lines.feed("\r30%\r")) == "\n"
    assert spoken(lines.settle()) == "30%"
    assert spoken(lines.feed("30%\r")) == "\n"
    assert lines.settle() == []
    assert spoken(lines.feed("\nnext\n")) == "next\n"


def test_a_bar_that_was_begun_as_a_line_keeps_both() -> None:
    lines = Lines()
    lines.feed("Downloading 10%")
    assert spoken(lines.rest()) == "Downloading 10%"
    assert spoken(lines.feed("\rDownloading 100%\n")) == "\nDownloading 100%\n"


def test_of_a_long_line_whole_sentences_are_passed_on_before_it_ends() -> None:
    lines = Lines()
    sentence = "This sentence is there. "
    out = "".join(spoken(lines.feed(sentence)) for _ in range(10))
    assert len(sentence) * 10 - len(out) <= EARLY + len(sentence)
    assert out + spoken(lines.finish()) == sentence * 10


def test_whole_lines_have_no_parts() -> None:
    lines = Lines(whole=True)
    lines.feed("One. Two. Three")
    assert lines.sentences() == lines.words() == []
    assert spoken(lines.rest()) == "One. Two. Three"


@pytest.mark.parametrize("text", ["x" * 50_000, "word " * 10_000, " " * 50_000 + "x", "x\r" + "y" * 50_000])
def test_a_line_without_end_is_cut_and_nothing_is_lost(text: str) -> None:
    lines = Lines()
    out = ""
    for at in range(0, len(text), 1000):
        parts = lines.feed(text[at : at + 1000])
        assert all(len(part.text) <= LONGEST for part in parts)
        out += spoken(parts)
    assert len(out) > len(text) - 2 * LONGEST
    assert out + spoken(lines.finish()) == fold(text)


def test_a_line_that_was_passed_on_in_parts_is_known_when_it_comes_again() -> None:
    lines = Lines()
    lines.feed("Continue? ")
    assert spoken(lines.rest()) == "Continue? "
    assert spoken(lines.feed("yes\nContinue? yes\n")) == "yes\n"
    assert lines.settle() == [Line("Continue? yes\n", 1)]
