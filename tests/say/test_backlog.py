from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from say.backlog import ERRORS, LATEST, MOST_ALERTS, MOST_CHARACTERS, SUMMARY, Backlog, backlog_for
from say.lines import LONGEST, Line, Lines


def is_alert(line: str) -> bool:
    return "error" in line


def backlog(behind: str, *texts: str) -> Backlog:
    """Return a backlog into which these were put while speech was behind."""
    made = backlog_for(behind, is_alert)
    for text in texts:
        assert made.put(Line(text)) == []
    return made


def said(sentences: list[str]) -> str:
    return "".join(sentences)


def numbered(count: int, start: int = 1) -> list[str]:
    return [f"line {number}\n" for number in range(start, start + count)]


def test_there_is_no_other_policy() -> None:
    with pytest.raises(ValueError):
        backlog_for("all", is_alert)


@pytest.mark.parametrize("behind", [LATEST, SUMMARY, ERRORS])
def test_an_empty_backlog_waits_for_nothing(behind: str) -> None:
    assert not backlog(behind).waiting
    assert backlog(behind).finish() == []


def test_the_newest_line_is_spoken_next() -> None:
    waiting = backlog(LATEST, *numbered(38))
    assert said(waiting.take()) == "line 38\n"
    assert not waiting.waiting


def test_the_summary_says_how_many_lines_were_skipped() -> None:
    waiting = backlog(SUMMARY, *numbered(38))
    assert said(waiting.take()) == "37 lines skipped.\nline 38\n"
    for text in numbered(2, 39):
        waiting.put(Line(text))
    assert said(waiting.take()) == "1 line skipped.\nline 40\n"
    waiting.put(Line("line 41\n"))
    assert said(waiting.take()) == "line 41\n"


@pytest.mark.parametrize("behind", [LATEST, SUMMARY, ERRORS])
def test_the_last_line_is_always_spoken(behind: str) -> None:
    waiting = backlog(behind, *numbered(10), "the end")
    assert said(waiting.finish()).rstrip().endswith("the end")


@pytest.mark.parametrize("behind", [LATEST, SUMMARY])
def test_a_line_that_comes_in_parts_is_one_line(behind: str) -> None:
    assert said(backlog(behind, "one ", "and ", "two\n").take()) == "one and two\n"
    assert backlog(behind, "one\n", "two", "\n").finish()[-1] == "two\n"


def test_blank_lines_replace_nothing() -> None:
    assert said(backlog(SUMMARY, "one\n", "\n", "\n").take()) == "one\n"


@pytest.mark.parametrize("behind", [LATEST, SUMMARY])
def test_the_newest_line_is_said_with_how_often_it_came_again(behind: str) -> None:
    waiting = backlog(behind, "again \n")
    waiting.put(Line("again\n", 2))
    waiting.put(Line("again\n", 3))
    assert said(waiting.take()) == "again \nrepeated 5 more times.\n"
    waiting.put(Line("again\n", 4))
    assert said(waiting.take()) == "repeated 4 more times.\n"


def test_repetitions_that_nobody_heard_count_as_skipped() -> None:
    waiting = backlog(SUMMARY, "again\n")
    waiting.put(Line("again\n", 4))
    waiting.put(Line("newest\n"))
    assert said(waiting.take()) == "5 lines skipped.\nnewest\n"
    waiting.put(Line("newest\n", 3))
    waiting.put(Line("next\n"))
    assert said(waiting.take()) == "3 lines skipped.\nnext\n"


def test_all_errors_are_spoken_in_order_and_nothing_else() -> None:
    waiting = backlog(ERRORS, "fine\n", "error 1\n", "fine\n", "error 2\n", "fine\n")
    assert said(waiting.take()) == "error 1\n"
    assert said(waiting.take()) == "error 2\n"
    assert not waiting.waiting
    assert said(waiting.finish()) == "fine\n"


def test_a_last_line_that_is_an_error_is_spoken_once() -> None:
    waiting = backlog(ERRORS, "fine\n", "error 1\n")
    assert said(waiting.take()) == "error 1\n"
    assert waiting.finish() == []


def test_identical_errors_are_counted() -> None:
    waiting = backlog(ERRORS, "error 1\n", "error 2\n", "error 1\n")
    waiting.put(Line("error 1\n", 3))
    assert said(waiting.take()) == "error 1\nrepeated 4 more times.\n"
    waiting.put(Line("error 1\n", 2))
    assert said(waiting.finish()) == "error 2\nerror 1\nrepeated once more.\n"


def test_an_error_that_goes_on_and_on_is_not_said_again() -> None:
    waiting = backlog(ERRORS, "error 1\n")
    assert said(waiting.take()) == "error 1\n"
    waiting.put(Line("error 1\n", 11))
    assert said(waiting.take()) == "repeated 11 more times.\n"


def test_an_error_that_comes_in_parts_is_judged_as_a_whole() -> None:
    waiting = backlog(ERRORS, "an er", "ror", "\n")
    assert said(waiting.take()) == "an error\n"


@pytest.mark.parametrize("size", [10, 10_000])
def test_more_errors_than_are_kept_are_spoken_at_once_and_none_is_lost(size: int) -> None:
    waiting, out, held = backlog_for(ERRORS, is_alert), "", 0
    lines = [f"error {number} {'x' * size}\n" for number in range(1000)]
    for line in lines:
        out += said(waiting.put(Line(line)))
        held += len(line)
        assert held - len(out) <= min(MOST_CHARACTERS, MOST_ALERTS * len(line))
    assert out + said(waiting.finish()) == "".join(lines)


@given(st.lists(st.sampled_from(["a\n", "b\n", "\n", "error\n", "par"]), max_size=30), st.data())
def test_skipped_and_spoken_lines_are_all_lines(texts: list[str], data: st.DataObject) -> None:
    lines = Lines(whole=True)
    waiting = backlog_for(SUMMARY, is_alert)
    out = ""
    for text in texts:
        for line in lines.feed(text):
            waiting.put(line)
        if waiting.waiting and data.draw(st.booleans()):
            out += said(waiting.take())
    for line in lines.finish():
        waiting.put(line)
    out += said(waiting.finish())
    assert counted(out) == sum(1 for line in "".join(texts).split("\n") if line)


def counted(out: str) -> int:
    """Return how many lines these are, with those that they speak of."""
    total = 0
    for line in out.splitlines():
        words = line.split()
        if line.endswith("skipped."):
            total += int(words[0])
        elif line.startswith("repeated"):
            total += 1 if words[1] == "once" else int(words[1])
        else:
            total += 1
    return total


@pytest.mark.parametrize("behind", [LATEST, SUMMARY, ERRORS])
def test_a_line_without_end_is_kept_in_part_only(behind: str) -> None:
    waiting = backlog_for(behind, is_alert)
    for _ in range(1000):
        waiting.put(Line("x" * 1000))
    assert 0 < len(said(waiting.finish())) < 2 * LONGEST
