"""From espeak-ng's word marks to word times: pure functions of text, marks and where the sound is loud.

espeak-ng marks where it begins a word of its own, which may be a part of ours ("1,234", "www.example"), or several of ours
("in the" is one). Positions are in characters and right; lengths are not, and are not used.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.messages.synthesis import PieceWord, WordTime
from model_server.engines.espeak_library import WordMark

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_TOKEN = re.compile(r"\S+")
# Scripts that write words without spaces between them: kana and Han.
_UNSPACED = re.compile(
    r"[\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True)
class _Span:
    """A word of the text, and the sample at which it begins where espeak-ng tells."""

    start: int  # characters
    end: int  # characters
    sample: int | None


def word_times(
    text: str, marks: Sequence[WordMark], loud: npt.NDArray[np.int64], rate: int, samples: int, start: int
) -> tuple[WordTime, ...]:
    """Return the times of the words of `text`, in order.

    `loud` holds the indices of the samples that are not silent, in order; `samples` is how many there are in all, at
    `rate` Hz; `start` is where the text begins in the whole text.
    """
    spans = _spans(text, marks, samples)
    begins = [index for index, span in enumerate(spans) if span.sample is not None]
    times: list[WordTime] = []
    for begin, following in zip(begins, [*begins, len(spans)][1:], strict=True):
        first = spans[begin].sample or 0
        limit = samples if following == len(spans) else (spans[following].sample or 0)
        last = _end_of_sound(loud, first, limit)
        times += _shared(spans[begin:following], first / rate, last / rate, start)
    return tuple(times)


def as_written(words: Sequence[PieceWord], said: Sequence[WordTime]) -> tuple[WordTime, ...]:
    """Return the times of the words as they are written, from those of the words that are said for them.

    `said` counts from the beginning of the piece's text. A written word of which nothing is heard has no time.
    """
    times: list[WordTime] = []
    at = 0
    for word in words:
        while at < len(said) and said[at].end <= word.said:
            at += 1
        last = at
        while last < len(said) and said[last].start < word.said_end:
            last += 1
        if last > at:
            times.append(WordTime(word.start, word.end, said[at].at, said[last - 1].until))
    return tuple(times)


def _shared(group: Sequence[_Span], at: float, until: float, start: int) -> list[WordTime]:
    """Divide the time of words spoken as one among them, by their lengths in characters."""
    total = sum(span.end - span.start for span in group)
    times: list[WordTime] = []
    spoken, begin = 0, at
    for span in group:
        spoken += span.end - span.start
        end = at + (until - at) * spoken / total
        times.append(WordTime(start + span.start, start + span.end, begin, end))
        begin = end
    return times


def _end_of_sound(loud: npt.NDArray[np.int64], first: int, limit: int) -> int:
    """Return one past the last loud sample in `first` to `limit` (exclusive), so that a word does not own its pause."""
    before = bisect_left(loud, limit)
    return int(loud[before - 1]) + 1 if before and loud[before - 1] >= first else limit


def _spans(text: str, marks: Sequence[WordMark], samples: int) -> list[_Span]:
    """Return the words of the text, without the punctuation around them, each with the first mark that falls into it."""
    kept = _in_order(marks, len(text), samples)
    positions = [mark.position for mark in kept]
    spans = []
    for start, end in _tokens(text, positions):
        index = bisect_left(positions, start)
        sample = kept[index].sample if index < len(kept) and positions[index] < end else None
        inner_start, inner_end = _bare(text, start, end)
        if inner_start < inner_end and (sample is not None or _speakable(text[inner_start:inner_end])):
            spans.append(_Span(inner_start, inner_end, sample))
        elif sample is not None:  # punctuation that was spoken: "--"
            spans.append(_Span(start, end, sample))
    return spans


def _in_order(marks: Sequence[WordMark], characters: int, samples: int) -> list[WordMark]:
    """Return the marks that lie in the text and the sound and come after the one before; others tell nothing."""
    kept: list[WordMark] = []
    for mark in marks:
        inside = 0 <= mark.position < characters and 0 <= mark.sample <= samples
        if inside and (not kept or (mark.position > kept[-1].position and mark.sample >= kept[-1].sample)):
            kept.append(mark)
    return kept


def _tokens(text: str, positions: Sequence[int]) -> list[tuple[int, int]]:
    """Return what stands between blanks, cut again at the marks in scripts that use none."""
    tokens: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text):
        inside = positions[bisect_right(positions, match.start()) : bisect_left(positions, match.end())]
        cuts = [cut for cut in inside if _UNSPACED.search(text, cut - 1, cut + 1)]
        tokens += zip([match.start(), *cuts], [*cuts, match.end()], strict=True)
    return tokens


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without punctuation at either end. Symbols stay: "$" and "=" are spoken."""
    while start < end and unicodedata.category(text[start]).startswith("P"):
        start += 1
    while end > start and unicodedata.category(text[end - 1]).startswith("P"):
        end -= 1
    return start, end


def _speakable(word: str) -> bool:
    return any(character.isalnum() for character in word)
