from __future__ import annotations

from common.messages.speaking import Accepted, Played
from say.rendering import Rendering

LENGTH = 1000


class Watcher:
    """A Rendering of a text of LENGTH characters, whose time passes only when told."""

    def __init__(self, more: bool = False) -> None:
        self.time = 100.0
        self.shown: list[str] = []
        self.rendering = Rendering(self.show, lambda: 60, lambda: (LENGTH, more), lambda: self.time)

    def show(self, rows: list[str]) -> None:
        self.shown += rows

    def tell(self, event: object, after: float = 0.0) -> str:
        self.time += after
        self.rendering.handle(event)
        return self.shown[-1]


def test_the_share_and_the_time_left_are_those_of_the_work() -> None:
    watcher = Watcher()
    assert watcher.tell(Accepted("u", "tone", 24_000)).endswith("  0%")
    assert watcher.tell(Played("u", 0, 100), after=0.5).endswith(" 10%")  # too early to tell
    assert watcher.tell(Played("u", 1, 250), after=4.5).endswith(" 25%  0:15 left")
    assert watcher.tell(Played("u", 2, 500), after=5.0).endswith(" 50%  0:10 left")
    assert watcher.tell(Played("u", 3, 1000), after=10.0).endswith("100%  0:00 left")


def test_a_text_that_is_still_coming_has_no_time_left() -> None:
    watcher = Watcher(more=True)
    watcher.tell(Accepted("u", "tone", 24_000))
    assert watcher.tell(Played("u", 0, 500), after=5.0).endswith("500 of 1,000 characters so far")


def test_a_crash_does_not_begin_the_measurement_anew() -> None:
    watcher = Watcher()
    watcher.tell(Accepted("u", "tone", 24_000))
    watcher.tell(Played("u", 0, 500), after=5.0)
    watcher.tell(Accepted("u", "tone", 24_000), after=5.0)
    assert watcher.tell(Played("u", 0, 500), after=0.2).endswith("0:10 left")


def test_it_is_not_redrawn_for_every_piece() -> None:
    watcher = Watcher()
    watcher.tell(Accepted("u", "tone", 24_000))
    for place in range(100):
        watcher.tell(Played("u", place, place), after=0.001)
    assert len(watcher.shown) <= 2
