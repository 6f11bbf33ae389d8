"""What makes Kokoro faster without changing its sound, and which of it is wanted: on a CPU, but for `BATCHES`. One module an idea."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from common.errors import UsageError
from model_server.engines.packed_linear import pack_linear_layers

if TYPE_CHECKING:
    import torch

    from model_server.engines.kokoro_model import KokoroModel
    from model_server.engines.stock import StockGenerator

BATCHES = "batches"  # several pieces at once, on a GPU: `model_server/engines/together`
ALL = (BATCHES, "folded", "packed", "vocoder")
FLOAT, HALF = "fp32", "bf16"


def chosen(names: str) -> frozenset[str]:
    """Return the speed-ups that the setting `speedups` names: "all", "none", or some of them with commas between.

    Raises UsageError.
    """
    if names in ("all", "none"):
        return frozenset(ALL if names == "all" else ())
    parts = frozenset(part.strip() for part in names.split(","))
    if unknown := sorted(parts - set(ALL)):
        raise UsageError(f"speedups: there is no {unknown[0]!r}", f"Use all, none, or some of {', '.join(ALL)}.")
    return parts


def has_half_products() -> bool:
    """Return whether this processor multiplies bfloat16 by itself; others are slower with it than with float32."""
    import torch

    # torch's API does not show them: another torch may have no such question, and its processor none of these products.
    asked = (getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
    return any(ask() for ask in asked if ask is not None)


def has_own_form(names: frozenset[str], precision: str) -> bool:
    """Return whether the vocoder's weights get a form of their own, on a CPU."""
    return "vocoder" in names or precision == HALF


def speed_up(
    model: KokoroModel, names: frozenset[str], threads: int, precision: str = FLOAT
) -> Callable[[], None] | None:
    """Change a model that is on the CPU so that it takes less time for the same sound.

    With `HALF` its sound differs a little, and the vocoder is the one that can do it. Returns what gives memory back that
    is kept from piece to piece, if there is any.
    """
    import torch

    network = cast("torch.nn.Module", model)
    with torch.no_grad():
        rest = None
        if has_own_form(names, precision):
            rest = _replace_generator(network, threads, precision)
        if "folded" in names:
            fold_weight_norm(network)
        if "packed" in names:
            pack_linear_layers(network.get_submodule("bert"))
    return rest


def fold_weight_norm(network: torch.nn.Module) -> None:
    """Compute weights from their norm and direction once, in place of before each use. The same to the last bit.

    7 % of the time of a single word.
    """
    import torch

    for module in network.modules():
        if "weight_g" in module._parameters:
            torch.nn.utils.remove_weight_norm(module)


def _replace_generator(network: torch.nn.Module, threads: int, precision: str) -> Callable[[], None]:
    from model_server.engines.vocoder.generator import Generator
    from model_server.engines.vocoder.half_kernels import half_kernel
    from model_server.engines.vocoder.kernels import float_kernel
    from model_server.engines.vocoder.workers import Workers

    decoder = network.get_submodule("decoder")
    stock = decoder.get_submodule("generator")
    make_kernel = half_kernel if precision == HALF else float_kernel
    generator = Generator(cast("StockGenerator", stock), make_kernel, Workers(threads))
    stock.forward = generator
    return generator.rest
