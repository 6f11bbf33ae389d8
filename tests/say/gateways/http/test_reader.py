from __future__ import annotations

from say.gateways.http.reader import Reader

PCM = 48_000  # bytes a second
OPUS = 6_000
PIECE = 10.0  # seconds


class Seconds:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def late_after(rate: int) -> float:
    """Return after how many seconds a reader is late who has all of a minute of sound to take."""
    clock = Seconds()
    reader = Reader(clock)
    for _ in range(6):
        reader.seconds += PIECE
        reader.offer(int(PIECE * rate))
    with reader.taking():
        while not reader.is_late:
            clock.now += 0.1
        return reader.idle_for


def test_who_takes_nothing_is_late_once_somebody_who_plays_would_have_taken_something() -> None:
    assert 5 < late_after(PCM) < 10
    assert 20 < late_after(OPUS) < 30  # as much of it lasts longer


def test_who_takes_something_is_waited_for_anew() -> None:
    clock = Seconds()
    reader = Reader(clock)
    reader.offer(200_000)
    for _ in range(3):
        with reader.taking():
            clock.now += 4.0
            assert reader.idle_for == 4.0 and not reader.is_late


def test_who_has_taken_all_that_there_is_is_never_late() -> None:
    clock = Seconds()
    reader = Reader(clock)
    reader.offer(200_000)
    with reader.taking():
        pass
    clock.now += 600.0
    assert reader.idle_for == 0.0 and not reader.is_late
