from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.messages.synthesis import PLAN_WINDOW, Plan
from say.spool import HISTORY as KEPT_BY_CLIENT
from voice_server.text_window import HISTORY, TextWindow


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


def test_up_to_each_mark_of_a_writer_that_paused_all_is_spoken_and_no_plan_reaches_beyond() -> None:
    window = TextWindow(0)
    for part in ("First", " second", " third"):
        window.append(part)
        window.flush(whole=True)
    window.append(" rest")
    for part in ("First", " second", " third"):
        request = window.request(first=False)
        assert (request.text, request.flush, request.whole, request.final) == (part, True, True, False)
        window.use(len(part))
    request = window.request(first=False)
    assert (request.text, request.flush, request.whole) == (" rest", False, False)


def test_a_mark_within_text_that_is_complete_is_no_end() -> None:
    window = TextWindow(0)
    window.append("All of it.")
    window.flush(whole=True)
    window.end()
    request = window.request(first=True)
    assert (request.whole, request.final) == (True, True)


def test_a_mark_that_no_plan_honours_holds_nothing_up() -> None:
    window = TextWindow(0)
    window.append("Hal")
    window.flush(whole=True)
    window.append("f. More.")
    window.request(first=True)
    window.use(0)
    assert window.worth_planning and window.request(first=True).text == "Half. More."


def test_a_mark_beyond_the_window_waits_for_its_turn() -> None:
    window = TextWindow(0)
    window.append("x" * (PLAN_WINDOW + 5))
    window.flush(whole=True)
    request = window.request(first=True)
    assert (len(request.text), request.flush, request.whole) == (PLAN_WINDOW, True, False)
    window.use(PLAN_WINDOW)
    assert window.request(first=False).whole


def test_what_was_planned_can_be_planned_again_with_its_marks_and_costs_no_credit() -> None:
    window = TextWindow(100)
    window.append("One two")
    window.flush(whole=True)
    window.append(" three")
    assert window.request(first=True).text == "One two"
    assert window.use(7) == 7
    window.request(first=False)
    assert window.use(6) == 6 and not window.length

    window.rewind(104)

    assert (window.start, window.length, window.arrived, window.fresh) == (104, 9, 113, 0)
    request = window.request(first=True)
    assert (request.text, request.start, request.whole) == ("two", 104, True)
    assert window.use(3) == 0
    window.append("!")
    assert window.request(first=False).text == " three!"
    assert window.use(7) == 1


def test_no_more_than_the_history_can_be_planned_again() -> None:
    window = TextWindow(5)
    for _ in range(50):
        window.append("x" * PLAN_WINDOW)
        window.request(first=False)
        window.use(PLAN_WINDOW)
        assert window.start - window.history_start <= HISTORY * 3 // 2
    assert window.start - window.history_start >= HISTORY
    with pytest.raises(ValueError, match="not kept"):
        window.rewind(window.history_start - 1)
    window.rewind(window.history_start)
    assert window.fresh == 0


def test_a_client_keeps_all_that_can_be_gone_back_to() -> None:
    """It kept less, so that after a crash it would have had to send what it had let go."""
    window = TextWindow(0)
    window.append("x" * (HISTORY * 3))
    furthest = 0
    while window.length:
        window.use(len(window.request(first=False).text))
        furthest = max(furthest, window.start - window.history_start)
    assert HISTORY < furthest <= KEPT_BY_CLIENT


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
        st.just(("whole", 0)),
        st.tuples(st.just("rewind"), st.integers(0, 100)),
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
        used = len(request.text) if request.whole else len(request.text) * percent // 100
        planned += request.text[:used]
        window.use(used)
        assert window.length == len(text) - len(planned)

    for step, figure in steps:
        if step == "append":
            more = "".join(chance.choice("abc ") for _ in range(figure))
            text += more
            window.append(more)
        elif step in ("flush", "whole"):
            window.flush(whole=step == "whole")
        elif step == "rewind":
            back = (window.start - window.history_start) * figure // 100
            window.rewind(window.start - back)
            planned = planned[: len(planned) - back]
        elif window.worth_planning:
            plan(figure)
    window.end()
    while not window.finished:
        plan(100)

    assert planned == text
