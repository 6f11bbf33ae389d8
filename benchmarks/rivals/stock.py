"""Stock kokoro, as its README uses it: `KModel` and `KPipeline`, given phonemes. Runs in an environment of its own.

The pipeline is the one of a language that needs no download; it cuts phonemes into pieces of at most 510 by its own rule. Text to
phonemes, which is not its strength offline, is spared it. torch is as it comes, but for the number of threads.
"""

from __future__ import annotations

import time

BEGUN = time.perf_counter()

import re  # noqa: E402  # importing is a part of what is measured
import sys  # noqa: E402
import warnings  # noqa: E402
from collections.abc import Callable, Iterator, Sequence  # noqa: E402
from pathlib import Path  # noqa: E402

from benchmarks.rivals.serving import Ways, serve  # noqa: E402

_TOKEN = re.compile(r"([^\s!.?…:;,—]+|[!.?…:;,—])(\s*)")


def load() -> tuple[Ways, Callable[[str], bytes]]:
    import torch
    from kokoro import KModel, KPipeline  # type: ignore[import-untyped]  # ships no types
    from loguru import logger
    from misaki.token import MToken  # type: ignore[import-untyped]  # ships no types

    folder, voice, threads, device = Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5]
    logger.remove()
    warnings.simplefilter("ignore")
    torch.set_num_threads(threads)
    files = {"config": str(folder / "config.json"), "model": str(folder / "kokoro-v1_0.pth")}
    model = KModel(repo_id="hexgrad/Kokoro-82M", **files).to(device).eval()
    pipeline = KPipeline("e", repo_id="hexgrad/Kokoro-82M", model=model)
    pack_file = str(folder / "voices" / f"{voice}.pt")
    pack = pipeline.load_voice(pack_file)

    def tokens(paragraph: str) -> list[MToken]:
        return [
            MToken(text=match[1], tag="", phonemes=match[1], whitespace=match[2])
            for match in _TOKEN.finditer(paragraph)
        ]

    def pieces(paragraphs: Sequence[str]) -> Iterator[torch.Tensor]:
        for paragraph in paragraphs:
            for result in pipeline.generate_from_tokens(tokens(paragraph), voice=pack_file):
                yield result.audio

    def forward(paragraphs: Sequence[str]) -> int:
        """The bare model, paragraph by paragraph."""
        return sum(len(model(phonemes, pack[len(phonemes) - 1], 1.0)) for phonemes in paragraphs)

    def first(paragraphs: Sequence[str]) -> int:
        """The pipeline, up to its first sound."""
        return len(next(pieces(paragraphs)))

    def whole(paragraphs: Sequence[str]) -> int:
        """The pipeline, to the end."""
        return sum(len(piece) for piece in pieces(paragraphs))

    def first_sound(paragraph: str) -> bytes:
        samples = next(pieces([paragraph]))
        return bytes((samples.clamp(-1, 1) * 32767).short().numpy().tobytes())

    return {"forward": forward, "first": first, "whole": whole}, first_sound


if __name__ == "__main__":
    serve(load, BEGUN)
