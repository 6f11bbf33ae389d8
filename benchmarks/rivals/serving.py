"""How a rival is asked: in a process of its own, a line of JSON in, a line of JSON out. Runs in the rival's environment.

`python -m benchmarks.rivals.stock serve FOLDER VOICE THREADS DEVICE` answers `{"ready": seconds of importing and loading}`, then each request
`{"how": …, "phonemes": [paragraph, …]}` with `{"work": s, "cpu": s, "sound": s}`. `first` in place of
`serve` reads one paragraph of phonemes from standard input, writes the first sound that it makes of it (s16le) and ends: a cold start.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence

RATE = 24_000  # Hz

Way = Callable[[Sequence[str]], int]  # paragraphs of phonemes to samples made
Ways = Mapping[str, Way]


def serve(load: Callable[[], tuple[Ways, Callable[[str], bytes]]], begun: float) -> None:
    """Do what the command line says. `load` returns the ways to speak, and what makes the first sound; `begun` is when."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    ways, first_sound = load()
    if sys.argv[1] == "first":
        answers.buffer.write(first_sound(sys.stdin.read()))
        answers.flush()
        return
    print(json.dumps({"ready": time.perf_counter() - begun}), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        start, cpu = time.perf_counter(), time.process_time()
        samples = ways[request["how"]](request["phonemes"])
        work, cpu = time.perf_counter() - start, time.process_time() - cpu
        print(json.dumps({"work": work, "cpu": cpu, "sound": samples / RATE}), file=answers, flush=True)
