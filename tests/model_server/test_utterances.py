from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import NoUtterance
from common.messages.synthesis import PLAN_WINDOW, Begin, Finished, Plan
from model_server import utterances as module
from model_server.utterances import (
    HEAD,
    HIGHEST_NUMBER,
    LOST,
    RECENT,
    REMEMBERED_OUTCOMES,
    REMEMBERED_TEXT,
    RETURN_LIMIT,
    RememberedText,
    Utterance,
    Utterances,
)
from tests.fakes.loops import run, settle


class FakeSession:
    """Notes what it is told."""

    voice = "af_heart"
    priority = ""
    policy = "queue"

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def floor_granted(self) -> None:
        """Nobody asks for it here."""

    def yield_floor(self, held: bool) -> None:
        """As above."""

    def hold_changed(self, held: bool) -> None:
        """As above."""

    def stop(self, code: str, message: str) -> None:
        self.told.append((code, message))

    def steer(self, action: str, amount: float) -> None:
        self.told.append((action, amount))


def begin(number: int = 0, sink: str = "speaker") -> Begin:
    return Begin("af_heart", "auto", "", sink, number=number)


def finished(outcome: str = "spoken") -> Finished:
    return Finished(outcome, 2.0, 0.3, 0.1, 1)


def plan(text: str, start: int = 0, final: bool = False) -> Plan:
    return Plan(text, start, final, False, start == 0)


class Clock:
    """Stands still unless moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up on those that crashed at once."""
    monkeypatch.setattr(module, "RETURN_LIMIT", 0.01)


def registry() -> Utterances:
    return Utterances(Clock())


def ended(all_: Utterances, outcome: str | None = "spoken", number: int = 0) -> Utterance:
    """Begin an utterance and end it; None: it crashes."""
    utterance = all_.begin(begin(number), FakeSession())
    if outcome is not None:
        all_.finish(utterance, finished(outcome))
    all_.leave(utterance)
    return utterance


# Numbers


def test_numbers_count_from_one() -> None:
    all_ = registry()
    assert [all_.begin(begin(), FakeSession()).number for _ in range(3)] == [1, 2, 3]
    assert [utterance.number for utterance in all_.in_work] == [1, 2, 3]


def test_who_comes_back_after_a_crash_keeps_its_number_and_what_is_known_of_it() -> None:
    async def test() -> None:
        all_ = registry()
        crashed = ended(all_, None)
        crashed.text.add(plan("Hello."))
        assert all_.in_work == [] and all_.alive == [crashed]

        back = all_.begin(begin(crashed.number), FakeSession())

        assert back is crashed and all_.in_work == [back]
        assert all_.begin(begin(), FakeSession()).number == 2

    run(test())


def test_a_daemon_that_replaces_a_crashed_one_takes_its_numbers_over() -> None:
    all_ = registry()
    assert all_.begin(begin(7), FakeSession()).number == 7
    assert all_.begin(begin(), FakeSession()).number == 8
    assert all_.begin(begin(3), FakeSession()).number == 3
    assert all_.begin(begin(), FakeSession()).number == 9


def test_whoever_claims_the_highest_number_leaves_numbers_for_the_others() -> None:
    """Those after it got numbers that no retry could bring back."""
    all_ = registry()
    assert all_.begin(begin(HIGHEST_NUMBER), FakeSession()).number == HIGHEST_NUMBER
    assert [all_.begin(begin(), FakeSession()).number for _ in range(2)] == [1, 2]


def test_a_number_that_another_has_by_now_is_not_given_twice() -> None:
    all_ = registry()
    other = all_.begin(begin(), FakeSession())
    assert all_.begin(begin(1), FakeSession()).number == 2
    assert all_.find(1) is other


@pytest.mark.parametrize("past", [True, False])
def test_a_number_without_an_utterance_is_an_error_that_says_so(past: bool) -> None:
    all_ = registry()
    if past:
        ended(all_)
    with pytest.raises(
        NoUtterance, match=r"^utterance 1 has ended already \(spoken\)" if past else "^there is no utterance 1"
    ):
        all_.find(1)


# Outcomes


def test_the_outcome_is_told_to_all_who_wait_and_to_those_who_ask_later() -> None:
    async def test() -> None:
        all_ = registry()
        utterance = all_.begin(begin(), FakeSession())
        waiting = [asyncio.create_task(all_.outcome(1)) for _ in range(2)]
        await settle()
        assert not any(task.done() for task in waiting)
        all_.finish(utterance, finished("stopped"))
        assert await asyncio.gather(*waiting) == ["stopped", "stopped"]
        all_.leave(utterance)
        assert await all_.outcome(1) == "stopped"

    run(test())


def test_who_was_told_to_stop_and_said_nothing_more_was_stopped() -> None:
    async def test() -> None:
        all_ = registry()
        utterance = all_.begin(begin(), FakeSession())
        utterance.stop("dropped", "for a reason")
        all_.leave(utterance)
        assert await all_.outcome(1) == "dropped" and not all_.alive

    run(test())


def test_a_crash_is_waited_out_until_it_is_back_and_done() -> None:
    async def test() -> None:
        all_ = registry()
        ended(all_, None)
        waiting = asyncio.create_task(all_.outcome(1))
        await settle()
        assert not waiting.done()
        ended(all_, "spoken", number=1)
        assert await waiting == "spoken"

    run(test())


@pytest.mark.usefixtures("impatient")
def test_who_does_not_come_back_is_lost() -> None:
    async def test() -> None:
        all_ = registry()
        ended(all_, None)
        assert await all_.outcome(1) == LOST
        assert not all_.alive

    run(test())


