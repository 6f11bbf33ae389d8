"""All utterances by their numbers: how each begins, how far it is, how it went. Knows no connection.

Text is kept in memory only, and never logged.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections import OrderedDict, deque
from collections.abc import Callable
from itertools import count
from typing import Protocol

from common.errors import NoUtterance
from common.messages.control import RecentUtterance
from common.messages.speaking import SPEAKER
from common.messages.synthesis import Begin, Finished, Plan, Underway
from model_server.floor import Holder

REMEMBERED_TEXT = 1 << 16  # characters of an utterance for the loudspeaker, to be spoken again
HEAD = 80  # characters of its beginning in the queue's display
REMEMBERED_OUTCOMES = 1000
RECENT = 10  # utterances whose figures are kept
RETURN_LIMIT = 15.0  # seconds in which a client whose servers crashed is back, see say/speaking.py
LOST = "lost"
HIGHEST_NUMBER = 1 << 31  # nobody counts that far


class Serving(Holder, Protocol):
    """The session that serves an utterance."""

    def steer(self, action: str, amount: float) -> None:
        """Move within it, or hold it."""


class RememberedText:
    """The beginning of a text, as far as its plans have shown it. Pure."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._start: int | None = None  # of `text` within the whole text
        self._ended = False
        self.text = ""

    def add(self, plan: Plan) -> None:
        """Take what is new in a plan. Plans overlap; they lie ahead of what is known after a crash, and after going back."""
        if self._start is None:
            self._start = plan.start
        known = self._start + len(self.text)
        if plan.start < self._start <= plan.start + len(plan.text):
            self.text = (plan.text[: self._start - plan.start] + self.text)[: self._most]
            self._start = plan.start
        elif plan.start <= known:
            self.text += plan.text[known - plan.start : known - plan.start + self._most - len(self.text)]
        self._ended |= plan.final and self._start + len(self.text) >= plan.start + len(plan.text)

    def spoken(self) -> None:
        """Know that it was spoken to its end: nothing lies behind what is known, unless that is all there is room for."""
        self._ended |= len(self.text) < self._most

    @property
    def end(self) -> int:
        """Characters of the whole text that are known."""
        return (self._start or 0) + len(self.text)

    @property
    def complete(self) -> bool:
        return self._ended and self._start == 0

    @property
    def head(self) -> str:
        """The beginning on one line, fit for a terminal."""
        line = "".join(" " if mark.isspace() else mark for mark in self.text[: 4 * HEAD])
        line = "".join(mark for mark in line if unicodedata.category(mark)[0] != "C")
        line = " ".join(line.split())
        return line if len(line) <= HEAD else line[: HEAD - 1].rstrip() + "…"


class Utterance:
    """One utterance; a crash of its servers costs it its session, and it may come back."""

    def __init__(self, number: int, begin: Begin, began: float) -> None:
        self.number = number
        self.begin = begin
        self.began = began  # seconds, monotonic
        self.engine = begin.engine
        self.session: Serving | None = None
        self.text = RememberedText(REMEMBERED_TEXT if self.for_loudspeaker else 4 * HEAD)
        self.underway = Underway("preparing", 0, 0)
        self.fate: tuple[str, str] | None = None  # error code and message, once it is clear that it ends by one
        self._synthesis = 0.0  # seconds
        self._sound = 0.0  # seconds

    @property
    def for_loudspeaker(self) -> bool:
        return self.begin.sink == SPEAKER

    @property
    def speed(self) -> float:
        """The factor in force; it may have been changed since it began."""
        return self.underway.speed or self.begin.speed

    def stop(self, code: str, message: str) -> None:
        """End it; one that is about to come back is ended then."""
        self.fate = self.fate or (code, message)
        if self.session is not None:
            self.session.stop(code, message)

    def steer(self, action: str, amount: float) -> bool:
        """Move within it or hold it; return whether there is anybody who can."""
        if self.session is not None:
            self.session.steer(action, amount)
        return self.session is not None

    def add_synthesis(self, seconds: float, sound: float) -> None:
        """Count a piece: `seconds` of work for `sound` seconds of sound."""
        self._synthesis += seconds
        self._sound += sound

    @property
    def real_time_factor(self) -> float:
        return self._synthesis / self._sound if self._sound else 0.0


