"""Go through scenarios on one machine: measure, print, keep; a run that is broken off keeps what it has."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.environments import ONNX, PLOT, STOCK, own_versions
from benchmarks.figures import Outcome, table
from benchmarks.processes import ROOT, others_share, stolen_seconds
from benchmarks.records import Record, read, write
from benchmarks.results import describe_machine
from benchmarks.scenarios import SCENARIOS
from benchmarks.targets import targets_table

# From this share of the processors on, what else runs on the machine is worth a warning.
BUSY = 0.1


def run(bench: Bench, names: Sequence[str], path: Path) -> Record:
    """Measure the scenarios and keep their figures in `path`, beside those of others that are there already."""
    machine = describe_machine()
    record = read(path)
    if not record.is_of(machine):
        record = Record()
    record.machine = dict(machine)
    record.packages = {
        "say": own_versions(),
        **{name: bench.environments.versions(name) for name in (STOCK, ONNX)},
    }
    for name in names:
        print(f"bench: {name}", file=sys.stderr)
        outcome = measure(bench, name)
        print(f"{table(outcome)}\n", flush=True)
        record.outcomes[name] = outcome
        write(path, record)
    print(targets_table(record.outcomes), flush=True)
    return record


def measure(bench: Bench, name: str) -> Outcome:
    """Return what came of a scenario, with what else went on meanwhile."""
    bench.processes.settle()
    others = others_share()
    if others > BUSY:
        print(f"bench: other programs use {others:.0%} of the processors: figures are worth little", file=sys.stderr)
    circumstances: dict[str, str | float] = {
        "when": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "load before": round(os.getloadavg()[0], 2),
        "others' share before": others,
        "threads": bench.threads,
        "settings": " ".join(f"{key}={value}" for key, value in bench.settings.items()),
        "rounds": "quick" if bench.quick else "full",
    }
    begun, stolen = time.monotonic(), stolen_seconds()
    outcome = SCENARIOS[name](bench)
    seconds = time.monotonic() - begun
    circumstances["seconds"] = round(seconds, 1)
    circumstances["stolen share"] = round((stolen_seconds() - stolen) / seconds / (os.cpu_count() or 1), 4)
    outcome.circumstances = {**circumstances, **outcome.circumstances}
    return outcome


def draw(bench: Bench, path: Path) -> None:
    """Draw the figures of a file beside it, as PNG."""
    command = [str(bench.environments.python(PLOT)), "-m", "benchmarks.plot", str(path), str(path.with_suffix(".png"))]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        print("bench: the plot could not be drawn (see above)", file=sys.stderr)
