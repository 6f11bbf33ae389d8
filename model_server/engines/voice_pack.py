"""Load a voice: one style vector for each length of a piece."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model_server.engines.torch_file import corrupt, read_torch_file

if TYPE_CHECKING:
    import torch

# Source: the published voices/*.pt; row n is the style for n + 1 phonemes.
SHAPE = (510, 1, 256)

# A published voice has 523 kB.
_LARGEST = 1 << 20


def load_voice_pack(path: Path) -> torch.Tensor:
    """Return the voice, float32 [510, 1, 256] on the CPU. Raises CorruptFile, OutOfMemory, ModelUnavailable."""
    import torch

    pack = read_torch_file(path, _LARGEST)
    if not isinstance(pack, torch.Tensor):
        raise corrupt(path, "it holds no voice")
    if pack.dtype != torch.float32 or tuple(pack.shape) != SHAPE:
        raise corrupt(path, "its numbers are of another kind or shape than a voice's")
    if not pack.is_contiguous():
        raise corrupt(path, "its numbers overlap")
    low, high = torch.aminmax(pack)
    if not (torch.isfinite(low) and torch.isfinite(high)):
        raise corrupt(path, "some of its numbers are not finite")
    return pack.detach()


def style_for(pack: torch.Tensor, phonemes: int) -> torch.Tensor:
    """Return the style of a piece of that many phonemes, float32 [1, 256]: the row stock `KPipeline` takes."""
    return pack[min(max(phonemes - 1, 0), SHAPE[0] - 1)]
