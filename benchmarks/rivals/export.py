"""Give ONNX Runtime the weights that stock kokoro has: `python -m benchmarks.rivals.export FOLDER`, in stock's environment.

Writes `kokoro.onnx` and `voices.npz` beside a checkpoint, the graph as kokoro's own `KModelForONNX` makes it: inputs `input_ids`
int64 [1, n], `style` float32 [1, 256], `speed` float32 [1]; outputs `waveform` and `duration`, as kokoro-onnx expects them.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
import torch
from kokoro.model import KModel, KModelForONNX  # type: ignore[import-untyped]  # ships no types

# As the graphs that kokoro-onnx publishes.
OPSET = 17
TOKENS = 48  # of the example that is traced; any number


def main() -> None:
    folder = Path(sys.argv[1])
    warnings.simplefilter("ignore")
    model = KModel(
        repo_id="hexgrad/Kokoro-82M",
        config=str(folder / "config.json"),
        model=str(folder / "kokoro-v1_0.pth"),
        disable_complex=True,
    ).eval()
    example = torch.LongTensor([[0, *(1 + index % 100 for index in range(TOKENS)), 0]])
    unfinished = folder / "kokoro.onnx.new"
    torch.onnx.export(
        KModelForONNX(model).eval(),
        (example, torch.zeros(1, 256), torch.ones(1)),
        str(unfinished),
        input_names=["input_ids", "style", "speed"],
        output_names=["waveform", "duration"],
        dynamic_axes={"input_ids": {1: "input_ids_len"}, "waveform": {0: "num_samples"}, "duration": {0: "input_ids_len"}},
        opset_version=OPSET,
        dynamo=False,
    )  # fmt: skip
    packs = {path.stem: torch.load(path, weights_only=True).numpy() for path in (folder / "voices").glob("*.pt")}
    np.savez(folder / "voices.npz", **packs)
    unfinished.rename(folder / "kokoro.onnx")


if __name__ == "__main__":
    main()
