"""How long a piece is: whole sentences packed up to a length, long ones cut where it hurts least.

Lengths are counted in phonemes, or in characters for engines that take text. As in `sentences`, a piece is settled
only by text that is already known, so that it is the same whether its text arrived at once or letter by letter.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from common.errors import Unspeakable
from model_server.text.characters import (
    BLANK,
    COLON,
    COMMA,
    ELLIPSIS,
    EXCLAIM,
    GAP,
    NEWLINE,
    SPACE,
    SPEAKABLE,
    STOP,
    WIDE_COLON,
    WIDE_COMMA,
    WIDE_STOP,
    mark_end,
)
from model_server.text.fronts import Fronts
from model_server.text.reading import Reader, Reading
from model_server.text.sentences import Sentence, Window, next_sentence, sentence_begin

# Phonemes of a piece. Kokoro speaks best at 100 to 200, weakly below 20, and rushes above 400 (its VOICES.md); its
# context takes 510.
ENOUGH = 100
MOST = 200
WEAK = 20
RUSHED = 400
CONTEXT = 510
# Characters of the first piece: heard soon, yet never a fragment.
OPENING_LEAST = 24
OPENING_SENTENCE = 60
OPENING_MOST = 90
# Characters looked at for the end of a sentence; any text worth RUSHED phonemes is shorter.
SENTENCE_MOST = 450
# Characters after which a piece is closed however little there is to say in them.
_SPAN_MOST = 1000

# Ranks of a place where a sentence may be cut.
_AT_COLON, _AT_COMMA, _AT_WORD = 1, 2, 3

# What stands in a gap in which one may be cut.
_BREAK = re.compile(f"[{re.escape(SPACE + NEWLINE + WIDE_STOP + WIDE_COLON + WIDE_COMMA)}]")
_BLANKS = re.compile(f"[{SPACE}{NEWLINE}]*")


class Measure:
    """Reads stretches of text, and so tells how long they are. Remembers, so ask again."""

    def __init__(self, reader: Reader) -> None:
        self.takes_text = reader.takes_text
        self._read = reader.read
        self._known: dict[str, Reading] = {}

    def __call__(self, text: str) -> Reading:
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]


@dataclass(frozen=True)
class Cut:
    """One piece at the front of a window."""

    end: int  # characters of the window that it covers
    reading: Reading  # its words count from the beginning of the window
    boundary: str  # "clause", "sentence" or "paragraph"
    last: bool  # nothing speakable follows, and the text has ended
    sentences: tuple[int, ...] = ()  # first characters of the sentences in it; the first may be the rest of one


def next_piece(window: Window, measure: Measure, *, first: bool) -> Cut | None:
    """Return the piece at the front of the window, None if that takes more text or if nothing in it is speakable.

    Raises Unspeakable.
    """
    lead = SPEAKABLE.search(window.classes)
    if lead is None:
        return None
    begin = sentence_begin(window, 0, lead.start())
    if first:
        cut = _opening(window, lead.start(), measure)
        return cut and replace(cut, sentences=(begin,))
    begins = [begin]
    cut = _pack(window, lead.start(), measure, begins)
    return cut and replace(cut, sentences=tuple(at for at in begins if at < cut.end))


def _opening(window: Window, lead: int, measure: Measure) -> Cut | None:
    """Cut a short first piece: a short sentence, or a clause of a long one."""
    sentence = next_sentence(window, lead, OPENING_MOST)
    if sentence is None:
        return None
    if not (sentence.complete and sentence.end - lead <= OPENING_SENTENCE):
        early = [end for end in _clauses(window, lead, sentence) if end >= lead + OPENING_LEAST]
        for end in reversed(early):
            if len(reading := measure(window.text[:end])) <= MOST:
                return _clause(window, end, reading)
    if not sentence.complete:
        return _long_opening(window, lead, measure)
    reading = measure(window.text[: sentence.end])
    if len(reading) <= MOST:
        return _whole(window, sentence, reading)
    return _split(window, lead, sentence, Fronts(window, sentence.end, measure))


def _long_opening(window: Window, lead: int, measure: Measure) -> Cut | None:
    """Cut the first piece of a sentence that is long and has no clause that ends early."""
    sentence = next_sentence(window, lead, SENTENCE_MOST)
    if sentence is None:
        return None
    fronts = Fronts(window, sentence.end, measure)
    late = _clauses(window, lead + OPENING_MOST, sentence)
    if late and late[0] < sentence.end and fronts.fits(late[0], MOST):
        return _clause(window, late[0], measure(window.text[: late[0]]))
    if sentence.complete and fronts.fits(sentence.end, MOST):
        return _whole(window, sentence, measure(window.text[: sentence.end]))
    return _split(window, lead, sentence, fronts)


def _clauses(window: Window, begin: int, sentence: Sentence) -> list[int]:
    return [end for end, rank in _breaks(window, begin, sentence) if rank < _AT_WORD]


def _pack(window: Window, lead: int, measure: Measure, begins: list[int]) -> Cut | None:
    """Cut whole sentences until there is enough, or one that is too long. Adds to `begins` where each begins."""
    begin, position = lead, 0
    so_far = Reading("")
    packed: Sentence | None = None
    while True:
        sentence = next_sentence(window, begin, SENTENCE_MOST)
        if sentence is None:
            return None
        fronts = Fronts(window, sentence.end, measure)
        joined = None
        if sentence.complete and not fronts.surely_exceeds(sentence.end, MOST):
            try:
                more = measure(window.text[position : sentence.end]).shifted(position)
            except Unspeakable:
                if packed is None:
                    raise
                return _whole(window, packed, so_far)  # what comes before it is spoken
            joined = _join(so_far, packed, more)
        if joined is None or len(joined) > MOST:
            if packed and len(so_far) >= WEAK:
                return _whole(window, packed, so_far)
            return _split(window, lead, sentence, fronts, packed)
        if len(joined) >= ENOUGH or sentence.next >= _SPAN_MOST or _closes(window, sentence, joined, measure):
            return _whole(window, sentence, joined)
        begins.append(sentence_begin(window, sentence.end, sentence.next))
        begin, position, so_far, packed = sentence.next, sentence.end, joined, sentence


def _join(so_far: Reading, packed: Sentence | None, more: Reading) -> Reading:
    if packed is None:
        return more
    # After a list's line the pause is wanted though the stop is not written.
    return so_far.then(more, " " if packed.stopped else ". ")


def _closes(window: Window, sentence: Sentence, reading: Reading, measure: Measure) -> bool:
    """Return whether a piece must end with this sentence, for the sake of the pause after it."""
    if sentence.next == len(window.text):
        return True
    if sentence.paragraph:  # only engines that take phonemes speak few of them weakly
        return measure.takes_text or not sentence.stopped or len(reading) >= WEAK
    return measure.takes_text and not sentence.stopped


def _split(window: Window, lead: int, sentence: Sentence, fronts: Fronts, packed: Sentence | None = None) -> Cut:
    """Cut a piece from the front of a sentence that is too long, or of a short one (`packed`) and such a sentence."""
    breaks = _breaks(window, lead, sentence)
    if packed:
        breaks = [(end, _AT_COLON if end == packed.end else rank) for end, rank in breaks]
    ends = [end for end, _ in breaks]
    fitting = fronts.fitting(ends, MOST)
    most = ends[fitting - 1] if fitting else 0
    best = _best(breaks[:fitting], most)
    clause = next((end for end, rank in breaks[fitting:] if rank < _AT_WORD), 0)
    whole = sentence.end if sentence.complete else 0
    # What is longest comes late: any of these may be 0 for none, or too long.
    for end in (best, clause, whole, most, ends[0] if ends else 0):
        if end and fronts.fits(end, RUSHED):
            break
    else:
        end = _inside_word(window, lead, ends[0] if ends else sentence.end, fronts)
    reading = fronts.reading(end)
    return _whole(window, sentence, reading) if end == whole else _clause(window, end, reading)


def _best(breaks: Sequence[tuple[int, int]], most: int) -> int:
    """Return the best clause break up to `most`, where about MOST phonemes lie; 0 if there is none worth it."""
    for rank, least in ((_AT_COLON, most * ENOUGH // MOST), (_AT_COMMA, most * ENOUGH // MOST), (_AT_COMMA, most // 5)):
        fit = [end for end, found in breaks if found <= rank and end >= least]
        if fit:
            return fit[-1]
    return 0


def _breaks(window: Window, begin: int, sentence: Sentence) -> list[tuple[int, int]]:
    """Return where a sentence may be cut behind `begin`, in order: (one past the last character, rank)."""
    found: list[tuple[int, int]] = []
    if not _BREAK.search(window.classes, begin, sentence.end):
        return []
    for gap in GAP.finditer(window.classes, begin, sentence.end):
        if sentence.complete and gap.end() == sentence.end:
            break  # nothing to say behind it
        classes = gap.group()
        if classes == SPACE or gap.end() == sentence.end:
            cut, rank = 0, _AT_WORD
        elif cut := mark_end(classes, COLON, WIDE_COLON):
            rank = _AT_COLON
        elif cut := mark_end(classes, _pauses(classes), WIDE_COMMA + WIDE_STOP):
            rank = _AT_COMMA
        else:
            rank = _AT_WORD
        if not cut:
            blank = BLANK.search(classes)
            if not blank:
                continue
            cut = blank.start()
        if gap.start() + cut < sentence.end:
            found.append((gap.start() + cut, rank))
    return found


def _pauses(gap: str) -> str:
    # A single stop inside a sentence is that of an abbreviation.
    return COMMA + ELLIPSIS + EXCLAIM + (STOP if STOP + STOP in gap else "")


def _inside_word(window: Window, lead: int, end: int, fronts: Fronts) -> int:
    """Return where to cut an unbroken run of characters: between letters, and only if need be before an accent."""

    def letter(at: int) -> int:
        return next((at for at in range(at, lead, -1) if _letter_begins(window, at)), 0)

    if fronts.error:
        raise fronts.error
    if found := fronts.longest(MOST, lead + 1, end - 1, letter):
        return found
    letters = [at for at in range(lead + 1, end) if _letter_begins(window, at)]
    for places, most in ((letters, MOST), (letters[:1] or [end], RUSHED), (range(lead + 1, end), MOST)):
        if fitting := bisect_left(places, True, key=lambda at: not fronts.fits(at, most)):
            return places[fitting - 1]
    if fronts.fits(lead + 1, CONTEXT):
        return lead + 1
    raise fronts.error or Unspeakable("one character has more sounds than a piece can hold")


def _letter_begins(window: Window, at: int) -> bool:
    kind, before, here = window.classes[at], window.text[at - 1], window.text[at]
    if kind not in "luds" or (kind == "s" and before == "\u200d"):
        return False
    return not ("\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= here <= "\U0001f1ff")  # flags


def _whole(window: Window, sentence: Sentence, reading: Reading) -> Cut:
    """Return the piece that ends with a sentence."""
    last = sentence.next == len(window.text)
    gap = window.classes[sentence.end : sentence.next]
    paragraph = sentence.paragraph or gap.count(NEWLINE) > 1
    end = len(window.text) if last else with_blanks(window, sentence.end)
    return Cut(end, reading, "paragraph" if paragraph else "sentence", last)


def _clause(window: Window, end: int, reading: Reading) -> Cut:
    return Cut(with_blanks(window, end), reading, "clause", last=False)


def with_blanks(window: Window, end: int) -> int:
    """Return the end of a piece with the blanks after it, but before the last line end.

    The next piece begins with that line end: it tells there that a line begins, which tells lists from wrapped prose.
    """
    blanks = _BLANKS.match(window.classes, end)
    until = blanks.end() if blanks else end
    line = window.classes.rfind(NEWLINE, end, until)
    return until if line < 0 else line
