"""Promises about what is known of a machine's speed."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from model_server.speed import SpeedModel, Speeds
from model_server.text.pace import REFERENCE, Pace

TRUE = Pace(fixed=0.05, each=0.004, sound=0.075)


def taught(lengths: list[int], true: Pace = TRUE, *, speed: float = 1.0) -> SpeedModel:
    model = SpeedModel()
    model.learn(100, 1.0, 1000.0, 7.0)  # with which everything was loaded
    for length in lengths:
        model.learn(length, speed, true.work(length / speed), true.lasts(length / speed))
    return model


def test_before_anything_was_spoken_two_slow_cores_are_expected() -> None:
    assert SpeedModel().pace == REFERENCE


def test_the_first_piece_tells_nothing_since_everything_is_loaded_with_it() -> None:
    assert taught([]).pace == REFERENCE


def test_one_piece_tells_how_much_faster_a_machine_is() -> None:
    pace = taught([120]).pace

    assert pace.work(120) == pytest.approx(TRUE.work(120), rel=0.05)
    assert pace.sound == pytest.approx(TRUE.sound)


def test_pieces_of_all_lengths_tell_what_a_phoneme_takes_and_what_a_piece_takes() -> None:
    pace = taught([20, 60, 150, 180, 30, 120, 200, 24, 90, 160]).pace

    assert pace.fixed == pytest.approx(TRUE.fixed, rel=0.25)
    assert pace.each == pytest.approx(TRUE.each, rel=0.1)


def test_a_build_that_begins_shows_within_some_pieces_and_so_does_its_end() -> None:
    loaded = Pace(3 * TRUE.fixed, 3 * TRUE.each, TRUE.sound)
    model = taught([100, 150] * 5)
    for _ in range(8):
        model.learn(150, 1.0, loaded.work(150), loaded.lasts(150))
    assert model.pace.work(150) > 2.4 * TRUE.work(150)

    for _ in range(12):
        model.learn(150, 1.0, TRUE.work(150), TRUE.lasts(150))
    assert model.pace.work(150) < 1.3 * TRUE.work(150)


def test_pieces_at_another_speed_teach_the_same() -> None:
    slow, fast = taught([40, 100, 200, 150] * 3), taught([80, 200, 400, 300] * 3, speed=2.0)

    assert fast.pace.each == pytest.approx(slow.pace.each)


@given(st.lists(st.tuples(st.integers(-1, 500), st.floats(0.0, 1e4), st.floats(-1.0, 1e3)), max_size=30))
@example([(1, 1.0, 1.0), (2, 1.0, 5e-324)])
def test_whatever_was_measured_work_takes_time_and_sound_lasts(measured: list[tuple[int, float, float]]) -> None:
    model = SpeedModel()
    for phonemes, work, sound in measured:
        model.learn(phonemes, 1.0, work, sound)

    pace = model.pace
    assert pace.fixed >= 0 and pace.each > 0 and pace.sound > 0
    assert pace.work(200) >= pace.work(20) > 0


def test_what_was_not_made_but_found_teaches_nothing() -> None:
    model = taught([100, 150])
    before = model.pace
    model.learn(100, 1.0, 0.0, 7.0)

    assert model.pace == before


def test_each_engine_has_a_pace_of_its_own() -> None:
    speeds = Speeds()
    for _ in range(2):
        speeds.of("tone").learn(100, 1.0, 0.001, 2.0)

    assert speeds.of("kokoro").pace == REFERENCE
    assert speeds.of("tone").pace.work(100) < 0.01
