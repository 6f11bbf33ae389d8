"""A phrase that was spoken before: from starting `say` to its first byte of sound, from the phrase cache."""

from __future__ import annotations

from benchmarks import texts
from benchmarks.bench import Bench
from benchmarks.environments import STOCK
from benchmarks.figures import SECONDS, Outcome
from benchmarks.program import Program
from benchmarks.targets import KMODEL, SAY


def cached(bench: Bench) -> Outcome:
    outcome = Outcome("cached", KMODEL)
    phonemes = [bench.phonemes[texts.WORD]]
    with bench.program(cache="on") as program, bench.rivals.serve(STOCK) as stock:
        for _ in range(3):  # what is spoken once only may not be kept
            program.whole(texts.WORD)
        contestants = {
            SAY: lambda: program.first_sound(texts.WORD),
            KMODEL: lambda: stock.speak("forward", phonemes).work,
        }
        for who, seconds in bench.take_turns("cached", contestants, bench.rounds(9, 5)).items():
            outcome.add("word", who, SECONDS, seconds)
        cold = bench.take_turns("cached, cold", {SAY: lambda: _from_nothing(program)}, bench.rounds(4, 2))
        outcome.add("word, servers not running", SAY, SECONDS, cold[SAY])
    return outcome


def _from_nothing(program: Program) -> float:
    program.shut_down()
    return program.first_sound(texts.WORD)
