"""The loudspeaker as an utterance uses it: asks for the floor when there is something to say, and gives it back.

What shall be (paused or not, granted or not, something to say or not) is noted at once whenever somebody says so; one
task, `perform`, then takes the steps that lead there. So any order of events ends in the right place.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from common.errors import NoSound
from common.messages.hello import Notice
from common.messages.speaking import Played, Playing, Speak, Word
from voice_server.changes import Changes
from voice_server.clips import Clip
from voice_server.floor_lock import FloorLock
from voice_server.joins import RATE
from voice_server.model_link import ModelLink
from voice_server.reel import Reel
from voice_server.sinks import Complete, More, SendSoon
from voice_server.sound_server import silent_sink_warning
from voice_server.speaker import Speaker

log = logging.getLogger(__name__)

# Pieces that are queued in the speaker beside the one that sounds.
QUEUED_PIECES = 1

Step = Callable[[], Awaitable[None]]


class _Line(Enum):
    """Our place in the line for the loudspeaker."""

    OUT = 1
    WAITING = 2
    GRANTED = 3


@dataclass(frozen=True)
class _Fed:
    """A piece that the speaker has."""

    clip: Clip
    offset: int  # sample with which it began
    index: int


class SpeakerSink:
    """Plays the row of pieces whenever the floor is ours and nobody has paused it."""

    def __init__(self, speak: Speak, link: ModelLink, speaker: Speaker, lock: FloorLock, send_soon: SendSoon) -> None:
        self._speak = speak
        self._link = link
        self._speaker = speaker
        self._lock = lock
        self._send_soon = send_soon
        self._changes = Changes()
        self._reel = Reel(speak.start, speak.speed)
        self._more: More = lambda: False
        self._complete: Complete = lambda: True
        self._line = _Line.OUT
        self._held = False  # it waits since everybody was told to be silent
        self._paused = speak.paused
        self._open = False
        self._used = False  # the speaker may have a device open for us
        self._closing: asyncio.Task[None] | None = None
        self._warning: asyncio.Task[None] | None = None
        self._fed: deque[_Fed] = deque()  # what the speaker has and has not played to the end
        self._said_finished = False
        self._timers: set[asyncio.TimerHandle] = set()
        self._begun_at: float | None = None  # loop time of the utterance's first sample
        self._waiting_since: float | None = None
        self._failure: NoSound | None = None
        self._starved = 0  # times that the speaker ran dry in this turn, when the last piece was taken
        self._excused = True  # the next piece cannot be late: the silence before it was asked for
        self.on_interrupted: Callable[[], None] = _nothing  # others speak first
        self.underruns = 0
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
        """Fall silent, and keep the place in line. Ignored if the floor went back before this came."""
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
        heard = self._speaker.heard() if self._open else None
        if heard is None or all(fed.index != heard[0] for fed in self._fed):
            return
        index, samples = heard
        while self._fed[0].index != index:
            self._heard_to_end()
        fed = self._fed[0]
        fed.clip.heard = max(fed.clip.heard, min(fed.offset + samples, fed.clip.length))
        if samples and fed.clip.heard >= fed.clip.length:
            self._heard_to_end()
        elif samples:
            self._tell_playing(fed.clip)

    def cut(self) -> None:
        """Drop what the speaker has; the device stays open."""
        if self._open:
            self._speaker.cut()
        self._drop()
        self._changes.tell()

    def _drop(self) -> None:
        if self._fed:
            sounding = self._fed[0]
            self._reel.samples += max(0, sounding.clip.heard - sounding.offset)
        self._fed.clear()
        self._excused = True
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    @property
    def state(self) -> str:
        if self._paused:
            return "paused"
        if self._line is _Line.OUT or not self._wanted():
            return "preparing"
        if self._line is _Line.GRANTED and self._open:
            return "speaking"
        return "held" if self._held else "waiting"

    @property
    def taken(self) -> int:
        return len(self._fed)

    @property
    def starved(self) -> int:
        """Return how often the speaker ran dry in this turn."""
        return self._speaker.starved if self._open else 0

    # The steps that lead there

    async def perform(self, reel: Reel, changes: Changes, more: More, complete: Complete) -> None:
        """Bring the row of pieces to its end; return when everything was heard. Raises NoSound, DaemonError."""
        self._reel, self._changes, self._more, self._complete = reel, changes, more, complete
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
        if self._failure is not None:
            raise self._failure
        if not self._sounding() and self._lock.held:
            return self._close
        if not self._wanted():
            return None if self._line is _Line.OUT else self._give_back
        if self._line is _Line.OUT:
            return self._ask
        if not self._sounding():
            return None
        if not self._open:
            return self._open_device
        return self._to_feed()

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
        self._speaker.on_playing = self._on_playing
        self._speaker.on_played = self._on_played
        self._speaker.on_error = self._on_error
        self._used = True
        await self._speaker.open(self._speak.device, self._speak.preroll)
        self._open = True
        self._starved = 0
        self._excused = True
        self._said_finished = False
        self._wait_no_more()
        if self._warning is None:  # once an utterance
            self._warning = asyncio.create_task(self._warn())
        self._changes.tell()

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
        self.note()
        self._open = False
        self._drop()
        self._changes.tell()
        # Who stops waiting does not stop the giving: half given would be worse than a short pause.
        self._closing = asyncio.create_task(self._shut())
        await asyncio.shield(self._closing)

    async def _shut(self) -> None:
        if self._used:
            await self._speaker.stop()
            self.underruns += self._speaker.underflows
            self._used = False
        self._lock.release()
        self._changes.tell()

    async def stop(self) -> None:
        """Fall silent now and let go of everything. `perform` has ended, one way or another."""
        if self._warning is not None:
            self._warning.cancel()
        self.note()
        self._open = False
        self._drop()
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

    # Playing

    def _to_feed(self) -> Step | None:
        """Return what the speaker is to be told next, None if nothing."""
        ahead = self._reel.next_after(len(self._fed))
        if ahead is None:
            return self._finish if self._complete() and not self._said_finished else None
        return self._feed if ahead.ready and len(self._fed) <= QUEUED_PIECES else None

    async def _feed(self) -> None:
        clip = self._reel.next_after(len(self._fed))
        assert clip is not None, "there is something to feed"
        self._count_if_late(clip)
        offset = clip.resume_at()
        self._fed.append(_Fed(clip, offset, clip.index))
        self._speaker.play(clip.index, clip.sound_from(offset))
        self._changes.tell()

    async def _finish(self) -> None:
        self._said_finished = True
        self._speaker.finish()

    def _count_if_late(self, clip: Clip) -> None:
        """Count a piece that the speaker waited for in silence. While nothing is announced its silence is the writer's."""
        before, self._starved = max(self._starved, clip.starved), self._speaker.starved
        if self._starved > before and not self._excused:
            self.underruns += 1
            log.info("piece %d came too late", clip.index)
        self._excused = False

    def _on_playing(self, index: int) -> None:
        fed = next((fed for fed in self._fed if fed.index == index), None)
        if fed is None or not self._open:
            return  # of a piece that was cut off meanwhile
        now = asyncio.get_running_loop().time()
        if self._begun_at is None:
            self._begun_at = now
            self.first_at = now - self.waited
        self._tell_playing(fed.clip)
        fed.clip.heard = max(fed.clip.heard, fed.offset)
        if self._speak.words:
            self._time_words(fed, now)

    def _tell_playing(self, clip: Clip) -> None:
        if not clip.told:
            clip.told = True
            self._send_soon(Playing(self._speak.id, clip.index))

    def _time_words(self, fed: _Fed, now: float) -> None:
        loop = asyncio.get_running_loop()
        self._timers = {timer for timer in self._timers if timer.when() > now}
        for place, word in enumerate(fed.clip.words):
            if place >= fed.clip.words_told and word.start >= fed.clip.start:
                wait = max(0.0, word.at - fed.offset / RATE)
                self._timers.add(loop.call_later(wait, self._tell_word, fed.clip, place))

    def _tell_word(self, clip: Clip, place: int) -> None:
        assert self._begun_at is not None, "words come after the first sample"
        clip.words_told = place + 1
        word = clip.words[place]
        at = asyncio.get_running_loop().time() - self._begun_at
        self._send_soon(Word(self._speak.id, word.start, word.end, at, at + word.until - word.at))

    def _on_played(self, index: int) -> None:
        if self._open and any(fed.index == index for fed in self._fed):
            while self._heard_to_end() != index:
                pass

    def _heard_to_end(self) -> int:
        """Take the piece that sounds off the row, and return its index."""
        fed = self._fed.popleft()
        self._tell_playing(fed.clip)
        self._reel.samples += fed.clip.length - fed.offset
        self._reel.hear_to_end()
        self._send_soon(Played(self._speak.id, fed.index, fed.clip.end))
        self._changes.tell()
        return fed.index

    def _on_error(self, error: NoSound) -> None:
        self._failure = error
        self._changes.tell()


def _nothing() -> None:
    """Nobody asked to be told."""
