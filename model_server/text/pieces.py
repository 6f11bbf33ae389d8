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
from model_server.text.breaks import AT_COLON, AT_COMMA, AT_WORD, breaks_of
from model_server.text.characters import (
    NEWLINE,
    SPACE,
    SPEAKABLE,
)
from model_server.text.fronts import Fronts
from model_server.text.openings import AT_MARK, Place, best_first, places_at_words, worth
from model_server.text.openings import LEAST as OPENING_LEAST
from model_server.text.pace import ENOUGH, FULL, MOST, REFERENCE, WEAK, Limits, Pace
from model_server.text.reading import Reader, Reading
from model_server.text.sentences import Sentence, Window, next_sentence, sentence_begin

# Phonemes of a piece. Kokoro rushes above 400 (its VOICES.md); its context takes 510.
RUSHED = 400
CONTEXT = 510
# Characters of a sentence that are looked at for the end of the first piece, unless there is none in them.
OPENING_MOST = 90
# Characters looked at for the end of a sentence; any text worth RUSHED phonemes is shorter.
SENTENCE_MOST = 450
# Characters after which a piece is closed however little there is to say in them.
_SPAN_MOST = 1000

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


def next_piece(window: Window, measure: Measure, limits: Limits = FULL) -> Cut | None:
    """Return the piece at the front of the window, None if that takes more text or if nothing in it is speakable.

    Raises Unspeakable.
    """
    lead = SPEAKABLE.search(window.classes)
    if lead is None:
        return None
    begins = [sentence_begin(window, 0, lead.start())]
    cut = _pack(window, lead.start(), measure, begins, limits)
    return cut and replace(cut, sentences=tuple(at for at in begins if at < cut.end))


def first_piece(window: Window, measure: Measure, pace: Pace = REFERENCE, english: bool = False) -> Cut | None:
    """Return the piece with which an utterance begins, as `next_piece` does: a short one, by the pace of the machine."""
    lead = SPEAKABLE.search(window.classes)
    if lead is None:
        return None
    cut = _opening(window, lead.start(), measure, pace, english)
    return cut and replace(cut, sentences=(sentence_begin(window, 0, lead.start()),))


def _opening(window: Window, lead: int, measure: Measure, pace: Pace, english: bool) -> Cut | None:
    """Cut a short first piece: a short sentence, or a clause of a long one."""
    sentence = next_sentence(window, lead, OPENING_MOST)
    marks = _opening_marks(window, lead, sentence) if sentence else []
    # Where sound is made slower than it is heard, it breaks off behind whatever comes first: rather at the sentence's end.
    if sentence and not sentence.complete and not (marks and pace.keeps_up):
        sentence = next_sentence(window, lead, SENTENCE_MOST)
        marks = _opening_marks(window, lead, sentence) if sentence else []
    if sentence is None:
        return None
    if sentence.complete and not pace.keeps_up and worth(window.classes, lead, sentence.end) <= MOST:
        marks = []
    places = [Place(end, AT_MARK) for end in marks]
    if english and pace.keeps_up and not (marks and marks[0] <= lead + OPENING_MOST):
        words = [end for end, rank in breaks_of(window, lead, sentence) if rank == AT_WORD]
        begun = places_at_words(window.text, lead, words)
        places += [place for place in begun if worth(window.classes, lead, place.end) >= OPENING_LEAST]
    if sentence.complete:
        places.append(Place(sentence.end, 0.0))
    fronts = Fronts(window, sentence.end, measure)
    for end in best_first(sorted(places, key=lambda place: place.end), window.classes, lead, sentence.end, pace):
        short = end <= lead + OPENING_MOST  # what cannot be said of it is told at once
        if len(measure(window.text[:end])) <= MOST if short else fronts.fits(end, MOST):
            reading = measure(window.text[:end])
            whole = sentence.complete and end == sentence.end
            return _whole(window, sentence, reading) if whole else _clause(window, end, reading)
    return _split(window, lead, sentence, fronts)


def _opening_marks(window: Window, lead: int, sentence: Sentence) -> list[int]:
    """Return where the first piece may end within its sentence by what is written."""
    ends = [end for end in _clauses(window, lead, sentence) if worth(window.classes, lead, end) >= OPENING_LEAST]
    return [end for end in ends if not (sentence.complete and end == sentence.end)]


def _clauses(window: Window, begin: int, sentence: Sentence) -> list[int]:
    return [end for end, rank in breaks_of(window, begin, sentence) if rank < AT_WORD]


def _pack(window: Window, lead: int, measure: Measure, begins: list[int], limits: Limits) -> Cut | None:
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
        if joined is None or len(joined) > limits.most:
            if packed and len(so_far) >= WEAK:
                return _whole(window, packed, so_far)
            return _split(window, lead, sentence, fronts, packed, limits.most)
        if len(joined) >= limits.enough or sentence.next >= _SPAN_MOST or _closes(window, sentence, joined, measure):
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


def _split(
    window: Window, lead: int, sentence: Sentence, fronts: Fronts, packed: Sentence | None = None, most: int = MOST
) -> Cut:
    """Cut a piece from the front of a sentence that is too long, or of a short one (`packed`) and such a sentence."""
    breaks = breaks_of(window, lead, sentence)
    if packed:
        breaks = [(end, AT_COLON if end == packed.end else rank) for end, rank in breaks]
    ends = [end for end, _ in breaks]
    fitting = fronts.fitting(ends, MOST)
    longest = ends[fitting - 1] if fitting else 0
    whole = sentence.end if sentence.complete else 0
    best = 0
    if most < MOST:
        best = _soon(window, lead, breaks, fronts, most) or (whole if whole and fronts.fits(whole, MOST) else 0)
    best = best or _best(breaks[:fitting], longest)
    clause = next((end for end, rank in breaks[fitting:] if rank < AT_WORD), 0)
    # What is longest comes late: any of these may be 0 for none, or too long.
    for end in (best, clause, whole, longest, ends[0] if ends else 0):
        if end and fronts.fits(end, RUSHED):
            break
    else:
        end = _inside_word(window, lead, ends[0] if ends else sentence.end, fronts)
    reading = fronts.reading(end)
    if packed and end == packed.end:
        return _whole(window, packed, reading)
    return _whole(window, sentence, reading) if end == whole else _clause(window, end, reading)


def _soon(window: Window, lead: int, breaks: Sequence[tuple[int, int]], fronts: Fronts, most: int) -> int:
    """Return the last clause break of a piece that is wanted soon, or the first one beyond that; 0 if there is none."""
    fit = [
        end
        for end, rank in breaks
        if rank < AT_WORD and worth(window.classes, lead, end) >= OPENING_LEAST and fronts.fits(end, MOST)
    ]
    return next((end for end in reversed(fit) if fronts.fits(end, most)), fit[0] if fit else 0)


def _best(breaks: Sequence[tuple[int, int]], most: int) -> int:
    """Return the best clause break up to `most`, where about MOST phonemes lie; 0 if there is none worth it."""
    for rank, least in ((AT_COLON, most * ENOUGH // MOST), (AT_COMMA, most * ENOUGH // MOST), (AT_COMMA, most // 5)):
        fit = [end for end, found in breaks if found <= rank and end >= least]
        if fit:
            return fit[-1]
    return 0


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
