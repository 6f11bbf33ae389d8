"""Three matrices give what a convolution gives, with fewer products."""

from __future__ import annotations

import pytest
import torch

from model_server.engines.vocoder.short_convolutions import (
    PairedTransform,
    ShortConvolution,
    paired_transform,
    short_convolution,
    short_transform,
    toom_cook,
)


def convolved(short: ShortConvolution, x: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    return short.outputs @ ((short.inputs @ x) * (short.kernel @ kernel))


@pytest.mark.parametrize(
    "short",
    [
        *(short_transform(taken, taps) for taken in (8, 16, 32, 64) for taps in (3, 5, 7)),
        *(toom_cook(given, taps) for given, taps in ((2, 3), (4, 3), (6, 3), (4, 5))),
        *map(short_convolution, (1, 3, 5, 7, 11, 15)),
    ],
)
def test_it_is_the_convolution_of_a_layer(short: ShortConvolution) -> None:
    random = torch.Generator().manual_seed(7)
    x = torch.randn(short.taken, dtype=torch.float64, generator=random)
    kernel = torch.randn(short.kernel.shape[1], dtype=torch.float64, generator=random)

    expected = torch.conv1d(x[None, None], kernel[None, None])[0, 0]

    assert len(expected) == short.given
    assert torch.allclose(convolved(short, x, kernel), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("taps", "most"), [(3, 1.4), (7, 1.9), (11, 2.2)])
def test_it_takes_fewer_products_than_taps(taps: int, most: float) -> None:
    short = short_convolution(taps)

    assert short.products / short.given < most < taps / 2


@pytest.mark.parametrize("taps", [3, 7, 11])
def test_single_precision_keeps_six_digits(taps: int) -> None:
    short = short_convolution(taps)
    single = ShortConvolution(short.inputs.float(), short.kernel.float(), short.outputs.float())
    random = torch.Generator().manual_seed(7)
    x, kernel = torch.randn(short.taken, generator=random), torch.randn(taps, generator=random)

    error = convolved(single, x, kernel).double() - convolved(short, x.double(), kernel.double())

    assert error.norm() < 3e-6 * convolved(short, x.double(), kernel.double()).norm()


def test_toom_cook_refuses_what_would_not_be_exact() -> None:
    with pytest.raises(ValueError, match="12 points"):
        toom_cook(6, 7)


@pytest.mark.parametrize("taps", [1, 5, 7, 11, 15])
def test_a_paired_transform_is_the_convolution_of_a_layer(taps: int) -> None:
    paired = paired_transform(taps)
    random = torch.Generator().manual_seed(taps)
    x = torch.randn(paired.inputs.shape[1], dtype=torch.float64, generator=random)
    kernel = torch.randn(taps, dtype=torch.float64, generator=random)

    parts = (paired.inputs @ x).view(-1, 1, 2)
    products = (parts @ (paired.kernel @ kernel)).flatten()

    assert torch.allclose(paired.outputs @ products, torch.conv1d(x[None, None], kernel[None, None])[0, 0])


@pytest.mark.parametrize(
    "transform", [short_convolution(7), short_convolution(11), paired_transform(7), paired_transform(11)]
)
def test_a_transform_is_even_and_odd_in_its_halves(transform: ShortConvolution | PairedTransform) -> None:
    even, half = transform.even, transform.inputs.shape[1] // 2
    given = len(transform.outputs)
    signs = torch.where(torch.arange(len(transform.inputs)) < even, 1.0, -1.0).double()

    assert 0 < even < len(transform.inputs)
    assert torch.allclose(transform.inputs[:, half:], signs[:, None] * transform.inputs[:, :half])
    assert torch.allclose(transform.outputs[half:], signs * transform.outputs[: given - half])
