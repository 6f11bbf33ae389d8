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
    # The first so many products see only the sum of both halves of the stretch, all others only the difference, and each
    # gives the second half what it gives the first, the others with the sign turned. 0: there is no such symmetry.
    even: int = 0

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
    return short_transform(_transform_length(taps), taps)


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
    inputs, kernel, outputs = [], [], []
    for bin_ in _bins(taken):
        cosine, sine = _waves(bin_, taken)
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
    even = 2 + 3 * (taken // 4 - 1)
    return ShortConvolution(torch.stack(inputs), torch.stack(kernel), torch.stack(outputs, dim=1), even)


@dataclass(frozen=True)
class PairedTransform:
    """Fourier's transform with real and imaginary parts as pairs, which one matrix of four parts multiplies. Float64.

    The two bins that are real by themselves, the first and the last, make one pair.
    """

    inputs: torch.Tensor  # [2 · pairs, taken]
    kernel: torch.Tensor  # [pairs, 2, 2, taps]: what a part of the sound gives to a part of the product
    outputs: torch.Tensor  # [given, 2 · pairs]
    even: int  # as ShortConvolution's, of 2 · pairs


@cache
def paired_transform(taps: int) -> PairedTransform:
    """Return the transform for as many taps, of the same length as `short_convolution` takes."""
    import torch

    taken = _transform_length(taps)
    given = taken - taps + 1
    none = torch.zeros(taps, dtype=torch.float64)
    first, last = _waves(0, taken)[0], _waves(taken // 2, taken)[0]
    inputs, outputs = [first, last], [first[:given] / taken, last[:given] / taken]
    kernel = [torch.stack([first[:taps], none, none, last[:taps]])]
    for bin_ in _bins(taken)[2:]:
        cosine, sine = _waves(bin_, taken)
        u, v = cosine[:taps], sine[:taps]
        # (a + ib)(u + iv): the real part gives u and v to the parts of the product, the imaginary part -v and u
        inputs += [cosine, -sine]
        kernel += [torch.stack([u, v, -v, u])]
        outputs += [2 * cosine[:given] / taken, -2 * sine[:given] / taken]
    return PairedTransform(
        torch.stack(inputs), torch.stack(kernel).view(-1, 2, 2, taps), torch.stack(outputs, dim=1), taken // 2
    )


def _bins(taken: int) -> list[int]:
    """Return the bins of a transform of a multiple of 4 samples: the two real ones, the other even ones, the odd ones."""
    return [0, taken // 2, *range(2, taken // 2, 2), *range(1, taken // 2, 2)]


def _waves(bin_: int, taken: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return cosine and sine of a bin, float64 [taken]."""
    import torch

    turns = 2 * math.pi * bin_ / taken * torch.arange(taken, dtype=torch.float64)
    return torch.cos(turns), torch.sin(turns)


def _transform_length(taps: int) -> int:
    return int(max(_SHORTEST_TRANSFORM, 1 << math.ceil(math.log2(2.5 * taps))))
