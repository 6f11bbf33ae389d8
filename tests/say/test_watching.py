from __future__ import annotations

import pytest

from common.messages.speaking import Accepted, Moved, Piece, Played, Playing, Standing, Word
from say.panel import Panel
from say.watching import Watching
from tests.fakes.screen import Screen

TEXT = "The quick brown fox. It jumps over\nthe lazy dog."


class Watcher:
    """A Watching of TEXT on a screen whose time passes only when told."""

    def __init__(
        self, *, text: bool = True, bar: bool = False, columns: int = 40, rows: int = 24, more: bool = False
    ) -> None:
        self.time = 100.0
        self.writes = 0
        self.screen = Screen(columns)
        self.panel = Panel(self.write, lambda: (columns, rows))
        self.watching = Watching(
            self.show,
            lambda: (columns, rows),
            lambda start, end: TEXT[start:end],
            lambda: (len(TEXT), more),
            text=text,
            bar=bar,
            clock=lambda: self.time,
        )

    def write(self, text: str) -> None:
        self.writes += 1
        self.screen.write(text)

    def show(self, rows: list[str]) -> None:
        self.panel.draw(rows)

    def tell(self, *events: object) -> list[str]:
        for event in events:
            self.watching.handle(event)
        return self.screen.lines


def word(text: str) -> Word:
    start = TEXT.index(text)
    return Word("u", start, start + len(text), 0.0, 0.1)


FIRST = Piece("u", 0, 0, 21)
SECOND = Piece("u", 1, 21, len(TEXT), sentences=(21,))


def test_nothing_is_shown_before_anything_sounds() -> None:
    assert Watcher().tell(FIRST, Standing("u", "waiting")) == []


def test_each_word_is_marked_as_it_sounds() -> None:
    watcher = Watcher()
    assert watcher.tell(FIRST, Playing("u", 0)) == ["The quick brown fox."]
    assert watcher.tell(word("quick")) == ["The [quick] brown fox."]
    assert watcher.tell(word("fox")) == ["The quick brown [fox]."]


def test_the_next_piece_takes_the_place_of_the_one_before() -> None:
    watcher = Watcher()
    watcher.tell(FIRST, SECOND, Playing("u", 0), word("fox"), Played("u", 0, 21))
    assert watcher.tell(Playing("u", 1), word("lazy")) == ["It jumps over", "the [lazy] dog."]


def test_a_sentence_that_is_spoken_in_parts_stays_on_the_screen() -> None:
    watcher = Watcher()
    watcher.tell(Piece("u", 0, 0, 10, sentences=(0,)), Piece("u", 1, 10, 21), Playing("u", 0), Played("u", 0, 10))
    assert watcher.tell(Playing("u", 1), word("fox")) == ["The quick brown [fox]."]


def test_going_back_shows_the_old_piece_again() -> None:
    watcher = Watcher()
    watcher.tell(FIRST, SECOND, Playing("u", 0), Played("u", 0, 21), Playing("u", 1), Moved("u", 0))
    assert watcher.tell(Piece("u", 2, 0, 21), Playing("u", 2), word("The")) == ["[The] quick brown fox."]


def test_a_piece_that_moved_made_void_is_not_taken_for_a_new_one() -> None:
    watcher = Watcher()
    watcher.tell(FIRST, SECOND, Playing("u", 0), Moved("u", 0))
    shown = watcher.screen.lines
    assert watcher.tell(Playing("u", 1)) == shown


def test_the_bar_tells_the_share_and_the_time_left() -> None:
    watcher = Watcher(text=False, bar=True)
    (line,) = watcher.tell(FIRST, Playing("u", 0))
    assert "0%" in line
    assert line.endswith("0:03 left")
    watcher.time += 1.0
    watcher.watching.tick()
    (line,) = watcher.screen.lines
    assert "36%" in line
    assert line.endswith("0:02 left")


def test_the_bar_waits_for_a_piece_that_is_late() -> None:
    watcher = Watcher(text=False, bar=True)
    watcher.tell(FIRST, Playing("u", 0), Played("u", 0, 21))
    before = watcher.screen.lines
    watcher.time += 60.0
    watcher.watching.tick()
    assert watcher.screen.lines == before


def test_the_bar_waits_for_a_word_that_is_late_and_never_steps_back() -> None:
    watcher = Watcher(text=False, bar=True)
    watcher.tell(FIRST, Playing("u", 0))
    shares = []
    for each in ("The", "quick", "brown", "fox"):
        watcher.tell(word(each))
        for _ in range(20):
            watcher.time += 0.1
            watcher.watching.tick()
            shares.append(int(watcher.screen.lines[0].split("%")[0].split()[-1]))
    assert shares == sorted(shares)
    assert shares[-1] == 100 * TEXT.index(".") // len(TEXT)


