"""How much memory Kokoro takes, and what torch keeps beyond that. Measured with weights of full size."""

from __future__ import annotations

import sys
from collections.abc import Container
from pathlib import Path

# Bytes that the work on one phoneme takes at speed 1: 1.4 to 3.3 MB, with what the heap loses between blocks of many sizes.
WORK_OF_PHONEME = 3 << 20

# Bytes that torch takes once it is imported.
_LIBRARIES = 280 << 20

# What the speed-up `vocoder` adds with the first piece, as a share of the weights: its own form of them takes more.
_OWN_FORM = 0.95


def bytes_to_load(weights: Path, speedups: Container[str]) -> int:
    """Return about what loading these weights adds to the process, with what the first piece will add for good."""
    libraries = 0 if "torch" in sys.modules else _LIBRARIES
    return weights.stat().st_size + bytes_to_begin(weights, speedups) + libraries


def bytes_to_begin(weights: Path, speedups: Container[str]) -> int:
    """Return about what the first piece adds for good."""
    return round(weights.stat().st_size * _OWN_FORM) if "vocoder" in speedups else 0


def release(device: str) -> None:
    """Give memory of a GPU that torch keeps for its next work back to the system."""
    import torch

    if device == "cuda":
        torch.cuda.empty_cache()
    elif device == "mps":
        torch.mps.empty_cache()
