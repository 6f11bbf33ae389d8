"""Kokoro's vocoder with its residual blocks computed time first; everything else is stock's own modules.

On two cores, of stock's time with glibc told to keep its memory: 0.67 for a sentence, 0.9 for a word (`scripts/bench engine`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from model_server.engines.stock import StockGenerator, StockVocoderBlock
from model_server.engines.vocoder.blocks import Block, MakeKernel, Sound, sound_of
from model_server.engines.vocoder.scratch import Scratch
from model_server.engines.vocoder.workers import Workers

if TYPE_CHECKING:
    import torch


_TURNED = 512  # rows of a matrix that are turned at once: both sides of it stay in the processor's cache


@dataclass(frozen=True)
class _Stage:
    """What stands between two upsamplings."""

    noise: Block  # of the source
    sounds: list[Block]


class Generator:
    """Called as stock's; the same sound to about 117 dB. Not for GPUs: it works on the CPU's cores by itself."""

    def __init__(self, stock: StockGenerator, make_kernel: MakeKernel, workers: Workers) -> None:
        """Take the residual blocks out of `stock`: their weights get a form of their own. The other modules are used."""
        self._stock = stock
        self._make_kernel = make_kernel
        self._workers = workers
        self._scratch = Scratch()
        kernels = len(stock.resblocks) // len(stock.ups)
        self._unmade = {
            stage: (noise, list(stock.resblocks[stage * kernels : (stage + 1) * kernels]))
            for stage, noise in enumerate(stock.noise_res)
        }
        del stock.resblocks, stock.noise_res
        self._stages: dict[int, _Stage] = {}

    def __call__(self, x: torch.Tensor, style: torch.Tensor, f0: torch.Tensor) -> torch.Tensor:
        """Return the sound, float32 [1, 1, samples].

        `x` is float32 [1, channels, frames], `style` [1, style], `f0` [1, frames] in Hz.
        """
        import torch
        from torch.nn.functional import leaky_relu

        stock = self._stock
        harmonics = self._harmonics(f0)
        for stage, upsample in enumerate(stock.ups):
            x = upsample(leaky_relu(x, 0.1, inplace=stage > 0))
            if stage == len(stock.ups) - 1:
                x = stock.reflection_pad(x)
            rows = [self._turned(x[0])]
            del x  # of a paragraph each of these takes as much as the weights: none stays longer than it is needed
            x = self._residual(stage, rows, harmonics, style)
        x = stock.conv_post(leaky_relu(x, inplace=True))
        bins = stock.post_n_fft // 2 + 1
        return stock.stft.inverse(torch.exp(x[:, :bins]), torch.sin(x[:, bins:]))

    def rest(self) -> None:
        """Give memory back that is kept for the next piece."""
        self._scratch.drop()

    def _residual(
        self, stage: int, taken: list[torch.Tensor], harmonics: torch.Tensor, style: torch.Tensor
    ) -> torch.Tensor:
        """Return float32 [1, channels, rows]. Takes the only item, float32 [rows, channels], out of `taken`."""
        import torch

        blocks = self._blocks(stage)
        sound = blocks.noise.add_to(taken.pop(), self._heard(stage, harmonics), style)
        total = torch.zeros_like(sound.rows)
        for block in blocks.sounds:
            block.add_to(total, sound, style)
        del sound
        total /= len(blocks.sounds)
        return self._turned(total)[None]

    def _heard(self, stage: int, harmonics: torch.Tensor) -> Sound:
        """Return what the source adds to a stage."""
        return sound_of(self._turned(self._stock.noise_convs[stage](harmonics)[0]), self._workers, self._scratch)

    def _blocks(self, stage: int) -> _Stage:
        """Return the blocks of a stage, made when they are first needed, so that stock's weights are not kept beside them."""
        if stage in self._unmade:
            noise, sounds = self._unmade.pop(stage)
            self._stages[stage] = _Stage(self._block(noise), [self._block(block) for block in sounds])
        return self._stages[stage]

    def _block(self, stock: StockVocoderBlock) -> Block:
        return Block(stock, self._make_kernel, self._workers, self._scratch)

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

    def _harmonics(self, f0: torch.Tensor) -> torch.Tensor:
        """Return magnitude and phase of the source, float32 [1, 2 · bins, frames]. Draws the same random numbers as stock."""
        import torch

        source, _, _ = self._stock.m_source(self._stock.f0_upsamp(f0[:, None]).transpose(1, 2))
        return torch.cat(self._stock.stft.transform(source.transpose(1, 2).squeeze(1)), dim=1)
