"""What surrounds an utterance in a voice server: the link to the model server, a sink, the loudspeaker.

None of them waits for time to pass: a test lets pieces be made, taken and heard, or they do it by themselves.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable

import numpy as np

from common.errors import NoSound, SayError
from common.messages.synthesis import Begin, Begun, Plan, Planned, PlannedPiece, WordTime
from voice_server.joins import RATE, Samples
from voice_server.model_link import Sound

SAMPLES = 240  # of each piece


class Failing:
    """Something of which one step fails."""

    def __init__(self, fails_at: str = "", error: SayError | None = None) -> None:
        self._fails_at = fails_at
        self._error = error or SayError("broken on purpose")

    async def _step(self, name: str) -> None:
        await asyncio.sleep(0)
        if name == self._fails_at:
            raise self._error


def sentences(plan: Plan) -> Planned:
    """Return a piece for each sentence; what has no full stop yet waits for the rest."""
    pieces, used = [], 0
    for match in re.finditer(r"[^.]*\.\s*|[^.]+$", plan.text):
        if not (match[0].rstrip().endswith(".") or plan.final or plan.flush):
            break
        used = match.end()
        pieces.append(PlannedPiece(match[0], "", plan.start + match.start(), plan.start + match.end(), "sentence"))
    return Planned(tuple(pieces), used)


class FakeLink(Failing):
    """A ModelLink. Sounds are made at once, or by `make`."""

    def __init__(self, *, made_at_once: bool = True, fails_at: str = "", error: SayError | None = None) -> None:
        super().__init__(fails_at, error)
        self._made_at_once = made_at_once
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.requested: list[int] = []
        self._sounds: dict[int, asyncio.Future[Sound]] = {}
        self.floor: list[str] = []  # "ask", "granted", "give"
        self.free = asyncio.Event()  # whether the floor is there for the asking
        self.free.set()

    async def begin(self, begin: Begin) -> Begun:
        await self._step("begin")
        return Begun("tone", RATE)

    async def plan(self, plan: Plan) -> Planned:
        await self._step("plan")
        return sentences(plan)

    async def synthesize(self, index: int, piece: PlannedPiece, speed: float) -> asyncio.Future[Sound]:
        await self._step("synthesize")
        self.requested.append(index)
        self._sounds[index] = asyncio.get_running_loop().create_future()
        if self._made_at_once:
            self.make(index)
        return self._sounds[index]

    def make(self, index: int) -> None:
        if self._fails_at == "sound":
            self._sounds[index].set_exception(self._error)
            self._sounds[index].exception()
        else:
            word = WordTime(index, index + 1, 0.0, 0.005)
            self._sounds[index].set_result(Sound(np.full(SAMPLES, 0.5, np.float32), 0, SAMPLES, (word,)))

    async def ask_floor(self) -> None:
        self.floor.append("ask")
        await self._step("ask_floor")
        await self.free.wait()
        self.floor.append("granted")

    def give_floor(self) -> None:
        self.floor.append("give")

    def fail(self, error: SayError) -> None:
        """Let the link break, as it does when the model server is gone or stops the utterance."""
        self.failure.set_exception(error)
        self.failure.exception()


class FakeSink(Failing):
    """A Sink that takes pieces at once, or as many as `room` allows, and finishes at once unless `heard` is cleared."""

    def __init__(self, *, room: int | None = None, fails_at: str = "") -> None:
        super().__init__(fails_at)
        self.underruns = 0
        self._room = None if room is None else asyncio.Semaphore(room)
        self.expected = 0
        self.taken: list[int] = []
        self.rests = 0
        self.heard = asyncio.Event()
        self.heard.set()
        self.finished = False
        self.stopped = False

    def make_room(self) -> None:
        assert self._room is not None
        self._room.release()

    async def expect(self) -> None:
        await self._step("expect")
        self.expected += 1

    async def take(self, index: int, piece: PlannedPiece, samples: Samples, words: tuple[WordTime, ...]) -> None:
        await self._step("take")
        if self._room is not None:
            await self._room.acquire()
        self.taken.append(index)

    async def rest(self) -> None:
        await self._step("rest")
        self.rests += 1

    async def finish(self) -> None:
        await self._step("finish")
        await self.heard.wait()
        self.finished = True

    async def stop(self) -> None:
        self.stopped = True


def _ignore(_: object) -> None:
    """Take a report that nobody asked for."""


class FakeSpeaker:
    """A Speaker. Pieces sound when the test says so, or, `by_itself`, one after the other."""

    def __init__(self, *, by_itself: bool = True, no_sound: NoSound | None = None) -> None:
        self.on_playing: Callable[[int], None] = _ignore
        self.on_played: Callable[[int], None] = _ignore
        self.on_error: Callable[[NoSound], None] = _ignore
        self.by_itself = by_itself
        self.no_sound = no_sound
        self.needs_new_process = False
        self.underflows = 0
        self.starved = 0
        self.device_name = "fake"
        self.is_open = False
        self.opened = 0
        self.stopping = asyncio.Event()  # cleared: a device that takes its time to stop
        self.stopping.set()
        self.queued: deque[int] = deque()
        self._finished = False
        self._silent = asyncio.Event()
        self._silent.set()
        self._error: NoSound | None = None

    async def probe(self) -> None:
        await asyncio.sleep(0)
        if self.no_sound is not None:
            raise self.no_sound

    async def open(self) -> None:
        assert not self.is_open, "the speaker is open already"
        await asyncio.sleep(0)
        if self.no_sound is not None:
            raise self.no_sound
        self.is_open = True
        self.opened += 1
        self.queued.clear()
        self.starved = 0
        self._finished = False
        self._error = None

    def play(self, index: int, samples: Samples) -> None:
        if not self.is_open or self._error is not None:
            return
        self.queued.append(index)
        self._silent.clear()
        if len(self.queued) == 1:
            self._begin(index)

    def _begin(self, index: int) -> None:
        self.on_playing(index)
        if self.by_itself:
            asyncio.get_running_loop().call_soon(self._end_by_itself, index)

    def _end_by_itself(self, index: int) -> None:
        if self.is_open and self.queued and self.queued[0] == index:
            self.hear()

    def hear(self) -> None:
        """Let the piece that sounds have sounded."""
        self.on_played(self.queued.popleft())
        if self.queued:
            self._begin(self.queued[0])
        else:
            self._silent.set()
            self.starved += not self._finished

    def break_down(self, error: NoSound) -> None:
        """Let the device die for good."""
        self._error = error
        self.queued.clear()
        self._silent.set()
        self.on_error(error)

    def finish(self) -> None:
        self._finished = True

    async def drained(self) -> None:
        await self._silent.wait()
        if self._error is not None:
            raise self._error

    async def stop(self) -> None:
        await self.stopping.wait()
        await asyncio.sleep(0)
        self.is_open = False
        self.queued.clear()
        self._silent.set()
