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
from common.messages.speaking import DeviceReport, Steer
from common.messages.synthesis import Begin, Begun, Finished, Plan, Planned, PlannedPiece, Underway, WordTime
from voice_server.changes import Changes
from voice_server.joins import RATE, Samples
from voice_server.model_link import Sound
from voice_server.reel import Reel
from voice_server.sinks import Complete, More

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
        if not (match[0].rstrip().endswith(".") or plan.final or (plan.flush and plan.whole)):
            break
        used = match.end()
        start, end = plan.start + match.start(), plan.start + match.end()
        pieces.append(PlannedPiece(match[0], "", start, end, "sentence", (start,)))
    return Planned(tuple(pieces), used)


class FakeLink(Failing):
    """A ModelLink. Sounds are made at once, or by `make`."""

    def __init__(self, *, made_at_once: bool = True, fails_at: str = "", error: SayError | None = None) -> None:
        super().__init__(fails_at, error)
        self._made_at_once = made_at_once
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.requested: list[int] = []
        self.pieces: list[PlannedPiece] = []  # of them
        self.needs: list[tuple[bool, float]] = []  # of them, whether each is the first, and the seconds before it
        self.plans: list[Plan] = []
        self.loaded = asyncio.Event()  # the engine
        self.loaded.set()
        self.pieces_a_plan: int | None = None  # all there are
        self.together = 1  # pieces that are made fastest at once
        self._sounds: dict[int, asyncio.Future[Sound]] = {}
        self.floor: list[str] = []  # "ask", "granted", "give"
        self.grants_at_once = True
        self.on_granted: Callable[[], None] = lambda: None
        self.on_yield: Callable[[bool], None] = _ignore
        self.on_steer: Callable[[Steer], None] = _ignore
        self.reports: list[Underway | Finished] = []
        self.plans_early = True

    async def begin(self, begin: Begin) -> Begun:
        await self._step("begin")
        await self.loaded.wait()
        return Begun("tone", RATE, 1)

    async def plan(self, plan: Plan) -> Planned:
        await self._step("plan")
        self.plans.append(plan)
        planned = sentences(plan)
        pieces = planned.pieces[: self.pieces_a_plan]
        return Planned(pieces, pieces[-1].end - plan.start) if pieces else planned

    async def synthesize(
        self, index: int, piece: PlannedPiece, speed: float, *, first: bool = False, ahead: float = -1.0
    ) -> asyncio.Future[Sound]:
        await self._step("synthesize")
        self.requested.append(index)
        self.pieces.append(piece)
        self.needs.append((first, ahead))
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
            samples = np.full(SAMPLES, 0.5, np.float32)
            samples[[0, -1]] = 0.0  # it begins and ends in silence, or a fade would be put around it
            self._sounds[index].set_result(Sound(samples, 0, SAMPLES, (word,), self.together))

    def discard(self) -> None:
        for sound in self._sounds.values():
            sound.cancel()
        self._sounds.clear()

    def ask_floor(self) -> None:
        self.floor.append("ask")
        if self._fails_at == "ask_floor":
            self.fail(self._error)
        elif self.grants_at_once:
            asyncio.get_running_loop().call_soon(self.grant)

    def grant(self) -> None:
        """Let the loudspeaker be this utterance's."""
        self.floor.append("granted")
        self.on_granted()

    def give_floor(self) -> None:
        self.floor.append("give")

    def report(self, report: Underway | Finished) -> None:
        self.reports.append(report)

    def fail(self, error: SayError) -> None:
        """Let the link break, as it does when the model server is gone or stops the utterance."""
        self.failure.set_exception(error)
        self.failure.exception()


