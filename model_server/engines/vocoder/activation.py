"""AdaIN and Snake as one formula a channel: four passes over a chunk that is in the cache, for stock's eight over all.

AdaIN scales a channel by its mean and variance over the whole piece and by the style, so it is `g·x + h` with numbers that
are known once the statistics are. Snake `u + sin²(αu)/α` is `u + c - c·cos(2αu)` with c = 1/(2α). Together: two
multiply-adds, a cosine, a multiply-add.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_server.engines.stock import StockAdaIN
from model_server.engines.vocoder.scratch import Scratch

if TYPE_CHECKING:
    import torch


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
    """AdaIN, then Snake, of one layer."""

    def __init__(self, norm: StockAdaIN, alpha: torch.Tensor) -> None:
        """`alpha` is float32 [1, channels, 1]."""
        self._norm = norm
        self._frequency = 2 * alpha.detach().double().view(-1)
        self._c = 1 / self._frequency
        self._minus_c = -self._c.float()

    def of(self, style: torch.Tensor, mean: torch.Tensor, variance: torch.Tensor) -> Formula:
        """Return it for a piece: `style` is float32 [1, style], `mean` and `variance` float64 [channels]."""
        import torch

        norm = self._norm.norm
        gamma, beta = self._norm.fc(style)[0].chunk(2)
        scale = torch.rsqrt(variance + norm.eps)
        shift = -mean * scale
        if norm.affine:
            scale, shift = scale * norm.weight, shift * norm.weight + norm.bias
        gain = 1 + gamma
        scale, shift = gain * scale, gain * shift + beta
        turn_scale, turn_shift = (self._frequency * scale).float(), (self._frequency * shift).float()
        return Formula(scale.float(), (shift + self._c).float(), turn_scale, turn_shift, self._minus_c)


@dataclass(frozen=True)
class Formula:
    """`scale · x + shift + minus_c · cos(turn_scale · x + turn_shift)`, with numbers of each channel."""

    scale: torch.Tensor  # float32 [channels], as the others
    shift: torch.Tensor
    turn_scale: torch.Tensor
    turn_shift: torch.Tensor
    minus_c: torch.Tensor

    def apply(self, rows: torch.Tensor, out: torch.Tensor, scratch: torch.Tensor) -> None:
        """Write what becomes of `rows` into `out`; all are float32 [rows, channels]."""
        import torch

        torch.addcmul(self.shift, rows, self.scale, out=out)
        torch.addcmul(self.turn_shift, rows, self.turn_scale, out=scratch)
        out.addcmul_(_cosine_of(scratch), self.minus_c)


def _cosine_of(turns: torch.Tensor) -> torch.Tensor:
    """Return the cosines of `turns`, in its place.

    For one thread numpy's take 0.4 of the time of torch's, with AVX-512, and 6 % less for a chapter; it has no threads.
    """
    import numpy as np
    import torch

    if torch.get_num_threads() > 1:
        return turns.cos_()
    values = turns.numpy()
    np.cos(values, out=values)
    return turns
