"""What is kept of a run can be read again, and figures of different machines do not meet in one file."""

from __future__ import annotations

from pathlib import Path

from benchmarks.figures import SECONDS, Outcome
from benchmarks.records import Record, as_json, file_name, read, write

MACHINE: dict[str, str | float] = {"processor": "AMD EPYC (Zen 4)", "cores": 2, "load before": 0.1}


def record() -> Record:
    outcome = Outcome("warm", "stock", notes=["No GPU."], circumstances={"threads": 2, "rounds": "full"})
    outcome.add("word", "say", SECONDS, [0.25, 0.5])
    return Record(dict(MACHINE), {"say": {"torch": "2.13.0"}}, {"warm": outcome})


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "results" / "here.json"
    write(path, record())
    assert read(path) == record()


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / "none.json") == Record()


def test_values_are_kept_to_a_tenth_of_a_millisecond_in_one_line() -> None:
    made = record()
    made.outcomes["warm"].add("clause", "say", SECONDS, [0.123456, 1.0])
    assert '"values": [0.1235, 1.0]' in as_json(made)


def test_a_name_is_made_of_processor_and_cores() -> None:
    assert file_name(MACHINE, quick=False) == "amd-epyc-zen-4-2-cores.json"


def test_quick_figures_do_not_take_the_place_of_full_ones() -> None:
    assert file_name(MACHINE, quick=True) != file_name(MACHINE, quick=False)


def test_another_machine_is_known_by_its_processor_and_its_cores_alone() -> None:
    assert record().is_of({**MACHINE, "load before": 3.0})
    assert not record().is_of({**MACHINE, "cores": 4})
    assert not Record().is_of(MACHINE)
