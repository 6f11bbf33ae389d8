"""The likeliest readings of the words of a text, all at once: Viterbi's search over what each word can be. Pure.

What is known at a word is the class of the one before it (adverbs are seen through) and what its clause still lacks: a
finite verb, or the base form that a question's "did" has promised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model_server.text.english.tagging.costs import ROWS, SEEN_THROUGH
from model_server.text.english.tagging.endings import Reading

# What a clause lacks.
_FINITE = "F"  # a finite verb
_ONE = "1"  # the same, and its subject is one
_MANY = "2"  # the same, and its subject is many
_ONE_AND = "3"  # the same, and its subject is one and something more
_NOTHING = "S"
_JOINED = "J"  # nothing: another finite verb may come, "and" was there
_INNER = "I"  # its own finite verb, in a clause inside another that lacks one
_OUTER = "O"  # a clause inside is whole, the outer one lacks a finite verb
_BASE = "B"  # a base form, promised by "do" or a modal before the subject
_PARTICIPLE = "P"  # a participle, promised by "have" before the subject
_MAYBE = "L"  # nothing, but "let" and the like may be followed by someone and a base form
# A verb behind its subject, for the sake of a word before that: "did the dog bark", "let him go", "the men from town object".
_PROMISED = {
    (_BASE, "VB"): 0.3,
    (_MAYBE, "VB"): 1.0,
    (_PARTICIPLE, "VBN"): 0.5,
    (_MANY, "VBP"): 1.2,
    (_ONE, "VBZ"): 1.2,
}
_LACKS_FINITE = (_FINITE, _ONE, _MANY, _ONE_AND)
_AT_THE_END = {
    **dict.fromkeys(_LACKS_FINITE, 1.5),
    **dict.fromkeys((_NOTHING, _JOINED, _MAYBE), 0.0),
    _INNER: 3.0,
    _OUTER: 0.9,
    _BASE: 2.0,
    _PARTICIPLE: 1.5,
}
# A finite verb where the clause has one.
_ONE_TOO_MANY = 2.2
_VERBS = frozenset(("VBP", "VBZ", "VBD", "MD", "DO", "HV", "BE"))
_OPENING = frozenset(
    context for context in ROWS if context.partition(" ")[0] in ("BOS", "WRB", "WH", "COM", "CC", "END")
)
_NOUNLIKE = frozenset(("NN", "NNS", "NNP", "PR1", "PR3", "IT", "YOU", "PRO", "DTP", "EX"))
_SUBJECTS = frozenset(("NN", "NNS", "NNP", "DTP", "CC"))
_SEVERAL = frozenset(["some", "most", "few", "many", "all", "both", "several", "these", "those", "others"])
_NONFINITE = frozenset(("be", "been", "being"))
# What is lacking behind a class, by what was before it; where nothing is said it stays the same.
_CLAUSE_BEGINS = {
    **dict.fromkeys((*_LACKS_FINITE, _OUTER), _INNER),
    **dict.fromkeys((_NOTHING, _JOINED, _BASE, _PARTICIPLE, _MAYBE), _FINITE),
}
_BEHIND = {
    "VBN": {_PARTICIPLE: _NOTHING},
    "BE": {_BASE: _NOTHING},
    **dict.fromkeys(("WH", "WRB", "SUB"), _CLAUSE_BEGINS),
    "CC": {_NOTHING: _JOINED, _MAYBE: _JOINED},
    "COM": {_NOTHING: _JOINED, _MAYBE: _JOINED},
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word or mark, and what it can be."""

    text: str  # lower case
    readings: Sequence[Reading]
    causative: bool = False


_State = tuple[str, str]  # the class before, what the clause lacks
_Step = tuple[float, "_Link | None"]


@dataclass(frozen=True, slots=True)
class _Link:
    tag: str
    before: _Link | None


def best_tags(words: Sequence[Word]) -> list[str]:
    """Return the tag of each word. Takes time with their number."""
    states: dict[_State, _Step] = {("BOS", _FINITE): (0.0, None)}
    for word in words:
        states = _after(states, word)
    _, link = min(states.values(), key=lambda step: step[0])
    tags: list[str] = []
    while link is not None:
        tags.append(link.tag)
        link = link.before
    return tags[::-1]


def _after(states: dict[_State, _Step], word: Word) -> dict[_State, _Step]:
    found: dict[_State, _Step] = {}
    for (context, lack), (cost, link) in states.items():
        row = ROWS[context]
        for kind, tag, unlikely in word.readings:
            if not kind:  # a quotation mark or bracket: seen through
                found[context, lack] = (cost, _Link(tag, link))
                continue
            more, next_lack = _clause(lack, context, kind, word)
            beside = row.get(kind, row["*"])
            if context in _NOUNLIKE:
                beside = min(beside, _PROMISED.get((lack, kind), beside))
            total = cost + unlikely + more + beside
            state = (_context(context, kind), next_lack)
            held = found.get(state)
            if held is None or total < held[0]:
                found[state] = (total, _Link(tag, link))
    return found


def _context(context: str, kind: str) -> str:
    if kind in ("RB", "NOT") and context in SEEN_THROUGH:
        return context
    if kind in ("CC", "COM"):
        return f"{kind} {context.rpartition(' ')[2]}"
    return kind


def _clause(lack: str, context: str, kind: str, word: Word) -> tuple[float, str]:
    """Return what a reading costs for the sake of its clause, and what that lacks behind it."""
    if kind in _VERBS and word.text not in _NONFINITE:
        return _finite(lack, context, kind, word)
    if kind == "VB":
        return 0.0, _behind_base_form(lack, context, word)
    if kind == "END":
        return _AT_THE_END[lack], _FINITE
    if kind == "WH" and context == "BOS":
        return 0.0, _FINITE
    if lack in _LACKS_FINITE and kind in _SUBJECTS:
        return 0.0, _subject(lack, context, kind, word)
    return 0.0, _BEHIND[kind].get(lack, lack) if kind in _BEHIND else lack


def _subject(lack: str, context: str, kind: str, word: Word) -> str:
    """Return whether the subject is one or many behind a word of it; words behind its first preposition change nothing."""
    if kind == "CC":
        return _ONE_AND if lack == _ONE else lack
    if lack == _FINITE:
        return _MANY if kind == "NNS" or word.text in _SEVERAL else _ONE
    compound = lack == _ONE and kind == "NNS" and context in ("NN", "NNP")
    return _MANY if compound or lack == _ONE_AND else lack


def _behind_base_form(lack: str, context: str, word: Word) -> str:
    whole = _MAYBE if word.causative else _NOTHING
    if lack in (_BASE, _MAYBE, _NOTHING):
        return whole
    return whole if context in _OPENING and lack in (*_LACKS_FINITE, _OUTER) else lack


def _finite(lack: str, context: str, kind: str, word: Word) -> tuple[float, str]:
    if kind in ("HV", "DO") and context in ("TO", "MD"):
        return 0.0, lack
    if lack == _BASE and kind in ("HV", "BE"):
        return 0.3, _NOTHING
    satisfied = _OUTER if lack == _INNER else _NOTHING
    if context in _OPENING and kind in ("MD", "DO") and context != "WH":
        satisfied = _BASE
    elif context in _OPENING and kind == "HV":
        satisfied = _PARTICIPLE
    elif word.causative:
        satisfied = _MAYBE
    if lack in (*_LACKS_FINITE, _INNER, _OUTER):
        return 0.0, satisfied
    if lack == _JOINED:
        return 0.3, satisfied
    return (3.0 if lack in (_BASE, _PARTICIPLE) else _ONE_TOO_MANY), satisfied
