"""What is known of how fast an engine speaks on this machine: learned from the pieces it makes. Pure.

Old pieces count for less and less, so that a build that begins on every core shows within a few of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from model_server.text.pace import REFERENCE, Pace

# What a piece's weight is multiplied by with each later one.
_FADING = 0.8
# What is expected counts as pieces of these lengths do, so that the two figures of a line can be told from the first real
# piece on, and from a row of pieces that are all of one length.
_EXPECTED = (10.0, 200.0)
_WEIGHT = 0.25
# Seconds, of work or sound, that no figure falls below.
_LEAST = 1e-6


@dataclass
class _Sums:
    """Weighted sums over pieces of `n` phonemes and `t` seconds of work."""

    weight: float = 0.0
    n: float = 0.0
    t: float = 0.0
    nn: float = 0.0
    nt: float = 0.0

    def fade(self, factor: float) -> None:
        self.weight *= factor
        self.n *= factor
        self.t *= factor
        self.nn *= factor
        self.nt *= factor

    def add(self, n: float, t: float, weight: float = 1.0) -> None:
        self.weight += weight
        self.n += weight * n
        self.t += weight * t
        self.nn += weight * n * n
        self.nt += weight * n * t

    def line(self) -> tuple[float, float]:
        """Return the line of least squares: its value at 0 and its slope, neither of them negative."""
        spread = self.weight * self.nn - self.n * self.n
        slope = max(_LEAST, (self.weight * self.nt - self.n * self.t) / spread)
        start = (self.t - slope * self.n) / self.weight
        return (start, slope) if start >= 0 else (0.0, max(_LEAST, self.nt / self.nn))


class SpeedModel:
    """Learns the pace of one engine."""

    def __init__(self, expected: Pace = REFERENCE) -> None:
        self._expected = expected
        self._work = _Sums()
        self._sound = _Sums()
        self._warm = False  # the first piece takes longer: libraries are loaded with it, and kernels are chosen

    def learn(self, phonemes: int, speed: float, work: float, sound: float) -> None:
        """Take in a piece: its length, its speed, and the seconds of its work and of its sound. Without work, nothing is learned."""
        if phonemes <= 0 or work <= 0 or sound <= 0:
            return
        if not self._warm:
            self._warm = True
            return
        length = phonemes / speed
        for sums, seconds in ((self._work, work), (self._sound, sound)):
            sums.fade(_FADING)
            sums.add(length, seconds)

    @property
    def pace(self) -> Pace:
        """Return what is known; what was expected, before anything was learned."""
        if not self._work.weight:
            return self._expected
        # What was expected, as much faster or slower as the pieces that were made.
        likely = self._expected.fixed * self._work.weight + self._expected.each * self._work.n
        factor = self._work.t / likely
        sums = _Sums(**vars(self._work))
        for length in _EXPECTED:
            sums.add(length, factor * self._expected.work(length), _WEIGHT)
        fixed, each = sums.line()
        return Pace(fixed, each, max(_LEAST, self._sound.t / self._sound.n))


class Speeds:
    """The paces of all engines, by their names."""

    def __init__(self) -> None:
        self._models: dict[str, SpeedModel] = {}

    def of(self, engine: str) -> SpeedModel:
        return self._models.setdefault(engine, SpeedModel())
