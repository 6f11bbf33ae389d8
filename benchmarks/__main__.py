"""Measure this project against others on the same weights and the same phonemes.

Weights are random ones of full size, made once and kept: right in speed and memory, noise to the ear. Figures are
printed, and kept with the machine that they are from.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from benchmarks import engine, runner
from benchmarks.bench import Bench
from benchmarks.environments import Environments
from benchmarks.full_size_checkpoint import WEIGHTS, write_full_size
from benchmarks.processes import Processes
from benchmarks.records import RESULTS, file_name
from benchmarks.results import describe_machine
from benchmarks.scenarios import ALONE, FULL_ONLY, SCENARIOS
from benchmarks.speaker import SPEAKERS
from common.settings import BY_NAME

KEPT = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "kokoro-say-bench"
BUSY = "busy"
ENGINE = "engine"


def main() -> None:
    arguments = parse()
    folder = KEPT / "full-size"
    if not (folder / WEIGHTS).exists():
        print(f"bench: writing 330 MB of random weights into {folder}", file=sys.stderr)
        write_full_size(folder)
    if ENGINE in arguments.names:
        output = arguments.output or RESULTS / "engine.json"
        engine.run(folder, output, arguments.speakers, arguments.rounds, arguments.threads, list(engine.PHRASES))
        return
    with Processes() as processes:
        bench = Bench(
            processes, Environments(KEPT), folder, arguments.threads, quick=arguments.quick, settings=arguments.set
        )
        if set(arguments.names) - ALONE:
            bench.rivals.export()
        output = arguments.output or RESULTS / file_name(describe_machine(), quick=arguments.quick)
        runner.run(bench, arguments.names, output)
        runner.draw(bench, output)
        print(f"bench: kept in {output}", file=sys.stderr)


def parse() -> argparse.Namespace:
    """Return the arguments, with the names of the scenarios to measure and the settings by name."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    names = f"{', '.join(SCENARIOS)}; {BUSY}: all that end in it; {ENGINE}: the engine by itself, which no other run includes"
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure (all): {names}")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: to see whether something changed much")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="for each program (%(default)s)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the figures go (benchmarks/results/)")
    parser.add_argument(
        "--set", type=_setting, action="append", default=[], metavar="NAME=VALUE", help="a setting of this project"
    )
    parser.add_argument("--rounds", type=int, default=7, help=f"{ENGINE}: how often each speaks (%(default)s)")
    parser.add_argument(
        "--speakers", nargs="+", default=["stock", "ours", "bf16"], choices=sorted(SPEAKERS), metavar="NAME",
        help=f"{ENGINE}: who speaks ({', '.join(SPEAKERS)})",
    )  # fmt: skip
    arguments = parser.parse_args()
    arguments.set = dict(arguments.set)
    if arguments.set and not arguments.output:
        parser.error("--set needs --output FILE: the figures that are kept here are of the program as it is")
    arguments.names = _chosen(parser, arguments.names, quick=arguments.quick)
    return arguments


def _chosen(parser: argparse.ArgumentParser, names: list[str], *, quick: bool) -> list[str]:
    if ENGINE in names and len(names) > 1:
        parser.error(f"{ENGINE} is measured by itself")
    for name in names:
        if name not in {*SCENARIOS, BUSY, ENGINE}:
            parser.error(f"there is no benchmark {name!r}: use {', '.join([*SCENARIOS, BUSY, ENGINE])}")
    if BUSY in names:
        names = [*names, *(name for name in SCENARIOS if name.endswith(f"-{BUSY}"))]
    if not names:
        return [name for name in SCENARIOS if not (quick and name in FULL_ONLY)]
    return names if names == [ENGINE] else [name for name in SCENARIOS if name in names]


def _setting(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or name not in BY_NAME:
        raise argparse.ArgumentTypeError(f"{text!r} is no setting; write name=value, as 'say --help' lists them")
    return name, value


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("bench: broken off; what was measured before is kept")