def test_neither_the_first_word_nor_a_pause_lets_the_bar_step_back_and_a_move_does() -> None:
    watcher = Watcher(text=False, bar=True)

    def share() -> int:
        watcher.watching.tick()
        return int(watcher.screen.lines[0].split("%")[0].split()[-1])

    watcher.tell(FIRST, Standing("u", "speaking"), Playing("u", 0))
    watcher.time += 0.2
    bold = share()
    watcher.tell(word("The"))
    assert share() >= bold > 0
    watcher.tell(word("quick"))
    watcher.time += 0.2
    inside = share()
    watcher.tell(Standing("u", "paused"))
    assert share() == inside
    watcher.tell(Moved("u", 0))
    assert share() == 0


def test_a_word_stays_marked_through_a_short_pause_and_not_through_a_long_one() -> None:
    watcher = Watcher()
    watcher.tell(FIRST, Standing("u", "speaking"), Playing("u", 0), word("fox"))
    watcher.time += 0.4
    watcher.watching.tick()
    assert watcher.screen.lines == ["The quick brown [fox]."]
    watcher.time += 0.4
    watcher.watching.tick()
    assert watcher.screen.lines == ["The quick brown fox."]


def test_the_word_in_which_speech_stands_still_stays_marked() -> None:
    watcher = Watcher()
    watcher.tell(FIRST, Standing("u", "speaking"), Playing("u", 0), word("fox"), Standing("u", "paused"))
    watcher.time += 60.0
    watcher.watching.tick()
    assert watcher.screen.lines == ["The quick brown [fox]."]


@pytest.mark.parametrize("rows, most", [(24, 5), (4, 3), (3, 2), (2, 2), (1, 1)])
def test_it_takes_no_more_rows_than_there_are(rows: int, most: int) -> None:
    watcher = Watcher(bar=True, columns=12, rows=rows)
    watcher.tell(SECOND, Playing("u", 1))
    assert len(watcher.screen.lines) == most


def test_where_there_is_little_room_the_figures_come_first() -> None:
    assert Watcher(text=False, bar=True, columns=20).tell(FIRST, Playing("u", 0)) == ["0%  0:03 left"]


def test_nothing_is_written_while_nothing_changes() -> None:
    watcher = Watcher()
    watcher.tell(FIRST, Playing("u", 0), word("quick"))
    before = watcher.writes
    for _ in range(5):
        watcher.watching.tick()
    assert watcher.writes == before


def test_the_lines_around_a_place_without_a_word_stay() -> None:
    """A long sentence goes on in another piece: until its first word comes, its place is shown, and not its beginning."""
    watcher = Watcher(columns=12, rows=3)
    watcher.tell(Piece("u", 0, 0, 10, sentences=(0,)), Piece("u", 1, 10, 21), Playing("u", 0), Played("u", 0, 10))
    assert watcher.tell(Playing("u", 1)) == ["The quick", "brown fox."]
    assert Watcher(columns=12, rows=2).tell(SECOND, Playing("u", 1), Moved("u", TEXT.index("dog"))) == ["dog."]


def test_the_bar_says_so_when_speech_is_paused() -> None:
    watcher = Watcher(text=False, bar=True, columns=60)
    watcher.tell(FIRST, Playing("u", 0))
    (line,) = watcher.tell(Standing("u", "paused"))
    assert "paused" in line
    before = line
    watcher.time += 60
    watcher.watching.tick()
    assert watcher.screen.lines == [before]


def test_the_bar_follows_speech_to_another_place() -> None:
    watcher = Watcher(text=False, bar=True)
    watcher.tell(FIRST, SECOND, Playing("u", 0), Moved("u", 21))
    assert "43%" in watcher.screen.lines[0]
    watcher.time += 60.0  # until it sounds there
    watcher.watching.tick()
    assert "43%" in watcher.screen.lines[0]
    watcher.tell(Piece("u", 2, 0, 21), Moved("u", 0))
    assert " 0%" in watcher.screen.lines[0]


def test_another_server_after_a_crash_does_not_count_as_speech() -> None:
    watcher = Watcher(text=False, bar=True)
    watcher.tell(FIRST, Playing("u", 0), Played("u", 0, 21))
    before = watcher.screen.lines
    watcher.time += 60.0
    watcher.tell(Accepted("u", "tone", 24_000), Piece("u", 0, 21, len(TEXT)), Playing("u", 0))
    assert watcher.screen.lines == before


def test_a_text_that_is_still_coming_has_no_time_left() -> None:
    (line,) = Watcher(text=False, bar=True, columns=60, more=True).tell(FIRST, Playing("u", 0))
    assert "of 48 characters so far" in line
    assert "left" not in line


def test_a_narrow_terminal_shows_what_fits() -> None:
    watcher = Watcher(bar=True, columns=12)
    lines = watcher.tell(FIRST, Playing("u", 0), word("brown"))
    assert all(len(line.replace("[", "").replace("]", "")) <= 11 for line in lines)
    assert "[brown]" in " ".join(lines)


def test_another_speed_leaves_the_beginning_of_the_sentence_on_the_screen() -> None:
    watcher = Watcher()
    watcher.tell(FIRST, Playing("u", 0), word("brown"), Moved("u", 10), Piece("u", 1, 10, 21))
    assert watcher.tell(Playing("u", 1), word("brown")) == ["The quick [brown] fox."]
