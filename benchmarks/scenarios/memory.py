"""What the servers hold in memory while they wait."""

from __future__ import annotations

import shutil

from benchmarks import texts
from benchmarks.bench import Bench
from benchmarks.figures import MEGABYTES, Outcome
from benchmarks.processes import resident
from benchmarks.targets import SAY
from tests.fakes.pulse import NullSink


def memory(bench: Bench) -> Outcome:
    outcome = Outcome("memory")
    with bench.program() as program:
        program.whole(texts.SENTENCE)
        bench.processes.settle()
        outcome.add("model server, after a sentence", SAY, MEGABYTES, [resident(program.model_server())])
        outcome.add("voice server, after writing", SAY, MEGABYTES, [resident(program.voice_server())])
    if not shutil.which("pulseaudio"):
        outcome.notes.append("PulseAudio is not installed, so nothing was played.")
        return outcome
    with NullSink() as sink, bench.program() as program:
        program.start("--", texts.CLAUSE, extra=sink.environment).wait()
        bench.processes.settle()
        outcome.add("voice server, after playing", SAY, MEGABYTES, [resident(program.voice_server())])
    return outcome
