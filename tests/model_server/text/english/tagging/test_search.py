"""The search for the likeliest readings: it must find what is cheapest, at any length."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from model_server.text.english.tagging.clauses import START, cost_at_the_end, role_of, step
from model_server.text.english.tagging.endings import Reading
from model_server.text.english.tagging.search import Word, best_tags
from model_server.text.english.tagging.vocabulary import readings_of

_WORDS = st.sampled_from(
    ["the", "record", "that", "uses", "close", "to", "and", "wind", "did", "let", "him", "who", "live", "read"]
)


def _cost(words: list[str], path: tuple[Reading, ...]) -> float:
    state, total = START, 0.0
    for word, (kind, _, unlikely) in zip(words, path, strict=True):
        more, state = step(state, kind, role_of(word))
        total += more + unlikely
    return total + cost_at_the_end(state)


@given(st.lists(_WORDS, min_size=1, max_size=4))
def test_no_other_readings_are_likelier_than_those_that_are_found(words: list[str]) -> None:
    readings = [readings_of(word) for word in words]
    found = best_tags(Word(each, role_of(word)) for word, each in zip(words, readings, strict=True))
    costs = {tuple(tag for _, tag, _ in path): 99.0 for path in itertools.product(*readings)}
    for path in itertools.product(*readings):
        names = tuple(tag for _, tag, _ in path)
        costs[names] = min(costs[names], _cost(words, path))
    assert abs(costs[tuple(found)] - min(costs.values())) < 1e-9


def test_a_very_long_text_neither_recurses_nor_overflows() -> None:
    word = Word(readings_of("record"))
    assert len(best_tags(itertools.repeat(word, 50_000))) == 50_000


def test_no_words_have_no_tags() -> None:
    assert best_tags(()) == []


def test_quotation_marks_and_brackets_are_seen_through() -> None:
    words = [Word(readings_of(word)) for word in ("the", "record")]
    mark = Word((("", "``", 0.0),))
    assert best_tags([words[0], mark, words[1]]) == ["DT", "``", "NN"]
