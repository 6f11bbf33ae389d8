"""Change the sampling rate of sound. Windowed sinc in polyphase form; knows nothing of devices or engines.

The output of a rational resampler repeats its filter phases: with rates reduced to L / M, output k takes phase
(k * M) mod L. Outputs of the same phases are computed together, as products of a small matrix with windows of the input.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, gcd
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Zero crossings of the sinc on each side, the Kaiser window's beta, and the cut-off as a share of the lower Nyquist
# frequency: together flat to 0.86 of that frequency, and 90 dB down from 1.04 of it on.
_CROSSINGS = 32
_BETA = 9.0
_CUTOFF = 0.95
# Outputs that one matrix computes: wide enough for the matrix product to be efficient, narrow enough that few of its
# elements are zero.
_TILE = 64
# Multiplications in one product: OpenBLAS calls other threads for more than that. They gain little here, and on a busy
# machine waiting for them takes ten times as long as the product.
_SINGLE_THREADED = 250_000
# Samples that are computed together at most, unless one period has more: what comes in parts waits for as many.
_BLOCK = 8192


@dataclass(frozen=True)
class _Tile:
    """The filter for neighbouring outputs of one period."""

    output: int  # the first output, counted from the period's first
    source: int  # the first input it takes, counted from the period's first; padding included
    weights: npt.NDArray[np.float32]  # [inputs, outputs]


@dataclass(frozen=True)
class _Filter:
    """All phases of one ratio of rates."""

    period_in: int  # samples
    period_out: int  # samples
    padding: int  # zeros needed before the input, samples
    tiles: tuple[_Tile, ...]
    reach: int  # of the period's last window, samples from its first
    block: int  # periods that are computed together


def resample(samples: npt.NDArray[np.float32], rate_in: int, rate_out: int) -> npt.NDArray[np.float32]:
    """Return `samples` (float32 [samples]) at `rate_out` Hz: the same duration, rounded to the nearest sample.

    The sound is taken as silent before its start and after its end. Raises ValueError for a rate that is not positive.
    """
    import numpy as np

    if rate_in <= 0 or rate_out <= 0:
        raise ValueError(f"rates must be positive: {rate_in} Hz to {rate_out} Hz")
    samples = np.asarray(samples, dtype=np.float32)
    if rate_in == rate_out or not len(samples):
        return samples
    wanted = (2 * len(samples) * rate_out + rate_in) // (2 * rate_in)
    if not wanted:  # one sample, going down by more than half
        return samples[:0]
    design = _design(rate_in // gcd(rate_in, rate_out), rate_out // gcd(rate_in, rate_out))
    periods = ceil(wanted / design.period_out)
    padded = np.zeros(max(_needed(design, periods), design.padding + len(samples)), dtype=np.float32)
    padded[design.padding : design.padding + len(samples)] = samples
    return _computed(padded, design, periods)[:wanted]


class Resampler:
    """Changes the rate of sound that comes in parts: together the same, to the last bit, as `resample` makes of the whole."""

    def __init__(self, rate_in: int, rate_out: int) -> None:
        """Rates are in Hz. Raises ValueError for one that is not positive."""
        import numpy as np

        if rate_in <= 0 or rate_out <= 0:
            raise ValueError(f"rates must be positive: {rate_in} Hz to {rate_out} Hz")
        self._rates = rate_in, rate_out
        self._design = _design(rate_in // gcd(rate_in, rate_out), rate_out // gcd(rate_in, rate_out))
        self._window = np.zeros(self._design.padding, dtype=np.float32)  # what later outputs are made of
        self._taken = 0  # samples
        self._given = 0  # samples

    def feed(self, samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Take more and return what can be said of it (both float32 [samples]); some tenths of a second are kept back."""
        import numpy as np

        self._taken += len(samples)
        if self._rates[0] == self._rates[1]:
            return np.asarray(samples, dtype=np.float32)
        design = self._design
        self._window = np.concatenate((self._window, samples), dtype=np.float32)
        blocks = (len(self._window) - design.reach + design.period_in) // (design.block * design.period_in)
        return self._advance(max(0, blocks) * design.block)

    def end(self) -> npt.NDArray[np.float32]:
        """Return the rest."""
        import numpy as np

        rate_in, rate_out = self._rates
        if rate_in == rate_out:
            return self._window[:0]
        rest = (2 * self._taken * rate_out + rate_in) // (2 * rate_in) - self._given
        periods = max(0, ceil(rest / self._design.period_out))
        missing = _needed(self._design, periods) - len(self._window)
        if missing > 0:
            self._window = np.concatenate((self._window, np.zeros(missing, dtype=np.float32)))
        return self._advance(periods)[:rest]

    def _advance(self, periods: int) -> npt.NDArray[np.float32]:
        """Return the outputs of the next periods, and let go of what no later one needs."""
        if not periods:
            return self._window[:0]
        result = _computed(self._window, self._design, periods)
        self._window = self._window[periods * self._design.period_in :].copy()
        self._given += len(result)
        return result


