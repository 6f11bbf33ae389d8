from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from say.backlog import backlog_for
from say.flows import STUCK, Everything, Outlet, Plain, Selected
from say.spool import TextSpool
from say.wrapping import SEPARATOR

if TYPE_CHECKING:
    from say.flows import Flow

PAUSE = 0.3


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Pipe:
    """A flow between a writer and a speaker that the test plays."""

    def __init__(self, make: Callable[[Outlet, Clock], Flow]) -> None:
        self.clock = Clock()
        self.spool = TextSpool()
        self.flow = make(Outlet(self.spool, None), self.clock)
        self._read = 0

    def write(self, text: str) -> None:
        self.flow.take(text)
        self.flow.wake()

    def wait(self, seconds: float) -> None:
        """Let time pass, waking the flow as often as it asks to be."""
        until = self.clock.now + seconds
        while (patience := self.flow.patience()) is not None and self.clock.now + patience <= until:
            self.clock.now += patience + 1e-9
            self.flow.wake()
        self.clock.now = max(self.clock.now, until)

    def play(self) -> None:
        """Have everything played that was handed out."""
        self.spool.forget(self.spool.length)
        self.flow.wake()

    def spoken(self) -> list[str]:
        """Return what was handed out to be spoken since the last call; one that is not whole ends with `…`."""
        found = []
        while (part := self.spool.read(self._read, 1 << 20, flushed=self._read)).flush:
            self._read += len(part.text)
            found.append(part.text + ("" if part.whole else "…"))
        return found

    def rest(self) -> str:
        """Return what was written without being marked."""
        return self.spool.read(self._read, 1 << 20, flushed=self._read).text


def everything(outlet: Outlet, clock: Clock) -> Flow:
    return Everything(outlet, PAUSE, clock)


def selected(behind: str) -> Callable[[Outlet, Clock], Flow]:
    return lambda outlet, clock: Selected(outlet, backlog_for(behind, lambda line: "error" in line), PAUSE, clock)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe(everything)
    with pipe.spool:
        yield pipe


@pytest.fixture(params=["latest", "summary", "errors"])
def behind(request: pytest.FixtureRequest) -> Iterator[Pipe]:
    pipe = Pipe(selected(request.param))
    with pipe.spool:
        yield pipe


@pytest.fixture
def summary() -> Iterator[Pipe]:
    pipe = Pipe(selected("summary"))
    with pipe.spool:
        yield pipe


def test_a_line_is_spoken_at_once_while_nothing_is_spoken(pipe: Pipe) -> None:
    pipe.write("one line\n")
    assert pipe.spoken() == ["one line\n…"]
    pipe.play()
    pipe.write("another\n")
    assert [each.strip(SEPARATOR) for each in pipe.spoken()] == ["another\n…"]


def test_while_something_is_spoken_a_line_is_handed_out_when_nothing_follows_it_at_once(pipe: Pipe) -> None:
    pipe.write("one line\n")
    pipe.write("another\n")
    assert pipe.spoken() == ["one line\n…"]
    pipe.wait(0.031)
    assert pipe.spoken() == [f"{SEPARATOR}another\n…"]


@pytest.mark.parametrize("more", ["same line\n" * 100 + "same li", "\r50% of it", "\n\n", "-----\n"])
def test_a_line_is_spoken_although_what_is_folded_follows_it_without_a_pause(pipe: Pipe, more: str) -> None:
    pipe.write("same line\nsame li")  # as a pipe that is full cuts it
    for _ in range(3):
        pipe.write("ne\n" + more if more.startswith("same") else ("ne\n" if pipe.spool.length < 12 else "") + more)
        pipe.clock.now += 0.02
    assert "".join(pipe.spoken()).startswith("same line\n")


def test_short_lines_that_come_at_once_are_lines(pipe: Pipe) -> None:
    pipe.write("connection from a client\nclosing that connection again\nall done here\nREADME.md\nsay\n")
    pipe.flow.finish()
    text = "".join([*pipe.spoken(), pipe.rest()])
    assert text.replace("…", "").count(f"\n{SEPARATOR}") == 4


