from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

import tests.fakes.screen
from common.messages.hello import Progress
from say.progress import Display, progress_line

MODEL = "kokoro-v1_0.pth"
TOTAL = 327_000_000
LOADING = Progress("loading", "Kokoro-82M")


class Screen:
    """A standard error whose time passes only when told, and what stands on it."""

    def __init__(self, terminal: bool) -> None:
        self.written = ""
        self.time = 100.0
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.guarded = False
        self.ours = True
        self.writes = 0
        self.screen = tests.fakes.screen.Screen()
        self.display = Display(
            self.write, terminal, lambda: (80, 24), self.guard, lambda: self.time, self.later, lambda: self.ours
        )

    def write(self, text: str) -> None:
        self.writes += 1
        if self.display.terminal:
            self.screen.write(text)
        self.written += text

    @contextmanager
    def guard(self) -> Iterator[None]:
        self.guarded = True
        try:
            yield
        finally:
            self.guarded = False

    def later(self, seconds: float, action: Callable[[], None]) -> Screen:
        self.timers.append((self.time + seconds, action))
        return self

    def cancel(self) -> None:
        self.timers.clear()

    def wait(self, seconds: float) -> None:
        self.time += seconds
        due = [action for at, action in self.timers if at <= self.time]
        self.timers = [(at, action) for at, action in self.timers if at > self.time]
        for action in due:
            action()

    def shown(self) -> list[str]:
        """Return the lines as a terminal shows them now."""
        return self.screen.lines


@pytest.fixture
def terminal() -> Screen:
    return Screen(terminal=True)


@pytest.fixture
def log() -> Screen:
    return Screen(terminal=False)


def downloading(done: int) -> Progress:
    return Progress("downloading", MODEL, done=done, total=TOTAL)


def test_a_line_tells_how_far_a_download_is_and_how_long_it_takes() -> None:
    line = progress_line(downloading(147_000_000), 12_000_000.0, 100)
    for part in (MODEL, " 45%", "147 MB of 327 MB", "12 MB/s", "0:15 left", "[####"):
        assert part in line


@pytest.mark.parametrize("width", range(1, 130, 7))
def test_a_line_never_fills_the_terminal(width: int) -> None:
    assert len(progress_line(downloading(147_000_000), 12_000_000.0, width)) < width


def test_an_unknown_length_has_no_percentage() -> None:
    line = progress_line(Progress("downloading", MODEL, done=5_000_000), 0.0, 80)
    assert "5.0 MB" in line
    assert "%" not in line
    assert "[" not in line


def test_names_cannot_disturb_the_terminal() -> None:
    assert "\x1b" not in progress_line(Progress("loading", "\x1b[2J"), 0.0, 80)


def test_what_is_over_soon_is_never_shown(terminal: Screen) -> None:
    terminal.display.show(LOADING)
    terminal.wait(0.4)
    terminal.display.clear()
    terminal.wait(5)
    assert terminal.written == ""


def test_a_slow_step_is_shown_although_it_reports_only_once(terminal: Screen) -> None:
    terminal.display.show(LOADING)
    terminal.wait(0.6)
    assert terminal.shown() == ["say: loading Kokoro-82M"]


def test_the_bar_moves_and_vanishes(terminal: Screen) -> None:
    terminal.display.show(downloading(0))
    terminal.wait(0.6)
    assert "0 B of" in terminal.shown()[0]
    terminal.wait(0.4)
    terminal.display.show(downloading(10_000_000))
    assert "10 MB of" in terminal.shown()[0]
    terminal.wait(1)
    terminal.display.show(downloading(30_000_000))
    assert "30 MB of" in terminal.shown()[0]
    assert "15 MB/s" in terminal.shown()[0]
    terminal.display.clear()
    assert terminal.shown() == []


def test_the_bar_is_not_redrawn_for_every_report(terminal: Screen) -> None:
    terminal.display.show(downloading(0))
    terminal.wait(1)
    before = len(terminal.written)
    for done in range(1000):
        terminal.display.show(downloading(done))
    assert len(terminal.written) - before < 200


