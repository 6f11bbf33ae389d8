"""What makes Kokoro faster on a CPU without changing its sound, and which of it is wanted. One module an idea."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from common.errors import UsageError

if TYPE_CHECKING:
    import torch

    from model_server.engines.kokoro_model import KokoroModel
    from model_server.engines.vocoder.generator import StockGenerator

ALL = ("folded", "vocoder")


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


def speed_up(model: KokoroModel, names: frozenset[str], threads: int) -> None:
    """Change a model that is on the CPU so that it takes less time for the same sound."""
    import torch

    network = cast("torch.nn.Module", model)
    with torch.no_grad():
        if "vocoder" in names:
            _replace_generator(network, threads)
        if "folded" in names:
            fold_weight_norm(network)


def fold_weight_norm(network: torch.nn.Module) -> None:
    """Compute weights from their norm and direction once, in place of before each use. The same to the last bit.

    7 % of the time of a single word.
    """
    import torch

    for module in network.modules():
        if "weight_g" in module._parameters:
            torch.nn.utils.remove_weight_norm(module)


def _replace_generator(network: torch.nn.Module, threads: int) -> None:
    from model_server.engines.vocoder.generator import Generator
    from model_server.engines.vocoder.workers import Workers

    decoder = network.get_submodule("decoder")
    stock = decoder.get_submodule("generator")
    generator = Generator(cast("StockGenerator", stock), Workers(threads))
    stock.forward = generator
