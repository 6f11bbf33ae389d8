"""From nothing to the first sound of a word: no server, nothing loaded, but the files still in the system's memory."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks import texts
from benchmarks.bench import Bench
from benchmarks.environments import ONNX, STOCK
from benchmarks.figures import SECONDS, Outcome
from benchmarks.program import Program
from benchmarks.targets import ESPEAK, KOKORO_ONNX, KPIPELINE, SAY


def cold(bench: Bench) -> Outcome:
    return _cold(bench, "cold", rounds=bench.rounds(5, 2), busy=False)


def cold_busy(bench: Bench) -> Outcome:
    """The same beside two busy processes."""
    return _cold(bench, "cold-busy", rounds=bench.rounds(2, 1), busy=True)


def _cold(bench: Bench, name: str, rounds: int, busy: bool) -> Outcome:
    outcome = Outcome(name, KPIPELINE)
    phonemes = bench.phonemes[texts.WORD]
    with bench.program() as program, bench.surroundings(busy):
        contestants: dict[str, Callable[[], float]] = {
            SAY: lambda: _from_nothing(program),
            KPIPELINE: lambda: bench.rivals.cold(STOCK, phonemes),
            KOKORO_ONNX: lambda: bench.rivals.cold(ONNX, phonemes),
        }
        if bench.espeak:
            contestants[ESPEAK] = lambda: bench.espeak_first_sound(texts.WORD)
        for who, seconds in bench.take_turns(name, contestants, rounds).items():
            outcome.add("word", who, SECONDS, seconds)
    return outcome


def _from_nothing(program: Program) -> float:
    """Return the seconds to first sound; no server is left, as none was there."""
    try:
        return program.first_sound(texts.WORD)
    finally:
        program.shut_down()
