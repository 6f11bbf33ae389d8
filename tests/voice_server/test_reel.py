from __future__ import annotations

import numpy as np
import pytest

from common.messages.synthesis import PlannedPiece
from voice_server import reel as reel_module
from voice_server.joins import RATE
from voice_server.reel import Passed, Reel


def piece(start: int, end: int, *sentences: int, boundary: str = "sentence") -> PlannedPiece:
    return PlannedPiece(("x " * (end - start))[: end - start], "", start, end, boundary, sentences)


def row(*pieces: PlannedPiece, seconds: float = 5.0) -> Reel:
    """Return a row whose pieces have sound."""
    reel = Reel(0, 1.0)
    for one in pieces:
        clip = reel.add(one)
        clip.wanted, clip.index = True, len(reel.clips) - 1
        clip.samples = np.zeros(round(seconds * RATE), np.float32)
    return reel


def hear(reel: Reel, seconds: float) -> None:
    assert reel.current is not None
    reel.current.heard = round(seconds * RATE)


THREE = (piece(0, 50, 0, 30), piece(50, 100, 60), piece(100, 150, 100))


def test_what_was_heard_leaves_the_row_ahead_and_stays_at_hand() -> None:
    reel = row(*THREE)
    hear(reel, 5.0)
    reel.hear_to_end()
    assert [clip.piece.start for clip in reel.ahead] == [50, 100]
    assert (reel.passed, reel.played, reel.position) == (50, 1, 50)
    assert reel.find(30)
    assert (reel.position, reel.passed, [clip.index for clip in reel.ahead]) == (30, 30, [-1, -1, -1])


def test_nothing_is_found_where_no_piece_is() -> None:
    reel = row(*THREE)
    assert not reel.find(150) and reel.at == 0


def test_a_step_on_goes_to_the_next_sentence_that_is_known() -> None:
    reel = row(*THREE)
    hear(reel, 1.0)
    assert (reel.later(1), reel.later(2), reel.later(3), reel.later(4)) == (30, 60, 100, None)
    assert reel.still_to_find(5) == 2


def test_with_nothing_planned_the_sentence_that_comes_first_is_the_one_to_leave() -> None:
    assert Reel(0, 1.0).still_to_find(1) == 2


def test_a_step_back_goes_to_the_sentence_that_sounds_or_to_the_one_before_if_it_just_began() -> None:
    reel = row(*THREE)
    hear(reel, 5.0)
    reel.hear_to_end()
    hear(reel, 0.5)  # still in the sentence from 30 on
    assert (reel.beginning(), reel.earlier(1), reel.earlier(2), reel.earlier(3)) == (30, 30, 0, 0)
    hear(reel, 1.5)  # half a second of the one from 60 on
    assert (reel.beginning(), reel.earlier(1)) == (60, 30)
    hear(reel, 3.0)
    assert reel.earlier(1) == 60


def test_a_sentence_whose_beginning_is_not_kept_was_heard_long_enough() -> None:
    reel = row(*THREE)
    reel.clear(140)
    reel.add(piece(140, 150))
    hear(reel, 0.1)
    assert reel.earlier(1) == 100


def test_no_more_than_half_a_minute_of_sound_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reel_module, "KEPT", 30.0)
    reel = row(*(piece(start, start + 10, start) for start in range(0, 1000, 10)), seconds=10.0)
    for _ in range(100):
        hear(reel, 10.0)
        reel.hear_to_end()
        assert sum(clip.length for clip in reel.clips[: reel.at]) <= 30 * RATE
    assert reel.end == 1000 and not reel.ahead
    assert reel.first_known() == 0
    reel.forget_sentences(500)
    assert reel.first_known() == 500


def test_going_on_elsewhere_forgets_what_comes_behind() -> None:
    reel = row(*THREE)
    reel.clear(75)
    assert (reel.clips, reel.position, reel.end, reel.inside) == ([], 75, 75, True)
    assert reel.beginning() == 60 and reel.later(1) is None
    reel.clear(60)
    assert reel.beginning() == 60 and not reel.inside
    reel.add(piece(60, 100, 60))
    assert reel.later(1) is None  # 60 is not counted twice


def test_sentences_are_passed_over_until_the_one_wanted() -> None:
    reel = row(*THREE)
    reel.clear(150)
    assert reel.pass_sentences(piece(150, 200, 150, 170), 3) == Passed(2, None)
    assert reel.position == 200
    assert reel.pass_sentences(piece(200, 250, 210), 1) == Passed(1, 210)
    reel.add(piece(200, 250, 210)).begin_anew(210)
    assert reel.position == 210 and reel.earlier(1) == 170
