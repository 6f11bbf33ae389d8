"""One convolution of a residual block, with what stands before and after it, chunk by chunk within the processor's cache."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from model_server.engines.vocoder.activation import Formula, Statistics
from model_server.engines.vocoder.kernels import Kernel
from model_server.engines.vocoder.scratch import Scratch
from model_server.engines.vocoder.workers import Workers

if TYPE_CHECKING:
    import torch

# Samples of a chunk, rows times channels. What is done with a chunk takes eight times as much memory as it has; with
# as many it stays in the processor's cache, and its matrices are large enough to be multiplied well.
_CHUNK = 1408 * 128
# Up to as many samples are one chunk, on which torch's own threads work together: so short a chunk's operations are done
# before Python, of which only one thread can run, has called the next ones for all threads.
_WHOLE = 8192 * 128


class Convolution:
    """`conv(activation(x))` of a layer with stride 1 that keeps the length, for any dilation."""

    def __init__(self, kernel: Kernel, dilation: int, workers: Workers, scratch: Scratch) -> None:
        self._kernel = kernel
        self._dilation = dilation
        self._workers = workers
        self._scratch = scratch
        self._margin = (kernel.taken - kernel.given) * dilation  # rows around those made that they depend on
        self._step = kernel.given * dilation  # rows that one tile of all streams gives

    def run(
        self,
        x: torch.Tensor,
        formula: Formula,
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
        noted = Statistics.of(chunks, self._kernel.outgoing)

        def work(chunk: int) -> None:
            first = chunk * tiles * self._step
            count = min(tiles, math.ceil((rows - first) / self._step))
            made = out[first : first + count * self._step]
            self._kernel.convolve(self._activated(x, formula, first, count), count, made, onto)
            if add is not None:
                made += add[first : first + len(made)]
            noted.note(chunk, made, self._scratch)

        self._workers.each(work, chunks)
        return noted

    def _tiles_a_chunk(self, rows: int) -> int:
        """Return how many tiles make chunks of one size: a last one that is shorter leaves a thread without work."""
        tiles = math.ceil(rows / self._step)
        samples = rows * self._kernel.incoming
        return tiles if samples <= _WHOLE else math.ceil(tiles / math.ceil(samples / _CHUNK))

    def _activated(self, x: torch.Tensor, formula: Formula, first: int, tiles: int) -> torch.Tensor:
        """Return the activated rows that as many tiles from row `first` on need; zeros where the sound has ended."""
        needed = tiles * self._step + self._margin
        activated = self._scratch.take("activated", needed, self._kernel.incoming)
        scratch = self._scratch.take("turned", needed, self._kernel.incoming)
        start = first - self._margin // 2
        low, high = max(0, -start), min(len(activated), len(x) - start)
        activated[:low] = 0
        activated[high:] = 0
        formula.apply(x[start + low : start + high], activated[low:high], scratch[low:high])
        return activated
