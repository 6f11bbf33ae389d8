"""How much memory Kokoro takes, and what torch keeps beyond that. Measured with weights of full size."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

# Bytes that the work on one phoneme takes at speed 1: 1.4 to 3.3 MB, with what the heap loses between blocks of many sizes.
WORK_OF_PHONEME = 3 << 20

# Bytes that torch takes once it is imported.
_LIBRARIES = 280 << 20

# What the faster vocoder adds with the first piece, as a share of the weights: its own form of them takes more.
_OWN_FORM = 0.95


def bytes_to_load(weights: Path, own_form: bool) -> int:
    """Return about what loading these weights adds to the process, with what an own form of them will add for good."""
    libraries = 0 if "torch" in sys.modules else _LIBRARIES
    return weights.stat().st_size + (bytes_to_begin(weights) if own_form else 0) + libraries


def bytes_to_begin(weights: Path) -> int:
    """Return about what the first piece adds for good where the vocoder has a form of its own of its weights."""
    return round(weights.stat().st_size * _OWN_FORM)


def release(device: str) -> None:
    """Give memory of a GPU that torch keeps for its next work back to the system."""
    import torch

    with contextlib.suppress(RuntimeError):  # after a fault a GPU does nothing any more, this neither
        if device == "cuda":
            torch.cuda.empty_cache()
        elif device == "mps":
            torch.mps.empty_cache()
