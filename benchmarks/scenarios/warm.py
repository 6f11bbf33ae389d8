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
_BARE = ("word", "clause", "sentence")  # for the bare model; of a paragraph, the pipeline does the same


def warm(bench: Bench) -> Outcome:
    rounds = {"word": (9, 5), "clause": (7, 3), "sentence": (5, 2), "paragraph": (3, 1), _LONG: (3, 1)}
    return first_sounds(bench, "warm", _chosen(bench, rounds), busy=False)


def warm_busy(bench: Bench) -> Outcome:
    """The same beside two busy processes."""
    rounds = {"word": (7, 4), "clause": (5, 2), "sentence": (3, 1), "paragraph": (2, 0)}
    return first_sounds(bench, "warm-busy", _chosen(bench, rounds), busy=True)


def first_sounds(bench: Bench, name: str, rounds: dict[str, int], busy: bool) -> Outcome:
    outcome = Outcome(name, KPIPELINE)
    with ExitStack() as stack:
        program = stack.enter_context(bench.program())
        stock = stack.enter_context(bench.rivals.serve(STOCK))
        rivals = {KPIPELINE: stock}
        if bench.device == "cpu":
            rivals[KOKORO_ONNX] = stack.enter_context(bench.rivals.serve(ONNX))
        program.first_sound(texts.CLAUSE)  # starts the servers
        everybody = {text: _contestants(bench, text, program, rivals) for text in rounds}
        if busy:
            for text, contestants in everybody.items():
                bench.take_turns(f"{name}, {text}, warming up", contestants, 0)
        else:
            for text in texts.TEXTS:
                if text in _BARE:
                    everybody[text][KMODEL] = _asked(stock, "forward", bench.phonemes[texts.TEXTS[text]])
        with bench.surroundings(busy):
            for text, contestants in everybody.items():
                figures = bench.take_turns(f"{name}, {text}", contestants, rounds[text], warmed_up=busy)
                for who, seconds in figures.items():
                    outcome.add(text, who, SECONDS, seconds)
    return outcome


def _contestants(bench: Bench, text: str, program: Program, rivals: dict[str, Rival]) -> dict[str, Callable[[], float]]:
    """Return who speaks a text up to the first sound. Rivals are given the first paragraph of the long one."""
    words = texts.CHAPTER[0] if text == _LONG else texts.TEXTS[text]
    arguments = ("-f", bench.long_text) if text == _LONG else ("--", words)
    contestants: dict[str, Callable[[], float]] = {SAY: lambda: program.first_sound(*arguments)}
    for who, rival in rivals.items():
        contestants[who] = _asked(rival, "first", bench.phonemes[words])
    if bench.espeak and text != _LONG:
        contestants[ESPEAK] = lambda: bench.espeak_first_sound(words)
    return contestants


def _asked(rival: Rival, how: str, phonemes: str) -> Callable[[], float]:
    return lambda: rival.speak(how, [phonemes]).work


def _chosen(bench: Bench, rounds: dict[str, tuple[int, int]]) -> dict[str, int]:
    """Return how often each text is spoken, without those that a quick run leaves out."""
    return {text: count for text, both in rounds.items() if (count := bench.rounds(*both))}
