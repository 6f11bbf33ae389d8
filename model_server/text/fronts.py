"""How long the fronts of a window are once they are read, found with few readings, and none of much that is surely too
long: a megabyte without a blank is cut into ten thousand pieces, and each cut is looked for here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import accumulate

from common.errors import Unspeakable
from common.messages.synthesis import PieceWord
from model_server.text.reading import Reading
from model_server.text.sentences import Window

# Phonemes that a character of each class (see `characters`) is roughly worth, before anything is read: digits and
# symbols are words, capitals in a row are letters said by name.
_WORTH = {**dict.fromkeys("l \n", 1), "u": 4, "d": 5, "s": 5}
_WORTHS = bytes(_WORTH.get(chr(code), 3) for code in range(256))
# A stretch is read in full to learn that it is too long only where it is worth less than so many times what fits.
_SURE = 3
# Readings for a cut within a word, after which one that is not as good as could be will do.
_TRIES = 5
# The share of what fits that is good enough there, and that is read first: mostly that will do.
_GOOD = 0.5
_FIRST = 0.68

Read = Callable[[str], Reading]


class Fronts:
    """The fronts of a window: its characters up to an end. Longer ones are taken to have more phonemes.

    Where that is not so (of a long address the end alone is said) a front is found that is shorter than might be.
    """

    def __init__(self, window: Window, end: int, read: Read) -> None:
        """`end` is that of the longest front that is asked for; `read` may be asked for the same again."""
        self._text = window.text
        self._read = read
        self._classes = window.classes[:end]
        self._known: dict[int, Reading | None] = {}  # None: it cannot be said
        self.error: Unspeakable | None = None  # why the last of those cannot

    def fits(self, end: int, most: int) -> bool:
        """Return whether the front up to `end` has at most that many phonemes."""
        if end not in self._known:
            if not self._known and self._worth[end] > most * _SURE:
                self._look(self._likely(most))
            if any(shorter < end and _over(reading, most) for shorter, reading in self._known.items()):
                return False
            longest = max(self._known, default=0)
            known = self._known[longest] if 0 < longest < end else None
            if known and len(known) * self._worth[end] > most * _SURE * self._worth[longest]:
                return False
            self._look(end)
        return not _over(self._known[end], most)

    def surely_exceeds(self, end: int, most: int) -> bool:
        """Return whether the front up to `end` has more phonemes than that, where it takes little reading to tell."""
        count = self._classes.count
        worth = end + 4 * (count("d", 0, end) + count("s", 0, end)) + 3 * count("u", 0, end)
        return worth > most * _SURE and not self.fits(end, most)

    def reading(self, end: int) -> Reading:
        """Return how the front up to `end` is said. Raises Unspeakable."""
        return self._read(self._text[:end])

    def fitting(self, ends: Sequence[int], most: int) -> int:
        """Return how many of the ascending `ends` have at most that many phonemes."""
        fitting, over = 0, len(ends)
        tries = _TRIES
        while fitting < over:
            likely = bisect_right(ends, self._likely(most), fitting, over) if tries else (fitting + over + 1) // 2
            if fitting and likely == fitting:
                break
            likely = max(likely, fitting + 1)
            if self.fits(ends[likely - 1], most):
                fitting = likely
            else:
                over = likely - 1
            tries = max(0, tries - 1)
        return fitting

    def longest(self, most: int, least: int, limit: int, place: Callable[[int], int]) -> int:
        """Return the end of a front from `least` to `limit` with nearly as many phonemes as `most`; 0 if none fits.

        `place` returns where a cut may be that is not behind the one it is given, 0 if there is none.
        """
        best, over, length = 0, limit + 1, 0
        for _ in range(_TRIES):
            end = place(min(max(self._likely(most), least), over - 1))
            if end <= best:
                break
            if not self.fits(end, most):
                over = end
                continue
            grown = len(self._known[end] or ()) - length
            best, length = end, length + grown
            if length >= most * _GOOD or grown < length // 4:  # what is added is not said, as in a hash or an address
                break
        return best

    @cached_property
    def _worth(self) -> list[int]:
        """What the first 0, 1, 2… characters are worth."""
        return [0, *accumulate(self._classes.encode("ascii").translate(_WORTHS))]

    def _look(self, end: int) -> None:
        try:
            self._known[end] = self.reading(end)
        except Unspeakable as error:
            self._known[end], self.error = None, error

    def _likely(self, most: int) -> int:
        """Return where the longest front with at most that many phonemes is likely to end."""
        over = min((end for end, reading in self._known.items() if _over(reading, most)), default=0)
        under = max((end for end, reading in self._known.items() if not _over(reading, most)), default=0)
        less = len(self._known.get(under) or ())
        worth = self._worth[under]
        longer = self._known.get(over)
        if longer is not None:
            if (end := _end_in(longer, most)) > under:
                return min(end, over - 1)
            worth += (self._worth[over] - worth) * (most - less) // (len(longer) - less)
        elif over:  # not to be said
            worth = (worth + self._worth[over]) // 2
        elif under:
            worth = min(worth * most // max(less, 1), worth * 2)
        else:
            worth = int(most * _FIRST)
        return bisect_right(self._worth, worth) - 1


def _over(reading: Reading | None, most: int) -> bool:
    return reading is None or len(reading) > most


def _end_in(reading: Reading, most: int) -> int:
    """Return the end of the front that has so many phonemes of a reading: before a word, or within a very long one; 0
    if the reading does not tell."""
    as_written = reading.sounds == reading.text

    def sound(word: PieceWord) -> tuple[int, int]:
        return (word.said, word.said_end) if as_written else (word.sound, word.sound_end)

    at = bisect_right(reading.words, most, key=lambda word: sound(word)[1])
    if at == len(reading.words):
        return 0
    word = reading.words[at]
    begin, end = sound(word)
    if begin > most * _GOOD:
        return word.start
    return word.start + (word.end - word.start) * (most - begin) // (end - begin)
