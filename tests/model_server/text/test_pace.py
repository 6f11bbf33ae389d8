"""Promises about how long pieces are while somebody listens."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from model_server.text.pace import (
    BY_SENTENCE,
    ENOUGH,
    FULL,
    MOST,
    REFERENCE,
    WEAK,
    Limits,
    Pace,
    limits_for_file,
    limits_while_heard,
)

SLOW = Pace(fixed=0.5, each=0.1, sound=0.07)
PACES = st.builds(Pace, st.floats(0.0, 1.0), st.floats(0.0005, 0.05), st.floats(0.06, 0.09)).filter(
    lambda pace: pace.keeps_up
)
UNMADE = st.lists(st.integers(1, MOST), max_size=5)


def test_a_file_grows_from_its_opening_to_full_pieces() -> None:
    assert limits_for_file(30) == Limits(60, 60)
    assert limits_for_file(70) == Limits(ENOUGH, 140)
    assert limits_for_file(1000) == FULL


def test_what_begins_a_text_without_an_opening_has_full_pieces() -> None:
    assert limits_for_file(0) == FULL


@given(PACES, st.floats(0.0, 60.0), UNMADE)
def test_a_piece_is_ready_before_what_comes_before_it_was_heard(pace: Pace, sound: float, unmade: list[int]) -> None:
    limits = limits_while_heard(pace, sound, unmade)

    assert WEAK <= limits.enough <= limits.most <= MOST
    ready, end = 0.0, sound
    for phonemes in unmade:
        ready += pace.work(phonemes)
        end = max(end, ready) + pace.lasts(phonemes)
    if limits.most > pace.shortest:
        assert ready + pace.work(limits.most) <= end + 1e-6


@given(PACES, UNMADE)
def test_more_sound_never_makes_pieces_shorter(pace: Pace, unmade: list[int]) -> None:
    most = [limits_while_heard(pace, seconds, unmade).most for seconds in (0.0, 1.0, 3.0, 10.0, 60.0)]

    assert most == sorted(most) and most[-1] == MOST


@given(PACES)
def test_however_much_a_piece_costs_in_any_case_pieces_catch_up(pace: Pace) -> None:
    most = limits_while_heard(pace, 0.0, []).most

    assert most == MOST or pace.work(most) <= pace.lasts(most)


def test_a_machine_slower_than_speech_has_its_pauses_between_sentences() -> None:
    assert limits_while_heard(SLOW, 5.0, [30]) == BY_SENTENCE


def test_fast_speech_leaves_time_for_as_many_phonemes() -> None:
    slow, fast = (limits_while_heard(REFERENCE, 2.0, [], speed=speed).most for speed in (1.0, 2.0))

    assert 1.9 * slow <= fast <= 2.1 * slow


def simulated(pace: Pace, opening: int) -> list[tuple[int, float]]:
    """Return, for some pieces after an opening, their lengths and the silence before each."""
    pieces, sound, silence = [opening], pace.lasts(opening), 0.0
    found = []
    for _ in range(8):
        most = limits_while_heard(pace, sound, []).most
        work = pace.work(most)
        silence = max(0.0, work - sound)
        sound = max(0.0, sound - work) + pace.lasts(most)
        pieces.append(most)
        found.append((most, silence))
    return found


def test_sound_does_not_break_off_and_pieces_grow_to_full_length() -> None:
    for pace in (REFERENCE, Pace(0.1, 0.03, 0.07), Pace(0.03, 0.001, 0.07)):
        found = simulated(pace, 30)
        assert all(silence == 0.0 for _, silence in found), pace
        assert found[-1][0] == MOST
