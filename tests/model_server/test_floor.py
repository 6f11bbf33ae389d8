from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from model_server.floor import Floor


class Utterance:
    """Wants to sound; counts how often it was told to."""

    def __init__(self, voice: str = "af_heart") -> None:
        self.voice = voice
        self.priority = ""
        self.policy = "queue"
        self.granted = 0

    def yield_floor(self, held: bool) -> None:
        raise NotImplementedError

    def stop(self, code: str, message: str) -> None:
        raise NotImplementedError

    def floor_granted(self) -> None:
        self.granted += 1


def describe(floor: Floor) -> tuple[object, int]:
    return floor.holder, floor.waiting


def test_the_first_gets_it_at_once_and_the_others_in_order() -> None:
    floor = Floor()
    first, second, third = Utterance(), Utterance(), Utterance()
    for utterance in (first, second, third):
        floor.ask(utterance)
    assert describe(floor) == (first, 2)
    assert [utterance.granted for utterance in (first, second, third)] == [1, 0, 0]

    floor.give(first)
    assert floor.holder is second
    floor.give(second)
    floor.give(third)
    assert [utterance.granted for utterance in (first, second, third)] == [1, 1, 1]
    assert describe(floor) == (None, 0)


def test_who_asks_twice_is_told_once() -> None:
    floor = Floor()
    utterance = Utterance()
    floor.ask(utterance)
    floor.ask(utterance)
    assert (utterance.granted, floor.waiting) == (1, 0)


def test_who_leaves_the_line_is_never_told() -> None:
    floor = Floor()
    first, second, third = Utterance(), Utterance(), Utterance()
    for utterance in (first, second, third):
        floor.ask(utterance)
    floor.give(second)
    floor.give(first)
    assert floor.holder is third
    assert second.granted == 0


def test_giving_what_one_does_not_have_changes_nothing() -> None:
    floor = Floor()
    first, second = Utterance(), Utterance()
    floor.give(first)
    floor.ask(first)
    floor.give(second)
    assert floor.holder is first


def test_who_gives_it_back_may_ask_again_and_waits_behind_the_others() -> None:
    floor = Floor()
    first, second = Utterance(), Utterance()
    floor.ask(first)
    floor.ask(second)
    floor.give(first)
    floor.ask(first)
    assert floor.holder is second
    floor.give(second)
    assert (floor.holder, first.granted) == (first, 2)


@given(st.lists(st.tuples(st.sampled_from(["ask", "give"]), st.integers(0, 4)), max_size=80))
def test_one_holder_at_a_time_and_each_told_exactly_when_it_becomes_that(steps: list[tuple[str, int]]) -> None:
    floor = Floor()
    utterances = [Utterance() for _ in range(5)]
    line: list[int] = []
    told = [0] * 5
    for step, index in steps:
        before = line[0] if line else None
        if step == "ask":
            floor.ask(utterances[index])
            line += [index] if index not in line else []
        else:
            floor.give(utterances[index])
            line = [other for other in line if other != index]
        if line and line[0] != before:
            told[line[0]] += 1
        assert floor.holder is (utterances[line[0]] if line else None)
        assert floor.waiting == max(0, len(line) - 1)
        assert [utterance.granted for utterance in utterances] == told
