"""From starting `say` to its first byte of sound, with the servers running; rivals wait loaded and take their own time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from benchmarks import texts
from benchmarks.bench import Bench
from benchmarks.environments import ONNX, STOCK
from benchmarks.figures import SECONDS, Outcome
from benchmarks.program import Program
from benchmarks.rival import Rival
from benchmarks.targets import ESPEAK, KMODEL, KOKORO_ONNX, KPIPELINE, SAY

_LONG = "10 MB"


def warm(bench: Bench) -> Outcome:
    rounds = {"word": (9, 5), "clause": (7, 3), "sentence": (5, 2), "paragraph": (5, 2), _LONG: (4, 1)}
    return first_sounds(bench, "warm", {text: bench.rounds(*both) for text, both in rounds.items()}, busy=False)


def warm_busy(bench: Bench) -> Outcome:
    """The same beside two busy processes."""
    rounds = {"word": (7, 4), "clause": (5, 2), "sentence": (3, 1), "paragraph": (3, 1)}
    return first_sounds(bench, "warm-busy", {text: bench.rounds(*both) for text, both in rounds.items()}, busy=True)


def first_sounds(bench: Bench, name: str, rounds: dict[str, int], busy: bool) -> Outcome:
    outcome = Outcome(name, KPIPELINE)
    with ExitStack() as stack:
        program = stack.enter_context(bench.program())
        stock = stack.enter_context(bench.rivals.serve(STOCK))
        rivals = {KPIPELINE: stock}
        if bench.device == "cpu":
            rivals[KOKORO_ONNX] = stack.enter_context(bench.rivals.serve(ONNX))
        program.first_sound(texts.CLAUSE)  # starts the servers
        stack.enter_context(bench.surroundings(busy))
        for text, count in rounds.items():
            contestants = _contestants(bench, text, program, rivals)
            if not busy and text != _LONG:
                phonemes = bench.phonemes[texts.TEXTS[text]]
                contestants[KMODEL] = lambda phonemes=phonemes: stock.speak("forward", [phonemes]).work  # type: ignore[misc]
            for who, seconds in bench.take_turns(f"{name}, {text}", contestants, count).items():
                outcome.add(text, who, SECONDS, seconds)
    return outcome


def _contestants(bench: Bench, text: str, program: Program, rivals: dict[str, Rival]) -> dict[str, Callable[[], float]]:
    """Return who speaks a text up to the first sound. Rivals are given the first paragraph of the long one."""
    words = texts.CHAPTER[0] if text == _LONG else texts.TEXTS[text]
    arguments = ("-f", bench.long_text) if text == _LONG else ("--", words)
    contestants: dict[str, Callable[[], float]] = {SAY: lambda: program.first_sound(*arguments)}
    for who, rival in rivals.items():
        contestants[who] = _first(rival, bench.phonemes[words])
    if bench.espeak and text != _LONG:
        contestants[ESPEAK] = lambda: bench.espeak_first_sound(words)
    return contestants


def _first(rival: Rival, phonemes: str) -> Callable[[], float]:
    return lambda: rival.speak("first", [phonemes]).work
