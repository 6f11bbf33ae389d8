"""kokoro-onnx on ONNX Runtime, with a graph of the same weights. Runs in an environment of its own.

As its README uses it, but for the number of threads; it cuts phonemes into pieces by its own rule.
"""

from __future__ import annotations

import time

BEGUN = time.perf_counter()

import asyncio  # noqa: E402  # importing is a part of what is measured
import sys  # noqa: E402
from collections.abc import Callable, Sequence  # noqa: E402
from contextlib import aclosing  # noqa: E402
from pathlib import Path  # noqa: E402

from benchmarks.rivals.serving import Ways, serve  # noqa: E402


def load() -> tuple[Ways, Callable[[str], bytes]]:
    import numpy as np
    import numpy.typing as npt
    import onnxruntime  # type: ignore[import-not-found]  # not in the environment that types are checked in
    from kokoro_onnx import Kokoro  # type: ignore[import-not-found]

    folder, voice, threads = Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        str(folder / "kokoro.onnx"), options, providers=["CPUExecutionProvider"]
    )  # fmt: skip
    kokoro = Kokoro.from_session(session, str(folder / "voices.npz"))
    style = kokoro.get_voice_style(voice)

    async def first_of(paragraph: str) -> npt.NDArray[np.float32]:
        async with aclosing(kokoro.create_stream(paragraph, style, is_phonemes=True)) as stream:
            async for samples, _ in stream:
                return np.asarray(samples)
        raise ValueError("no sound")

    def forward(paragraphs: Sequence[str]) -> int:
        """What the model makes of it: nothing trimmed, no pause added."""
        as_made = {"is_phonemes": True, "trim": False, "sentence_pause": 0.0, "clause_pause": 0.0}
        return sum(len(kokoro.create(phonemes, style, **as_made)[0]) for phonemes in paragraphs)

    def first(paragraphs: Sequence[str]) -> int:
        """Its stream, up to its first sound."""
        return len(asyncio.run(first_of(paragraphs[0])))

    def whole(paragraphs: Sequence[str]) -> int:
        """As it comes, to the end."""
        return sum(len(kokoro.create(phonemes, style, is_phonemes=True)[0]) for phonemes in paragraphs)

    def first_sound(paragraph: str) -> bytes:
        samples = asyncio.run(first_of(paragraph))
        return bytes((samples.clip(-1, 1) * 32767).astype("<i2").tobytes())

    return {"forward": forward, "first": first, "whole": whole}, first_sound


if __name__ == "__main__":
    serve(load, BEGUN)
