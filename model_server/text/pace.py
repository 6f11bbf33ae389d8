"""How fast a machine speaks, and how long pieces may be so that sound does not break off. Pure.

Work on a piece takes a fixed time and so much for each phoneme; its sound lasts so long for each phoneme. For engines that
take text, characters stand for phonemes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

# Phonemes of a piece. Kokoro speaks best at 100 to 200, and weakly below 20 (its VOICES.md).
ENOUGH = 100
MOST = 200
WEAK = 20
# What is expected of a piece's time, as a share of the time that is left: another process may begin to compute.
_SHARE = 0.8
# A piece behind a file's opening is at most so many times as long as all that comes before it: what `REFERENCE` makes
# in the time that that sounds.
_GROWTH = 2
# No piece is made shorter than this for the sake of time.
_LEAST = 24


@dataclass(frozen=True)
class Pace:
    """What a piece costs and yields at speed 1."""

    fixed: float  # seconds of work, however short it is
    each: float  # seconds of work for a phoneme
    sound: float  # seconds of sound for a phoneme

    def work(self, phonemes: float) -> float:
        return self.fixed + self.each * phonemes

    def lasts(self, phonemes: float) -> float:
        return self.sound * phonemes

    @property
    def keeps_up(self) -> bool:
        """Whether long pieces are made faster than they are heard."""
        return self.work(MOST) < _SHARE * self.lasts(MOST)

    @property
    def shortest(self) -> int:
        """Return the phonemes of the shortest piece that is heard for longer than it takes; 24 at least, or it is weak.

        Shorter ones would never catch up where each costs much however short it is. Only for one that keeps up.
        """
        return max(_LEAST, min(MOST, math.ceil(self.fixed / (_SHARE * self.sound - self.each))))


# Two slow cores with Kokoro: the plan of a file goes by it, and a live one until something was measured.
REFERENCE = Pace(fixed=0.15, each=0.02, sound=0.07)


@dataclass(frozen=True)
class Manner:
    """How a text is planned, beside what its reader knows."""

    strict: bool = False  # a text of which nothing can be said is refused
    english: bool = False
    pace: Pace = REFERENCE  # of the machine; it counts where somebody listens while pieces are made


USUAL = Manner()


@dataclass(frozen=True)
class Limits:
    """Phonemes of a piece: sentences are packed until there is `enough`, and up to `most`."""

    enough: int = ENOUGH
    most: int = MOST


FULL = Limits()
# A machine that speaks slower than one listens: each sentence is a piece, so that pauses fall between sentences and
# nobody waits for two of them.
BY_SENTENCE = Limits(enough=WEAK)


def limits_for_file(start: int) -> Limits:
    """Return the limits of the piece that begins at that character: a function of the text alone.

    At 0 there is no opening before it whose end somebody waits for.
    """
    most = max(_LEAST, min(MOST, _GROWTH * start)) if start else MOST
    return Limits(min(ENOUGH, most), most)


def limits_while_heard(pace: Pace, sound: float, unmade: Iterable[int], speed: float = 1.0) -> Limits:
    """Return the limits of the next piece, so that it is ready when what comes before it was heard.

    `sound` are the seconds that are made and not heard, `unmade` the lengths of pieces that come before it and are still
    to be made; they are heard at `speed`.
    """
    if not pace.keeps_up:
        return BY_SENTENCE
    ready, end = 0.0, sound
    for phonemes in unmade:
        ready += pace.work(phonemes / speed)
        end = max(end, ready) + pace.lasts(phonemes / speed)
    left = _SHARE * (end - ready)
    most = int(min(MOST, speed * (left - pace.fixed) / pace.each)) if left > pace.fixed else 0
    most = max(pace.shortest, most)
    return Limits(min(ENOUGH, most), most)
