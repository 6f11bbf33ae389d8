"""Which pieces are spoken at once, and what is done where that fails. Knows nothing of voices, files and queues."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from model_server.engines.kokoro_memory import release
from model_server.engines.together.gain import Gain
from model_server.engines.together.said import Heard, Said

if TYPE_CHECKING:
    from model_server.engines.kokoro_model import KokoroModel
    from model_server.engines.stock import StockModel

log = logging.getLogger(__name__)

# CUDA, which is also ROCm's name. A processor has its cores busy with one piece. Apple's GPU computes parts of the model on
# the processor, and nobody has tried.
DEVICES = frozenset({"cuda"})
# Symbols of a batch, each row as long as the longest: 3 GB at the 3 MB for each that one piece alone takes.
MOST_SYMBOLS = 1024
# The share of a batch that is no padding is at least this.
_LEAST_FILLED = 0.6
# Decibels that a piece of the first batch must agree by with itself spoken alone. Rounding alone leaves over 100 in
# float32, and far more than this where a GPU multiplies with fewer digits; a GPU that computes wrongly leaves none.
_AGREEMENT = 30.0


class Company:
    """Speaks pieces at once as long as that is faster on this machine, and gives the same sound."""

    def __init__(self) -> None:
        self._gain = Gain()
        self._checked = False

    @property
    def most(self) -> int:
        """Return how many pieces are worth being spoken at once, by what was measured so far."""
        return self._gain.most

    def fits(self, lengths: Sequence[int]) -> bool:
        """Return whether pieces of so many symbols are worth being spoken at once; of one: whether it would have others with it."""
        if self.most < max(2, len(lengths)):
            return False
        padded = len(lengths) * max(lengths)
        return padded <= MOST_SYMBOLS and sum(lengths) >= _LEAST_FILLED * padded

    def learn_alone(self, said: Said, work: float, sound: float) -> None:
        """Take in a piece that was spoken by itself: the seconds of its work and of its sound."""
        self._gain.learn_alone(said.length, work, sound)

    def speak(
        self, model: KokoroModel, device: str, pieces: Sequence[Said], alone: Callable[[Said], Heard]
    ) -> list[Heard] | None:
        """Return what the model makes of each piece, or None if they have to be spoken one by one. `alone` does so with one.

        Raises RuntimeError, as torch does, if even that fails.
        """
        import torch

        from model_server.engines.together.network import speak_at_once  # those on a CPU never need it

        started = time.perf_counter()
        try:
            heard = speak_at_once(cast("StockModel", model), pieces)
        except torch.OutOfMemoryError:
            self._gain.learn_too_many(len(pieces))
            log.info("there is no memory on the GPU for %d pieces at once; %d are the most now", len(pieces), self.most)
            release(device)
            return None
        except RuntimeError as error:
            self._gain.learn_failure()
            log.warning("%d pieces could not be spoken at once, and are spoken one by one: %s", len(pieces), error)
            return None
        self._gain.learn_together([piece.length for piece in pieces], time.perf_counter() - started)
        return heard if self._checked or self._agrees(pieces, heard, alone) else None

    def _agrees(self, pieces: Sequence[Said], heard: Sequence[Heard], alone: Callable[[Said], Heard]) -> bool:
        """Return whether the shortest, which has most padding behind it, sounds as it does alone; if not, that is the end of it."""
        short = min(range(len(pieces)), key=lambda place: len(heard[place].samples))
        self._checked = agreement(alone(pieces[short]), heard[short]) >= _AGREEMENT
        if not self._checked:
            self._gain.leave()
            log.warning("this GPU gives another sound to pieces that are spoken at once; they are spoken one by one")
        return self._checked


def agreement(wanted: Heard, found: Heard) -> float:
    """Return by how many decibels the difference of two sounds is below the first; minus infinity for other durations."""
    import numpy as np

    if wanted.durations != found.durations:
        return -np.inf
    signal = float(np.linalg.norm(wanted.samples))
    noise = float(np.linalg.norm(wanted.samples - found.samples))
    return 20 * float(np.log10(signal / noise)) if signal and noise else (0.0 if noise else np.inf)
