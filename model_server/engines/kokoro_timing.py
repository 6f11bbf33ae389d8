"""What the predicted durations tell: where speech begins and ends in a piece, and when each word sounds. Plain numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from common.messages.synthesis import PieceWord, WordTime

# Samples of a frame of the duration predictor: 25 ms at 24 kHz.
FRAME = 600

# Symbols that make a pause, not speech. They own audible frames (breath), so energy alone cannot tell.
PAUSES = frozenset(' ;:,.!?—…"()“”')

# What belongs to the first and the last phone beyond their frames, in samples: onsets start early, endings ring on. 20 and
# 40 ms. With what joins keep around speech (`voice_server/joins.py`) a last phone has 120 ms; behind that, breath is heard.
_LEAD = 480
_TAIL = 960


@dataclass(frozen=True)
class SoundedWord:
    """One space-separated group of phonemes and when it sounds, in samples; both 0 where it is only punctuation."""

    at: int
    until: int


def speech_span(symbols: str, durations: Sequence[int], samples: int) -> tuple[int, int]:
    """Return the first sample of speech and one past the last, or (0, 0) where nothing is spoken.

    `durations` are frames: one for each symbol, and one more at either end for the boundary.
    """
    ends = _ends(durations)
    spoken = [index for index, symbol in enumerate(symbols) if symbol not in PAUSES]
    if not spoken:
        return 0, 0
    start = ends[spoken[0]] - _LEAD  # the end of what comes before
    end = ends[spoken[-1] + 1] + _TAIL
    return max(0, min(start, samples)), max(0, min(end, samples))


def words_of(text: str, origin: int, symbols: str, durations: Sequence[int], rate: int) -> tuple[WordTime, ...]:
    """Return when each word of `text` sounds, or () where words and groups of phonemes do not pair up.

    `origin` is the offset of `text` in the whole text.
    """
    written = [match.span() for match in re.finditer(r"\S+", text)]
    sounded = _sounded_words(symbols, durations)
    if len(written) != len(sounded):  # dashes and the like stand alone on one side only
        written = [span for span in written if any(char.isalnum() for char in text[slice(*span)])]
        sounded = [word for word in sounded if word.until]
    if len(written) != len(sounded):
        return ()
    return tuple(
        WordTime(origin + start, origin + end, word.at / rate, word.until / rate)
        for (start, end), word in zip(written, sounded, strict=True)
        if word.until
    )


def times_of(words: Sequence[PieceWord], symbols: str, durations: Sequence[int], rate: int) -> tuple[WordTime, ...]:
    """Return when each written word sounds, by the phonemes that are said for it; one without any has no time."""
    ends = _ends(durations)
    times = []
    for word in words:
        spoken = [index for index in range(word.sound, word.sound_end) if symbols[index] not in PAUSES]
        if spoken:
            times.append(WordTime(word.start, word.end, ends[spoken[0]] / rate, ends[spoken[-1] + 1] / rate))
    return tuple(times)


def _ends(durations: Sequence[int]) -> list[int]:
    """Return for each entry of `durations` the sample at which it ends."""
    ends, total = [], 0
    for frames in durations:
        total += frames * FRAME
        ends.append(total)
    return ends


def _sounded_words(symbols: str, durations: Sequence[int]) -> list[SoundedWord]:
    ends = _ends(durations)
    words = []
    for group in re.finditer(r"[^ ]+", symbols):
        spoken = [index for index in range(*group.span()) if symbols[index] not in PAUSES]
        # Symbol i is entry i + 1, so it begins where entry i ends.
        words.append(SoundedWord(ends[spoken[0]], ends[spoken[-1] + 1]) if spoken else SoundedWord(0, 0))
    return words
