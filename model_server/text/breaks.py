"""Where a sentence may be cut by what is written. Knows nothing of phonemes or of how long a piece may be."""

from __future__ import annotations

import re

from model_server.text.characters import (
    BLANK,
    COLON,
    COMMA,
    ELLIPSIS,
    EXCLAIM,
    GAP,
    NEWLINE,
    SPACE,
    STOP,
    WIDE_COLON,
    WIDE_COMMA,
    WIDE_STOP,
    mark_end,
)
from model_server.text.sentences import Sentence, Window

# Ranks of a place, the better the lower.
AT_COLON, AT_COMMA, AT_WORD = 1, 2, 3

# What stands in a gap in which one may be cut.
_BREAK = re.compile(f"[{re.escape(SPACE + NEWLINE + WIDE_STOP + WIDE_COLON + WIDE_COMMA)}]")


def breaks_of(window: Window, begin: int, sentence: Sentence) -> list[tuple[int, int]]:
    """Return where a sentence may be cut behind `begin`, in order: (one past the last character, rank)."""
    found: list[tuple[int, int]] = []
    if not _BREAK.search(window.classes, begin, sentence.end):
        return []
    for gap in GAP.finditer(window.classes, begin, sentence.end):
        if sentence.complete and gap.end() == sentence.end:
            break  # nothing to say behind it
        classes = gap.group()
        if classes == SPACE or gap.end() == sentence.end:
            cut, rank = 0, AT_WORD
        elif cut := mark_end(classes, COLON, WIDE_COLON):
            rank = AT_COLON
        elif cut := mark_end(classes, _pauses(classes), WIDE_COMMA + WIDE_STOP):
            rank = AT_COMMA
        else:
            rank = AT_WORD
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
