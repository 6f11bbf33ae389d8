"""How far ahead of the listener sound is made, and how soon each piece is needed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from common.messages.synthesis import PlannedPiece
from voice_server.clips import Clip
from voice_server.joins import RATE

# Pieces being made or ready, beside those that the sink took: one is made while the next waits for its turn.
LOOK_AHEAD = 2
# As many, while they sound, until this many seconds lie ahead: a piece of a file, which cannot be broken off, takes 5 s
# where two slow cores have nothing else to do, and a build that begins makes that 15.
ENOUGH = 20.0
MOST = 6
# As many, where the model server makes several at once and nobody listens at the loudspeaker: while some are made, as many wait.
MOST_TOGETHER = 8
# Seconds of sound for a phoneme, or a character where there are none, at speed 1, as long as the sound is not there.
_PHONEME = 0.07


def length_of(piece: PlannedPiece) -> int:
    """Return how long a piece is in phonemes, or in characters where the engine takes text."""
    return len(piece.phonemes or piece.text)


def left(clip: Clip) -> float:
    """Return the seconds of a piece that are yet to be heard; a guess, as long as there is no sound."""
    if clip.samples is None:
        return clip.piece.pause or _PHONEME * length_of(clip.piece) / clip.speed
    return (clip.length - max(clip.heard, clip.entry)) / RATE


def enough(together: int) -> int:
    """Return how many pieces are made ahead of a sink that plays nothing, where so many are made fastest at once."""
    return LOOK_AHEAD if together < 2 else min(2 * together, MOST_TOGETHER)


def wanted(ahead: Sequence[Clip], taken: int, sounding: bool, least: int = LOOK_AHEAD) -> Iterator[Clip]:
    """Yield the pieces that are to be announced and made by now, the next one first.

    `ahead` are those that are not heard to their end, of which the sink took the first `taken`. `least` of the others are
    wanted in any case.
    """
    seconds = 0.0
    for place, clip in enumerate(ahead):
        beyond = place - taken
        if beyond >= least and not (sounding and beyond < MOST and seconds < ENOUGH):
            return
        yield clip
        seconds += left(clip)


def made(ahead: Sequence[Clip]) -> float:
    """Return the seconds of sound that are there and not heard."""
    return sum(left(clip) for clip in ahead if clip.samples is not None)


def unmade(ahead: Sequence[Clip]) -> tuple[int, ...]:
    """Return the lengths of the pieces that are planned and have no sound yet."""
    return tuple(length_of(clip.piece) for clip in ahead if clip.samples is None and not clip.piece.pause)


def seconds_before(ahead: Sequence[Clip], clip: Clip) -> float:
    """Return in how many seconds a piece is to be heard."""
    return sum(left(before) for before in ahead[: ahead.index(clip)])
