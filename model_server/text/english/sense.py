"""A reading of a word that its part of speech does not tell, and the clues for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sense:
    """A reading of words that the lexicon does not give by their tag alone.

    `tags`, `cased` and `behind` must fit and nothing of `never` be near; then one clue of `before`, `after`, `inside` or `near`
    suffices. A sense without clues is the usual one. The first that fits is believed. With `tag` the lexicon has it,
    under that tag; with neither tag nor sounds what the lexicon says is right.
    """

    words: str  # lower case
    american: str = ""
    british: str = ""
    tag: str = ""
    tags: str = ""  # how the word's own tag may begin
    cased: str = ""  # "Xx": with a capital where a small letter could be; "XX": all capitals; "xx": small
    behind: str = ""  # the word before it must be one of these
    before: str = ""  # one of these is the word before it
    after: str = ""  # one of these is the word after it
    inside: str = ""  # one of these is among the four words after it, behind "in" or "through"
    near: str = ""  # one of these is in the sentence, a few words off
    never: str = ""  # none of these is before, after or near it


def by_word(senses: Iterable[Sense]) -> dict[str, tuple[Sense, ...]]:
    """Return the senses of each word, in their order."""
    found: dict[str, tuple[Sense, ...]] = {}
    for sense in senses:
        for word in sense.words.split():
            found[word] = (*found.get(word, ()), sense)
    return found