def _needed(design: _Filter, periods: int) -> int:
    """Return how many samples, padding included, the windows of so many periods reach over."""
    return (periods - 1) * design.period_in + design.reach


def _computed(padded: npt.NDArray[np.float32], design: _Filter, periods: int) -> npt.NDArray[np.float32]:
    """Return the outputs of the first periods, from samples with the silence around them that their windows reach into."""
    import numpy as np

    result = np.empty((periods, design.period_out), dtype=np.float32)
    for tile in design.tiles:
        inputs, outputs = tile.weights.shape
        windows = np.lib.stride_tricks.sliding_window_view(padded[tile.source :], inputs)[:: design.period_in]
        # Always the same rows together, however the sound came: a product may round otherwise with others beside them.
        for row in range(0, periods, design.block):
            # A copy: BLAS takes no overlapping rows, and without it the product is ten times slower.
            part = np.ascontiguousarray(windows[row : min(row + design.block, periods)])
            result[row : row + design.block, tile.output : tile.output + outputs] = part @ tile.weights
    return result.reshape(-1)


# A process meets one or two ratios: the engine's, and the device's.
@lru_cache(maxsize=4)
def _design(rate_in: int, rate_out: int) -> _Filter:
    """Return the filter for rates without a common factor."""
    repeats = ceil(_TILE / rate_out)  # of a short period, so that a tile is full
    period_in, period_out = rate_in * repeats, rate_out * repeats
    stretch = max(1.0, rate_in / rate_out)  # going down, the filter is longer: it must cut at the output's Nyquist
    half = ceil(_CROSSINGS * stretch)
    tiles = tuple(
        _tile(start, min(start + _TILE, period_out), rate_in, rate_out, half, stretch)
        for start in range(0, period_out, _TILE)
    )
    largest = max(tile.weights.size for tile in tiles)
    block = max(1, min(_SINGLE_THREADED // largest, _BLOCK // period_in))
    reach = max(tile.source + tile.weights.shape[0] for tile in tiles)
    return _Filter(period_in, period_out, half, tiles, reach, block)


def _tile(first: int, last: int, rate_in: int, rate_out: int, half: int, stretch: float) -> _Tile:
    """Return the weights of the outputs `first` to `last` (exclusive)."""
    import numpy as np

    source = first * rate_in // rate_out
    reach = (last - 1) * rate_in // rate_out - source + 2 * half + 1
    centres = np.arange(first, last, dtype=np.float64) * rate_in / rate_out  # of each output, in input samples
    positions = np.arange(source - half, source - half + reach, dtype=np.float64)
    distance = (positions[:, None] - centres[None, :]) / stretch
    window = np.i0(_BETA * np.sqrt(np.clip(1 - (distance / _CROSSINGS) ** 2, 0, 1))) / np.i0(_BETA)
    window[np.abs(distance) > _CROSSINGS] = 0
    weights = np.sinc(_CUTOFF * distance) * window
    # Each output's weights add up to one, so that a constant stays constant in every phase.
    return _Tile(first, source, (weights / weights.sum(axis=0)).astype(np.float32))
