"""Each target is judged by the figures that it names, and never by figures that are not there."""

from __future__ import annotations

import pytest

from benchmarks.figures import MEGABYTES, SECONDS, TIMES, Outcome
from benchmarks.scenarios import SCENARIOS
from benchmarks.targets import SAY, TARGETS, Place, Target, judge, targets_table

FASTER = Target("first sound", Place("warm", "word", SAY), Place("warm", "word", "stock"), 0.5)
MORE = Target("throughput", Place("warm", "word", SAY), Place("warm", "word", "stock"), 1.5, at_least=True)
SMALL = Target("memory", Place("warm", "word", SAY), None, 80)


def outcomes(ours: float, theirs: float | None, unit: str = SECONDS) -> dict[str, Outcome]:
    outcome = Outcome("warm")
    outcome.add("word", SAY, unit, [ours])
    if theirs is not None:
        outcome.add("word", "stock", unit, [theirs])
    return {"warm": outcome}


@pytest.mark.parametrize(("ours", "reached"), [(0.4, True), (0.5, True), (0.6, False)])
def test_what_is_to_be_small_is_reached_at_its_limit_and_below(ours: float, reached: bool) -> None:
    verdict = judge(FASTER, outcomes(ours, 1.0))
    assert verdict and verdict.measured == pytest.approx(ours) and verdict.reached == reached


@pytest.mark.parametrize(("ours", "reached"), [(1.4, False), (1.5, True), (1.6, True)])
def test_what_is_to_be_large_is_reached_at_its_limit_and_above(ours: float, reached: bool) -> None:
    verdict = judge(MORE, outcomes(ours, 1.0, TIMES))
    assert verdict and verdict.reached == reached


@pytest.mark.parametrize(("ours", "reached"), [(80.0, True), (80.1, False)])
def test_a_target_without_a_rival_is_a_figure(ours: float, reached: bool) -> None:
    verdict = judge(SMALL, outcomes(ours, None, MEGABYTES))
    assert verdict and verdict.reached == reached


def test_nothing_is_reached_that_was_not_measured() -> None:
    assert judge(FASTER, {}) is None
    assert judge(FASTER, outcomes(0.1, None)) is None


def test_the_table_has_a_line_for_each_target_measured_or_not() -> None:
    lines = targets_table({}).splitlines()
    assert len(lines) == 2 + len(TARGETS)
    assert all(line.endswith("| not measured |") for line in lines[2:])


def test_the_table_shows_both_figures_the_ratio_and_the_verdict() -> None:
    made = Outcome("warm")
    made.add("word", SAY, SECONDS, [0.39])
    made.add("word", "stock KModel", SECONDS, [0.3])
    row = next(line for line in targets_table({"warm": made}).splitlines() if "0.390" in line)
    assert row == "| first sound of a word, warm, against the bare model | 0.390 s | 0.300 s | 1.30 | ≤ 1.3 | reached |"


def test_every_target_is_of_a_scenario_that_exists() -> None:
    places = [place for target in TARGETS for place in (target.ours, target.theirs) if place]
    assert {place.scenario for place in places} <= set(SCENARIOS)