def test_lines_written_one_by_one_are_lines_however_wide(pipe: Pipe) -> None:
    line = "the worker is listening for whatever may come through the socket to it\n"
    pipe.write("start\n")
    for number in range(3):
        pipe.write(f"{number}: {line}")
        pipe.clock.now += 0.001
    pipe.wait(1)
    assert "".join(pipe.spoken()).count(SEPARATOR) == 3


def test_a_separator_is_no_line_of_its_own_where_a_filter_holds_the_line_back() -> None:
    from say.forms import filter_for

    with TextSpool() as spool:
        flow = Everything(Outlet(spool, filter_for("auto", live=True)), PAUSE, Clock())
        for line in ("| name | size |\n", "|------|------|\n", "| one | 1 |\n", "| two | 2 |\n", "\n", "the end\n"):
            flow.take(line)
        flow.finish()
        text = spool.read(0, 1000).text
    assert SEPARATOR * 2 not in text and not text.startswith(SEPARATOR)
    assert all(before == "\n" for before, after in zip(text, text[1:], strict=False) if after == SEPARATOR)


def test_prose_that_is_read_in_one_go_is_not_cut_at_its_lines(pipe: Pipe) -> None:
    for _ in range(100):
        pipe.write("Prose that is hard-wrapped, so that its lines\nend in the midst of a sen")
        pipe.wait(0.02)
        pipe.write("tence, as they do in\nmany a text.\n")
        pipe.wait(0.01)
    assert pipe.spoken() == []
    assert pipe.rest().count("\n") == 300


def test_a_chunk_that_ends_in_the_midst_of_a_line_lets_the_lines_before_it_wait(pipe: Pipe) -> None:
    pipe.write("Prose that is hard-wrapped by somebody, so that its lines\nend in the midst of")
    pipe.wait(0.2)
    assert pipe.spoken() == []
    pipe.wait(0.2)
    assert pipe.spoken() == ["Prose that is hard-wrapped by somebody, so that its lines\nend in the midst "]


def test_a_sentence_is_spoken_when_the_next_one_begins(pipe: Pipe) -> None:
    for fragment in ("Hel", "lo", " there", ".", " How", " are"):
        pipe.write(fragment)
        pipe.wait(0.05)
    assert pipe.spoken() == ["Hello there.…"]


def test_what_is_there_is_spoken_when_the_writer_pauses_but_for_an_unfinished_word(pipe: Pipe) -> None:
    pipe.write("I think that perh")
    pipe.wait(0.35)
    assert pipe.spoken() == ["I think that "]
    pipe.wait(1.0)
    assert pipe.spoken() == ["perh"]


def test_a_word_that_goes_on_is_spoken_whole(pipe: Pipe) -> None:
    pipe.write("I think that perh")
    pipe.wait(0.5)
    pipe.write("aps")
    pipe.wait(0.5)
    pipe.write(" not. ")
    pipe.wait(2.0)
    assert pipe.spoken() == ["I think that ", "perhaps not.…", " "]


def test_a_slow_and_steady_writer_is_spoken_in_sentences(pipe: Pipe) -> None:
    for fragment in [
        "A",
        "model",
        "that",
        "thinks",
        "for",
        "a",
        "while",
        "before",
        "each",
        "word",
        ".",
        "Then",
        "it",
        "stops",
        ".",
        "And",
    ]:
        pipe.write(fragment if fragment == "." else f" {fragment}")
        pipe.wait(0.4)
    assert pipe.spoken() == [" A model that thinks for a while before each word.…", " Then it stops.…"]


def test_lines_are_spoken_although_a_bar_moves_behind_them(pipe: Pipe) -> None:
    pipe.write("Compiling\n")
    for percent in range(50):
        pipe.write(f"\r{percent}%")
        pipe.wait(0.1)
    assert pipe.spoken() == ["Compiling\n…"]
    pipe.wait(2.0)
    assert pipe.spoken() == [f"{SEPARATOR}49%"]


