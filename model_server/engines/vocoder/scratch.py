"""Memory that threads use again and again."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


class Scratch:
    """Memory for one chunk, each thread's own, used again for the next: fresh memory would be cleared and faulted in each time."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, str], torch.Tensor] = {}  # by thread and name

    def take(self, name: str, *shape: int, dtype: torch.dtype | None = None) -> torch.Tensor:
        """Return memory of this shape, its content anything; what had the name before is lost.

        `dtype` is float32 if it is not given; a name always has the same.
        """
        import torch

        size = math.prod(shape)
        key = threading.get_ident(), name
        kept = self._kept.get(key)
        if kept is None or len(kept) < size:
            kept = self._kept[key] = torch.empty(size, dtype=dtype or torch.float32)
        return kept[:size].view(shape)

    def drop(self) -> None:
        """Give the memory back; it is taken anew when it is needed. For times when no thread works."""
        self._kept.clear()
