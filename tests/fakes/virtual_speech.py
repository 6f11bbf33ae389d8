"""A model server's link and a loudspeaker in virtual time, whose sound tells which characters a listener heard.

Each character of the text lasts `CHARACTER` seconds; its samples hold its place in the text.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from common.errors import SayError
from common.messages.speaking import Steer
from common.messages.synthesis import (
    AskFloor,
    Begin,
    Begun,
    Finished,
    FloorGranted,
    GiveFloor,
    Plan,
    Planned,
    PlannedPiece,
    Underway,
    WordTime,
    YieldFloor,
)
from voice_server.joins import RATE, Samples
from voice_server.model_link import Sound
from voice_server.turns import Turns

CHARACTER = 0.1  # seconds
SCALE = 1 << 16  # places that a sample can tell apart
BUFFER = 0.3  # seconds that the device lags behind
PIECE = 3  # sentences of a piece, at most


def _ignore(_: object) -> None:
    """Take what nobody waits for."""


def planned(plan: Plan, first: bool) -> Planned:
    """Return pieces of up to PIECE sentences, one at a time if `first`, cut in their middle at a comma."""
    text, start = plan.text, plan.start
    ends = [match.end() for match in re.finditer(r"[.,]\s+|[.,]$", text)]
    if plan.final or plan.whole:
        ends = [end for end in ends if end < len(text)] + [len(text)]
    elif ends and ends[-1] == len(text) and not plan.flush:
        ends.pop()  # the blank behind it may be on its way
    pieces: list[PlannedPiece] = []
    used, inside = 0, plan.inside
    while ends and len(pieces) < (1 if first else 4):
        count = 1 if first else min(PIECE, len(ends))
        end = ends[count - 1]
        del ends[:count]
        said = text[used:end]
        boundary = "sentence" if said.rstrip().endswith(".") else "clause"
        begins = [used] * (not inside) + [used + match.end() for match in re.finditer(r"\.\s+", said)]
        begins = [start + begin for begin in begins if begin < end]
        pieces.append(PlannedPiece(said, "", start + used, start + end, boundary, tuple(begins)))
        used, inside = end, boundary == "clause"
    return Planned(tuple(pieces), used, inside)


class _Way:
    """What is said in one direction arrives in order, each after `delay()` seconds; at once without a delay."""

    def __init__(self, delay: Callable[[], float] | None, arrive: Callable[[object], None]) -> None:
        self._delay = delay
        self._arrive = arrive
        self._under_way: deque[object] = deque()
        self._last = 0.0  # loop time of the latest arrival

    @property
    def busy(self) -> bool:
        return bool(self._under_way)

    def send(self, message: object) -> None:
        if self._delay is None:
            return self._arrive(message)
        loop = asyncio.get_running_loop()
        self._last = max(self._last, loop.time() + self._delay())
        self._under_way.append(message)
        loop.call_at(self._last, lambda: self._arrive(self._under_way.popleft()))


class VirtualLink:
    """A ModelLink. Planning and synthesis take `pace` seconds each; the test decides on the floor.

    `delay` returns the seconds that a message about the floor takes, so that messages cross.
    """

    def __init__(self, pace: float, words: bool, delay: Callable[[], float] | None = None) -> None:
        self.on_granted: Callable[[], None] = lambda: None
        self.on_yield: Callable[[bool], None] = _ignore
        self.on_steer: Callable[[Steer], None] = _ignore
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.reports: list[Underway | Finished] = []
        self.in_line = False  # as the model server knows
        self.granted = False  # as above
        self.asks = 0
        self._asked = False  # as the voice server knows
        self._turns = Turns()
        self._turn = 0  # as the model server knows
        self._granted_turns: set[int] = set()
        self._there = _Way(delay, self._at_model_server)
        self._back = _Way(delay, self._at_voice_server)
        self.begins: list[Begin] = []
        self.plans_early = True
        self._sounds: list[asyncio.Future[Sound]] = []
        self._pace = pace
        self._words = words

    async def begin(self, begin: Begin) -> Begun:
        self.begins.append(begin)
        await asyncio.sleep(self._pace)
        return Begun("tone", RATE, 7)

    async def plan(self, plan: Plan) -> Planned:
        await asyncio.sleep(self._pace)
        return planned(plan, plan.first)

    async def synthesize(
        self, index: int, piece: PlannedPiece, speed: float, *, first: bool = False, ahead: float = -1.0
    ) -> asyncio.Future[Sound]:
        await asyncio.sleep(0)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Sound] = loop.create_future()
        self._sounds.append(future)
        loop.call_later(self._pace, self._finish, future, self._sound(piece, speed))
        return future

    def _finish(self, future: asyncio.Future[Sound], sound: Sound) -> None:
        if not future.done():
            self._sounds.remove(future)
            future.set_result(sound)

    def _sound(self, piece: PlannedPiece, speed: float) -> Sound:
        each = round(CHARACTER / speed * RATE)
        places = np.arange(piece.start, piece.end, dtype=np.float32) + 1
        samples = np.repeat(places / np.float32(SCALE), each)
        samples[[0, -1]] = 0.0  # it begins and ends in silence, or a fade would be put around it
        seconds = each / RATE
        words = tuple(
            WordTime(
                piece.start + match.start(), piece.start + match.end(), match.start() * seconds, match.end() * seconds
            )
            for match in re.finditer(r"\S+", piece.text)
        )
        return Sound(samples, 0, len(samples), words if self._words else ())

    def discard(self) -> None:
        for future in self._sounds:
            future.cancel()
        self._sounds.clear()

    # The floor, as a voice server has it

    def ask_floor(self) -> None:
        assert not self._asked, "asked twice"
        self._asked = True
        self.asks += 1
        self._there.send(self._turns.ask())

    def give_floor(self) -> None:
        assert self._asked, "given without having asked"
        self._asked = False
        self._there.send(self._turns.give())

    def _at_voice_server(self, message: object) -> None:
        assert isinstance(message, (FloorGranted, YieldFloor))
        if not self._turns.is_ours(message):
            return
        if isinstance(message, FloorGranted):
            self.on_granted()
        else:
            self.on_yield(message.held)

    @property
    def under_way(self) -> bool:
        """Whether something that was said has not arrived yet."""
        return self._there.busy or self._back.busy

    @property
    def may_sound(self) -> bool:
        """Whether the model server has granted the floor in the turn that the voice server believes to be in."""
        return self.asks in self._granted_turns

    # The floor, as the model server has it

    def _at_model_server(self, message: object) -> None:
        assert isinstance(message, (AskFloor, GiveFloor))
        if isinstance(message, AskFloor):
            self._turn, self.in_line, self.granted = message.turn, True, False
        elif message.turn == self._turn:
            self.in_line = self.granted = False

    def grant(self) -> None:
        if self.in_line and not self.granted:
            self.granted = True
            self._granted_turns.add(self._turn)
            self._back.send(FloorGranted(self._turn))

    def yield_floor(self, held: bool) -> None:
        """Take the floor away, or tell one that waits why."""
        if self.in_line:
            self.granted = False
            self._back.send(YieldFloor(held, self._turn))

    def report(self, report: Underway | Finished) -> None:
        self.reports.append(report)

    def fail(self, error: SayError) -> None:
        """Let the model server end it."""
        self.failure.set_exception(error)
        self.failure.exception()


@dataclass
class _Queued:
    index: int
    samples: Samples
    begins: float  # loop time at which a listener hears its first sample
    begun: bool = False

    @property
    def ends(self) -> float:
        return self.begins + len(self.samples) / RATE


class VirtualSpeaker:
    """A Speaker with a device buffer. `sounds` holds what a listener heard: (from when, samples)."""

    def __init__(self) -> None:
        self.on_playing: Callable[[int], None] = _ignore
        self.on_played: Callable[[int], None] = _ignore
        self.on_error: Callable[[SayError], None] = _ignore
        self.on_heard: Callable[[Samples], None] = _ignore
        self.on_open: Callable[[], None] = lambda: None
        self.needs_new_process = False
        self.underflows = 0
        self.starved = 0
        self.device_name = "virtual"
        self.is_open = False
        self.sounds: list[tuple[float, Samples]] = []
        self.opening = 0.0  # seconds
        self._queue: deque[_Queued] = deque()
        self._ticker: asyncio.Task[None] | None = None
        self._last: tuple[int, int] | None = None

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def open(self, device: str = "", preroll: str = "auto") -> None:
        assert not self.is_open, "the speaker is open already"
        self.on_open()
        await asyncio.sleep(self.opening)
        self.is_open = True
        self._queue.clear()
        self._last = None
        self._ticker = asyncio.create_task(self._tick())

    def play(self, index: int, samples: Samples, announced: bool = False) -> None:
        assert self.is_open and index >= 0
        begins = max(self._queue[-1].ends if self._queue else 0.0, self._now + BUFFER)
        self._queue.append(_Queued(index, samples, begins))

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(0.02)
            self._report()

    def _report(self) -> None:
        while self._queue and self._queue[0].begins <= self._now:
            first = self._queue[0]
            if not first.begun:
                first.begun = True
                self.on_playing(first.index)
            if not self._queue or self._queue[0] is not first or first.ends > self._now:
                return
            self._queue.popleft()
            self._note(first.begins, first.samples)
            self._last = (first.index, len(first.samples))
            self.on_played(first.index)

    def _note(self, begins: float, samples: Samples) -> None:
        self.sounds.append((begins, samples))
        self.on_heard(samples)

    def heard(self) -> tuple[int, int] | None:
        if self._queue and self._queue[0].begins <= self._now:
            first = self._queue[0]
            return first.index, min(len(first.samples), int((self._now - first.begins) * RATE))
        return self._last

    def cut(self) -> None:
        self._last = self.heard()
        for queued in self._queue:
            count = int((self._now - queued.begins) * RATE)
            if count > 0:
                self._note(queued.begins, queued.samples[:count])
        self._queue.clear()

    def finish(self) -> None:
        """Nothing more comes."""

    async def stop(self) -> None:
        if self.is_open:
            self.cut()
            self.is_open = False
            assert self._ticker is not None
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
            await asyncio.sleep(0.001)

    def heard_places(self) -> list[int]:
        """Return the characters that were heard, in order; each as often as it was heard anew."""
        return [place for _, samples in self.sounds for place in places_in(samples)]


def places_in(samples: Samples) -> list[int]:
    """Return the characters that sound in samples, in order."""
    exact = samples.astype(np.float64) * SCALE
    whole = np.rint(exact)
    found = whole[(np.abs(exact - whole) < 1e-4) & (whole > 0)].astype(int) - 1
    if not len(found):
        return []
    changes = np.flatnonzero(np.diff(found)) + 1
    return [int(found[0]), *found[changes].tolist()]


class VirtualLock:
    """A FloorLock that others hold for a while."""

    def __init__(self) -> None:
        self.held = False
        self.busy_until = 0.0

    async def acquire(self) -> None:
        while asyncio.get_running_loop().time() < self.busy_until:
            await asyncio.sleep(0.02)
        self.held = True

    def release(self) -> None:
        self.held = False
