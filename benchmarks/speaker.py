"""One engine in a process of its own, told over a pipe what to speak: `python -m benchmarks.speaker NAME FOLDER THREADS`.

Each line of standard input is `{"phonemes": …, "voice": …}`; each answer a line with the seconds of work, of processor
time and of sound, and the most memory that the process has had. The first answer tells how long importing and loading took.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from model_server.engines.kokoro import seed_for

RATE = 24_000  # Hz

Speak = Callable[[str, str], int]  # phonemes and voice to samples of sound


class Files:
    """A folder in the published layout."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def config(self) -> Path:
        return self._folder / "config.json"

    def weights(self) -> Path:
        return self._folder / "kokoro-v1_0.pth"

    def voice(self, name: str) -> Path:
        return self._folder / "voices" / f"{name}.pt"


class Maker(Protocol):
    def __call__(self, files: Files, threads: int) -> Speak: ...


def stock(files: Files, threads: int) -> Speak:
    """`kokoro.KModel` as its package loads it, with torch as it comes but for the number of threads."""
    import torch
    from kokoro.model import KModel  # type: ignore[import-untyped]  # ships no types
    from loguru import logger

    logger.disable("kokoro")
    torch.set_num_threads(threads)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = KModel(repo_id="hexgrad/Kokoro-82M", config=str(files.config()), model=str(files.weights())).eval()
    packs: dict[str, torch.Tensor] = {}

    def speak(phonemes: str, voice: str) -> int:
        if voice not in packs:
            packs[voice] = torch.load(files.voice(voice), weights_only=True)
        torch.manual_seed(seed_for(phonemes, voice, 1.0))
        return len(model(phonemes, packs[voice][len(phonemes) - 1], 1.0))

    return speak


def ours(files: Files, threads: int, speedups: str = "all", precision: str = "fp32") -> Speak:
    """This project's engine as it is without settings."""
    from common.voices import find_voice
    from model_server.allocator import keep_memory
    from model_server.engines.base import EnginePiece
    from model_server.engines.kokoro import KokoroEngine

    engine = KokoroEngine(files, "cpu", threads, speedups, precision)
    keep_memory()  # as the daemon does
    engine.load(lambda what: None)

    def speak(phonemes: str, voice: str) -> int:
        return len(engine.speak(EnginePiece(phonemes, phonemes, find_voice(voice), "en-us", 1.0)).samples)

    return speak


def without_speedups(files: Files, threads: int) -> Speak:
    """This project's engine with stock's computation."""
    return ours(files, threads, speedups="none")


def bf16(files: Files, threads: int) -> Speak:
    """This project's engine with `precision = "bf16"`."""
    return ours(files, threads, precision="bf16")


SPEAKERS: dict[str, Maker] = {maker.__name__: maker for maker in (stock, ours, without_speedups, bf16)}


def main() -> None:
    name, folder, threads = sys.argv[1:]
    begun = time.perf_counter()
    speak = SPEAKERS[name](Files(Path(folder)), int(threads))
    _answer(load=time.perf_counter() - begun)
    for line in sys.stdin:
        request = json.loads(line)
        begun, cpu = time.perf_counter(), time.process_time()
        samples = speak(request["phonemes"], request["voice"])
        work, cpu = time.perf_counter() - begun, time.process_time() - cpu
        _answer(work=work, cpu=cpu, sound=samples / RATE)


def _answer(**figures: float) -> None:
    print(json.dumps({**figures, "peak": _peak()}), flush=True)


def _peak() -> int:
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


if __name__ == "__main__":
    main()
