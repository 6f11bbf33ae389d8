"""AdaIN and Snake as one formula a channel: four passes over a chunk that is in the cache, for stock's eight over all.

AdaIN scales a channel by its mean and variance over the whole piece and by the style, so it is `g·x + h` with numbers that
are known once the statistics are. Snake `u + sin²(αu)/α` is `u + c - c·cos(2αu)` with c = 1/(2α). Together: two
multiply-adds, a cosine, a multiply-add.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from model_server.engines.vocoder.scratch import Scratch

if TYPE_CHECKING:
    import torch


class Norm(Protocol):
    """`kokoro.istftnet.AdaIN1d`."""

    norm: torch.nn.InstanceNorm1d
    fc: torch.nn.Linear


@dataclass(frozen=True)
class Statistics:
    """Sums over the rows of each chunk, in the order of the chunks, so that the number of threads changes nothing."""

    sums: torch.Tensor  # float32 [chunks, channels]
    squares: torch.Tensor  # float32 [chunks, channels], sums of the squares

    @staticmethod
    def of(chunks: int, channels: int) -> Statistics:
        """Return room for as many."""
        import torch

        return Statistics(torch.empty(chunks, channels), torch.empty(chunks, channels))

    def note(self, chunk: int, rows: torch.Tensor, scratch: Scratch) -> None:
        """Take down one chunk, float32 [rows, channels]."""
        import torch

        squares = scratch.take("squares", *rows.shape)
        torch.sum(rows, 0, out=self.sums[chunk])
        torch.sum(
            torch.mul(rows, rows, out=squares), 0, out=self.squares[chunk]
        )  # `vector_norm` takes five times as long

    def mean_and_variance(self, rows: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return both over as many rows in all, float64 [channels]."""
        mean = self.sums.double().sum(0) / rows
        squares = self.squares.double().sum(0) / rows
        return mean, (squares - mean * mean).clamp_(min=0)


class Activation:
    """AdaIN with these statistics and this style, then Snake."""

    def __init__(
        self, norm: Norm, style: torch.Tensor, alpha: torch.Tensor, mean: torch.Tensor, variance: torch.Tensor
    ) -> None:
        """`style` is float32 [1, style]; `alpha` [1, channels, 1]; `mean` and `variance` are float64 [channels]."""
        import torch

        gamma, beta = norm.fc(style)[0].double().chunk(2)
        scale = torch.rsqrt(variance + norm.norm.eps)
        shift = -mean * scale
        if norm.norm.affine:
            scale, shift = scale * norm.norm.weight, shift * norm.norm.weight + norm.norm.bias
        scale, shift = (1 + gamma) * scale, (1 + gamma) * shift + beta
        frequency = 2 * alpha.double().view(-1)
        c = 1 / frequency
        self._scale, self._shift = scale.float(), (shift + c).float()
        self._turn_scale, self._turn_shift = (frequency * scale).float(), (frequency * shift).float()
        self._minus_c = (-c).float()

    def apply(self, rows: torch.Tensor, out: torch.Tensor, scratch: torch.Tensor) -> None:
        """Write what becomes of `rows` into `out`; all are float32 [rows, channels]."""
        import torch

        torch.addcmul(self._shift, rows, self._scale, out=out)
        torch.addcmul(self._turn_shift, rows, self._turn_scale, out=scratch)
        out.addcmul_(scratch.cos_(), self._minus_c)
