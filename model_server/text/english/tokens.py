"""What is said, token by token: the one type that the steps of the English front end hand on to each other.

scanner and matchers (what is written -> words) -> tagger (their parts of speech) -> heteronyms (senses) -> lexicon (phonemes).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Kind(Enum):
    """What a token is to the steps after normalisation."""

    WORD = "word"  # a word, as a dictionary would have it: letters, apostrophes, hyphens
    # An initialism, its letters apart: "F B I"; spoken as one word with the stress on its last letter.
    LETTERS = "letters"
    MARK = "mark"  # punctuation that Kokoro knows


# Never changed. Not frozen all the same: making one would take four times as long, which is a quarter of the time that a
# long number takes to read.
@dataclass(slots=True, unsafe_hash=True)
class Token:
    """One word or mark as it is said, and the characters that it stands for.

    Tokens come in the order of the text. Those that stand for the same characters ("$5": "five", "dollars") have the
    same span; other spans do not overlap. What nobody says is in no span.
    """

    text: str  # one word as it is said, no digits: "five", "well-known", "NASA"; or "F B I"; or a mark
    start: int  # of the text that is read, characters
    end: int  # characters
    kind: Kind = Kind.WORD
    space: bool = True  # a blank follows
    tag: str = ""  # Penn Treebank part of speech, where it is known already; "" leaves it to the tagger
    phonemes: str | None = None  # in Kokoro's symbols, where they are known already; None leaves them to the lexicon

    def followed(self, space: bool) -> Token:
        """Return it with or without a blank behind it."""
        if self.space == space:
            return self
        # Not `replace`, which takes several times as long, and this is done for every second token.
        return Token(self.text, self.start, self.end, self.kind, space, self.tag, self.phonemes)


def _knows_nothing(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Manner:
    """How text is to be read, and what the matchers may ask."""

    british: bool = False
    emoji: bool = True  # by name; False: dropped
    known: Callable[[str], bool] = _knows_nothing  # whether the lexicon has this word, given in lower case
    phonemes: bool = True  # the engine takes them; else what is given in phonemes is read as it is written
    own: Own | None = None  # the user's own words, asked before all rules


@dataclass(frozen=True, slots=True)
class Found:
    """What a matcher found: `tokens` that stand for the text up to `end` (exclusive). No tokens: nobody says it."""

    end: int
    tokens: tuple[Token, ...]


class Own(Protocol):
    """The user's own words."""

    def match(self, text: str, at: int, manner: Manner) -> Found | None:
        """Return the word or phrase that begins at `at`."""

    def inside(self, tokens: Iterable[Token], text: str, manner: Manner) -> Iterator[Token]:
        """Yield what is said for tokens that a rule has found: parts of a compound, of an address, of code."""


class Matcher(Protocol):
    """Reads one kind of writing where it begins.

    It may look at the text around `at`, but at a bounded length of it: a matcher is asked at every token.
    """

    def __call__(self, text: str, at: int, manner: Manner) -> Found | None:
        """Return what begins exactly at `at`, None if that is nothing of its kind."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A matcher, and the first characters for which it is worth asking."""

    name: str
    begins: str  # "d" digits, "l" letters, "s" all else but blanks; any of them
    match: Matcher


def words(said: str, start: int, end: int, *, tag: str = "") -> tuple[Token, ...]:
    """Return tokens for words apart by blanks that stand for one span; a comma or full stop at a word's end is a mark.

    "five, oh five" are four tokens. The last is followed by a blank, which the scanner sets right.
    """
    return tuple(_split(said, start, end, tag))


def _split(said: str, start: int, end: int, tag: str) -> Iterator[Token]:
    for word in said.split():
        bare = word.rstrip(",.;:")
        if bare:
            yield Token(bare, start, end, space=bare == word, tag=tag)
        for mark in word[len(bare) :]:
            yield Token(mark, start, end, Kind.MARK)


def letters(said: str, start: int, end: int) -> Token:
    """Return the token of an initialism: "FBI" is "F B I"."""
    return Token(" ".join(said.upper()), start, end, Kind.LETTERS, tag="NNP")


def text_of(tokens: Sequence[Token]) -> str:
    """Return what is said as one line."""
    return "".join(token.text + " " * token.space for token in tokens).strip()


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text apart by blanks."""
    return frozenset(text.split())
