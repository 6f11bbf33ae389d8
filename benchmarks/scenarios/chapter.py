"""A chapter from beginning to end: how fast, and how much memory it takes.

Every program reads the same phonemes, and cuts them into pieces by its own rule. Speed counts as seconds of stock's sound for a
second of work, for all: who trims or adds pauses is neither better nor worse for that.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from benchmarks import texts
from benchmarks.bench import Bench
from benchmarks.environments import ONNX, STOCK
from benchmarks.figures import MEGABYTES, SECONDS, TIMES, Outcome
from benchmarks.processes import rest_of
from benchmarks.program import Program
from benchmarks.rival import Rival
from benchmarks.targets import ESPEAK, KOKORO_ONNX, KPIPELINE, SAY, SAY_ALONE, SAY_BF16
from model_server.engines.speedups import has_half_products

_BYTES_A_SECOND = 48_000  # of s16le at 24 kHz


def chapter(bench: Bench) -> Outcome:
    paragraphs = texts.BEGINNING if bench.quick else texts.CHAPTER
    return read_chapter(bench, "chapter", paragraphs, bench.rounds(2, 1), busy=False)


def chapter_busy(bench: Bench) -> Outcome:
    """Its beginning beside two busy processes."""
    return read_chapter(bench, "chapter-busy", texts.BEGINNING, 1, busy=True)


class _Reader:
    """Someone who reads the chapter: what it took, and the sound that it made."""

    def __init__(self, read: Callable[[], tuple[float, float]], peak: Callable[[], float] | None) -> None:
        self._read = read
        self.peak = peak  # megabytes
        self.sounds: list[float] = []  # seconds

    def __call__(self) -> float:
        seconds, sound = self._read()
        self.sounds.append(sound)
        return seconds


def read_chapter(bench: Bench, name: str, paragraphs: tuple[str, ...], rounds: int, busy: bool) -> Outcome:
    outcome = Outcome(name, KPIPELINE)
    file = bench.processes.folder / "chapter.txt"
    file.write_text("\n\n".join(paragraphs), encoding="utf-8")
    with ExitStack() as stack:
        readers = _readers(bench, stack, file, paragraphs, outcome)
        with bench.surroundings(busy):
            figures = bench.take_turns(name, readers, rounds, warmed_up=True)
        length = readers[KPIPELINE].sounds[-1]
        for who, seconds in figures.items():
            outcome.add("throughput", who, TIMES, [length / each for each in seconds])
        for who, reader in readers.items():
            outcome.add("sound", who, SECONDS, reader.sounds)
            if reader.peak:
                outcome.add("peak memory", who, MEGABYTES, [reader.peak()])
    return outcome


def _readers(
    bench: Bench, stack: ExitStack, file: Path, paragraphs: tuple[str, ...], outcome: Outcome
) -> dict[str, _Reader]:
    phonemes = [bench.phonemes[paragraph] for paragraph in paragraphs]
    programs = {SAY: bench.program()}
    if bench.device != "cpu":
        programs[SAY_ALONE] = bench.program(speedups="folded,packed,vocoder")
    elif has_half_products():
        programs[SAY_BF16] = bench.program(precision="bf16")
    else:
        outcome.notes.append("There is no processor here that multiplies bf16, which `precision` needs.")
    readers = {}
    for who, program in programs.items():
        stack.enter_context(program)
        program.whole(texts.SENTENCE)
        readers[who] = _Reader(_by_program(program, file), program.peak_memory)
    for who, name in ((KPIPELINE, STOCK), (KOKORO_ONNX, ONNX)) if bench.device == "cpu" else ((KPIPELINE, STOCK),):
        rival = stack.enter_context(bench.rivals.serve(name))
        rival.speak("first", [bench.phonemes[texts.SENTENCE]])
        readers[who] = _Reader(_by_rival(rival, phonemes), rival.peak_memory)
    if bench.espeak:
        readers[ESPEAK] = _Reader(lambda: _by_espeak(bench, file), None)
    return readers


def _by_program(program: Program, file: Path) -> Callable[[], tuple[float, float]]:
    output = file.with_suffix(".wav")

    def read() -> tuple[float, float]:
        begun = time.perf_counter()
        program.run("-f", file, "-o", output)
        return time.perf_counter() - begun, output.stat().st_size / _BYTES_A_SECOND

    return read


def _by_rival(rival: Rival, phonemes: list[str]) -> Callable[[], tuple[float, float]]:
    def read() -> tuple[float, float]:
        answer = rival.speak("whole", phonemes)
        return answer.work, answer.sound

    return read


def _by_espeak(bench: Bench, file: Path) -> tuple[float, float]:
    assert bench.espeak is not None
    begun = time.perf_counter()
    count = rest_of(bench.processes.start([bench.espeak, "-v", "en-us", "--stdout", "-f", file]))
    return time.perf_counter() - begun, count / (2 * 22_050)
