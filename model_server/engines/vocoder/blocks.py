"""A residual block of the vocoder: three times AdaIN, Snake, convolution, AdaIN, Snake, convolution, and the sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_server.engines.steps import step
from model_server.engines.stock import StockAdaIN, StockVocoderBlock
from model_server.engines.vocoder.activation import Activation, Formula, Statistics
from model_server.engines.vocoder.convolution import Convolution
from model_server.engines.vocoder.kernels import Kernel
from model_server.engines.vocoder.scratch import Scratch
from model_server.engines.vocoder.workers import Workers

if TYPE_CHECKING:
    import torch

_STATISTICS_ROWS = 2048  # of one chunk


# Makes the kernel of a layer from its weight, float32 [out, in, taps], its bias, its dilation, and memory to work in.
MakeKernel = Callable[["torch.Tensor", "torch.Tensor", int, Scratch], Kernel]


@dataclass(frozen=True)
class Sound:
    """What a block takes: float32 [rows, channels] and the statistics of it."""

    rows: torch.Tensor
    statistics: Statistics


@dataclass(frozen=True)
class _Layer:
    activation: Activation
    convolution: Convolution

    def formula(self, style: torch.Tensor, statistics: Statistics, rows: int) -> Formula:
        return self.activation.of(style, *statistics.mean_and_variance(rows))


class Block:
    """One residual block. It keeps the layers' weights in a form of its own and needs the stock ones no more."""

    def __init__(self, stock: StockVocoderBlock, make_kernel: MakeKernel, workers: Workers, scratch: Scratch) -> None:
        def convolution(layer: torch.nn.Conv1d) -> Convolution:
            assert layer.bias is not None
            kernel = make_kernel(plain_weight(layer), layer.bias.detach(), layer.dilation[0], scratch)
            return Convolution(kernel, layer.dilation[0], workers, scratch)

        def layers(
            convolutions: Sequence[torch.nn.Conv1d], norms: Sequence[StockAdaIN], alphas: Sequence[torch.Tensor]
        ) -> list[_Layer]:
            return [
                _Layer(Activation(norm, alpha), convolution(layer))
                for layer, norm, alpha in zip(convolutions, norms, alphas, strict=True)
            ]

        first = layers(stock.convs1, stock.adain1, stock.alpha1)
        second = layers(stock.convs2, stock.adain2, stock.alpha2)
        self._pairs = list(zip(first, second, strict=True))

    def add_to(self, total: torch.Tensor, sound: Sound, style: torch.Tensor) -> Sound:
        """Add to `total`, float32 [rows, channels], what the block makes of `sound`; return the sum."""
        import torch

        rows = len(sound.rows)
        between, made = torch.empty_like(total), torch.empty_like(total)
        for number, (first, second) in enumerate(self._pairs):
            step()
            noted = first.convolution.run(sound.rows, first.formula(style, sound.statistics, rows), between)
            out = total if number == len(self._pairs) - 1 else made
            # What `made` holds is needed once more: the sum is made in its place.
            in_place = out is sound.rows
            add, onto = (None, True) if in_place else (sound.rows, out is total)
            statistics = second.convolution.run(between, second.formula(style, noted, rows), out, add=add, onto=onto)
            sound = Sound(out, statistics)
        return sound


def plain_weight(layer: torch.nn.Conv1d) -> torch.Tensor:
    """Return the layer's weight, float32 [out, in, taps], with its weight norm computed."""
    import torch

    if hasattr(layer, "weight_g"):
        return torch._weight_norm(layer.get_parameter("weight_v"), layer.get_parameter("weight_g"), 0)
    return layer.weight.detach()


def sound_of(rows: torch.Tensor, workers: Workers, scratch: Scratch) -> Sound:
    """Return these rows with their statistics."""
    chunks = -(-len(rows) // _STATISTICS_ROWS)
    statistics = Statistics.of(chunks, rows.shape[1])

    def work(chunk: int) -> None:
        statistics.note(chunk, rows[chunk * _STATISTICS_ROWS : (chunk + 1) * _STATISTICS_ROWS], scratch)

    workers.each(work, chunks)
    return Sound(rows, statistics)
