"""A convolution with its activation gives what stock's modules give, wherever the chunks end."""

from __future__ import annotations

import pytest
import torch

from model_server.engines.kokoro_model import import_kmodel
from model_server.engines.vocoder import convolution
from model_server.engines.vocoder.activation import Activation, Statistics
from model_server.engines.vocoder.blocks import MakeKernel, sound_of
from model_server.engines.vocoder.convolution import Convolution
from model_server.engines.vocoder.half_kernels import half_kernel
from model_server.engines.vocoder.kernels import float_kernel
from model_server.engines.vocoder.scratch import Scratch
from model_server.engines.vocoder.workers import Workers

CHANNELS, STYLE = 16, 8


@pytest.fixture(scope="module")
def workers() -> Workers:
    return Workers(2)


def decibels(wanted: torch.Tensor, got: torch.Tensor) -> float:
    """Return the ratio of signal to error."""
    return float(20 * torch.log10(wanted.norm() / (wanted - got).norm()))


@pytest.mark.parametrize(("make_kernel", "least"), [(float_kernel, 90), (half_kernel, 40)])
@pytest.mark.parametrize("taps", [3, 5, 7, 11])
@pytest.mark.parametrize("dilation", [1, 3, 5])
@pytest.mark.parametrize("rows", [1, 7, 300, 1000])
@torch.inference_mode()
def test_it_gives_what_the_stock_modules_give(
    make_kernel: MakeKernel,
    least: float,
    taps: int,
    dilation: int,
    rows: int,
    workers: Workers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(convolution, "_WHOLE", 250 * CHANNELS)
    monkeypatch.setattr(convolution, "_CHUNK", 200 * CHANNELS)  # several chunks, the last one not whole
    import_kmodel()
    from kokoro.istftnet import AdaIN1d  # type: ignore[import-untyped]  # ships no types

    torch.manual_seed(taps * dilation * rows)
    norm, alpha = AdaIN1d(STYLE, CHANNELS), torch.rand(1, CHANNELS, 1) + 0.5
    layer = torch.nn.Conv1d(CHANNELS, CHANNELS, taps, dilation=dilation, padding=(taps - 1) * dilation // 2)
    x, style, add = torch.randn(rows, CHANNELS) + 3, torch.randn(1, STYLE), torch.randn(rows, CHANNELS)
    u = norm(x.T[None], style) if rows > 1 else torch.zeros(1, CHANNELS, 1) + norm.fc(style)[:, CHANNELS:, None]
    wanted = layer(u + torch.sin(alpha * u) ** 2 / alpha)[0].T + add
    assert layer.bias is not None
    scratch = Scratch()
    kernel = make_kernel(layer.weight.detach(), layer.bias.detach(), dilation, scratch)
    fast = Convolution(kernel, dilation, workers, scratch)
    statistics = sound_of(x, workers, scratch).statistics
    activation = Activation(norm, alpha).of(style, *statistics.mean_and_variance(rows))

    out = torch.full((rows, CHANNELS), float("nan"))
    noted = fast.run(x, activation, out, add=add)

    assert decibels(wanted, out) > least
    mean, variance = noted.mean_and_variance(rows)
    assert torch.allclose(mean.float(), out.mean(0), atol=1e-4)
    assert torch.allclose(variance.float(), out.var(0, correction=0), atol=1e-3)
    fast.run(x, activation, out, add=add, onto=True)
    assert decibels(2 * wanted, out) > least


def test_statistics_do_not_depend_on_who_notes_them_first() -> None:
    rows = torch.randn(90, CHANNELS)
    forwards, backwards, scratch = Statistics.of(3, CHANNELS), Statistics.of(3, CHANNELS), Scratch()
    for chunk in range(3):
        forwards.note(chunk, rows[30 * chunk : 30 * chunk + 30], scratch)
        backwards.note(2 - chunk, rows[30 * (2 - chunk) : 90 - 30 * chunk], scratch)

    assert all(map(torch.equal, forwards.mean_and_variance(90), backwards.mean_and_variance(90)))
