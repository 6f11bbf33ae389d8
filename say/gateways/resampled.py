"""Sound as the daemon sends it, at another rate, in parts of any size: memory stays flat however much comes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from common.resample import Resampler
from say.wav import RATE

_FULL_SCALE = 32768.0


class Resampled:
    """Takes s16le mono PCM at 24,000 Hz and passes it on, so as well, at `rate` Hz."""

    def __init__(self, rate: int, write: Callable[[bytes], None]) -> None:
        self._resampler = Resampler(RATE, rate)
        self._write = write

    def write(self, pcm: bytes) -> None:
        """Take whole samples."""
        self._pass_on(self._resampler.feed(np.frombuffer(pcm, dtype="<i2").astype(np.float32) / _FULL_SCALE))

    def finish(self) -> None:
        """Pass on what was kept back."""
        self._pass_on(self._resampler.end())

    def _pass_on(self, samples: npt.NDArray[np.float32]) -> None:
        if len(samples):
            # Between two loud samples there may be a louder one.
            clipped = np.clip(np.rint(samples * _FULL_SCALE), -_FULL_SCALE, _FULL_SCALE - 1)
            self._write(clipped.astype("<i2").tobytes())
