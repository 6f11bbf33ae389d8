"""Contestants take turns: nobody is always first, the machine rests before each, the first round is not counted."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from benchmarks.bench import Bench
from benchmarks.environments import Environments
from benchmarks.processes import Processes


class Resting:
    """Processes that only note when the machine was waited for."""

    def __init__(self, happened: list[str]) -> None:
        self._happened = happened

    def settle(self) -> None:
        self._happened.append("rest")


def test_turns_are_fair(tmp_path: Path) -> None:
    happened: list[str] = []

    def contestant(name: str) -> float:
        happened.append(name)
        return float(len(happened))

    bench = Bench(cast(Processes, Resting(happened)), Environments(tmp_path), tmp_path, threads=1)
    figures = bench.take_turns("test", {"a": lambda: contestant("a"), "b": lambda: contestant("b")}, rounds=2)
    assert happened == ["rest", "a", "rest", "b", "rest", "b", "rest", "a", "rest", "a", "rest", "b"]
    assert figures == {"a": [8.0, 10.0], "b": [6.0, 12.0]}


def test_who_is_warmed_up_counts_from_the_first_round_on(tmp_path: Path) -> None:
    bench = Bench(cast(Processes, Resting([])), Environments(tmp_path), tmp_path, threads=1)
    assert bench.take_turns("test", {"a": lambda: 1.0}, rounds=2, warmed_up=True) == {"a": [1.0, 1.0]}


def test_quick_runs_have_fewer_rounds(tmp_path: Path) -> None:
    bench = Bench(cast(Processes, Resting([])), Environments(tmp_path), tmp_path, threads=1, quick=True)
    assert bench.rounds(full=9, quick=2) == 2
