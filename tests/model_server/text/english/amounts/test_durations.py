"""Durations."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.amounts.reading import said

DURATIONS = [
    ("1h30m", "one hour thirty minutes"),
    ("1h 30m 15s", "one hour thirty minutes fifteen seconds"),
    ("2d 4h", "two days four hours"),
    ("5m 30s", "five minutes thirty seconds"),
    ("1m23.4s", "one minute twenty-three point four seconds"),
    ("90 s", "ninety seconds"),
    ("90s", "ninety seconds"),
    ("5min", "five minutes"),
    ("250ms", "two hundred fifty milliseconds"),
    ("1.5 hrs", "one point five hours"),
    ("1 hr", "one hour"),
    ("1 min", "one minute"),
    ("10 secs", "ten seconds"),
    ("500 µs", "five hundred microseconds"),
    ("5ns", "five nanoseconds"),
    ("5m ago", "five minutes ago"),
    ("in 2:05:33", "in two hours, five minutes and thirty-three seconds"),
    ("It took 1:23:45.", "It took one hour, twenty-three minutes and forty-five seconds."),
    ("1:23.456", "one minute twenty-three point four five six seconds"),
    ("100:05:30", "one hundred hours, five minutes and thirty seconds"),
    ("25:00", "twenty-five minutes"),
    ("10:05:30 long", "ten hours, five minutes and thirty seconds long"),
    ("a 30 min break", "a thirty minute break"),
]


@pytest.mark.parametrize(("written", "spoken"), DURATIONS)
def test_a_duration_is_said_with_all_its_units(written: str, spoken: str) -> None:
    assert said(written) == spoken
