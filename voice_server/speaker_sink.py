"""The loudspeaker as an utterance uses it: asks for the floor when there is something to say, and gives it back.

What shall be (paused or not, granted or not, something to say or not) is noted at once whenever somebody says so; one
task, `perform`, then takes the steps that lead there. So any order of events ends in the right place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum

from common.messages.hello import Notice
from common.messages.speaking import Speak
from voice_server.changes import Changes
from voice_server.feeder import Feeder
from voice_server.floor_lock import FloorLock
from voice_server.model_link import ModelLink
from voice_server.reel import Reel
from voice_server.sinks import SPEAKING, Complete, More, SendSoon
from voice_server.sound_server import silent_sink_warning
from voice_server.speaker import Speaker

Step = Callable[[], Awaitable[None]]


class _Line(Enum):
    """Our place in the line for the loudspeaker."""

    OUT = 1
    WAITING = 2
    GRANTED = 3


class SpeakerSink:
    """Plays the row of pieces whenever the floor is ours and nobody has paused it."""

    def __init__(self, speak: Speak, link: ModelLink, speaker: Speaker, lock: FloorLock, send_soon: SendSoon) -> None:
        self._speak = speak
        self._link = link
        self._speaker = speaker
        self._feeder = Feeder(speak, speaker, send_soon)
        self._feeder.on_first = self._note_first
        self._lock = lock
        self._send_soon = send_soon
        self._changes = self._feeder.changes
        self._reel = self._feeder.reel
        self._more: More = lambda: False
        self._complete: Complete = lambda: True
        self._line = _Line.OUT
        self._held = False  # it waits since everybody was told to be silent
        self._paused = speak.paused
        self._used = False  # the speaker may have a device open for us
        self._closing: asyncio.Task[None] | None = None
        self._warning: asyncio.Task[None] | None = None
        self._waiting_since: float | None = None
        self.on_interrupted: Callable[[], None] = _nothing  # others speak first
        self._underflows = 0  # of the device, in turns that are over
        self.first_at = 0.0  # loop time of the first sample, waiting for the loudspeaker left out; 0: there was none
        self.waited = 0.0
        link.on_granted = self.floor_granted
        link.on_yield = self.yield_floor

    # What shall be. Nothing here waits.

    def pause(self) -> None:
        if not self._paused:
            self.note()
            self._paused = True
            self._changes.tell()

    def resume(self) -> None:
        if self._paused:
            self._paused = False
            self._changes.tell()

    def floor_granted(self) -> None:
        """The loudspeaker is ours. If we left the line meanwhile, the model server is about to read so."""
        if self._line is _Line.WAITING:
            self._line = _Line.GRANTED
            self._held = False
            self._changes.tell()

    def yield_floor(self, held: bool) -> None:
        """Fall silent, and keep the place in line. Whoever waits already learns why. Ignored outside the line."""
        if self._line is _Line.WAITING:
            self._held = held
            self._changes.tell()
        if self._line is not _Line.GRANTED:
            return
        self.note()
        self._line = _Line.WAITING
        self._held = held
        self._wait()
        self._changes.tell()
        if not held:
            self.on_interrupted()

    def note(self) -> None:
        """Bring the row of pieces up to what a listener has heard."""
        self._feeder.note()

    def cut(self) -> None:
        """Drop what the speaker has; the device stays open."""
        self._feeder.cut()
        self._changes.tell()

    @property
    def state(self) -> str:
        if self._paused:
            return "paused"
        if self._line is _Line.OUT or not self._wanted():
            return "preparing"
        if self._line is _Line.GRANTED and self._feeder.open:
            return SPEAKING
        return "held" if self._held else "waiting"

    @property
    def taken(self) -> int:
        return self._feeder.taken

    @property
    def underruns(self) -> int:
        """Return how often it fell silent although it had more to say."""
        return self._underflows + self._feeder.late

    @property
    def starved(self) -> int:
        """Return how often the speaker ran dry in this turn."""
        return self._speaker.starved if self._feeder.open else 0

    # The steps that lead there

    async def perform(self, reel: Reel, changes: Changes, more: More, complete: Complete) -> None:
        """Bring the row of pieces to its end; return when everything was heard. Raises NoSound, DaemonError."""
        self._reel, self._changes, self._more, self._complete = reel, changes, more, complete
        self._feeder.reel, self._feeder.changes = reel, changes
        while not self._done():
            await changes.until(lambda: self._done() or self._due() is not None)
            if (step := self._due()) is not None:
                await step()

    def _wanted(self) -> bool:
        """Whether there is something to say, or about to be, and nobody objects."""
        if self._paused:
            return False
        return self._reel.current is not None or (self._line is not _Line.OUT and self._more())

    def _sounding(self) -> bool:
        return self._line is _Line.GRANTED and self._wanted()

    def _done(self) -> bool:
        return self._line is _Line.OUT and self._reel.current is None and self._complete()

    def _due(self) -> Step | None:
        """Return the next step, None while things are as they shall be. Raises NoSound after a failure."""
        if self._feeder.failure is not None:
            raise self._feeder.failure
        if not self._sounding() and self._lock.held:
            return self._close
        if not self._wanted():
            return None if self._line is _Line.OUT else self._give_back
        if self._line is _Line.OUT:
            return self._ask
        if not self._sounding():
            return None
        if not self._feeder.open:
            return self._open_device
        if self._feeder.next() is not None:
            return self._feed
        return self._finish if self._complete() and self._feeder.may_finish() else None

    async def _ask(self) -> None:
        self._line = _Line.WAITING
        self._wait()
        self._link.ask_floor()
        self._changes.tell()

    async def _give_back(self) -> None:
        self._line = _Line.OUT
        self._held = False
        self._wait_no_more()
        self._link.give_floor()
        self._changes.tell()

    async def _open_device(self) -> None:
        if not self._lock.held:
            await self._take_lock()
        if not self._lock.held or not self._sounding():
            return
        self._feeder.listen()
        self._used = True
        await self._speaker.open(self._speak.device, self._speak.preroll)
        self._feeder.opened()
        self._wait_no_more()
        if self._warning is None:  # once an utterance
            self._warning = asyncio.create_task(self._warn())
        self._changes.tell()

    async def _feed(self) -> None:
        if (clip := self._feeder.next()) is not None:
            self._feeder.feed(clip)

    async def _finish(self) -> None:
        self._feeder.finish()

    def _note_first(self) -> None:
        self.first_at = asyncio.get_running_loop().time() - self.waited

    async def _take_lock(self) -> None:
        """Take the lock, unless the loudspeaker is no longer ours, or wanted, before it is free."""
        taking = asyncio.create_task(self._lock.acquire())
        leaving = asyncio.create_task(self._changes.until(lambda: not self._sounding()))
        try:
            await asyncio.wait({taking, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            taking.cancel()
            leaving.cancel()
            await asyncio.gather(taking, leaving, return_exceptions=True)
        if not taking.cancelled():
            taking.result()

    async def _close(self) -> None:
        """Free device and lock, in this order, so that the next voice finds both free."""
        self._feeder.closed()
        self._changes.tell()
        # Who stops waiting does not stop the giving: half given would be worse than a short pause.
        self._closing = asyncio.create_task(self._shut())
        await asyncio.shield(self._closing)

    async def _shut(self) -> None:
        if self._used:
            await self._speaker.stop()
            self._underflows += self._speaker.underflows
            self._used = False
        self._lock.release()
        self._changes.tell()

    async def stop(self) -> None:
        """Fall silent now and let go of everything. `perform` has ended, one way or another."""
        if self._warning is not None:
            self._warning.cancel()
        self._feeder.closed()
        if self._closing is not None:
            await self._closing
        if self._lock.held:
            await self._shut()
        if self._line is not _Line.OUT:
            await self._give_back()

    async def _warn(self) -> None:
        warning = await silent_sink_warning(device_name=self._speaker.device_name)
        if warning is not None:
            self._send_soon(Notice("silent_sink", warning, self._speak.id))

    def _wait(self) -> None:
        self._waiting_since = asyncio.get_running_loop().time()

    def _wait_no_more(self) -> None:
        if self._waiting_since is not None:
            self.waited += asyncio.get_running_loop().time() - self._waiting_since
            self._waiting_since = None


def _nothing() -> None:
    """Nobody asked to be told."""
