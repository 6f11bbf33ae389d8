"""What `say` itself costs, with the servers running, beside a Python that does nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import child_cost, texts
from benchmarks.bench import Bench
from benchmarks.figures import MEGABYTES, SECONDS, Outcome
from benchmarks.program import COMMAND
from benchmarks.targets import INTERPRETER, SAY


def client(bench: Bench) -> Outcome:
    outcome = Outcome("client", INTERPRETER)
    memory: dict[str, list[float]] = {SAY: [], INTERPRETER: []}

    def cost(who: str, command: Sequence[str | Path]) -> float:
        seconds, megabytes = _cost(bench, command, program.environment)
        memory[who].append(megabytes)
        return seconds

    with bench.program() as program:
        program.first_sound(texts.CLAUSE)
        contestants = {
            SAY: lambda: cost(SAY, (*COMMAND, texts.WORD, "-o", "-")),
            INTERPRETER: lambda: cost(INTERPRETER, (sys.executable, "-c", "pass")),
        }
        figures = bench.take_turns("client", contestants, bench.rounds(20, 8))
    for who, seconds in figures.items():
        outcome.add("processor time", who, SECONDS, seconds)
        outcome.add("peak memory", who, MEGABYTES, memory[who][1:])
    return outcome


def _cost(bench: Bench, command: Sequence[str | Path], environment: Mapping[str, str]) -> tuple[float, float]:
    """Return the seconds of processor time and the most megabytes of a command."""
    process = bench.processes.start(
        [sys.executable, "-I", "-S", Path(child_cost.__file__), *command], extra=environment
    )
    output, _ = process.communicate()
    if process.returncode != 0:
        raise SystemExit(f"bench: {command!r} failed.")
    figures = json.loads(output)
    return figures["seconds"], figures["megabytes"]
