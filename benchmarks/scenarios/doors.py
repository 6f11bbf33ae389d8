"""What a door costs: requests a second and the first sound through each, beside SayClient itself. On the tone engine, whose speech costs nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.figures import RATE, SECONDS, Outcome
from benchmarks.processes import end
from benchmarks.program import Program

CLIENTS = (1, 10, 50)
DIRECT, HTTP, TELEPHONY = "SayClient", "http", "telephony"
_SERVE = Path(sys.executable).with_name("say-serve")
_OPENED = re.compile(r"^say-serve: (\S+) at \D*[\d.]+:(\d+)", re.IGNORECASE | re.MULTILINE)
_PATIENCE = 30.0  # seconds for the doors to open


def doors(bench: Bench) -> Outcome:
    outcome = Outcome("doors", DIRECT)
    with bench.program(engine="tone", http_rate="0") as program:
        program.run("--warm")
        with _opened(bench, program) as ports:
            for clients in CLIENTS:
                _measure(bench, program, outcome, clients, {DIRECT: 0, **ports})
    return outcome


def _measure(bench: Bench, program: Program, outcome: Outcome, clients: int, ports: dict[str, int]) -> None:
    firsts: dict[str, list[list[float]]] = {name: [] for name in ports}

    def ask(name: str) -> float:
        result = _load(bench, program, name, ports[name], clients)
        firsts[name].append(sorted(result.firsts))
        return result.requests / result.seconds

    contestants = {name: partial(ask, name) for name in ports}
    rates = bench.take_turns(f"doors, {clients} at once", contestants, bench.rounds(5, 2))
    who = "1 client" if clients == 1 else f"{clients} clients"
    for name in ports:
        outcome.add(f"{who}: requests", name, RATE, rates[name])
        counted = firsts[name][1:]
        outcome.add(f"{who}: first sound, the middle one", name, SECONDS, [each[len(each) // 2] for each in counted])
        outcome.add(
            f"{who}: first sound, 95th of 100", name, SECONDS, [each[len(each) * 95 // 100] for each in counted]
        )


class _Load:
    """What `benchmarks.load` printed."""

    def __init__(self, printed: bytes) -> None:
        content = json.loads(printed)
        self.requests = int(content["requests"])
        self.seconds = float(content["seconds"])
        self.firsts = [float(value) for value in content["first"]]


def _load(bench: Bench, program: Program, name: str, port: int, clients: int) -> _Load:
    seconds = 2.0 if bench.quick else 4.0
    door = "direct" if name == DIRECT else name
    command = [sys.executable, "-m", "benchmarks.load", door, "--port", str(port), "--clients", str(clients)]
    root = Path(__file__).resolve().parents[2]
    process = bench.processes.start(
        [*command, "--seconds", str(seconds)], extra={**program.environment, "PYTHONPATH": str(root)}
    )
    printed, _ = process.communicate()
    if process.returncode != 0:
        raise SystemExit(f"bench: {process.args!r} ended with status {process.returncode}.")
    return _Load(printed)


@contextmanager
def _opened(bench: Bench, program: Program) -> Iterator[dict[str, int]]:
    """Have say-serve run; yield the port of each door by its name."""
    log = bench.processes.folder / "say-serve.log"
    arguments = ["--http", "--http-port", "0", "--telephony", "--tcp-port", "0", "--udp-port", "0"]
    with log.open("wb") as stderr:
        process = bench.processes.start([_SERVE, *arguments], extra=program.environment, stderr=stderr)
        try:
            yield _ports(log, process)
        finally:
            end(process)


def _ports(log: Path, process: subprocess.Popen[bytes]) -> dict[str, int]:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        found = {name.lower(): int(port) for name, port in _OPENED.findall(log.read_text(encoding="utf-8"))}
        if {HTTP, TELEPHONY} <= found.keys():
            return {name: found[name] for name in (HTTP, TELEPHONY)}
        time.sleep(0.05)
    raise SystemExit(f"bench: say-serve did not open its doors:\n{log.read_text(encoding='utf-8')}")
