"""Joins: a piece trimmed to its speech and followed by the pause that fits its boundary. Pure; playback and files share it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

RATE = 24_000  # Hz, the one rate inside

# What is kept around the speech, in seconds. Kokoro lets punctuation breathe for up to 0.7 s behind the last phone
# (kokoro #365), so the tail is cut close; a final consonant still needs about 0.08 s. Kokoro-FastAPI keeps 0.05 s ahead.
LEAD = 0.04
FIRST_LEAD = 0.025  # before the very first piece nothing has to be set apart: sound starts sooner
TAIL = 0.08
FADE = 0.006  # within the pads, so that speech keeps its level; long enough that a cut does not click
QUIET = 1e-3  # -60 dB of full scale: a step from nothing to this is no click

# How far speech lies apart across a join, pads included, in seconds at speed 1; by what a reader's voice does there. Two
# sentences are as far apart as Kokoro-FastAPI has them. A cut inside a sentence must not sound longer than a comma (kokoro
# #200); one between two words, where nothing is written, has the pads alone.
APART = {
    "word": TAIL + LEAD,
    "clause": 0.24,  # comma or dash
    "colon": 0.32,  # or semicolon
    "sentence": 0.41,
    "question": 0.45,
    "ellipsis": 0.55,
    "paragraph": 0.80,
}
# Silence put behind a piece, in seconds at speed 1.
PAUSES = {kind: max(0.0, apart - TAIL - LEAD) for kind, apart in APART.items()} | {
    "pause": 0.0,  # the text's own follows, as a piece
    "end": 0.05,  # so that no player clips the last sound
}

_MARKS = {**dict.fromkeys(",，、—–-", "clause"), **dict.fromkeys(":;：；", "colon")}
_ENDS = {**dict.fromkeys("?？⁇⁈", "question"), "…": "ellipsis"}
_CLOSING = " \n\t\"'”’»)]}*_"


def kind_of_pause(boundary: str, text: str) -> str:
    """Return the key of `PAUSES` for what a planned piece says: `boundary`, or by the last mark of `text` a finer one."""
    last = text.rstrip(_CLOSING)
    if boundary == "clause":
        return _MARKS.get(last[-1:], "word")
    if boundary == "sentence":
        return "ellipsis" if last.endswith("...") else _ENDS.get(last[-1:], boundary)
    return boundary


def span_to_keep(samples: Samples, speech_start: int, speech_end: int, first: bool = False) -> tuple[int, int]:
    """Return the first sample that `trim` keeps and one past the last; equal where there is no speech.

    Where sound begins or ends too near to the speech for a fade, the span reaches beyond the samples. Word times of the
    piece move to the front by the first figure, which is negative then.
    """
    length = len(samples)
    start, end = _within(speech_start, length), _within(speech_end, length)
    if start >= end:
        return start, start
    ramp = round(FADE * RATE)
    begin = max(0, start - round((FIRST_LEAD if first else LEAD) * RATE))
    stop = min(length, end + round(TAIL * RATE))
    if start - begin < ramp and abs(samples[begin]) > QUIET:
        begin = start - ramp
    if stop - end < ramp and abs(samples[stop - 1]) > QUIET:
        stop = end + ramp
    return begin, stop


def trim(samples: Samples, speech_start: int, speech_end: int, first: bool = False) -> Samples:
    """Return the speech of `samples` with its pads, faded from and to silence: float32 [samples], a copy.

    Speech itself is neither cut nor faded. Where there is nothing before it that could be faded, its first sample is held
    for as long as a fade takes, and its last one likewise.
    """
    start, end = span_to_keep(samples, speech_start, speech_end, first)
    if start == end:
        return np.zeros(0, dtype=np.float32)
    length = len(samples)
    kept = np.pad(np.asarray(samples[max(0, start) : end], np.float32), (max(0, -start), max(0, end - length)), "edge")
    ramp = np.linspace(0.0, 1.0, round(FADE * RATE), dtype=np.float32)
    # A pad that is shorter than the ramp begins in quiet: see `span_to_keep`.
    if _within(speech_start, length) - start >= len(ramp):
        kept[: len(ramp)] *= ramp
    if end - _within(speech_end, length) >= len(ramp):
        kept[-len(ramp) :] *= ramp[::-1]
    return kept


def _within(sample: int, length: int) -> int:
    return max(0, min(sample, length))


def pause_after(kind: str, speed: float) -> int:
    """Return the samples of silence behind a piece; `kind` is one of `PAUSES`. `end` has the same at every speed."""
    seconds = PAUSES[kind]
    return round((seconds if kind == "end" else seconds / speed) * RATE)


def silence(seconds: float) -> Samples:
    """Return a pause that the text asks for, at every speed as long as it says: float32 [samples], never none."""
    return np.zeros(max(1, round(seconds * RATE)), dtype=np.float32)


def join_piece(
    samples: Samples, speech_start: int, speech_end: int, kind: str, speed: float, volume: float, first: bool
) -> Samples:
    """Return a piece ready to be played or written: float32 [samples] within -1 to 1, its pause included.

    `kind` is the pause, one of `PAUSES`; `speed` and `volume` are factors, `first` says that the utterance begins here.
    What is no number becomes silence.
    """
    spoken = trim(finite(samples), speech_start, speech_end, first)
    joined = np.zeros(len(spoken) + pause_after(kind, speed), dtype=np.float32)
    joined[: len(spoken)] = spoken * np.float32(volume)
    return np.clip(joined, -1.0, 1.0, out=joined)


def finite(samples: Samples) -> Samples:
    """Return `samples` with NaN as silence and infinities at full level."""
    return np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)


def to_s16le(samples: Samples) -> bytes:
    """Return 16-bit little-endian PCM: clipped, never wrapped, then rounded."""
    pcm: npt.NDArray[np.int16] = np.rint(np.clip(finite(samples), -1.0, 1.0) * 32767.0).astype("<i2")
    return pcm.tobytes()