def test_a_line_pushes_the_bar_down(terminal: Screen) -> None:
    terminal.display.show(downloading(0))
    terminal.wait(1)
    terminal.display.line("a notice")
    assert terminal.shown()[0] == "say: a notice"
    assert MODEL in terminal.shown()[1]


def test_a_line_comes_above_what_is_shown_in_one_write(terminal: Screen) -> None:
    terminal.display.panel(["some text"])
    before = terminal.writes
    terminal.display.line("a notice")
    assert terminal.shown() == ["say: a notice", "some text"]
    assert terminal.writes == before + 1


def test_a_bar_and_a_panel_stand_below_each_other(terminal: Screen) -> None:
    terminal.display.panel(["some text"])
    terminal.display.show(downloading(0))
    terminal.wait(1)
    terminal.display.panel(["other text"])
    shown = terminal.screen.lines
    assert shown[0] == "other text" and MODEL in shown[1] and len(shown) == 2
    terminal.display.end_work()
    assert terminal.screen.lines == ["other text"]
    terminal.display.clear()
    assert terminal.screen.lines == []


def test_a_job_in_the_background_draws_nothing(terminal: Screen) -> None:
    terminal.ours = False
    terminal.display.panel(["some text"])
    assert terminal.written == ""
    terminal.display.line("a notice")
    assert terminal.shown() == ["say: a notice"]
    terminal.ours = True
    terminal.display.panel(["some text"])
    assert terminal.shown() == ["say: a notice", "some text"]


def test_what_others_wrote_when_nobody_could_take_the_panel_away_is_left_alone(terminal: Screen) -> None:
    terminal.display.panel(["one", "two"])
    terminal.write("\nStopped\n$ fg\n")  # the cursor stood where the panel begins
    terminal.display.forget()
    terminal.display.panel(["one", "two"])
    assert terminal.screen.lines == ["one", "Stopped", "$ fg", "one", "two"]


def test_ctrl_c_is_guarded_exactly_while_a_bar_may_be_there(terminal: Screen) -> None:
    seen = [terminal.guarded]
    terminal.display.show(LOADING)
    seen.append(terminal.guarded)
    terminal.display.line("a notice")
    seen.append(terminal.guarded)
    terminal.display.clear()
    seen.append(terminal.guarded)
    assert seen == [False, True, True, False]


def test_leaving_takes_the_bar_away(terminal: Screen) -> None:
    with terminal.display:
        terminal.display.show(LOADING)
        terminal.wait(1)
    assert terminal.shown() == []
    assert not terminal.guarded


def test_without_a_terminal_a_long_download_is_a_line_every_ten_seconds(log: Screen) -> None:
    for second in range(31):
        log.display.show(downloading(second * 1_000_000))
        log.wait(1)
    lines = log.written.splitlines()
    assert [line.split("%")[1].split(" of")[0].strip() for line in lines] == ["1.0 MB", "11 MB", "21 MB"]
    assert "\r" not in log.written


def test_without_a_terminal_nothing_is_said_of_loading_or_quick_downloads(log: Screen) -> None:
    log.display.show(LOADING)
    log.wait(30)
    log.display.show(LOADING)
    log.display.clear()
    log.display.show(downloading(1))
    log.wait(0.5)
    log.display.show(downloading(TOTAL))
    log.display.clear()
    assert log.written == ""


def test_a_line_of_several_keeps_them_and_nothing_else(log: Screen) -> None:
    log.display.line("the log ends:\nlast \x1b[31mwords")
    assert log.written == "say: the log ends:\n     last \\x1b[31mwords\n"


def test_where_others_write_to_the_screen_nothing_is_redrawn_any_more(terminal: Screen) -> None:
    terminal.display.panel(["a row"])
    terminal.display.scroll()
    assert terminal.screen.lines == []
    written = terminal.written

    terminal.display.panel(["a row"])
    terminal.display.show(LOADING)
    terminal.wait(5.0)
    assert terminal.written == written
    assert not terminal.display.terminal
