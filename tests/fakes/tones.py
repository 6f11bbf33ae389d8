"""What the tone engine's speech must sound like, and which of its tones a recording holds, when."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from common.messages.synthesis import PLAN_WINDOW, Plan, PlannedPiece
from model_server.engines.tone import AMPLITUDE, tone_frequency
from model_server.text.plain import PlainReader
from model_server.text.planner import plan
from tests.fakes.pulse import RATE, Samples

APART = 110  # Hz between tones that are to be told apart: more than a window's main lobe is wide
_WINDOW = 0.04  # seconds looked at for each decision, and
_STEP = 0.01  # seconds from one to the next
_SENTENCE = "Sentence number {} is long enough to be a piece of its own for it goes on for a while without a stop."
# Seconds of silence within a tone that are a hole which a busy machine left in the recording, not its end. A piece that
# is spoken again, by a server that has to start first, comes later.
_HOLE = 0.3
_HEARD = 0.25 * AMPLITUDE  # amplitude above which a tone counts as heard; a window that it fills half has half


def pieces_of(text: str) -> list[PlannedPiece]:
    """Return the pieces in which a text is spoken by an engine that takes text."""
    pieces: list[PlannedPiece] = []
    start = 0
    while start < len(text):
        window = text[start : start + PLAN_WINDOW + 1]
        planned = plan(Plan(window, start, start + len(window) == len(text), False, not pieces), PlainReader(None))
        assert planned.used, "the plan of a whole text goes on to its end"
        pieces += planned.pieces
        start += planned.used
    return pieces


def tones_of(text: str, voice: str = "af_heart") -> list[int]:
    """Return the frequencies, in Hz, that a text sounds like, piece by piece."""
    return [tone_frequency(piece.text, voice) for piece in pieces_of(text)]


def apart(frequencies: Sequence[int]) -> bool:
    """Return whether `heard` can tell all of them from each other."""
    ordered = sorted(frequencies)
    return all(high - low >= APART for low, high in itertools.pairwise(ordered))


def text_of_pieces(count: int, *voices: str, unlike: Collection[int] = ()) -> str:
    """Return a text of `count` pieces, each of about 2 s at speed 1, whose tones are apart from each other and from
    the frequencies in `unlike`, in each of the voices."""
    for start in itertools.count():
        text = " ".join(_SENTENCE.format(number) for number in range(start * count, (start + 1) * count))
        spoken = [tones_of(text, voice) for voice in voices or ("af_heart",)]
        if all(len(tones) == count and apart([*tones, *unlike]) for tones in spoken):
            return text
    raise AssertionError("there is always one")


def short_text(voice: str = "af_heart", unlike: Collection[int] = (), words: str = "Short text", end: str = "") -> str:
    """Return a text of one piece of about 0.3 s at speed 1, whose tone is apart from `unlike`."""
    for number in itertools.count():
        text = f"{words} {number}.{end}"
        if apart([*tones_of(text, voice), *unlike]):
            return text
    raise AssertionError("there is always one")


@dataclass(frozen=True)
class Heard:
    """A tone from where it began to where it ended, in seconds of the recording."""

    frequency: int
    start: float
    end: float


def heard(samples: Samples, frequencies: Sequence[int]) -> list[Heard]:
    """Return which of `frequencies` sounded when, in the order in which they began."""
    assert apart(frequencies), "these tones cannot be told apart"
    runs = []
    for frequency, present in zip(frequencies, _presence(samples, frequencies), strict=True):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], present, [False]])))
        runs += [
            Heard(frequency, float(start) * _STEP, float(end - 1) * _STEP + _WINDOW)
            for start, end in zip(edges[::2], edges[1::2], strict=True)
        ]
    return _without_holes(sorted(runs, key=lambda each: each.start))


def _without_holes(runs: list[Heard]) -> list[Heard]:
    """Return the runs, in order, with those of one tone made one that nothing but a hole separates: no other tone."""
    whole: list[Heard] = []
    for run in runs:
        if whole and whole[-1].frequency == run.frequency and run.start - whole[-1].end < _HOLE:
            run = replace(whole.pop(), end=run.end)
        whole.append(run)
    return whole


def followed(samples: Samples, frequencies: Sequence[int]) -> list[int]:
    """Return which of `frequencies` followed each other.

    One that broke off and went on before any other sounded is one, however long the hole: a machine that stood still for
    a moment leaves as long a one. What may be heard twice in a row is better recorded apart.
    """
    return [tone for tone, _ in itertools.groupby(each.frequency for each in heard(samples, frequencies))]


def lasted(samples: Samples, frequencies: Sequence[int]) -> dict[int, float]:
    """Return for how many seconds each of `frequencies` was heard in all, however many holes it had."""
    runs = heard(samples, frequencies)
    return {tone: sum(each.end - each.start for each in runs if each.frequency == tone) for tone in frequencies}


def most_at_once(samples: Samples, frequencies: Sequence[int]) -> int:
    """Return how many of `frequencies` sounded together at most. 1 proves that nobody talked over another.

    Where one tone gives way to the next, a window holds some of both: only what sounds for longer than a window counts.
    """
    presence = _presence(samples, frequencies)
    length = round(_WINDOW / _STEP) + 1
    if presence.shape[1] < length:
        return 0
    lasting = np.lib.stride_tricks.sliding_window_view(presence, length, axis=1).all(axis=2)
    return int(lasting.sum(axis=0).max(initial=0))


def _presence(samples: Samples, frequencies: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Return for each frequency and each step whether it is heard there: bool [frequencies, steps]."""
    size, step = round(_WINDOW * RATE), round(_STEP * RATE)
    if len(samples) < size:
        return np.zeros((len(frequencies), 0), dtype=np.bool_)
    blocks = np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(samples, size)[::step])
    cosines, sines = np.hsplit(blocks @ _waves(tuple(frequencies)), 2)
    present: npt.NDArray[np.bool_] = np.hypot(cosines, sines).T > _HEARD
    return present


@functools.cache
def _waves(frequencies: tuple[int, ...]) -> Samples:
    """Return what a window is multiplied with: float32 [samples of a window, cosines and then sines].

    Kept, and in single precision: tests look again and again while something sounds.
    """
    size = round(_WINDOW * RATE)
    hann = np.hanning(size)
    angles = 2 * np.pi * np.outer(np.arange(size) / RATE, np.array(frequencies))
    waves = np.hstack([np.cos(angles), np.sin(angles)]) * (hann * 2 / hann.sum())[:, None]
    return waves.astype(np.float32)
