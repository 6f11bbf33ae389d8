"""Where sentences and paragraphs end. Knows nothing of phonemes or of how long a piece may be.

Decisions are made once and for good: what is known of a text decides, or nothing does until more of it is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from model_server.text.characters import (
    BLANK,
    CLOSER,
    ELLIPSIS,
    EXCLAIM,
    GAP,
    LINE_SEPARATOR,
    NEWLINE,
    SPACE,
    STOP,
    WIDE_STOP,
    mark_end,
)
from model_server.text.cleaning import clean, unfinished

# Speakable characters that must be known of a line before its predecessor is judged: enough for "2024-" and a word.
_LINE_AHEAD = 12
# Columns up to which a line could have taken the next one's first word too, had its writer wrapped it. Prose is
# wrapped at 60 and more; a line that ends earlier was ended on purpose.
_WRAPPED = 50
# The same where the next line goes on in lower case, as prose does and only some lists do.
_WRAPPED_LOWER = 25


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Abbreviations, without their last stop. Never the end of a sentence:
_LEADING = _words(
    "mr mrs ms dr prof st gen col sgt lt capt cmdr rev hon messrs mme mlle sra srta ud uds dott sig hr fr "
    "e.g i.e vs cf ca approx incl excl viz resp bzw z.b d.h p.ej"
)
# Nor these, with a capital:
_NAMING = _words(
    "Mt Ft Pt Ste Gov Sen Rep Pres Maj Cpl Pvt Adm Brig Supt Insp Det Msgr Wm Chas Geo Jas Thos Robt Jno Benj Saml Danl Edw Richd Fredk Eliz Sts Univ Assn"
)
# The end of a sentence only before a capital:
_TRAILING = _words(
    "etc al inc ltd co corp bros jr sr dept est ext min max avg tel jan feb mar apr jun jul aug sep sept oct nov dec "
    "mon tue tues wed thu thur thurs fri sat sun a.m p.m a.d b.c ph.d m.d usw"
)
# Not the end of a sentence before a number:
_NUMBERED = _words("no nos nr fig figs p pp vol ch sec art op eq ver tab num pt bd núm n")
_TOKEN = re.compile(r"[^\s(\[{\"'“‘«¿¡—–/-]*\Z")
_TOKEN_LENGTH = 12

# What stands in a gap that may end a sentence, unless it is that at the end of the text; and how far behind its
# beginning: more marks than these are made blanks.
_ENDING = re.compile(f"[{SPACE}{NEWLINE}{WIDE_STOP}]")
_GAP_MOST = 16

_LIST_ITEM = re.compile(
    r" *(?:[-*+•‣◦▪·>#|]+ "  # bullets, headings, quoted mail, table rows
    r"|\(?[0-9]{1,3}[.)] |\(?[A-Za-z]\) "  # 1. 2) (a)
    r"|[\[<]|[0-9]{1,4}[-/:.][0-9])"  # the time stamps and levels of logs
)


@dataclass(frozen=True)
class Window:
    """What is known of the text from the beginning of a piece."""

    text: str  # cleaned, line ends kept
    classes: str
    ended: bool  # nothing follows
    line_start: bool  # the text begins a line

    @classmethod
    def of(cls, raw: str, *, ended: bool, line_start: bool) -> Window:
        """Return the window over a raw text; an escape sequence that is not complete yet is left for later."""
        known = raw if ended else raw[: unfinished(raw)]
        text, classes = clean(known)
        return cls(text, classes, ended, line_start)


@dataclass(frozen=True)
class Sentence:
    """The end of one sentence."""

    end: int  # one past its last character, closing quotes included
    next: int  # the next speakable character; the text's length if there is none
    stopped: bool  # it ends with a stop of its own, not merely with its line
    paragraph: bool  # a blank line follows
    complete: bool = True  # False: only `end` characters were looked at, the sentence goes on


def next_sentence(window: Window, begin: int, limit: int) -> Sentence | None:
    """Return the end of the sentence whose first speakable character is at `begin`.

    At most `limit` characters are looked at. None: that cannot be told yet.
    """
    size = len(window.text)
    unbroken = size > begin + limit + _GAP_MOST and not _ENDING.search(window.classes, begin, begin + limit + _GAP_MOST)
    for found in () if unbroken else GAP.finditer(window.classes, begin):
        start, after = found.span()
        if start > begin + limit:
            break
        if after == size:
            return _last(window, start) if window.ended else None
        gap = found.group()
        if not _ENDING.search(gap) or (gap == " " and window.text[start] != LINE_SEPARATOR):
            continue
        if gap.count(NEWLINE) == 1 and not window.ended and size < after + _LINE_AHEAD:
            return None
        if ending := _ending(window, begin, start, after):
            return ending
    if size > begin + limit:
        return Sentence(begin + limit, begin + limit, stopped=False, paragraph=False, complete=False)
    return Sentence(size, size, stopped=False, paragraph=False) if window.ended else None


def sentence_begin(window: Window, least: int, begin: int) -> int:
    """Return the first character, from `least` on, of the sentence whose first speakable one is at `begin`.

    What stands before it without a blank opens it: quotes, brackets.
    """
    return max(least, window.classes.rfind(SPACE, least, begin) + 1, window.classes.rfind(NEWLINE, least, begin) + 1)


def begins_line(window: Window, begin: int) -> bool:
    """Return whether a sentence begins with the window's first speakable character, at `begin`, though the one that
    was spoken last had no end: for a line end lies between, and this is no prose that goes on behind it."""
    newline = window.classes.rfind(NEWLINE, 0, begin)
    if newline < 0:
        return False
    listed = _LIST_ITEM.match(window.text, newline + 1)
    return bool(listed) or window.classes.count(NEWLINE, 0, begin) > 1 or window.classes[begin] != "l"


def _last(window: Window, start: int) -> Sentence:
    gap = window.classes[start:]
    stopped = bool(mark_end(gap + NEWLINE, STOP + EXCLAIM + ELLIPSIS, WIDE_STOP))
    size = len(window.text)
    return Sentence(size, size, stopped, gap.count(NEWLINE) > 1)


def _ending(window: Window, begin: int, start: int, after: int) -> Sentence | None:
    """Return the sentence that ends in the gap from `start` to `after`, if one does."""
    gap = window.classes[start:after]
    lines = gap.count(NEWLINE)
    stop = mark_end(gap, STOP + EXCLAIM + ELLIPSIS, WIDE_STOP)
    if lines > 1:
        return Sentence(start + (stop or gap.index(NEWLINE)), after, bool(stop), paragraph=True)
    if stop and not goes_on(window, begin, start, gap[:stop], window.classes[after]):
        return Sentence(start + stop, after, stopped=True, paragraph=False)
    if window.text.find(LINE_SEPARATOR, start, after) >= 0 and (blank := BLANK.search(gap)):
        return Sentence(start + (stop or blank.start()), after, bool(stop), paragraph=False)
    if lines and not stop and _line_ends(window, start, start + gap.index(NEWLINE), after):
        return Sentence(start + gap.index(NEWLINE), after, stopped=False, paragraph=False)
    return None


def goes_on(window: Window, begin: int, start: int, mark: str, following: str) -> bool:
    """Return whether the sentence goes on after the stop at `start`.

    `mark` holds the classes of the stop and what closes it, `following` that of the next speakable character.
    """
    lower = following == "l"
    if EXCLAIM in mark or WIDE_STOP in mark:
        return lower and CLOSER in mark  # "Really?" she asked.
    if ELLIPSIS in mark or STOP + STOP in mark or CLOSER in mark:
        return lower
    found = _TOKEN.search(window.text[max(0, start - _TOKEN_LENGTH) : start])
    word = found.group() if found else ""
    name = word.lower()
    if name in _LEADING or word in _NAMING:
        return True
    if name in _TRAILING:
        return following != "u"
    if name in _NUMBERED and following == "d":
        return True
    if len(word) == 1 and word.isupper() and word != "I":
        return True  # J. R. R.
    if len(word) <= 3 and word.isdigit() and start - len(word) == begin:
        return True  # the number of a list's item
    return "." in word and all(len(part) == 1 and part.isalpha() for part in word.split("."))  # U.S.


def _line_ends(window: Window, start: int, newline: int, after: int) -> bool:
    """Return whether a line was ended on purpose, rather than wrapped, at `newline`; no stop stands before it."""
    text = window.text
    if _LIST_ITEM.match(text, newline + 1):
        return True
    line = text.rfind("\n", 0, start) + 1
    if not line and not window.line_start:
        return False  # its first part was planned before: prose, and of unknown length
    if text[start:newline].rstrip()[-1:] in (",", "-", "–", "—", "(", "/", "&"):
        return False
    word = GAP.search(window.classes, after, after + _LINE_AHEAD)
    length = (word.start() - after) if word else _LINE_AHEAD
    wrapped = _WRAPPED_LOWER if window.classes[after] == "l" else _WRAPPED
    return newline - line + 1 + length < wrapped
