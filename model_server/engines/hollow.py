"""Building a network without computing any of its weights, for tensors that have a shape and no memory.

Even so torch would go through the motions of drawing random numbers and of taking norms, and import its compiler
(`torch._dynamo`, 800 modules, 1.4 s of processor time) to find out what shape they have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import torch
from torch.overrides import TorchFunctionMode


class Uncomputed(TorchFunctionMode):
    """While this is in force on a thread, tensors there are not filled, and weight norm has a shape only.

    What a later kokoro or torch does in another way is done as it says.
    """

    def __torch_function__(
        self,
        function: Callable[..., object],
        types: object,
        args: tuple[object, ...] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        options = kwargs or {}
        if _fills_in_place(function):
            return args[0] if args else options["tensor"]
        if function is torch.norm_except_dim and len(args) == 3 and isinstance(args[2], int):
            return _norms(cast("torch.Tensor", args[0]), args[2])
        if function is torch._weight_norm and args:
            return _like(cast("torch.Tensor", args[0]), cast("torch.Tensor", args[0]).shape)
        if function is torch.hann_window:  # of 20 numbers, which no file has
            options = {**options, "device": "cpu"}
        return function(*args, **options)


def _fills_in_place(function: Callable[..., object]) -> bool:
    """Return whether torch's way of naming says so: `normal_`, but not `__get__`."""
    name = getattr(function, "__name__", "")
    return name.endswith("_") and not name.startswith("_") and name != "requires_grad_"


def _norms(direction: torch.Tensor, dimension: int) -> torch.Tensor:
    """Return a tensor of the shape of the norms over all dimensions but one."""
    sizes = [size if number == dimension else 1 for number, size in enumerate(direction.shape)]
    return _like(direction, sizes)


def _like(tensor: torch.Tensor, sizes: Sequence[int]) -> torch.Tensor:
    return torch.empty(sizes, dtype=tensor.dtype, device=tensor.device)
