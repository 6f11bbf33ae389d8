"""A small Kokoro with seeded random weights, written as the real one is published.

Same code path as the real weights: everything that `KModel` allows is small, its decoder's widths are fixed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.full_size_checkpoint import PUBLISHED_CONFIG, WEIGHTS, write_random_checkpoint


def tiny_config() -> dict[str, object]:
    """Return the published configuration made as small as `KModel` allows, with the published vocabulary."""
    config: dict[str, object] = json.loads(PUBLISHED_CONFIG.read_text(encoding="utf-8"))
    vocoder, plbert = config["istftnet"], config["plbert"]
    assert isinstance(vocoder, dict) and isinstance(plbert, dict)
    vocoder |= {"resblock_kernel_sizes": [3], "resblock_dilation_sizes": [[1, 3, 5]]}
    plbert |= {"hidden_size": 64, "num_attention_heads": 2, "intermediate_size": 64, "num_hidden_layers": 1}
    return config | {"n_layer": 1, "text_encoder_kernel_size": 1}


def write_tiny_kokoro(folder: Path, voices: Sequence[str] = ("af_heart", "bm_george"), seed: int = 0) -> None:
    """Write config.json, kokoro-v1_0.pth and voices/*.pt into `folder`; the same seed gives the same numbers.

    Speaks two to three frames (60 ms) for each phoneme. The weights take 230 MB on disk: write them once a session.
    """
    write_random_checkpoint(folder, tiny_config(), voices, seed)


@dataclass(frozen=True)
class FolderOfFiles:
    """The three methods that the engine asks of its files, for a folder in the published layout."""

    folder: Path

    def config(self) -> Path:
        return self.folder / "config.json"

    def weights(self) -> Path:
        return self.folder / WEIGHTS

    def voice(self, name: str) -> Path:
        return self.folder / "voices" / f"{name}.pt"
