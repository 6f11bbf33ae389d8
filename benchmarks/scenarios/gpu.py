"""Warm first sound and a chapter on a GPU, where torch sees one."""

from __future__ import annotations

from dataclasses import replace

from benchmarks import texts
from benchmarks.bench import Bench
from benchmarks.figures import Outcome
from benchmarks.scenarios.chapter import read_chapter
from benchmarks.scenarios.warm import first_sounds
from benchmarks.targets import KPIPELINE


def gpu(bench: Bench) -> Outcome:
    import torch

    outcome = Outcome("gpu", KPIPELINE)
    if not torch.cuda.is_available():
        outcome.notes.append("There is no GPU that torch can use.")
        return outcome
    beside = replace(bench, device="cuda")
    for part in (
        first_sounds(beside, "gpu", dict.fromkeys(texts.TEXTS, bench.rounds(7, 3)), busy=False),
        read_chapter(beside, "gpu", texts.CHAPTER, bench.rounds(3, 1), busy=False),
    ):
        outcome.series += part.series
        outcome.notes += part.notes
    outcome.circumstances["gpu"] = torch.cuda.get_device_name()
    return outcome
