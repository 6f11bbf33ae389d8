from __future__ import annotations

import pytest

from say.panel import Panel, Row
from tests.fakes.screen import Screen

ERASE, ERASE_ABOVE = "\r\x1b[K", "\x1b[A\x1b[K"


def rows(*lines: str) -> list[Row]:
    return [Row(line, len(line)) for line in lines]


def panel_on(screen: Screen) -> Panel:
    return Panel(screen.write, lambda: screen.columns)


def test_lines_are_replaced_in_place() -> None:
    screen = Screen()
    panel = panel_on(screen)
    screen.write("before\n")
    panel.draw(rows("one", "two", "three"))
    panel.draw(rows("four", "five"))
    assert screen.lines == ["before", "four", "five"]


def test_it_vanishes_without_a_trace() -> None:
    screen = Screen()
    panel = panel_on(screen)
    screen.write("before\n")
    panel.draw(rows("one", "two", "three"))
    panel.erase()
    screen.write("after\n")
    assert screen.lines == ["before", "after"]


def test_erasing_nothing_writes_nothing() -> None:
    written: list[str] = []
    Panel(written.append, lambda: 80).erase()
    assert not written


def test_a_terminal_that_became_narrower_has_wrapped_what_it_shows() -> None:
    written: list[str] = []
    columns = [80]
    panel = Panel(written.append, lambda: columns[0])
    panel.draw(rows("x" * 70, "y" * 30))
    columns[0] = 40
    panel.erase()
    assert written[-1] == ERASE + 2 * ERASE_ABOVE  # 70 columns take two rows of 40, 30 take one


def test_a_terminal_that_became_narrower_tears_no_wide_character_apart() -> None:
    written: list[str] = []
    columns = [80]
    panel = Panel(written.append, lambda: columns[0])
    panel.draw([Row("\x1b[7m日本語\x1b[27m語語", 10), Row("x", 1)])
    columns[0] = 5
    panel.erase()
    assert written[-1] == ERASE + 3 * ERASE_ABOVE  # two characters a row of five columns


def test_what_stands_there_is_not_written_again() -> None:
    written: list[str] = []
    columns = [80]
    panel = Panel(written.append, lambda: columns[0])
    panel.draw(rows("one"))
    panel.draw(rows("one"))
    assert len(written) == 1
    columns[0] = 40
    panel.draw(rows("one"))
    assert len(written) == 2


def test_each_drawing_is_one_write() -> None:
    written: list[str] = []
    panel = Panel(written.append, lambda: 80)
    panel.draw(rows("one", "two"))
    panel.draw(rows("three"), above="a line\n")
    assert written[1] == ERASE + ERASE_ABOVE + "a line\nthree"


def test_what_was_written_when_a_signal_came_is_taken_away() -> None:
    screen = Screen()

    def write(text: str) -> None:
        screen.write(text)
        if "three" in text:
            raise KeyboardInterrupt

    panel = Panel(write, lambda: 80)
    screen.write("before\n")
    with pytest.raises(KeyboardInterrupt):
        panel.draw(rows("one", "two", "three"))
    panel.erase()
    assert screen.lines == ["before"]
