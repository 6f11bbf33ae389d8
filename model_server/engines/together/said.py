"""One piece as the model takes it, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import torch


@dataclass(frozen=True)
class Said:
    """What is to be said, and how."""

    symbols: str  # all of them known to the model
    style: torch.Tensor  # float32 [1, 256]
    speed: float
    seed: int  # of the vocoder's noise

    @property
    def length(self) -> float:
        """Return how long it is, in symbols at speed 1."""
        return len(self.symbols) / self.speed


@dataclass(frozen=True)
class Heard:
    """What the model makes of it."""

    samples: npt.NDArray[np.float32]  # [samples]
    durations: list[int]  # of the symbols and the two boundaries, in frames
