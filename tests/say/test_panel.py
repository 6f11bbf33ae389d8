from __future__ import annotations

import pytest

from say.panel import Panel
from tests.fakes.screen import Screen


def panel_on(screen: Screen) -> Panel:
    return Panel(screen.write, lambda: (screen.columns, 24))


def test_lines_are_replaced_in_place() -> None:
    screen = Screen()
    panel = panel_on(screen)
    screen.write("before\n")
    panel.draw(["one", "two", "three"])
    panel.draw(["four", "five"])
    assert screen.lines == ["before", "four", "five"]


def test_it_vanishes_without_a_trace() -> None:
    screen = Screen()
    panel = panel_on(screen)
    screen.write("before\n")
    panel.draw(["one", "two", "three"])
    panel.draw([])
    screen.write("after\n")
    assert screen.lines == ["before", "after"]


def test_erasing_nothing_writes_nothing() -> None:
    written: list[str] = []
    Panel(written.append, lambda: (80, 24)).draw([])
    assert not written


def test_the_cursor_rests_where_the_lines_begin() -> None:
    """There it stays when the terminal gets another size, whatever becomes of the lines below it."""
    screen = Screen()
    panel = panel_on(screen)
    screen.write("before\n")
    panel.draw(["one", "two", "three"])
    screen.write("!")
    assert screen.lines == ["before", "!ne", "two", "three"]


def test_what_stood_below_is_no_part_of_it() -> None:
    screen = Screen()
    panel = panel_on(screen)
    screen.write("before\nbelow\nfurther below\x1b[2A\n")
    panel.draw(["one"])
    assert screen.lines == ["before", "one"]


def test_a_line_alone_leaves_what_stands_below_it() -> None:
    screen = Screen()
    panel = panel_on(screen)
    screen.write("half\nbelow\x1b[A")
    panel.draw([], above="a line\n")
    assert screen.lines == ["a line", "below"]


def test_no_line_is_wrapped() -> None:
    written: list[str] = []
    panel = Panel(written.append, lambda: (80, 24))
    panel.draw(["one", "two"], above="a line that may be long\n")
    before, _, rest = written[0].partition("\x1b[?7l")
    rows, _, after = rest.partition("\x1b[?7h")
    assert before.endswith("a line that may be long\n")
    assert rows == "one\r\ntwo"
    assert after == "\x1b[1A\r"


def test_what_stands_there_is_not_written_again() -> None:
    written: list[str] = []
    panel = Panel(written.append, lambda: (80, 24))
    panel.draw(["one"])
    panel.draw(["one"])
    assert len(written) == 1


@pytest.mark.parametrize("size", [(40, 24), (80, 12)])
def test_it_is_drawn_anew_for_a_new_size(size: tuple[int, int]) -> None:
    """A terminal may have wrapped the rows, or cut off those at its end."""
    written: list[str] = []
    sizes = [(80, 24)]
    panel = Panel(written.append, lambda: sizes[-1])
    panel.draw(["one"])
    sizes.append(size)
    panel.draw(["one"])
    assert len(written) == 2


def test_each_drawing_is_one_write() -> None:
    written: list[str] = []
    panel = Panel(written.append, lambda: (80, 24))
    panel.draw(["one", "two"])
    panel.draw(["three"], above="a line\n")
    assert len(written) == 2


def test_what_was_written_when_a_signal_came_is_taken_away() -> None:
    screen = Screen()

    def write(text: str) -> None:
        screen.write(text)
        if "three" in text:
            raise KeyboardInterrupt

    panel = Panel(write, lambda: (80, 24))
    screen.write("before\n")
    with pytest.raises(KeyboardInterrupt):
        panel.draw(["one", "two", "three"])
    panel.draw([])
    assert screen.lines == ["before"]