class FakeSink(Failing):
    """A Sink that takes pieces at once, or as many as `room` allows, and ends at once unless `heard` is cleared."""

    def __init__(self, *, room: int | None = None, fails_at: str = "") -> None:
        super().__init__(fails_at)
        self.on_interrupted: Callable[[], None] = lambda: None
        self.underruns = 0
        self.first_at = 0.0
        self.waited = 0.0
        self.state = "speaking"
        self.taken = 0
        self.starved = 0
        self._room = None if room is None else asyncio.Semaphore(room)
        self.taken_indexes: list[int] = []
        self.heard = asyncio.Event()
        self.heard.set()
        self.finished = False
        self.asked: list[str] = []  # "note", "cut", "pause", "resume"

    def make_room(self) -> None:
        assert self._room is not None
        self._room.release()

    async def perform(self, reel: Reel, changes: Changes, more: More, complete: Complete) -> None:
        while True:
            await changes.until(lambda: reel.current.ready if reel.current else complete())
            if (clip := reel.current) is None:
                break
            await self._step("take")
            if self._room is not None:
                await self._room.acquire()
            self.taken_indexes.append(clip.index)
            reel.samples += clip.length
            reel.hear_to_end()
            changes.tell()
        await self._step("finish")
        await self.heard.wait()
        self.finished = True

    def note(self) -> None:
        self.asked.append("note")

    def cut(self) -> None:
        self.asked.append("cut")

    def pause(self) -> None:
        self.asked.append("pause")

    def resume(self) -> None:
        self.asked.append("resume")

    async def stop(self) -> None:
        self.asked.append("stop")


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
        self.opened: list[tuple[str, str]] = []  # device and preroll of each time
        self.opening = asyncio.Event()  # cleared: a device that takes its time to open
        self.opening.set()
        self.stopping = asyncio.Event()  # cleared: a device that takes its time to stop
        self.stopping.set()
        self.queued: deque[int] = deque()
        self.lengths: dict[int, int] = {}  # samples, of each piece as it was queued last
        self.progress = 0  # samples of the first in the queue that were heard
        self.cuts = 0
        self._finished = False
        self._error: NoSound | None = None

    async def probe(self, device: str = "") -> None:
        await asyncio.sleep(0)
        if self.no_sound is not None:
            raise self.no_sound

    async def devices(self) -> list[DeviceReport]:
        await self.probe()
        return [DeviceReport("fake", "A loudspeaker", default=True)]

    async def open(self, device: str = "", preroll: str = "auto") -> None:
        assert not self.is_open, "the speaker is open already"
        await asyncio.sleep(0)
        await self.opening.wait()
        if self.no_sound is not None:
            raise self.no_sound
        self.is_open = True
        self.opened.append((device, preroll))
        self.queued.clear()
        self.starved = 0
        self._finished = False
        self._error = None

    def play(self, index: int, samples: Samples, announced: bool = False) -> None:
        if not self.is_open or self._error is not None:
            return
        self.queued.append(index)
        self.lengths[index] = len(samples)
        if len(self.queued) == 1:
            self._begin(index)

    def _begin(self, index: int) -> None:
        self.progress = 0
        self.on_playing(index)
        if self.by_itself:
            asyncio.get_running_loop().call_soon(self._end_by_itself, index)

    def _end_by_itself(self, index: int) -> None:
        if self.is_open and self.queued and self.queued[0] == index:
            self.hear()

    def hear(self) -> None:
        """Let the piece that sounds have sounded."""
        index = self.queued.popleft()
        self.starved += not self.queued and not self._finished
        self.on_played(index)
        if self.queued:
            self._begin(self.queued[0])

    def heard(self) -> tuple[int, int] | None:
        return (self.queued[0], self.progress) if self.queued else None

    def cut(self) -> None:
        self.queued.clear()
        self.cuts += 1

    def break_down(self, error: NoSound) -> None:
        """Let the device die for good."""
        self._error = error
        self.queued.clear()
        self.on_error(error)

    def finish(self) -> None:
        self._finished = True

    async def stop(self) -> None:
        await self.stopping.wait()
        await asyncio.sleep(0)
        self.is_open = False
        self.queued.clear()
