"""The likeliest readings of the words of a text, all at once: Viterbi's search over what each word can be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from model_server.text.english.tagging.clauses import START, State, cost_at_the_end, step
from model_server.text.english.tagging.endings import Reading

# A reading this much less likely than the best so far is given up: what follows has never made up for it, and the
# search takes half the time.
_HOPELESS = 6.0


class Word(NamedTuple):
    """One word or mark: what it can be, and its role (see `clauses.role_of`)."""

    readings: Sequence[Reading]
    role: str = ""


_Way = tuple["_Way | None", str]  # the way here, and the tag that it ends in
_Ways = dict[State, tuple[float, _Way | None]]  # the likeliest way to each state, and how unlikely that is


def best_tags(words: Iterable[Word]) -> list[str]:
    """Return the tag of each word. Takes time with their number."""
    ways: _Ways = {START: (0.0, None)}
    for word in words:
        ways = _after(ways, word)
    _, way = min(((cost + cost_at_the_end(state), way) for state, (cost, way) in ways.items()), key=lambda end: end[0])
    tags: list[str] = []
    while way is not None:
        way, tag = way
        tags.append(tag)
    return tags[::-1]


def _after(ways: _Ways, word: Word) -> _Ways:
    found: _Ways = {}
    limit = min([cost for cost, _ in ways.values()]) + _HOPELESS
    readings, role = word
    for state, (cost, way) in ways.items():
        if cost > limit:
            continue
        for kind, tag, unlikely in readings:
            more, after = step(state, kind, role)
            total = cost + unlikely + more
            held = found.get(after)
            if held is None or total < held[0]:
                found[after] = (total, (way, tag))
    return found
