"""`scripts/bench` measures what it is asked for, in its own order, and refuses what it does not know."""

from __future__ import annotations

import pytest

from benchmarks import __main__ as command
from benchmarks.scenarios import FULL_ONLY, SCENARIOS


def parsed(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> list[str]:
    monkeypatch.setattr("sys.argv", ["bench", *arguments])
    names: list[str] = command.parse().names
    return names


def test_without_a_name_it_measures_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parsed(monkeypatch) == list(SCENARIOS)


def test_a_quick_run_leaves_out_what_takes_long_unless_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(parsed(monkeypatch)) - set(parsed(monkeypatch, "--quick")) == set(FULL_ONLY)
    assert parsed(monkeypatch, "--quick", *FULL_ONLY) == list(FULL_ONLY)


def test_names_are_taken_in_the_order_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parsed(monkeypatch, "warm", "cold") == ["cold", "warm"]


def test_busy_stands_for_all_that_end_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parsed(monkeypatch, "busy") == ["cold-busy", "warm-busy", "sound-busy", "chapter-busy"]


def test_settings_are_those_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "--set", "threads=1", "--set", "speedups=all", "--output", "x.json"])
    assert command.parse().set == {"threads": "1", "speedups": "all"}


@pytest.mark.parametrize(
    "arguments",
    [("no-such",), ("engine", "warm"), ("--set", "threads=1"), ("--set", "threads"), ("--set", "no_such=1")],
)
def test_what_it_does_not_know_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as refused:
        parsed(monkeypatch, *arguments)
    assert refused.value.code == 2
    assert "usage: scripts/bench" in capsys.readouterr().err
