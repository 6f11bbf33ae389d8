from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.messages.synthesis import PLAN_WINDOW, Plan
from voice_server.text_window import TextWindow


def test_text_is_offered_from_its_offset() -> None:
    window = TextWindow(100)
    window.append("Hello ")
    window.append("there.")

    assert window.request(first=True) == Plan("Hello there.", 100, final=False, flush=False, first=True)


def test_what_is_used_is_gone_and_the_rest_moves_up() -> None:
    window = TextWindow(0)
    window.append("Hello there. More")
    window.request(first=True)
    window.use(13)

    assert window.request(first=False) == Plan("More", 13, final=False, flush=False, first=False)
    assert (window.start, window.length) == (13, 4)


def wants_more(window: TextWindow) -> bool:
    """Plan without using anything; return whether the window waits for more then."""
    assert window.worth_planning
    window.request(first=True)
    window.use(0)
    return not window.worth_planning


def test_a_plan_that_wanted_more_is_not_asked_for_again_until_something_comes() -> None:
    window = TextWindow(0)
    assert not window.worth_planning
    window.append("Hello")
    assert wants_more(window)
    window.append("")
    assert not window.worth_planning
    window.append(" there")
    assert wants_more(window)
    window.flush()
    assert wants_more(window)
    window.end()
    assert window.worth_planning


def test_what_arrives_while_a_plan_is_made_counts_as_news() -> None:
    window = TextWindow(0)
    window.append("Hello")
    window.request(first=True)
    window.append(" there.")
    window.use(0)
    assert window.worth_planning


def test_a_flush_covers_what_had_come_and_nothing_later() -> None:
    window = TextWindow(0)
    window.append("Now.")
    window.flush()
    window.append("Later.")
    assert window.request(first=True).flush
    window.use(4)
    assert not window.request(first=False).flush


def test_it_is_final_only_once_the_end_is_in_view() -> None:
    window = TextWindow(0)
    window.append("x" * (PLAN_WINDOW + 1))
    window.end()
    request = window.request(first=True)
    assert (len(request.text), request.final) == (PLAN_WINDOW, False)
    window.use(PLAN_WINDOW)
    assert window.request(first=False).final
    assert not window.finished
    window.use(1)
    assert window.finished


def test_an_end_without_text_is_the_end() -> None:
    window = TextWindow(0)
    assert not window.finished
    window.end()
    assert window.finished


def test_more_than_was_in_view_cannot_be_used() -> None:
    window = TextWindow(0)
    window.append("Hello")
    with pytest.raises(ValueError, match="in view"):
        window.use(6)


def test_empty_text_takes_no_room() -> None:
    window = TextWindow(0)
    for _ in range(1000):
        window.append("")
    assert window._chunks == []


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(0, 9000)),
        st.tuples(st.just("plan"), st.integers(0, 100)),
        st.just(("flush", 0)),
    ),
    max_size=40,
)


@given(STEPS, st.integers(0, 1000), st.randoms(use_true_random=False))
def test_every_character_that_goes_in_is_planned_once_and_in_order(
    steps: list[tuple[str, int]], start: int, chance: random.Random
) -> None:
    window = TextWindow(start)
    text, planned = "", ""

    def plan(percent: int) -> None:
        nonlocal planned
        request = window.request(first=False)
        assert request.start == start + len(planned)
        assert text[len(planned) :].startswith(request.text)
        assert request.final == (window.ended and planned + request.text == text)
        used = len(request.text) * percent // 100
        planned += request.text[:used]
        window.use(used)
        assert window.length == len(text) - len(planned)

    for step, figure in steps:
        if step == "append":
            more = "".join(chance.choice("abc ") for _ in range(figure))
            text += more
            window.append(more)
        elif step == "flush":
            window.flush()
        elif window.worth_planning:
            plan(figure)
    window.end()
    while not window.finished:
        plan(100)

    assert planned == text
