"""What the queue is told of a piece: what it is needed for, when, and what it costs. Pure."""

from __future__ import annotations

import math

from common.messages.speaking import SPEAKER
from common.messages.synthesis import Begin, Synthesize
from model_server.fair_queue import Need, Order
from model_server.text.pace import Pace


def length_of(request: Synthesize) -> int:
    """Return how long a piece is: phonemes, or characters where the engine takes text."""
    return len(request.phonemes or request.text)


def order_of(begin: Begin, request: Synthesize, pace: Pace, now: float) -> Order:
    """Return what is known of a piece that was asked for at `now`, in the clock's seconds."""
    live = Need.FIRST if request.first else Need.AHEAD
    return Order(
        Need.BULK if begin.bulk else live,
        begin.client or None,
        pace.work(length_of(request) / request.speed),
        now + request.ahead if request.ahead >= 0 else math.inf,
        aloud=begin.sink == SPEAKER,
    )
