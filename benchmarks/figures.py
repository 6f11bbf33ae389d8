"""Figures of a run: series of single values, and what is said of them. No clock, no process, no file."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

SECONDS, MEGABYTES, TIMES, RATE = "s", "MB", "s of speech per s", "a second"  # units


@dataclass(frozen=True)
class Series:
    """What one contestant needed for one subject, round by round."""

    subject: str  # "word"
    who: str  # "say"
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def quartiles(self) -> tuple[float, float]:
        """Return the lower and the upper quartile; of fewer than four values, the least and the most."""
        if len(self.values) < 4:
            return min(self.values), max(self.values)
        low, _, high = statistics.quantiles(self.values, n=4, method="inclusive")
        return low, high


@dataclass
class Outcome:
    """All figures of one scenario, measured in one run. `reference` is who the others are compared with."""

    scenario: str
    reference: str = ""
    series: list[Series] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what was left out, and why
    circumstances: dict[str, str | float] = field(default_factory=dict)

    def add(self, subject: str, who: str, unit: str, values: Sequence[float]) -> None:
        self.series.append(Series(subject, who, unit, tuple(values)))

    def find(self, subject: str, who: str) -> Series | None:
        return next((one for one in self.series if (one.subject, one.who) == (subject, who)), None)

    def ratio(self, series: Series) -> float | None:
        """Return its median through that of the reference for the same subject; None for want of one."""
        base = self.find(series.subject, self.reference)
        return series.median / base.median if base and base.median and base is not series else None


def short(value: float, unit: str) -> str:
    """Return a value as people read it."""
    if unit == MEGABYTES:
        return f"{value:,.0f} MB"
    if unit == SECONDS:
        return f"{value:.3f} s" if value < 10 else f"{value:.1f} s"
    return f"{value:.2f}"


def table(outcome: Outcome) -> str:
    """Return the figures of a scenario as a Markdown table, with its notes below."""
    rows: list[tuple[str, ...]] = [
        ("what", "who", "median", "quartiles", "n", f"to {outcome.reference}" if outcome.reference else "")
    ]
    rows.append(("---",) * len(rows[0]))
    subjects = list(dict.fromkeys(one.subject for one in outcome.series))
    for one in sorted(outcome.series, key=lambda one: subjects.index(one.subject)):
        low, high = one.quartiles
        ratio = outcome.ratio(one)
        spread = f"{short(low, one.unit)} to {short(high, one.unit)}" if len(one.values) > 1 else ""
        comparison = "" if ratio is None else f"{ratio:.2f}"
        rows.append((one.subject, one.who, short(one.median, one.unit), spread, str(len(one.values)), comparison))
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join([f"### {outcome.scenario}", "", *lines, *(f"\n{note}" for note in outcome.notes)])
