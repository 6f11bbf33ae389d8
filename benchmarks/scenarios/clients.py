"""Ten clients at once, a sentence each: how soon each hears something, how soon each is done, and how alike that is."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from benchmarks import texts
from benchmarks.bench import Bench
from benchmarks.figures import SECONDS, Outcome
from benchmarks.processes import WAV_HEADER, first_sound, rest_of
from benchmarks.program import Program
from benchmarks.targets import SAY


def clients(bench: Bench) -> Outcome:
    outcome = Outcome("clients")
    firsts: list[list[float]] = []
    ends: list[list[float]] = []
    with bench.program() as program:
        program.first_sound(texts.CLAUSE)
        bench.take_turns(
            "clients", {"the last one is done": lambda: _at_once(program, firsts, ends)}, bench.rounds(2, 1)
        )
    for subject, rounds in (("first sound", firsts[1:]), ("done", ends[1:])):
        outcome.add(f"{subject}, the first of ten", SAY, SECONDS, [min(each) for each in rounds])
        outcome.add(f"{subject}, the middle of ten", SAY, SECONDS, [median(each) for each in rounds])
        outcome.add(f"{subject}, the last of ten", SAY, SECONDS, [max(each) for each in rounds])
    return outcome


def _at_once(program: Program, firsts: list[list[float]], ends: list[list[float]]) -> float:
    """Add the seconds to the first sound and to the end of each; return those to the very last end."""
    begun = time.perf_counter()

    def speak(text: str) -> tuple[float, float]:
        process = program.start("-o", "-", "--", text)
        first = first_sound(process, begun, WAV_HEADER)
        rest_of(process)
        return first, time.perf_counter() - begun

    with ThreadPoolExecutor(len(texts.TEN)) as pool:
        figures = list(pool.map(speak, texts.TEN))
    firsts.append([first for first, _ in figures])
    ends.append([end for _, end in figures])
    return max(ends[-1])
