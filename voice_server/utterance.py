"""One utterance from text to sound: planned into pieces, synthesized a little ahead, joined, and performed by its sink.

All of it works on one row of pieces (`Reel`): planning adds to its end, `Making` gives each piece its sound, the sink
lets it be heard. Steering changes the row at once; the three look at it again whenever something changed.
"""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial

from common.errors import EngineError
from common.limits import FASTEST, SLOWEST
from common.messages.speaking import (
    BACK,
    PAUSE,
    REPLAY,
    RESUME,
    SKIP,
    SPEAKER,
    SPEED,
    Accepted,
    Credit,
    Done,
    Moved,
    Speak,
    Steer,
)
from common.messages.synthesis import Begun, Plan, Planned
from common.records import replace
from voice_server.beginning import begin_of
from voice_server.changes import Changes
from voice_server.joins import RATE
from voice_server.look_ahead import made, unmade
from voice_server.making import Making
from voice_server.model_link import ModelLink
from voice_server.reel import Reel
from voice_server.reports import Reports
from voice_server.sinks import Send, SendSoon, Sink
from voice_server.text_window import HISTORY, TEXT_CREDIT, TextWindow
from voice_server.together import all_or_first_failure

PLANNED_AHEAD = 4
# Commands that wait while the model is fetched and loaded; of more, the last ones count.
MOST_EARLY = 64


