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

# Silence put behind a piece, in seconds at speed 1. With the pads, two sentences lie 0.41 s apart, which is what
# Kokoro-FastAPI uses; a cut inside a sentence must not sound longer than a comma (kokoro #200), here 0.24 s.
PAUSES = {
    "clause": 0.24 - TAIL - LEAD,
    "sentence": 0.41 - TAIL - LEAD,
    "paragraph": 0.80 - TAIL - LEAD,
    "pause": 0.0,  # the text's own follows, as a piece
    "end": 0.05,  # so that no player clips the last sound
}


def span_to_keep(length: int, speech_start: int, speech_end: int, first: bool = False) -> tuple[int, int]:
    """Return the first sample that `trim` keeps and one past the last; equal where there is no speech.

    Word times of the piece move to the front by the first figure.
    """
    start, end = max(0, min(speech_start, length)), max(0, min(speech_end, length))
    if start >= end:
        return start, start
    lead = FIRST_LEAD if first else LEAD
    return max(0, start - round(lead * RATE)), min(length, end + round(TAIL * RATE))


def trim(samples: Samples, speech_start: int, speech_end: int, first: bool = False) -> Samples:
    """Return the speech of `samples` with its pads, faded where something was cut off: float32 [samples], a copy.

    Speech itself is neither cut nor faded.
    """
    start, end = span_to_keep(len(samples), speech_start, speech_end, first)
    kept = np.array(samples[start:end], dtype=np.float32)
    ramp = np.linspace(0.0, 1.0, round(FADE * RATE), dtype=np.float32)
    # A cut leaves a whole pad in place, and a pad is longer than the ramp.
    if start > 0 and len(kept):
        kept[: len(ramp)] *= ramp
    if end < len(samples) and len(kept):
        kept[-len(ramp) :] *= ramp[::-1]
    return kept


def pause_after(boundary: str, speed: float) -> int:
    """Return the samples of silence behind a piece that ends at `boundary`; `end` has the same at every speed."""
    seconds = PAUSES[boundary]
    return round((seconds if boundary == "end" else seconds / speed) * RATE)


def silence(seconds: float) -> Samples:
    """Return a pause that the text asks for, at every speed as long as it says: float32 [samples], never none."""
    return np.zeros(max(1, round(seconds * RATE)), dtype=np.float32)


def join_piece(
    samples: Samples, speech_start: int, speech_end: int, boundary: str, speed: float, volume: float, first: bool
) -> Samples:
    """Return a piece ready to be played or written: float32 [samples] within -1 to 1, its pause included.

    `boundary` is what follows ("clause", "sentence", "paragraph" or "end"), `speed` and `volume` are factors, `first`
    says that the utterance begins here. What is no number becomes silence.
    """
    spoken = trim(samples, speech_start, speech_end, first)
    joined = np.zeros(len(spoken) + pause_after(boundary, speed), dtype=np.float32)
    joined[: len(spoken)] = finite(spoken) * np.float32(volume)
    return np.clip(joined, -1.0, 1.0, out=joined)


def finite(samples: Samples) -> Samples:
    """Return `samples` with NaN as silence and infinities at full level."""
    return np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)


def to_s16le(samples: Samples) -> bytes:
    """Return 16-bit little-endian PCM: clipped, never wrapped, then rounded."""
    pcm: npt.NDArray[np.int16] = np.rint(np.clip(finite(samples), -1.0, 1.0) * 32767.0).astype("<i2")
    return pcm.tobytes()
