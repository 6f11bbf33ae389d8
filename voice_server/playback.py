"""Playback: what the audio callback takes its samples from, and what the event loop learns of its progress.

Knows no device. Two threads meet here: the callback calls `fill` alone, the event loop everything else. They share a
deque and plain values, each written by one side only, so that neither ever waits for the other.

A frame is one sample of every channel, counted from the stream's start, silence included. What the event loop asks for
is told as of a frame: how far the stream has been heard (`StreamClock`), or how far it was given.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
Frames = npt.NDArray[np.float32]  # [frames, channels]
Resampler = Callable[[Samples, int, int], Samples]
Spot = tuple[int, int]  # (piece, how many of its samples at RATE)

RATE = 24_000  # Hz, of the pieces that come in
FADE = 0.008  # seconds from full level to silence when told to hush or cut, and back; shorter clicks


@dataclass
class _Piece:
    """A piece that was queued."""

    index: int
    source: Samples  # at RATE
    sound: Samples  # at the device's rate
    announced: bool
    offset: int  # samples at RATE of the piece that were heard before `source` begins
    generation: int  # cuts that came before it
    begins: int | None = None  # frame of its first sample; written by the callback, which gives it without a gap

    def source_position(self, frame: int) -> int:
        """Return how many samples of the source lie before `frame`."""
        if self.begins is None or frame < self.begins:
            return 0
        if frame >= self.begins + len(self.sound):
            return len(self.source)
        return (frame - self.begins) * len(self.source) // len(self.sound)

    def is_begun(self, frame: int) -> bool:
        return self.begins is not None and (frame > self.begins or self.is_ended(frame))

    def is_ended(self, frame: int) -> bool:
        return self.begins is not None and frame >= self.begins + len(self.sound)


@dataclass(frozen=True)
class Rest:
    """What nobody heard of a piece when its device vanished."""

    index: int
    samples: Samples  # at RATE
    announced: bool  # it was reported as playing
    offset: int = 0  # samples at RATE that were heard of it


class Playback:
    """A queue of pieces that one output stream reads to its end."""

    def __init__(self, rate: int, resample: Resampler) -> None:
        self.rate = rate  # Hz, of the device
        self.frames = 0  # given to the device, silence included
        self.consumed = 0  # samples of pieces, at the device's rate, that the callback has taken
        self.calls = 0  # of the callback
        self.starved = 0  # times that the callback found nothing although more was to come
        self.finished = False  # nothing more will come
        self._resample = resample
        self._queue: deque[_Piece] = deque()  # what the callback has not begun
        self._generation = 0  # cuts asked for
        self._hushed = False
        self._pieces: deque[_Piece] = deque()  # those that `ended` has not given
        self._spot: Spot | None = None  # where the last piece that is not among them stood
        self._done = 0  # samples at RATE of pieces that are not among them
        # The callback's own.
        self._sound: Samples = np.zeros(0, dtype=np.float32)
        self._offset = 0  # in `_sound`
        self._cuts = 0  # cuts done
        self._lead = 0  # frames of silence to give ahead of everything
        self._dry = True  # nothing was there at the last call; a start is not a starvation
        self._sounded = -1  # frame after the last one that was taken from a piece
        self._ramp: Samples = np.linspace(1.0, 0.0, max(1, int(FADE * rate)), dtype=np.float32)
        self._faded = 0  # samples of the ramp that are used up

    # The event loop's side.

    def lead_in(self, seconds: float) -> None:
        """Give so much silence ahead of the first piece. To be called before the stream is started."""
        self._lead = round(seconds * self.rate)

    def append(self, index: int, samples: Samples, announced: bool = False) -> None:
        """Queue a piece: float32 [samples] at RATE. Empty ones take their turn too.

        An announced one goes on in the middle of a piece: `begun` does not give it, and it is faded in.
        """
        self._append(Rest(index, samples, announced), fade_in=announced)

    def restore(self, rests: Sequence[Rest], spot: Spot | None) -> None:
        """Queue what another playback could not bring to its end; `spot` is where it stood."""
        self._spot = spot
        for rest in rests:
            self._append(rest, fade_in=False)

    def _append(self, rest: Rest, fade_in: bool) -> None:
        source = rest.samples
        sound = source if self.rate == RATE else self._resample(source, RATE, self.rate)
        if fade_in:
            count = min(len(sound), len(self._ramp))
            sound = np.concatenate([sound[:count] * self._ramp[::-1][:count], sound[count:]])
        piece = _Piece(rest.index, source, sound, rest.announced, rest.offset, self._generation)
        self._pieces.append(piece)
        self._queue.append(piece)

    def finish(self) -> None:
        """Say that nothing more will come, so that running dry is the end and no starvation."""
        self.finished = True

    def cut(self) -> Spot | None:
        """Fade out at once and forget everything queued; what is appended from now on comes next.

        Returns where the sound breaks off, None where nothing was begun.
        """
        self._spot = self.spot(self.frames)
        self._done += sum(piece.source_position(self.frames) for piece in self._pieces)
        self._pieces.clear()
        self.finished = False
        self._generation += 1
        return self._spot

    def hush(self) -> None:
        """Let the next call of the callback fade out; from then on it takes nothing and gives silence."""
        self._hushed = True

    @property
    def unreported(self) -> bool:
        """Whether a piece is left that `ended` has not given."""
        return bool(self._pieces)

    @property
    def position(self) -> int:
        """Return how many samples at RATE the device has taken."""
        return self._done + sum(piece.source_position(self.frames) for piece in self._pieces)

    def spot(self, frame: int) -> Spot | None:
        """Return the last piece begun before `frame`, and how many of its samples lie before it; None for none."""
        spot = self._spot
        for piece in self._pieces:
            if piece.is_begun(frame):
                spot = (piece.index, piece.offset + piece.source_position(frame))
        return spot

    def begun(self, frame: int) -> list[int]:
        """Return the pieces that begin before `frame` and were not given by an earlier call, in order."""
        begun = [piece for piece in self._pieces if not piece.announced and piece.is_begun(frame)]
        for piece in begun:
            piece.announced = True
        return [piece.index for piece in begun]

    def ended(self, frame: int) -> list[int]:
        """Return the announced pieces that end before `frame` and were not given by an earlier call, in order."""
        ended = []
        while self._pieces and self._pieces[0].announced and self._pieces[0].is_ended(frame):
            piece = self._pieces.popleft()
            self._done += len(piece.source)
            self._spot = (piece.index, piece.offset + len(piece.source))
            ended.append(piece.index)
        return ended

    @property
    def next_edge(self) -> int | None:
        """Return the first frame at which `begun` or `ended` has something new to give, as far as that is known."""
        for piece in self._pieces:
            if piece.begins is None:
                return None
            if not piece.announced:
                return piece.begins + 1
            if piece is self._pieces[0]:
                end = piece.begins + len(piece.sound)
                following = next((each for each in self._pieces if not each.announced), None)
                return end if following is None or following.begins is None else min(end, following.begins + 1)
        return None

    def rests(self, frame: int) -> list[Rest]:
        """Return what lies behind `frame`, for another `Playback`; pieces not yet given by `ended` are among it."""
        rests = []
        for piece in self._pieces:
            position = piece.source_position(frame)
            rests.append(Rest(piece.index, piece.source[position:], piece.announced, piece.offset + position))
        return rests

    # The callback's side: no lock, no log, no allocation but of views.

    def sounded_within(self, frames: int) -> bool:
        """Return whether the last `frames` that were given hold any of a piece."""
        return self._sounded > 0 and self._sounded > self.frames - frames

    def fill(self, out: Frames) -> None:
        """Write the next samples into every channel of `out`, and silence where there are none."""
        self.calls += 1
        generation = self._generation  # what the event loop cuts from now on is for the next call
        filled = 0
        if self._hushed:
            filled = self._fade(out)
        else:
            filled = self._silence(out)
            if self._cuts != generation:
                filled += self._cut(out[filled:], generation)
            if self._cuts == generation:
                filled += self._take(out[filled:], self.frames + filled)
        out[filled:] = 0.0
        self.frames += len(out)
        dry = filled < len(out)
        if dry and not (self._dry or self.finished or self._hushed):
            self.starved += 1
        self._dry = dry

    def _silence(self, out: Frames) -> int:
        """Write what is left of the silence ahead of everything; return how many frames that is."""
        count = min(self._lead, len(out))
        out[:count] = 0.0
        self._lead -= count
        return count

    def _take(self, out: Frames, first: int) -> int:
        """Copy what is queued into `out`, whose first frame is `first`; return how many frames were there."""
        filled = 0
        while filled < len(out):
            if self._offset >= len(self._sound):
                if not self._queue or self._queue[0].generation > self._cuts:
                    break
                piece = self._queue.popleft()
                self._sound, self._offset = piece.sound, 0
                piece.begins = first + filled
            count = min(len(out) - filled, len(self._sound) - self._offset)
            out[filled : filled + count] = self._sound[self._offset : self._offset + count, None]
            self._offset += count
            filled += count
        self.consumed += filled
        if filled:
            self._sounded = first + filled
        return filled

    def _fade(self, out: Frames) -> int:
        """Copy what is left of the fade into `out`; return how many frames that is."""
        count = wanted = min(len(out), len(self._ramp) - self._faded)
        if wanted:
            # Out of silence nothing is faded.
            count = self._take(out[:wanted], self.frames) if self._sounded == self.frames else 0
            out[:count] *= self._ramp[self._faded : self._faded + count, None]
            self._faded = self._faded + count if count == wanted else len(self._ramp)
        return count

    def _cut(self, out: Frames, generation: int) -> int:
        """Fade out what came before the cut, then drop it; return how many frames of `out` were written."""
        filled = self._fade(out)
        if self._faded == len(self._ramp):
            self._faded, self._offset = 0, len(self._sound)
            while self._queue and self._queue[0].generation < generation:
                self._queue.popleft()
            self._cuts = generation
            self._dry = True  # silence is what was asked for
        return filled