class Utterance:
    """Owns one request from `speak` to `done`. `append`, `flush`, `end` and `steer` feed it; `run` does the work."""

    def __init__(self, speak: Speak, send: Send, send_soon: SendSoon) -> None:
        self.speak = speak
        self._send = send
        self._send_soon = send_soon
        self._changes = Changes()
        self._window = TextWindow(speak.start)
        self.reel = Reel(speak.start, speak.speed)
        self._sink: Sink | None = None
        self._link: ModelLink | None = None
        self._total = 0  # characters, as far as the client knows
        self._early: deque[Steer] = deque(maxlen=MOST_EARLY)  # came before there was a sink
        # A short first piece is wanted. After a crash, the middle sounds as it would have.
        self._first = speak.start == 0
        self._to_skip = 0  # sentences that must begin before speech goes on
        self._course = 0  # counts the times that planning began elsewhere
        self.begun_at = asyncio.get_running_loop().time()  # when `speak` came, loop time

    def append(self, text: str, total: int = 0) -> None:
        self._window.append(text)
        self._total = max(self._total, total)
        self._changes.tell()

    def flush(self, *, whole: bool = False) -> None:
        self._window.flush(whole=whole)
        self._skip_no_further()
        self._changes.tell()

    def end(self) -> None:
        self._window.end()
        self._changes.tell()

    @property
    def unplanned(self) -> int:
        """Characters that wait to be planned; a client that sends more than its credit is cut off."""
        return self._window.fresh

    @property
    def total(self) -> int:
        """Characters of the whole text, as far as it is known."""
        return max(self._total, self._window.arrived)

    # Steering

    def steer(self, steer: Steer) -> None:
        """Do what is asked for, as far as it makes sense now; an utterance that goes to its client cannot be steered."""
        if self._sink is None:
            self._early.append(steer)
        elif self.speak.sink == SPEAKER:
            self._steer(self._sink, steer)
            self._changes.tell()

    def _steer(self, sink: Sink, steer: Steer) -> None:
        sink.note()
        steps = max(1, round(steer.amount))
        if steer.action == PAUSE:
            sink.pause()
        elif steer.action == RESUME:
            sink.resume()
        elif steer.action == SKIP:
            self._skip(sink, steps)
        elif steer.action == BACK:
            self._move(sink, self.reel.earlier(steps))
        elif steer.action == REPLAY:
            self._move(sink, self.reel.first_known())
        elif steer.action == SPEED:
            self._change_speed(sink, min(FASTEST, max(SLOWEST, steer.amount)))

    def _skip(self, sink: Sink, steps: int) -> None:
        if self._to_skip:
            self._to_skip += steps
        elif (target := self.reel.later(steps)) is not None:
            self._move(sink, target)
        elif self.reel.ahead or self._window.worth_planning:  # else everything that is there was heard
            self._to_skip = 0 if self._window.at_rest else self.reel.still_to_find(steps)
            self._begin_at(sink, self._window.start)

    def _skip_no_further(self) -> None:
        """Go on where the writer rests: what is written later was not there to be skipped."""
        if self._to_skip and self._window.at_rest:
            self._to_skip = 0
            self._send_soon(Moved(self.speak.id, self._window.start))

    def _move(self, sink: Sink, character: int) -> None:
        """Go on at a character: with the sound that is at hand, else planned again."""
        self._to_skip = 0
        sink.cut()
        if self.reel.find(character):
            self._send_soon(Moved(self.speak.id, character))
            self._changes.tell()
        else:
            self._plan_from(sink, character)

    def _plan_from(self, sink: Sink, character: int) -> None:
        character = min(max(character, self._window.history_start), self._window.start)
        self._window.rewind(character)
        self._begin_at(sink, character)

    def _begin_at(self, sink: Sink, character: int) -> None:
        """Go on with pieces that are yet to be planned."""
        sink.cut()
        self.reel.clear(character)
        if self._link is not None:
            self._link.discard()
        self._course += 1
        self._first = True
        self._send_soon(Moved(self.speak.id, character))
        self._changes.tell()

    def _change_speed(self, sink: Sink, speed: float) -> None:
        if speed == self.reel.speed:
            return
        self.reel.speed = speed
        if self.reel.current is not None:
            self._plan_from(sink, self._window.outside_markup(self.reel.position))

    def _interrupted(self) -> None:
        """Others speak first: who comes back to a sentence wants all of it."""
        begin, current = self.reel.beginning(), self.reel.current
        if self._sink is None or begin is None:
            return
        if begin < self.reel.position or (current is not None and current.heard > current.entry):
            self._move(self._sink, begin)

    # Work

    async def run(self, link: ModelLink, sink: Sink) -> None:
        """Speak all of it, and return when it was heard. Raises whatever ends it early; the caller stops the sink."""
        self._link = link
        link.on_steer = self.steer
        # Right behind `begin`, so that it is done while the engine is fetched and loaded.
        planning = asyncio.create_task(self._next_plan(link)) if link.plans_early else None
        try:
            begun = await link.begin(begin_of(self.speak))
            planning = planning or asyncio.create_task(self._next_plan(link))
            await self._perform(link, sink, begun, planning)
        finally:
            if planning is not None:
                planning.cancel()
                await asyncio.gather(planning, return_exceptions=True)

    async def _perform(self, link: ModelLink, sink: Sink, begun: Begun, planning: asyncio.Task[Planned | None]) -> None:
        sink.on_interrupted = self._interrupted
        await self._send(Accepted(self.speak.id, begun.engine, RATE, begun.number))
        await self._send(Credit(self.speak.id, text=TEXT_CREDIT))
        self._sink = sink
        for steer in self._early:
            self.steer(steer)
        reports = Reports(self, sink, link, self._send_soon)
        making = Making(self.speak, self.reel, self._changes, self._send_soon)
        work = [self._plan(link, planning), making.run(link, sink), reports.run(self._changes), _fail_with(link)]
        watches = [asyncio.create_task(step) for step in work]
        performing = asyncio.create_task(sink.perform(self.reel, self._changes, self._more, self._complete))
        try:
            await all_or_first_failure(performing, watches)
        finally:
            for task in (performing, *watches):
                task.cancel()
            await asyncio.gather(performing, *watches, return_exceptions=True)
        await self._send(Done(self.speak.id, self.reel.seconds, self.reel.played, sink.underruns))

    def _more(self) -> bool:
        return self._window.worth_planning

    def _complete(self) -> bool:
        return self._window.finished

    async def _plan(self, link: ModelLink, planning: asyncio.Task[Planned | None]) -> None:
        planned = await planning
        while True:
            if planned is not None:
                await self._add(planned)
            planned = await self._next_plan(link)

    async def _next_plan(self, link: ModelLink) -> Planned | None:
        """Have the text planned on as soon as that makes sense; return None if speech went elsewhere meanwhile."""
        await self._changes.until(self._may_plan)
        course = self._course
        try:
            planned = await link.plan(self._request())
        except EngineError:
            # What comes before it is heard first. Meanwhile speech may move away from there.
            await self._changes.until(partial(self._moved_or_heard, course))
            if course == self._course:
                raise
            return None
        return planned if course == self._course else None

    def _request(self) -> Plan:
        request = self._window.request(first=self._first, inside=self.reel.inside)
        if self.speak.sink != SPEAKER:
            return request
        if self._sink is not None:
            self._sink.note()
        ahead = self.reel.ahead
        return replace(request, sound=made(ahead), unmade=unmade(ahead), speed=self.reel.speed)

    def _moved_or_heard(self, course: int) -> bool:
        return self.reel.current is None or course != self._course

    def _may_plan(self) -> bool:
        if not self._window.worth_planning:
            return False
        # What is being heard must stay within reach, should it have to be planned again.
        unheard = self._window.start - self.reel.position if self.reel.current is not None else 0
        waiting = sum(not clip.wanted for clip in self.reel.ahead)
        return waiting < PLANNED_AHEAD and unheard < HISTORY // 2

    async def _add(self, planned: Planned) -> None:
        fresh = self._window.use(planned.used)
        if planned.used:
            self.reel.inside = planned.inside
        for piece in planned.pieces:
            self._first = False
            if self._to_skip:
                begin = self.reel.pass_sentences(piece, self._to_skip)
                self._to_skip -= begin.count
                if begin.character is None:
                    continue
                self._send_soon(Moved(self.speak.id, begin.character))
                self.reel.add(piece).begin_anew(begin.character)
            else:
                self.reel.add(piece)
        self._skip_no_further()
        self.reel.forget_sentences(self._window.history_start)
        self._changes.tell()
        if fresh:
            await self._send(Credit(self.speak.id, text=fresh))


async def _fail_with(link: ModelLink) -> None:
    await asyncio.shield(link.failure)
