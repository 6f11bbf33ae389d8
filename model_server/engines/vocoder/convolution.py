"""One convolution of a residual block, with what stands before and after it, chunk by chunk within the processor's cache.

Sound lies with time first, `[rows, channels]`: a tap, a tile and a dilated stream are then rows, which are copied and
multiplied whole. Stock's `[channels, time]` would have to be turned for each product.
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

from model_server.engines.vocoder.activation import Activation, Statistics
from model_server.engines.vocoder.short_convolutions import short_convolution
from model_server.engines.vocoder.workers import Workers

if TYPE_CHECKING:
    import torch

# Samples of a chunk, rows times channels. What is done with a chunk takes eight times as much memory as it has; with
# as many it stays in the processor's cache, and its matrices are large enough to be multiplied well.
_CHUNK = 1408 * 128
# A short piece is cut into as many all the same, so that several cores have work; the same on every machine, because
# where chunks end shows in the last bits of the sums.
_FEWEST_CHUNKS = 4


class Scratch(threading.local):
    """Memory of one thread for one chunk, used again for the next: fresh memory would be cleared and faulted in each time."""

    def __init__(self) -> None:
        self._kept: dict[str, torch.Tensor] = {}

    def take(self, name: str, *shape: int) -> torch.Tensor:
        """Return float32 of this shape, its content anything; what had the name before is lost."""
        import torch

        size = math.prod(shape)
        if name not in self._kept or len(self._kept[name]) < size:
            self._kept[name] = torch.empty(size)
        return self._kept[name][:size].view(shape)


class Convolution:
    """`conv(activation(x))` of a layer with stride 1 that keeps the length, for any dilation."""

    def __init__(
        self, weight: torch.Tensor, bias: torch.Tensor, dilation: int, workers: Workers, scratch: Scratch
    ) -> None:
        """`weight` is float32 [out, in, taps], taps odd; `bias` float32 [out]."""
        outgoing, self._incoming, taps = weight.shape
        short = short_convolution(taps)
        self._short = short
        self._outgoing = outgoing
        self._dilation = dilation
        self._workers = workers
        self._scratch = scratch
        self._inputs, self._outputs = short.inputs.float(), short.outputs.float()
        # [products, in, out]: the layer's matrix for each product
        taps_first = weight.permute(2, 1, 0).reshape(taps, -1)
        self._kernel = (short.kernel.float() @ taps_first).view(short.products, self._incoming, outgoing)
        self._bias = bias
        self._reach = (taps - 1) * dilation // 2  # rows before a row that it depends on
        self._step = short.given * dilation  # rows that one tile of all streams gives

    def run(
        self,
        x: torch.Tensor,
        activation: Activation,
        out: torch.Tensor,
        *,
        add: torch.Tensor | None = None,
        onto: bool = False,
    ) -> Statistics:
        """Write into `out` what the layer gives on the activated `x`, plus `add`, or add that to `out` with `onto`.

        All are float32 [rows, channels], apart from each other. Returns the statistics of `out`.
        """
        rows = x.shape[0]
        tiles = self._tiles_a_chunk(rows)
        chunks = math.ceil(rows / (tiles * self._step))
        noted = Statistics.of(chunks, self._outgoing)

        def work(chunk: int) -> None:
            first = chunk * tiles * self._step
            count = min(tiles, math.ceil((rows - first) / self._step))
            made = out[first : first + count * self._step]
            self._convolve(self._activated(x, activation, first, count), count, made, onto)
            made += self._bias
            if add is not None:
                made += add[first : first + len(made)]
            noted.note(chunk, made)

        self._workers.each(work, chunks)
        return noted

    def _tiles_a_chunk(self, rows: int) -> int:
        wanted = min(_CHUNK // self._incoming, math.ceil(rows / _FEWEST_CHUNKS))
        return max(1, round(wanted / self._step))

    def _activated(self, x: torch.Tensor, activation: Activation, first: int, tiles: int) -> torch.Tensor:
        """Return the activated rows that as many tiles from row `first` on need; zeros where the sound has ended."""
        needed = tiles * self._step + (self._short.taken - self._short.given) * self._dilation
        activated = self._scratch.take("activated", needed, self._incoming)
        scratch = self._scratch.take("turned", needed, self._incoming)
        start = first - self._reach
        low, high = max(0, -start), min(len(activated), len(x) - start)
        activated[:low] = 0
        activated[high:] = 0
        activation.apply(x[start + low : start + high], activated[low:high], scratch[low:high])
        return activated

    def _convolve(self, activated: torch.Tensor, tiles: int, out: torch.Tensor, onto: bool) -> None:
        """Write into `out` what the layer gives without its bias, or add it."""
        import torch

        short, dilation, incoming, outgoing = self._short, self._dilation, self._incoming, self._outgoing
        streams = tiles * dilation
        windows = self._scratch.take("windows", short.taken, streams * incoming)
        transformed = self._scratch.take("transformed", short.products, streams * incoming)
        multiplied = self._scratch.take("multiplied", short.products, streams, outgoing)
        # Row r of stream s, of tile t: windows overlap by what the taps reach.
        overlapping = activated.as_strided(
            (short.taken, tiles, dilation, incoming), (dilation * incoming, self._step * incoming, incoming, 1)
        )
        windows.view(overlapping.shape).copy_(overlapping)
        torch.mm(self._inputs, windows, out=transformed)
        torch.bmm(transformed.view(short.products, streams, incoming), self._kernel, out=multiplied)
        by_tile = multiplied.view(short.products, tiles, dilation * outgoing).transpose(0, 1)
        outputs = self._outputs.expand(tiles, -1, -1)
        if len(out) == tiles * self._step:
            whole = out.view(tiles, short.given, dilation * outgoing)
            torch.baddbmm(whole, outputs, by_tile, beta=float(onto), out=whole)
            return
        given = torch.bmm(outputs, by_tile).view(-1, outgoing)[: len(out)]  # the last tile reaches beyond the end
        if onto:
            out += given
        else:  # what lies there may be anything, also no number
            out.copy_(given)
