"""Kokoro's decoder and vocoder for several pieces at once: the arithmetic of `kokoro.istftnet`, row by row the same.

What draws random numbers, and the last transform into samples, is done piece by piece: little work, and the noise of each
piece is its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn.functional import leaky_relu

from model_server.engines.stock import StockBlock, StockDecoder, StockGenerator, StockVocoderBlock
from model_server.engines.together.rows import Rows, normalize


def decode(
    decoder: StockDecoder,
    heard: torch.Tensor,
    pitch: torch.Tensor,
    loudness: torch.Tensor,
    style: torch.Tensor,
    rows: Rows,
    seeds: Sequence[int],
) -> list[torch.Tensor]:
    """Return the sound of each row, float32 [samples].

    `heard` is float32 [rows, channels, frames] of rows that are as long as `rows` says; `pitch`, in Hz, and `loudness` are
    [rows, 2 · frames].
    """
    curves = [rows.clear(decoder.F0_conv(pitch[:, None])), rows.clear(decoder.N_conv(loudness[:, None]))]
    beside = [rows.clear(decoder.asr_res(heard)), *curves]
    x, rows_now = residual(decoder.encode, torch.cat([heard, *curves], dim=1), style, rows)
    for block in decoder.decode:  # the last one doubles the length, and stock looks at nothing beside it from there on
        x, rows_now = residual(block, torch.cat([x, *beside], dim=1), style, rows_now)
    return _generate(decoder.generator, x, pitch, style, rows_now, seeds)


def residual(block: StockBlock, x: torch.Tensor, style: torch.Tensor, rows: Rows) -> tuple[torch.Tensor, Rows]:
    """Return what a block makes of `x`, and how long its rows are then."""
    after = rows if block.upsample_type == "none" else rows.times(2)
    found = after.clear(block.pool(block.actv(normalize(block.norm1, x, style, rows))))
    found = after.clear(block.conv1(found))
    found = block.conv2(block.actv(normalize(block.norm2, found, style, after)))
    return after.clear((found + block._shortcut(x)) * 2**-0.5), after


def _generate(
    generator: StockGenerator,
    x: torch.Tensor,
    pitch: torch.Tensor,
    style: torch.Tensor,
    rows: Rows,
    seeds: Sequence[int],
) -> list[torch.Tensor]:
    harmonics, longest = _harmonics(generator, pitch, rows, seeds)
    kernels = len(generator.resblocks) // len(generator.ups)
    for stage, upsample in enumerate(generator.ups):
        x = upsample(leaky_relu(x, 0.1))
        if stage == len(generator.ups) - 1:
            x = generator.reflection_pad(x)
            rows = longest
        else:
            rows = rows.times(x.shape[-1] // rows.inside.shape[-1])
        source = rows.clear(generator.noise_convs[stage](harmonics))
        x = rows.clear(x + _vocoder_block(generator.noise_res[stage], source, style, rows))
        blocks = generator.resblocks[stage * kernels : (stage + 1) * kernels]
        total = _vocoder_block(blocks[0], x, style, rows)
        for block in blocks[1:]:
            total += _vocoder_block(block, x, style, rows)
        x = total / kernels
    x = generator.conv_post(leaky_relu(x))
    bins = generator.post_n_fft // 2 + 1
    magnitude, phase = torch.exp(x[:, :bins]), torch.sin(x[:, bins:])
    return [
        generator.stft.inverse(magnitude[row : row + 1, :, :length], phase[row : row + 1, :, :length]).flatten()
        for row, length in enumerate(rows.lengths)
    ]


def _vocoder_block(block: StockVocoderBlock, x: torch.Tensor, style: torch.Tensor, rows: Rows) -> torch.Tensor:
    layers = zip(block.convs1, block.convs2, block.adain1, block.adain2, block.alpha1, block.alpha2, strict=True)
    for first, second, norm1, norm2, alpha1, alpha2 in layers:
        found = rows.clear(first(_snake(normalize(norm1, x, style, rows), alpha1)))
        found = second(_snake(normalize(norm2, found, style, rows), alpha2))
        x = rows.clear(found + x)
    return x


def _snake(x: torch.Tensor, alpha: torch.Tensor) -> torch.Tensor:
    return x + (1 / alpha) * torch.sin(alpha * x) ** 2


def _harmonics(
    generator: StockGenerator, pitch: torch.Tensor, rows: Rows, seeds: Sequence[int]
) -> tuple[torch.Tensor, Rows]:
    """Return magnitude and phase of each row's source, float32 [rows, 2 · bins, frames], and how many frames it has.

    Draws the same random numbers for a row as stock does for it alone.
    """
    found = []
    for row, (length, seed) in enumerate(zip(rows.lengths, seeds, strict=True)):
        torch.manual_seed(seed)
        fine = generator.f0_upsamp(pitch[row : row + 1, None, :length]).transpose(1, 2)
        source, _, _ = generator.m_source(fine)
        found.append(torch.cat(generator.stft.transform(source.transpose(1, 2).squeeze(1)), dim=1)[0])
    lengths = [each.shape[-1] for each in found]
    padded = pitch.new_zeros(len(found), found[0].shape[0], max(lengths))
    for row, each in enumerate(found):
        padded[row, :, : each.shape[-1]] = each
    return padded, Rows.of(lengths, pitch.device)
