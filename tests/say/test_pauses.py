from __future__ import annotations

from say.pauses import LONGEST_PAUSE, QUIET, Pauses, Stage

PAUSE = 0.3


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def until(self, pauses: Pauses) -> Stage | None:
        """Let time pass until something is due; return it."""
        patience = pauses.patience()
        assert patience is not None
        self.now += patience + 1e-9
        return pauses.due()


def steady(gap: float, fragments: int = 10, pause: float = PAUSE) -> tuple[Pauses, Clock]:
    """Return the pauses of a writer who wrote words of a line with the same gap in front of each."""
    clock = Clock()
    pauses = Pauses(pause, clock)
    for _ in range(fragments):
        clock.now += gap
        pauses.came(within_line=True)
    return pauses, clock


def test_nothing_is_due_before_anything_came() -> None:
    pauses = Pauses(PAUSE, Clock())
    assert pauses.patience() is None
    assert pauses.due() is None


def test_a_pause_comes_in_stages_and_then_has_no_end() -> None:
    clock = Clock()
    pauses = Pauses(PAUSE, clock)
    pauses.came(within_line=False)
    began = clock.now
    reached = []
    while pauses.patience() is not None:
        reached.append((clock.until(pauses), round(clock.now - began, 3)))
    assert reached == [
        (Stage.LINE, QUIET),
        (Stage.PAUSE, PAUSE),
        (Stage.WORD, 4 * PAUSE),
        (Stage.LONG, LONGEST_PAUSE),
    ]
    assert pauses.due() is None


def test_a_fragment_starts_the_stages_anew() -> None:
    clock = Clock()
    pauses = Pauses(PAUSE, clock)
    pauses.came(within_line=False)
    assert [clock.until(pauses), clock.until(pauses)] == [Stage.LINE, Stage.PAUSE]
    pauses.came(within_line=True)
    assert pauses.due() is None
    assert clock.until(pauses) is Stage.LINE


def test_a_slow_and_steady_writer_is_not_cut_into_words() -> None:
    pauses, clock = steady(0.4)
    clock.now += 0.4
    reached = []
    while (stage := pauses.due()) is not None:
        reached.append(stage)
    assert reached == [Stage.LINE]
    assert round(pauses.usual, 3) == 1.2


def test_a_fast_writer_has_the_pause_of_the_settings() -> None:
    assert steady(0.02)[0].usual == PAUSE


def test_nobody_is_waited_for_any_longer_than_is_said() -> None:
    assert steady(5.0)[0].usual == LONGEST_PAUSE
    assert steady(5.0, pause=3.0)[0].usual == 3.0


def test_gaps_between_lines_say_nothing_about_those_within_a_line() -> None:
    clock = Clock()
    pauses = Pauses(PAUSE, clock)
    for _ in range(10):
        clock.now += 1.5
        pauses.came(within_line=False)
    assert pauses.usual == PAUSE


def test_one_long_thought_does_not_change_what_is_usual() -> None:
    pauses, clock = steady(0.2)
    usual = pauses.usual
    clock.now += 30
    pauses.came(within_line=True)
    assert round(pauses.usual, 6) == round(usual, 6)
