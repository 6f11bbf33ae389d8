"""Promises about how far ahead sound is made."""

from __future__ import annotations

import numpy as np
import pytest

from common.messages.synthesis import PlannedPiece
from voice_server.clips import Clip
from voice_server.joins import RATE
from voice_server.look_ahead import (
    ENOUGH,
    LOOK_AHEAD,
    MOST,
    MOST_TOGETHER,
    enough,
    left,
    made,
    seconds_before,
    unmade,
    wanted,
)


def clip(seconds: float | None = None, *, text: str = "x" * 100, pause: float = 0.0, heard: float = -1.0) -> Clip:
    """Return a piece with so many seconds of sound, or one that is not made yet."""
    found = Clip(PlannedPiece(text, "", 0, len(text), "sentence", pause=pause), 0, 1.0)
    if seconds is not None:
        found.samples = np.zeros(round(seconds * RATE), np.float32)
        found.heard = round(heard * RATE) if heard >= 0 else -1
    return found


def test_what_does_not_sound_is_made_two_pieces_ahead_of_what_was_taken() -> None:
    pieces = [clip() for _ in range(12)]

    assert len(list(wanted(pieces, 0, sounding=False))) == LOOK_AHEAD
    assert len(list(wanted(pieces, 3, sounding=False))) == 3 + LOOK_AHEAD


@pytest.mark.parametrize(("together", "count"), [(0, LOOK_AHEAD), (1, LOOK_AHEAD), (2, 4), (1000, MOST_TOGETHER)])
def test_where_several_are_made_at_once_as_many_wait_while_they_are_made(together: int, count: int) -> None:
    pieces = [clip() for _ in range(12)]

    assert len(list(wanted(pieces, 1, sounding=False, least=enough(together)))) == 1 + count


@pytest.mark.parametrize(("seconds", "count"), [(1.0, MOST), (ENOUGH / 4, 4), (2 * ENOUGH, LOOK_AHEAD)])
def test_what_sounds_is_made_until_enough_lies_ahead(seconds: float, count: int) -> None:
    pieces = [clip(seconds) for _ in range(12)]

    assert len(list(wanted(pieces, 0, sounding=True))) == count


def test_however_short_the_pieces_their_number_is_bounded() -> None:
    assert len(list(wanted([clip(0.01) for _ in range(500)], 2, sounding=True))) == 2 + MOST


def test_of_a_piece_that_sounds_only_what_was_not_heard_counts() -> None:
    pieces = [clip(10.0, heard=9.0), clip(3.0), clip(), clip(4.0)]

    assert left(pieces[0]) == pytest.approx(1.0)
    assert made(pieces) == pytest.approx(1.0 + 3.0 + 4.0)
    assert seconds_before(pieces, pieces[2]) == pytest.approx(4.0)
    assert seconds_before(pieces, pieces[3]) > 6.0  # a guess at what a piece of a hundred characters lasts


def test_a_pause_of_the_texts_own_lasts_as_long_as_it_says_and_takes_no_work() -> None:
    pieces = [clip(text="", pause=2.5), clip(text="hello")]

    assert seconds_before(pieces, pieces[1]) == 2.5
    assert unmade(pieces) == (5,)
