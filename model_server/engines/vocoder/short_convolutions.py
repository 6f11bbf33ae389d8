"""Convolutions of a short stretch of sound with fewer multiplications, each as three matrices. Pure arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

# Where Toom-Cook looks at its polynomials besides infinity: small numbers and their inverses keep the matrices' entries
# near 1, so that float32 keeps 6 digits (Lavin and Gray 2015, "Fast Algorithms for Convolutional Neural Networks").
_POINTS = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5)

# Up to as many taps Toom-Cook needs fewer products than a transform and is as exact.
_MOST_TAPS_OF_TOOM_COOK = 3
_SHORTEST_TRANSFORM = 32


@dataclass(frozen=True)
class ShortConvolution:
    """`outputs @ ((inputs @ x) * (kernel @ w))` is what w gives on x, as in a convolutional layer: no tap is mirrored.

    Float64; the factor that belongs to x may be applied to all channels, the product become one of matrices.
    """

    inputs: torch.Tensor  # [products, taken]
    kernel: torch.Tensor  # [products, taps]
    outputs: torch.Tensor  # [given, products], given = taken - taps + 1

    @property
    def products(self) -> int:
        return self.inputs.shape[0]

    @property
    def taken(self) -> int:
        """Samples read for one stretch."""
        return self.inputs.shape[1]

    @property
    def given(self) -> int:
        """Samples made by one stretch."""
        return self.outputs.shape[0]


@cache
def short_convolution(taps: int) -> ShortConvolution:
    """Return the one that measured fastest for as many taps: 1.3 products a sample for 3, 1.8 for 7, 2.1 for 11."""
    if taps <= _MOST_TAPS_OF_TOOM_COOK:
        return toom_cook(len(_POINTS) + 2 - taps, taps)
    return short_transform(max(_SHORTEST_TRANSFORM, 1 << math.ceil(math.log2(2.5 * taps))), taps)


def toom_cook(given: int, taps: int) -> ShortConvolution:
    """Return Toom-Cook's for `given` samples out; needs given + taps - 1 products, at most 8. Raises ValueError."""
    import torch

    taken = given + taps - 1
    if not 2 <= taken <= len(_POINTS) + 1:
        raise ValueError(f"Toom-Cook of {taken} points: at most {len(_POINTS) + 1} are exact enough")

    def values(terms: int) -> torch.Tensor:
        """Return the matrix that evaluates a polynomial of as many terms at all points."""
        rows = [[point**power for power in range(terms)] for point in _POINTS[: taken - 1]]
        return torch.tensor([*rows, [0.0] * (terms - 1) + [1.0]], dtype=torch.float64)

    # The product of polynomials is V⁻¹((V a)(V w)); a correlation is its transpose in a.
    return ShortConvolution(torch.linalg.inv(values(taken)).T, values(taps), values(given).T)


def short_transform(taken: int, taps: int) -> ShortConvolution:
    """Return the one by Fourier's transform of `taken` samples, an even number; of a complex product it takes 3 real ones."""
    import torch

    given = taken - taps + 1
    time = torch.arange(taken, dtype=torch.float64)
    inputs, kernel, outputs = [], [], []
    for bin_ in range(taken // 2 + 1):
        cosine = torch.cos(2 * math.pi * bin_ / taken * time)
        sine = torch.sin(2 * math.pi * bin_ / taken * time)
        # x has the spectrum a + ib, the kernel's conjugate one u + iv; the rows of either are these:
        a, b = cosine, -sine
        u, v = cosine[:taps], sine[:taps]
        back_re, back_im = cosine[:given] / taken, -sine[:given] / taken
        if bin_ in (0, taken // 2):  # real by themselves
            inputs += [a]
            kernel += [u]
            outputs += [back_re]
        else:  # (a + ib)(u + iv): its real part is u(a + b) - b(u + v), its imaginary part u(a + b) + a(v - u)
            inputs += [a + b, a, b]
            kernel += [u, v - u, u + v]
            outputs += [2 * (back_re + back_im), 2 * back_im, -2 * back_re]
    return ShortConvolution(torch.stack(inputs), torch.stack(kernel), torch.stack(outputs, dim=1))
