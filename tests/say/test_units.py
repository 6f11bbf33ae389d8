from __future__ import annotations

import pytest

from say import units


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (523_000, "523 kB"),
        (999_949, "1.0 MB"),
        (9_949_999, "9.9 MB"),
        (9_960_000, "10 MB"),
        (327_212_226, "327 MB"),
        (1_500_000_000, "1.5 GB"),
    ],
)
def test_sizes_are_short(count: int, text: str) -> None:
    assert units.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (750, "12:30"), (11100, "3:05:00")]
)
def test_durations_are_short(seconds: float, text: str) -> None:
    assert units.clock(seconds) == text


def test_nouns_agree() -> None:
    assert [units.plural(count, "file") for count in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
