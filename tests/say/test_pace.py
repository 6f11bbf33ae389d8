from __future__ import annotations

import pytest

from say.pace import USUAL_PACE, Pace


def test_before_anything_was_heard_the_usual_pace_counts() -> None:
    assert Pace(speed=2.0).seconds_for(350) == pytest.approx(350 / (2 * USUAL_PACE))


def test_the_measured_pace_takes_over() -> None:
    pace = Pace()
    for second in range(100):
        pace.reached(second * 5, float(second))
    assert pace.seconds_for(100) == pytest.approx(20.0, rel=0.02)


def test_the_place_moves_on_between_two_reports() -> None:
    pace = Pace()
    pace.reached(0, 0.0)
    assert pace.seconds_for(175 - pace.place(2.0, 175)) == pytest.approx(pace.seconds_for(175) - 2.0)


def test_time_in_which_nothing_sounds_does_not_count() -> None:
    pace = Pace()
    pace.reached(0, 0.0)
    pace.reached(10, 1.0)
    before = pace.characters_a_second
    pace.rested()
    pace.reached(10, 1000.0)
    assert pace.characters_a_second == before
    assert pace.place(1000.0, 100) == 10


def test_going_back_counts_neither_as_speech_nor_as_time() -> None:
    pace = Pace()
    pace.reached(0, 0.0)
    pace.reached(100, 10.0)
    before = pace.characters_a_second
    pace.moved(20)
    pace.reached(20, 50.0)
    assert pace.characters_a_second == before
    assert pace.place(50.0, 1000) == 20


def test_another_speed_changes_the_time_left_at_once() -> None:
    pace = Pace()
    pace.reached(0, 0.0)
    pace.reached(100, 10.0)
    left = pace.seconds_for(900)
    pace.set_speed(2.0)
    assert pace.seconds_for(900) == pytest.approx(left / 2, rel=0.3)


def test_the_place_never_runs_beyond_the_text() -> None:
    pace = Pace()
    pace.reached(90, 0.0)
    assert pace.place(1000.0, 100) == 100
    assert pace.seconds_for(-1) == 0
