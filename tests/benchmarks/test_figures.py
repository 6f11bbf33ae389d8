"""Medians, spreads and ratios are those of the values; a ratio needs somebody to be compared with."""

from __future__ import annotations

import pytest

from benchmarks.figures import MEGABYTES, SECONDS, TIMES, Outcome, Series, short, table


def outcome() -> Outcome:
    made = Outcome("warm", "theirs")
    made.add("word", "ours", SECONDS, [0.3, 0.1, 0.2])
    made.add("word", "theirs", SECONDS, [0.4])
    made.add("clause", "ours", SECONDS, [1.0])
    return made


def test_the_median_is_not_moved_by_one_slow_round() -> None:
    assert Series("word", "ours", SECONDS, (0.1, 0.2, 9.0)).median == 0.2


def test_quartiles_hold_the_middle_half() -> None:
    assert Series("word", "ours", SECONDS, (1.0, 2.0, 3.0, 4.0, 100.0)).quartiles == (2.0, 4.0)


@pytest.mark.parametrize(("values", "expected"), [((3.0, 1.0, 2.0), (1.0, 3.0)), ((5.0,), (5.0, 5.0))])
def test_few_values_are_shown_with_their_ends(values: tuple[float, ...], expected: tuple[float, float]) -> None:
    assert Series("word", "ours", SECONDS, values).quartiles == expected


def test_a_ratio_is_of_medians_for_the_same_subject() -> None:
    made = outcome()
    assert made.ratio(made.series[0]) == pytest.approx(0.5)


def test_nobody_is_compared_with_itself_or_with_what_was_not_measured() -> None:
    made = outcome()
    assert [made.ratio(one) for one in made.series[1:]] == [None, None]


def test_a_reference_of_nothing_gives_no_ratio() -> None:
    made = Outcome("warm", "theirs")
    made.add("word", "ours", SECONDS, [1.0])
    made.add("word", "theirs", SECONDS, [0.0])
    assert made.ratio(made.series[0]) is None


def test_the_table_keeps_a_subject_together_and_ends_with_what_was_left_out() -> None:
    made = outcome()
    made.add("word", "late", SECONDS, [0.8])
    made.notes.append("No GPU.")
    lines = table(made).splitlines()
    assert [line.split(" | ")[:2] for line in lines[4:8]] == [
        ["| word", "ours"], ["| word", "theirs"], ["| word", "late"], ["| clause", "ours"],
    ]  # fmt: skip
    assert lines[4] == "| word | ours | 0.200 s | 0.100 s to 0.300 s | 3 | 0.50 |"
    assert lines[-1] == "No GPU."


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.1234, SECONDS, "0.123 s"), (12.34, SECONDS, "12.3 s"), (1234.5, MEGABYTES, "1,234 MB"), (2.345, TIMES, "2.35"),
    ],
)  # fmt: skip
def test_figures_are_shown_with_their_unit(value: float, unit: str, expected: str) -> None:
    assert short(value, unit) == expected
