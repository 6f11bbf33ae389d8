"""Where the first piece ends: soon, for somebody waits in silence, but where a reader would take breath. Pure.

Each place is judged by what a listener goes through: the wait for the first sound, the gap before the second piece where
the first is over too soon, and how a cut there sounds. So a machine that is fast gives a whole sentence, a slow one a
clause, and one that is slower than speech a sentence again, as its pauses are too long for the middle of one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from model_server.text.pace import Pace

# Phonemes of a first piece, roughly: never a fragment. Kokoro is weak below 10 to 20.
LEAST = 16
# A wait that is as good as none, in seconds.
INSTANT = 0.3
# A second of silence between two pieces is as bad as so many before the first.
GAP = 2.0
# Seconds that one would rather wait than hear a sentence cut: at a comma or colon, before a word with which a clause
# begins, and before one with which something is added that is not tied to the word before. Anywhere else it is not cut.
AT_MARK = 0.5
AT_CONJUNCTION = 1.0
AT_PHRASE = 2.0
# Silence behind a clause, in seconds.
_PAUSE = 0.12
# Phonemes that a character is worth, by its class (see `characters`): digits are words, the rest syllables of other scripts.
_WORTH = bytes(5 if chr(code) == "d" else 3 if chr(code) == "s" else 1 for code in range(256))

# English words with which a clause begins, and before which a reader may take breath though nothing is written: not
# prepositions, nor "that", which as often as not belong to the word before. "and" and "or" join words as well as clauses;
# they count only where one begins for sure, before a pronoun and its like.
_CONJUNCTIONS = re.compile(
    r"(?:but|because|although|though|unless|until|while|whereas|which|who|whose|whom|where|when|if|since|so that|"
    r"(?:and|or|so|yet|then) (?:I|you|he|she|it|we|they|there|this|these|those|then|that|if|when|who|which|how|why|what))\b"
    r"(?=.? )",
)
# Words with which time, circumstance or a second part is added. Not those that verbs take for themselves ("look into",
# "talk about", "wait for") or that tie nouns together ("of", "in").
_ADDITIONS = re.compile(
    r"(?:after|before|during|despite|throughout|within|without|instead of|according to|in order to|rather than|as well as|"
    r"as soon as|as long as|(?:and|or) (?:the|an?|no|his|her|its|my|your|our|their|then|to|in|on|at|with|for)) (?=\S)"
)
# Before these the word belongs to what stands there: "even if", "just as when", "the one who".
_TIGHT = re.compile(
    r"\b(?:a|an|the|of|to|in|on|at|by|for|from|with|without|about|as|than|even|only|just|not|and|or|but|so|know|knows|"
    r"knew|ask|asks|asked|wonder|see|tell|told|one|ones|those|anyone|everyone|someone|people|man|woman|is|are|was|were|be)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Place:
    """Where the first piece may end."""

    end: int  # one past its last character
    cost: float  # seconds that one would rather wait than have it end there; 0 at the end of a sentence


def worth(classes: str, begin: int, end: int) -> int:
    """Return about how many phonemes a stretch of text has, before anything is read."""
    return sum(classes[begin:end].encode("ascii").translate(_WORTH))


def places_at_words(text: str, begin: int, ends: Sequence[int]) -> list[Place]:
    """Return places at those of `ends`, each before a blank, behind which something of its own begins in English."""
    places = []
    for end in ends:
        if text[end] != " " or _TIGHT.search(text, begin, end):
            continue
        if _CONJUNCTIONS.match(text, end + 1):
            places.append(Place(end, AT_CONJUNCTION))
        elif _ADDITIONS.match(text, end + 1):
            places.append(Place(end, AT_PHRASE))
    return places


def best_first(places: Sequence[Place], classes: str, lead: int, known: int, pace: Pace) -> list[int]:
    """Return the ends of `places`, in the text's order, the best first.

    `lead` is the first character that is spoken, `known` how far the sentence is known.
    """

    def cost(at: int) -> tuple[float, int]:
        place = places[at]
        following = next((later.end for later in places[at + 1 :] if later.cost <= AT_MARK), known)
        length = worth(classes, lead, place.end)
        wait = max(INSTANT, pace.work(length))
        gap = pace.work(worth(classes, place.end, following)) - pace.lasts(length) - _PAUSE if place.cost else 0.0
        return wait + place.cost + GAP * max(0.0, gap), -place.end

    return [places[at].end for at in sorted(range(len(places)), key=cost)]
