"""Measure this project against others on the same weights: `scripts/bench [NAME…]`.

Weights are random ones of full size, made once and kept: right in speed and memory, noise to the ear.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from benchmarks import engine
from benchmarks.full_size_checkpoint import WEIGHTS, write_full_size
from benchmarks.speaker import SPEAKERS

RESULTS = Path(__file__).with_name("results")
KEPT = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "kokoro-say-bench"


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="what to measure: engine (all)")
    parser.add_argument("--rounds", type=int, default=7, help="how often each phrase is spoken (%(default)s)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="for each engine (%(default)s)")
    parser.add_argument(
        "--speakers", nargs="*", default=["stock", "ours", "all_speedups"], choices=sorted(SPEAKERS), metavar="NAME"
    )
    parser.add_argument(
        "--phrases", nargs="*", default=list(engine.PHRASES), choices=list(engine.PHRASES), metavar="NAME"
    )
    parser.add_argument("--output", type=Path, default=RESULTS / "engine.json", help="where the figures go")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - {"engine"}:
        parser.error(f"there is no benchmark {unknown.pop()!r}: use engine")
    folder = KEPT / "full-size"
    if not (folder / WEIGHTS).exists():
        print(f"bench: writing 330 MB of random weights into {folder}")
        write_full_size(folder)
    engine.run(folder, arguments.output, arguments.speakers, arguments.rounds, arguments.threads, arguments.phrases)


if __name__ == "__main__":
    main()
