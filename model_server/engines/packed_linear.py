"""PL-BERT's matrices laid out as oneDNN multiplies them best.

A single word is ten rows for each of PL-BERT's matrices, which are read twelve times: torch's own product reads 10 GB a
second then, oneDNN's of the same matrix in blocks 20. 28 ms of a word's 0.2 s become 15, two cores, and a fifth of
PL-BERT's time for a sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_ROWS = 16  # oneDNN lays the matrix out for as many; others work too


def pack_linear_layers(network: torch.nn.Module) -> None:
    """Have every linear layer within compute with a matrix laid out anew, in place of its own, which is dropped.

    Where torch has no such operation, change nothing.
    """
    import torch

    if not can_pack():
        return
    for module in network.modules():
        if isinstance(module, torch.nn.Linear):
            module.forward = _Packed(module)  # type: ignore[method-assign, assignment]  # an object does as well
            module.register_parameter("weight", None)  # 25 MB of PL-BERT's


def can_pack() -> bool:
    """Return whether this torch and this processor have the operation, which torch's compiler uses and its API does not show."""
    import torch

    names = ("_linear_pointwise", "_reorder_linear_weight", "_is_mkldnn_acl_supported")
    if not torch._C._has_mkldnn or not all(hasattr(torch.ops.mkldnn, name) for name in names):
        return False
    # The compiler's own condition: MKL is there on x86; elsewhere oneDNN is fast only where it has Arm's library.
    return torch._C.has_mkl or bool(torch.ops.mkldnn._is_mkldnn_acl_supported())


class _Packed:
    """`torch.nn.Linear.forward`."""

    def __init__(self, layer: torch.nn.Linear) -> None:
        import torch

        self._multiply = torch.ops.mkldnn._linear_pointwise
        self._weight = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach(), _ROWS)
        self._bias = None if layer.bias is None else layer.bias.detach()

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Return float32 [..., out] for float32 [..., in]."""
        made: torch.Tensor = self._multiply(x, self._weight, self._bias, "none", [], "")
        return made
