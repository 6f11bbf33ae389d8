"""What a text may say about its own reading: `[word](/fəˈnoʊm/)` gives a word's phonemes, `[pause 500ms]` is silent.

Both must be recognised the same whether the text comes at once or letter by letter, so they are short and on one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from common.markup import TRANSCRIBED
from model_server.text.ipa import says_something

# Three digits behind a comma are none: "1,000ms" may be a second or a millisecond.
_PAUSE = re.compile(
    r"\[pause {1,8}([0-9]{1,6}(?:\.[0-9]{1,3}|,[0-9]{1,2})?) ?(?:(ms)|s|secs?|seconds?)\]", re.IGNORECASE | re.ASCII
)
# What may yet become one of them.
_OPEN = re.compile(r"(?<!\x1b)\[(?:[^\[\]\n]{0,60}|[^\[\]\n]{1,60}\](?:\((?:/[^()\n]{0,61})?)?)\Z")
_OPEN_LENGTH = 130

LONGEST_PAUSE = 60.0  # seconds; more is a slip of the finger
_SHORTEST_PAUSE = 0.001  # seconds; none at all would be no pause


@dataclass(frozen=True)
class Pause:
    """A pause that the text asks for."""

    start: int  # characters
    end: int  # characters
    seconds: float


@dataclass(frozen=True)
class Given:
    """A word with its phonemes."""

    start: int  # of the bracket, characters
    end: int  # of all of the markup, characters
    word: str  # begins behind the bracket
    phonemes: str  # as they were written


def given_at(text: str, at: int) -> Given | None:
    """Return the word with phonemes that begins at a bracket; None also where nothing is known of what is given."""
    found = TRANSCRIBED.match(text, at)
    return Given(at, found.end(), found[1], found[2].strip()) if found and says_something(found[2]) else None


def given_in(text: str) -> Iterator[Given]:
    """Yield the words with phonemes, in order."""
    if "](/" in text:
        for found in TRANSCRIBED.finditer(text):
            if given := given_at(text, found.start()):
                yield given


def without_given(text: str) -> str:
    """Return the text, as long as before, with blanks for the phonemes that it gives and for the brackets."""
    for given in given_in(text):
        rest = " " * (given.end - given.start - len(given.word) - 1)
        text = f"{text[: given.start]} {given.word}{rest}{text[given.end :]}"
    return text


def without_markup(text: str) -> str:
    """Return the text, as long as before, with nothing in it that would be followed: it is round brackets that stand there."""
    if "[" not in text:
        return text
    text = _PAUSE.sub(lambda found: f"({found.group()[1:-1]})", text)
    return TRANSCRIBED.sub(lambda found: f"({found[1]})(/{found[2]}/)", text)


def next_pause(text: str, start: int, end: int) -> Pause | None:
    """Return the first pause of a text that begins in a range."""
    found = _PAUSE.search(text, start)
    if found is None or found.start() >= end:
        return None
    seconds = float(found[1].replace(",", ".")) / (1000 if found[2] else 1)
    return Pause(found.start(), found.end(), max(_SHORTEST_PAUSE, min(seconds, LONGEST_PAUSE)))


def unfinished_markup(text: str) -> int:
    """Return where markup begins that may end beyond the text; the text's length if there is none."""
    begin = text.find("[", max(0, len(text) - _OPEN_LENGTH))
    while begin >= 0:
        if _OPEN.match(text, begin):
            return begin
        begin = text.find("[", begin + 1)
    return len(text)
