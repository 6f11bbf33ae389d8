"""Kokoro's vocoder with its residual blocks computed time first; everything else is stock's own modules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from model_server.engines.vocoder.blocks import Block, MakeKernel, StockBlock, sound_of
from model_server.engines.vocoder.scratch import Scratch
from model_server.engines.vocoder.workers import Workers

if TYPE_CHECKING:
    import torch

    Layer = Callable[[torch.Tensor], torch.Tensor]


class Transform(Protocol):
    """`kokoro.istftnet.TorchSTFT`."""

    def transform(self, sound: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]: ...
    def inverse(self, magnitude: torch.Tensor, phase: torch.Tensor) -> torch.Tensor: ...


class StockGenerator(Protocol):
    """`kokoro.istftnet.Generator`."""

    post_n_fft: int
    stft: Transform
    f0_upsamp: Layer
    m_source: Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor, torch.Tensor]]
    noise_convs: Sequence[Layer]
    noise_res: Sequence[StockBlock]
    ups: Sequence[Layer]
    resblocks: Sequence[StockBlock]
    reflection_pad: Layer
    conv_post: Layer


# Rows from which on a stage is faster time first, by its channels. Of a shorter sound each layer's matrices, four times as
# many as its taps, take longer to read than to multiply. Measured on two cores by `benchmarks`.
_WORTHWHILE = {256: 600}

_TURNED = 512  # rows of a matrix that are turned at once: both sides of it stay in the processor's cache


class Generator:
    """Called as stock's; the same sound to about 117 dB. Not for GPUs: it works on the CPU's cores by itself."""

    def __init__(self, stock: StockGenerator, make_kernel: MakeKernel, workers: Workers) -> None:
        """Keep the weights of the residual blocks in a form of their own, too; the other modules are those of `stock`."""
        self._stock = stock
        self._workers = workers
        self._scratch = scratch = Scratch()
        blocks = [Block(block, make_kernel, workers, scratch) for block in stock.resblocks]
        kernels = len(blocks) // len(stock.ups)
        self._blocks = [blocks[first : first + kernels] for first in range(0, len(blocks), kernels)]
        self._noise_blocks = [Block(block, make_kernel, workers, scratch) for block in stock.noise_res]

    def __call__(self, x: torch.Tensor, style: torch.Tensor, f0: torch.Tensor) -> torch.Tensor:
        """Return the sound, float32 [1, 1, samples].

        `x` is float32 [1, channels, frames], `style` [1, style], `f0` [1, frames] in Hz.
        """
        import torch
        from torch.nn.functional import leaky_relu

        stock = self._stock
        harmonics = self._harmonics(f0)
        for stage, upsample in enumerate(stock.ups):
            x = upsample(leaky_relu(x, 0.1))
            if stage == len(self._blocks) - 1:
                x = stock.reflection_pad(x)
            source = stock.noise_convs[stage](harmonics)
            worthwhile = x.shape[2] >= _WORTHWHILE.get(x.shape[1], 0)
            x = (self._time_first if worthwhile else self._as_stock)(stage, x, source, style)
        x = stock.conv_post(leaky_relu(x))
        bins = stock.post_n_fft // 2 + 1
        return stock.stft.inverse(torch.exp(x[:, :bins]), torch.sin(x[:, bins:]))

    def rest(self) -> None:
        """Give memory back that is kept for the next piece."""
        self._scratch.drop()

    def _time_first(self, stage: int, x: torch.Tensor, source: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        import torch

        rows, heard = self._turned(x[0]), self._turned(source[0])
        sound = self._noise_blocks[stage].add_to(rows, sound_of(heard, self._workers, self._scratch), style)
        total = torch.zeros_like(rows)
        for block in self._blocks[stage]:
            block.add_to(total, sound, style)
        total /= len(self._blocks[stage])
        return self._turned(total)[None]

    def _turned(self, matrix: torch.Tensor) -> torch.Tensor:
        """Return the matrix with its rows as columns, in this order in memory too."""
        import torch

        turned = torch.empty(matrix.shape[1], matrix.shape[0])
        long = max(matrix.shape)

        def work(chunk: int) -> None:
            part = slice(chunk * _TURNED, (chunk + 1) * _TURNED)
            if len(turned) == long:
                turned[part] = matrix[:, part].T
            else:
                turned[:, part] = matrix[part].T

        self._workers.each(work, -(-long // _TURNED))
        return turned

    def _as_stock(self, stage: int, x: torch.Tensor, source: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        stock, kernels = self._stock, len(self._blocks[stage])
        x = x + stock.noise_res[stage](source, style)
        total = stock.resblocks[stage * kernels](x, style)
        for block in stock.resblocks[stage * kernels + 1 : (stage + 1) * kernels]:
            total += block(x, style)
        return total / kernels

    def _harmonics(self, f0: torch.Tensor) -> torch.Tensor:
        """Return magnitude and phase of the source, float32 [1, 2 · bins, frames]. Draws the same random numbers as stock."""
        import torch

        source, _, _ = self._stock.m_source(self._stock.f0_upsamp(f0[:, None]).transpose(1, 2))
        return torch.cat(self._stock.stft.transform(source.transpose(1, 2).squeeze(1)), dim=1)
