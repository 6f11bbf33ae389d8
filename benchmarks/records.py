"""A run's figures as a file: JSON with the machine, every package and every single value. Standard library only.

A scenario that is measured again takes the place of its former self; what is compared with one another was always measured in one run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.figures import Outcome, Series

RESULTS = Path(__file__).with_name("results")

# Figures of another machine do not belong into the same file.
_IDENTITY = ("processor", "cores")
_DIGITS = 4  # behind the point: tenths of a millisecond


@dataclass
class Record:
    """All that is known of one machine."""

    machine: dict[str, str | float] = field(default_factory=dict)
    packages: dict[str, dict[str, str]] = field(default_factory=dict)  # of each environment
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def is_of(self, machine: Mapping[str, str | float]) -> bool:
        return all(self.machine.get(name) == machine[name] for name in _IDENTITY)


def file_name(machine: Mapping[str, str | float], *, quick: bool) -> str:
    """Return the name of a machine's file."""
    words = re.findall(r"[a-z0-9]+", str(machine["processor"]).lower())
    return "-".join([*words, str(machine["cores"]), "cores", *(["quick"] if quick else [])]) + ".json"


def read(path: Path) -> Record:
    """Return what a file holds; nothing where there is none."""
    if not path.exists():
        return Record()
    content = json.loads(path.read_text(encoding="utf-8"))
    outcomes = {name: _outcome(name, value) for name, value in content["scenarios"].items()}
    return Record(content["machine"], content["packages"], outcomes)


def write(path: Path, record: Record) -> None:
    """Write a file, a series a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_json(record), encoding="utf-8")


def as_json(record: Record) -> str:
    """Return the file's text."""
    scenarios = {name: _scenario(outcome) for name, outcome in record.outcomes.items()}
    content = {"machine": record.machine, "packages": record.packages, "scenarios": scenarios}
    text = json.dumps(content, indent=1, ensure_ascii=False)
    # Lists of numbers in one line each: a file for people, too.
    return re.sub(r"\[\s+([-\d.,\s]+?)\s+\]", lambda match: f"[{' '.join(match[1].split())}]", text) + "\n"


def _scenario(outcome: Outcome) -> dict[str, object]:
    series = [{**asdict(one), "values": [round(value, _DIGITS) for value in one.values]} for one in outcome.series]
    return {
        "reference": outcome.reference,
        "circumstances": outcome.circumstances,
        "notes": outcome.notes,
        "series": series,
    }


def _outcome(name: str, content: dict[str, object]) -> Outcome:
    outcome = Outcome(name, str(content["reference"]))
    circumstances, notes, series = content["circumstances"], content["notes"], content["series"]
    assert isinstance(circumstances, dict) and isinstance(notes, list) and isinstance(series, list)
    outcome.circumstances.update(circumstances)
    outcome.notes.extend(notes)
    outcome.series.extend(Series(**{**one, "values": tuple(one["values"])}) for one in series)
    return outcome