class Utterances:
    """The numbers given, and what became of them."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._awaits_until = clock()  # who had a number from a daemon before this one may still come
        self._last = 0
        self._alive: dict[int, Utterance] = {}  # in work, or without a session and awaited back
        self._outcomes: OrderedDict[int, str] = OrderedDict()
        self._waiters: dict[int, set[asyncio.Future[str]]] = {}
        self._recent: deque[RecentUtterance] = deque(maxlen=RECENT)
        self.heard_last: Utterance | None = None  # that had the loudspeaker

    def await_those_of_a_crash(self) -> None:
        """Know that the daemon before this one crashed: its clients will be here in a moment, with their numbers."""
        self._awaits_until = self._clock() + RETURN_LIMIT

    @property
    def awaits_others(self) -> bool:
        """Whether utterances may still come that a daemon which crashed knew."""
        return self._clock() < self._awaits_until

    @property
    def recent(self) -> tuple[RecentUtterance, ...]:
        return tuple(self._recent)

    @property
    def alive(self) -> list[Utterance]:
        """Those in work and those awaited back, by number."""
        return [self._alive[number] for number in sorted(self._alive)]

    @property
    def in_work(self) -> list[Utterance]:
        return [utterance for utterance in self.alive if utterance.session is not None]

    def age(self, utterance: Utterance) -> float:
        """Return the seconds since it began."""
        return self._clock() - utterance.began

    def find(self, number: int) -> Utterance:
        """Return the utterance of that number. Raises NoUtterance."""
        if number not in self._alive:
            outcome = self._outcomes.get(number)
            fault = (
                f"utterance {number} has ended already ({outcome})" if outcome else f"there is no utterance {number}"
            )
            raise NoUtterance(fault, "'say --queue' lists those there are.")
        return self._alive[number]

    def begin(self, begin: Begin, session: Serving) -> Utterance:
        """Give it a number. One that comes back after a crash keeps its own, unless another has it by now."""
        known = self._alive.get(begin.number)
        if begin.number and (known is None or known.session is None):
            number = begin.number
        else:
            number, known = self._free_number(), None
        self._last = max(self._last, number)
        self._outcomes.pop(number, None)
        utterance = known or Utterance(number, begin, self._clock())
        utterance.begin = begin
        utterance.session = session
        self._alive[number] = utterance
        return utterance

    def _free_number(self) -> int:
        """Return the next number. Should the highest be taken, one that is free: a retry may claim any."""
        if self._last < HIGHEST_NUMBER:
            return self._last + 1
        return next(number for number in count(1) if number not in self._alive)

    def finish(self, utterance: Utterance, finished: Finished) -> None:
        """Note how it went, by its voice server's account."""
        if finished.outcome == "spoken":
            utterance.text.spoken()  # a pipe's last plan may not say that it is the last
        self._recent.append(
            RecentUtterance(
                number=utterance.number,
                voice=utterance.begin.voice,
                engine=utterance.engine,
                sink=utterance.begin.sink,
                outcome=finished.outcome,
                seconds=finished.seconds,
                first_audio=finished.first_audio,
                real_time_factor=utterance.real_time_factor,
                waited=finished.waited,
                underruns=finished.underruns,
            )
        )
        self._settle(utterance.number, finished.outcome)

    def leave(self, utterance: Utterance) -> None:
        """Its session has ended. Unless it is known how, a process crashed, and its client may be back in a moment."""
        utterance.session = None
        if utterance.number in self._outcomes:
            self._forget(utterance)
        elif utterance.fate is not None:
            self._settle(utterance.number, utterance.fate[0])
            self._forget(utterance)
        else:
            asyncio.get_running_loop().call_later(RETURN_LIMIT, self._lose, utterance)

    async def outcome(self, number: int) -> str:
        """Return how an utterance went, once it has ended; `LOST` if nobody knows."""
        if number in self._outcomes:
            return self._outcomes[number]
        waiter: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        waiters = self._waiters.setdefault(number, set())
        waiters.add(waiter)
        try:
            if number not in self._alive:
                await asyncio.wait({waiter}, timeout=max(0.0, self._awaits_until - self._clock()))
            return await waiter if waiter.done() or number in self._alive else LOST
        finally:
            waiters.discard(waiter)
            if not waiters:
                self._waiters.pop(number, None)

    def _settle(self, number: int, outcome: str) -> None:
        self._outcomes[number] = outcome
        self._outcomes.move_to_end(number)
        while len(self._outcomes) > REMEMBERED_OUTCOMES:
            self._outcomes.popitem(last=False)
        for waiter in self._waiters.get(number, ()):
            if not waiter.done():
                waiter.set_result(outcome)

    def _lose(self, utterance: Utterance) -> None:
        if utterance.session is None and self._alive.get(utterance.number) is utterance:
            self._settle(utterance.number, LOST)
            self._forget(utterance)

    def _forget(self, utterance: Utterance) -> None:
        del self._alive[utterance.number]
