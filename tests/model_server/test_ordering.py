"""Promises about what the queue is told of a piece."""

from __future__ import annotations

import math

import pytest

from common.messages.synthesis import Begin, Synthesize
from model_server.fair_queue import Need
from model_server.ordering import order_of
from model_server.text.pace import Pace

PACE = Pace(fixed=1.0, each=0.1, sound=0.07)


def begin(sink: str = "speaker", *, bulk: bool = False, client: str = "") -> Begin:
    return Begin("af_heart", "tone", "", sink, client=client, bulk=bulk)


def piece(*, first: bool = False, ahead: float = -1.0, phonemes: str = "p" * 10, speed: float = 1.0) -> Synthesize:
    return Synthesize(0, "t" * 50, phonemes, 0, speed, first=first, ahead=ahead)


@pytest.mark.parametrize(
    ("sink", "bulk", "first", "need", "aloud"),
    [
        ("speaker", False, True, Need.FIRST, True),
        ("speaker", False, False, Need.AHEAD, True),
        ("client", False, True, Need.FIRST, False),
        ("client", True, True, Need.BULK, False),
    ],
)
def test_a_piece_is_needed_for_what_its_utterance_is_for(
    sink: str, bulk: bool, first: bool, need: Need, aloud: bool
) -> None:
    order = order_of(begin(sink, bulk=bulk), piece(first=first), PACE, 5.0)

    assert (order.need, order.aloud) == (need, aloud)


def test_what_sounds_is_due_when_the_sound_before_it_ends() -> None:
    assert order_of(begin(), piece(ahead=2.5), PACE, 100.0).due == 102.5
    assert order_of(begin(), piece(), PACE, 100.0).due == math.inf


def test_a_piece_costs_what_the_engine_is_known_to_take() -> None:
    assert order_of(begin(), piece(), PACE, 0.0).cost == pytest.approx(2.0)
    assert order_of(begin(), piece(phonemes=""), PACE, 0.0).cost == pytest.approx(6.0)
    assert order_of(begin(), piece(speed=2.0), PACE, 0.0).cost == pytest.approx(1.5)


def test_who_does_not_say_who_it_is_counts_by_utterance() -> None:
    assert order_of(begin(), piece(), PACE, 0.0).client is None
    assert order_of(begin(client="me"), piece(), PACE, 0.0).client == "me"
