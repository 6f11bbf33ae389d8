"""Rows of different lengths in one tensor, and layers that give each row what they would give it alone.

Everywhere here a tensor is zero behind the end of each row, as it is to a convolution behind the end of a tensor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from model_server.engines.stock import StockAdaIN


@dataclass(frozen=True)
class Rows:
    """How long each row is."""

    lengths: tuple[int, ...]
    inside: torch.Tensor  # float32 [rows, 1, longest]: 1 within a row, 0 behind its end
    counts: torch.Tensor  # float32 [rows, 1, 1]: the lengths

    @staticmethod
    def of(lengths: Sequence[int], device: torch.device) -> Rows:
        counts = torch.tensor(lengths, device=device)[:, None, None]
        inside = torch.arange(max(lengths), device=device) < counts
        return Rows(tuple(lengths), inside.float(), counts.float())

    def times(self, factor: int, more: int = 0) -> Rows:
        """Return rows that are so many times as long, and by `more` longer."""
        return Rows.of([factor * length + more for length in self.lengths], self.inside.device)

    def clear(self, x: torch.Tensor) -> torch.Tensor:
        """Return `x`, float32 [rows, channels, longest], itself, zero behind the end of each row."""
        return x.mul_(self.inside)


def normalize(norm: StockAdaIN, x: torch.Tensor, style: torch.Tensor, rows: Rows) -> torch.Tensor:
    """Return what stock's AdaIN makes of each row: mean and variance are those of the row, not of the tensor."""
    gamma, beta = norm.fc(style)[:, :, None].chunk(2, dim=1)
    gamma = 1 + gamma
    x = rows.clear(x - x.sum(-1, keepdim=True) / rows.counts)
    variance = x.square().sum(-1, keepdim=True) / rows.counts
    scale = gamma * norm.norm.weight[:, None] * torch.rsqrt(variance + norm.norm.eps)
    return rows.clear(torch.addcmul(gamma * norm.norm.bias[:, None] + beta, x, scale))


def recur(lstm: torch.nn.LSTM, x: torch.Tensor, rows: Rows) -> torch.Tensor:
    """Return what a recurrent layer makes of each row, float32 [rows, longest, channels] as `x` is."""
    packed = pack_padded_sequence(x, torch.tensor(rows.lengths), batch_first=True, enforce_sorted=False)
    found, _ = pad_packed_sequence(lstm(packed)[0], batch_first=True)
    return found