def test_lines_are_spoken_although_dots_creep_behind_them(pipe: Pipe) -> None:
    pipe.write("collecting\ntests/test_one.py ")
    for _ in range(20):
        pipe.write(".")
        pipe.wait(0.1)
    assert pipe.spoken() == ["collecting\n…"]


def test_endless_repetition_is_counted_when_it_pauses(pipe: Pipe) -> None:
    for _ in range(12):
        pipe.write("still waiting\n")
        pipe.wait(1.0)
    assert pipe.spoken() == ["still waiting\n…"]
    pipe.wait(1.1)
    assert pipe.spoken() == ["repeated 11 more times.\n"]
    assert pipe.flow.patience() is None


def test_the_rest_comes_at_the_end(pipe: Pipe) -> None:
    pipe.write("one\none\n50%\r60%")
    pipe.flow.finish()
    assert pipe.spoken() == ["one\n…"]
    assert pipe.rest() == f"repeated once more.\n{SEPARATOR}60%"


def test_every_line_is_spoken_while_speech_keeps_up(summary: Pipe) -> None:
    said = []
    for number in range(5):
        summary.write(f"line {number}\n")
        said += summary.spoken()
        summary.play()
    assert said == [f"line {number}\n" for number in range(5)]


def test_the_newest_line_is_spoken_when_the_one_before_was_heard(summary: Pipe) -> None:
    for number in range(1, 40):
        summary.write(f"line {number}\n")
    assert summary.spoken() == ["line 1\n"]
    summary.play()
    assert summary.spoken() == ["37 lines skipped.\n", "line 39\n"]
    summary.flow.finish()
    assert summary.rest() == ""


def test_a_line_is_heard_when_its_last_letter_is(summary: Pipe) -> None:
    summary.write("line 1 ***\n")
    summary.write("line 2\n")
    summary.spool.forget(6)
    summary.flow.wake()
    assert summary.spoken() == ["line 1 ***\n", "line 2\n"]


def test_a_line_that_says_nothing_is_not_waited_for(summary: Pipe) -> None:
    summary.write("=====\n")
    summary.write("line 2\n")
    assert summary.spoken() == ["=====\n", "line 2\n"]


def test_a_line_that_is_never_heard_is_waited_for_once_and_not_forever(summary: Pipe) -> None:
    for number in range(1, 4):
        summary.write(f"line {number}\n")
    assert summary.spoken() == ["line 1\n"]
    summary.wait(STUCK + 1)
    assert summary.spoken() == ["1 line skipped.\n", "line 3\n"]
    summary.write("line 4\n")
    summary.wait(10 * STUCK)
    assert summary.spoken() == []
    summary.play()
    assert summary.spoken() == ["line 4\n"]


def test_a_prompt_without_a_line_end_is_spoken(behind: Pipe) -> None:
    behind.write("error: go on? ")
    behind.wait(1.3)
    behind.flow.finish()
    assert "".join([*behind.spoken(), behind.rest()]).rstrip() == "error: go on?"


def test_the_last_line_is_spoken_however_far_behind_speech_is(behind: Pipe) -> None:
    for number in range(1000):
        behind.write(f"line {number}\n")
    behind.write("the last\n")
    behind.flow.finish()
    assert "".join([*behind.spoken(), behind.rest()]).endswith("the last\n")


def test_nothing_is_handed_out_once_nobody_wants_more(summary: Pipe) -> None:
    summary.spool.close()
    summary.write("line 1\n")
    summary.write("line 2\n")
    summary.flow.finish()


def test_a_file_flows_as_it_is_and_a_terminal_line_by_line() -> None:
    for each_whole in (False, True):
        pipe = Pipe(lambda outlet, clock, whole=each_whole: Plain(outlet, whole))  # type: ignore[misc]  # a default
        with pipe.spool:
            pipe.write("10%\r20%\n")
            pipe.write("20%\n")
            assert pipe.flow.patience() is None
            pipe.flow.finish()
            assert pipe.spoken() == (["10%\r20%\n", "20%\n"] if each_whole else [])
            assert pipe.spool.read(0, 5).text == "10%\r2"