def test_who_came_back_in_time_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETURN_LIMIT", 0.05)

    async def test() -> None:
        all_ = registry()
        ended(all_, None)
        back = all_.begin(begin(1), FakeSession())
        await asyncio.sleep(0.1)  # past the limit
        assert all_.find(1) is back

    run(test())


def test_who_was_stopped_between_a_crash_and_its_return_ends_then() -> None:
    async def test() -> None:
        all_ = registry()
        crashed = ended(all_, None)
        crashed.stop("stopped", "by --cancel")
        assert all_.begin(begin(1), FakeSession()).fate == ("stopped", "by --cancel")

    run(test())


def test_a_number_that_nobody_knows_is_waited_for_only_after_a_crash() -> None:
    """Once, whoever waited for a number that a new daemon had never given learned so after 15 s."""

    async def test() -> None:
        clock = Clock()
        all_ = Utterances(clock)
        assert await all_.outcome(5) == LOST
        all_.await_those_of_a_crash()
        before = all_.awaits_others
        waiting = asyncio.create_task(all_.outcome(5))
        await settle()
        assert not waiting.done()
        ended(all_, "spoken", number=5)
        assert await waiting == "spoken"
        clock.now += RETURN_LIMIT
        assert (before, all_.awaits_others) == (True, False)
        assert await all_.outcome(6) == LOST

    run(test())


def test_outcomes_of_the_last_thousand_are_kept() -> None:
    async def test() -> None:
        clock = Clock()
        all_ = Utterances(clock)
        clock.now += 60
        for _ in range(REMEMBERED_OUTCOMES + 1):
            ended(all_)
        assert await all_.outcome(1) == LOST
        assert await all_.outcome(2) == await all_.outcome(REMEMBERED_OUTCOMES + 1) == "spoken"

    run(test())


def test_nothing_is_kept_of_who_waited() -> None:
    async def test() -> None:
        all_ = registry()
        utterance = all_.begin(begin(), FakeSession())
        waiting = asyncio.create_task(all_.outcome(1))
        await settle()
        waiting.cancel()
        await settle()
        assert not all_._waiters
        all_.finish(utterance, finished())

    run(test())


def test_the_figures_of_the_last_ten_are_shown_oldest_first() -> None:
    all_ = registry()
    for number in range(1, RECENT + 3):
        utterance = all_.begin(begin(), FakeSession())
        utterance.engine = "tone"
        if number % 2:
            utterance.add_synthesis(0.5, 1.0)
            utterance.add_synthesis(0.25, 2.0)
        all_.finish(utterance, finished())
    assert [one.number for one in all_.recent] == list(range(3, RECENT + 3))
    first, second = all_.recent[:2]
    assert (first.real_time_factor, second.real_time_factor) == (0.25, 0.0)
    assert (first.engine, first.seconds, first.first_audio, first.waited, first.underruns) == ("tone", 2.0, 0.3, 0.1, 1)


# Text


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=20))
def test_text_is_gathered_from_plans_that_overlap_whatever_they_repeat(text: str, steps: list[tuple[int, int]]) -> None:
    remembered = RememberedText(REMEMBERED_TEXT)
    known = 0
    for back, length in [*steps, (len(text), len(text))]:
        start = max(0, known - back)
        known = max(known, min(len(text), start + length))
        remembered.add(plan(text[start : start + length], start, start + length >= len(text)))
    assert remembered.text == text and remembered.complete and remembered.end == len(text)


def test_of_a_long_text_the_beginning_is_remembered() -> None:
    remembered = RememberedText(REMEMBERED_TEXT)
    text = "".join(chr(ord("a") + index % 26) for index in range(REMEMBERED_TEXT + 10))
    for start in range(0, len(text), PLAN_WINDOW):
        part = text[start : start + PLAN_WINDOW]
        remembered.add(plan(part, start, start + len(part) == len(text)))
    assert remembered.text == text[:REMEMBERED_TEXT] and not remembered.complete


def test_what_was_spoken_to_its_end_is_complete_though_no_plan_said_so() -> None:
    remembered = RememberedText(REMEMBERED_TEXT)
    remembered.add(plan("One. Two.", 0))
    assert not remembered.complete
    remembered.spoken()
    assert remembered.complete


def test_what_was_spoken_and_is_longer_than_there_is_room_for_is_not_complete() -> None:
    remembered = RememberedText(5)
    remembered.add(plan("One. Two.", 0))
    remembered.spoken()
    assert not remembered.complete


def test_what_lay_ahead_of_a_retry_is_taken_in_when_speech_goes_back_there() -> None:
    remembered = RememberedText(REMEMBERED_TEXT)
    remembered.add(plan("Three. Four.", 10, final=True))
    assert (remembered.text, remembered.complete) == ("Three. Four.", False)
    remembered.add(plan("Two. Three. Four.", 5, final=True))
    remembered.add(plan("One. Two.", 0))
    assert (remembered.text, remembered.complete) == ("One. Two. Three. Four.", True)


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("Hello.", "Hello."),
        ("  Two\n\tlines \r\n", "Two lines"),
        ("\x1b[31mred\x07\x00 \u202eevil\x9b", "[31mred evil"),
        ("x" * HEAD, "x" * HEAD),
        ("word " * 40, ("word " * 16)[: HEAD - 1].rstrip() + "…"),
        ("", ""),
    ],
)
def test_the_display_shows_how_it_begins_on_one_harmless_line(text: str, head: str) -> None:
    remembered = RememberedText(REMEMBERED_TEXT)
    remembered.add(plan(text))
    assert remembered.head == head and len(head) <= HEAD


def test_of_what_goes_to_a_file_the_beginning_alone_is_kept() -> None:
    utterance = Utterance(1, begin(sink="client"), 0.0)
    utterance.text.add(plan("word " * 800))
    assert utterance.text.head.endswith("…") and len(utterance.text.text) == 4 * HEAD
