"""What a word's part of speech does not tell of how it is said: the sense, from the words around it. Pure.

Where misaki's lexicon has the reading under some tag, that tag is set (`retagged`, which the taggers call); where it has
none, the phonemes are given (`senses`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from model_server.text.english.name_senses import LETTER_SENSES
from model_server.text.english.sense import Sense, by_word
from model_server.text.english.senses import SENSES
from model_server.text.english.tokens import Kind, Token

_SENSES = by_word(SENSES)
# Clues are looked for this many words to either side, inside the sentence.
_NEAR = 8


def senses(tokens: Sequence[Token], tags: Sequence[str], british: bool) -> dict[int, str]:
    """Return phonemes in misaki's alphabet, by the index of the token, where the lexicon lacks what is meant."""
    return {
        index: said
        for index, sense in _found(tokens, tags)
        if tokens[index].phonemes is None and (said := sense.british if british else sense.american)
    }


def retagged(tokens: Sequence[Token], tags: Sequence[str]) -> list[str]:
    """Return the tags with those set under which the lexicon has what is meant; a tag that a token brought is kept."""
    made = list(tags)
    for index, sense in _found(tokens, tags):
        if sense.tag and not tokens[index].tag:
            made[index] = sense.tag
    return made


def _found(tokens: Sequence[Token], tags: Sequence[str]) -> Iterator[tuple[int, Sense]]:
    for index, token in enumerate(tokens):
        known = _known(token)
        if known is None:
            continue
        place = _place(tokens, index)
        sense = next((sense for sense in known if _fits(sense, token, tags[index], place)), None)
        if sense is not None:
            yield index, sense


def _known(token: Token) -> tuple[Sense, ...] | None:
    if token.kind is Kind.WORD:
        return _SENSES.get(token.text.lower())
    return LETTER_SENSES.get(token.text) if token.kind is Kind.LETTERS else None


@dataclass(frozen=True, slots=True)
class _Place:
    before: str
    after: str
    inside: frozenset[str]
    near: frozenset[str]


def _place(tokens: Sequence[Token], index: int) -> _Place:
    """Return the words around a word in lower case, no further than its sentence."""
    left = _words(tokens[max(0, index - _NEAR) : index][::-1])
    right = _words(tokens[index + 1 : index + 1 + _NEAR])
    inside = right[1:5] if right[:1] in (["in"], ["through"]) else []
    return _Place(left[0] if left else "", right[0] if right else "", frozenset(inside), frozenset(left + right))


def _words(tokens: Sequence[Token]) -> list[str]:
    found: list[str] = []
    for token in tokens:
        if token.kind is not Kind.MARK:
            found.append(token.text.lower())
        elif token.text in ".!?":
            break
    return found


def _fits(sense: Sense, token: Token, tag: str, place: _Place) -> bool:
    if sense.tags and not tag.startswith(tuple(sense.tags.split())):
        return False
    if sense.behind and place.before not in sense.behind.split():
        return False
    if sense.cased and not _is_cased(token.text, sense.cased):
        return False
    if sense.never and not place.near.isdisjoint(sense.never.split()):
        return False
    if not (sense.before or sense.after or sense.inside or sense.near):
        return True
    return (
        place.before in sense.before.split()
        or place.after in sense.after.split()
        or not place.inside.isdisjoint(sense.inside.split())
        or not place.near.isdisjoint(sense.near.split())
    )


def _is_cased(text: str, cased: str) -> bool:
    if cased == "XX":
        return text.isupper()
    return (text[:1].isupper() and not text.isupper()) if cased == "Xx" else text.islower()
