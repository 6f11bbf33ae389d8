"""An open loudspeaker fed from the row of pieces: what it has, what of it was heard, and what the client is told of that."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from common.errors import NoSound
from common.messages.speaking import Played, Playing, Speak, Word
from voice_server.changes import Changes
from voice_server.clips import Clip
from voice_server.joins import RATE
from voice_server.reel import Reel
from voice_server.sinks import SendSoon
from voice_server.speaker import Speaker

log = logging.getLogger(__name__)

# Pieces that are queued in the speaker beside the one that sounds.
QUEUED_PIECES = 1


@dataclass(frozen=True)
class _Fed:
    """A piece that the speaker has."""

    clip: Clip
    offset: int  # sample with which it began
    index: int


class Feeder:
    """Hands pieces to a speaker between `opened` and `closed`; outside it does nothing."""

    def __init__(self, speak: Speak, speaker: Speaker, send_soon: SendSoon) -> None:
        self._speak = speak
        self._speaker = speaker
        self._send_soon = send_soon
        self.reel = Reel(speak.start, speak.speed)
        self.changes = Changes()
        self.open = False
        self.failure: NoSound | None = None
        self.on_first: Callable[[], None] = lambda: None  # the first sample of the utterance sounds
        self.late = 0  # pieces that the speaker waited for in silence
        self._fed: deque[_Fed] = deque()  # what the speaker has and has not played to the end
        self._said_finished = False
        self._timers: set[asyncio.TimerHandle] = set()
        self._begun_at: float | None = None  # loop time of the utterance's first sample
        self._starved = 0  # times that the speaker ran dry since it was opened, when the last piece was taken
        self._excused = True  # the next piece cannot be late: the silence before it was asked for

    @property
    def taken(self) -> int:
        """Pieces that the speaker has."""
        return len(self._fed)

    def listen(self) -> None:
        """Have the speaker report to us."""
        self._speaker.on_playing = self._on_playing
        self._speaker.on_played = self._on_played
        self._speaker.on_error = self._on_error

    def opened(self) -> None:
        """The speaker takes sound from now on."""
        self.open = True
        self._starved = 0
        self._excused = True
        self._said_finished = False

    def closed(self) -> None:
        """The speaker takes no more; what it had is dropped."""
        self.note()
        self.open = False
        self._drop()

    def cut(self) -> None:
        """Drop what the speaker has; the device stays open."""
        if self.open:
            self._speaker.cut()
        self._drop()

    def _drop(self) -> None:
        if self._fed:
            sounding = self._fed[0]
            self.reel.samples += max(0, sounding.clip.heard - sounding.offset)
        self._fed.clear()
        self._excused = True
        self._said_finished = False
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def note(self) -> None:
        """Bring the row of pieces up to what a listener has heard."""
        heard = self._speaker.heard() if self.open else None
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

    # What the speaker gets

    def next(self) -> Clip | None:
        """Return the piece that the speaker is to have now, None if there is none or it has enough."""
        clip = self.reel.next_after(len(self._fed))
        return clip if clip is not None and clip.ready and len(self._fed) <= QUEUED_PIECES else None

    def feed(self, clip: Clip) -> None:
        """Hand over the next piece."""
        self._count_if_late(clip)
        offset = clip.resume_at()
        self._fed.append(_Fed(clip, offset, clip.index))
        self._speaker.play(clip.index, clip.sound_from(offset))
        self.changes.tell()

    def may_finish(self) -> bool:
        """Return whether the speaker has everything there is and was not told that nothing more will come."""
        return not self._said_finished and self.reel.next_after(len(self._fed)) is None

    def finish(self) -> None:
        """Tell the speaker that nothing more will come: running dry is the end, and no fault."""
        self._said_finished = True
        self._speaker.finish()

    def _count_if_late(self, clip: Clip) -> None:
        """Count a piece that the speaker waited for in silence. While nothing is announced its silence is the writer's."""
        before, self._starved = max(self._starved, clip.starved), self._speaker.starved
        if self._starved > before and not self._excused:
            self.late += 1
            log.info("piece %d came too late", clip.index)
        self._excused = False

    # What the speaker reports

    def _on_playing(self, index: int) -> None:
        fed = next((fed for fed in self._fed if fed.index == index), None)
        if fed is None or not self.open:
            return  # of a piece that was cut off meanwhile
        if self._begun_at is None:
            self._begun_at = asyncio.get_running_loop().time()
            self.on_first()
        self._tell_playing(fed.clip)
        fed.clip.heard = max(fed.clip.heard, fed.offset)
        if self._speak.words:
            self._time_words(fed)

    def _tell_playing(self, clip: Clip) -> None:
        if not clip.told:
            clip.told = True
            self._send_soon(Playing(self._speak.id, clip.index))

    def _time_words(self, fed: _Fed) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._timers = {timer for timer in self._timers if timer.when() > now}
        for place in fed.clip.words_left():
            wait = max(0.0, fed.clip.words[place].at - fed.offset / RATE)
            self._timers.add(loop.call_later(wait, self._tell_word, fed.clip, place))

    def _tell_word(self, clip: Clip, place: int) -> None:
        if place < clip.words_told:
            return  # the piece was over before its time came
        assert self._begun_at is not None, "words come after the first sample"
        clip.words_told = place + 1
        word = clip.words[place]
        at = asyncio.get_running_loop().time() - self._begun_at
        self._send_soon(Word(self._speak.id, word.start, word.end, at, at + word.until - word.at))

    def _on_played(self, index: int) -> None:
        if self.open and any(fed.index == index for fed in self._fed):
            while self._heard_to_end() != index:
                pass

    def _heard_to_end(self) -> int:
        """Take the piece that sounds off the row, and return its index."""
        fed = self._fed.popleft()
        self._tell_playing(fed.clip)
        if self._speak.words and self._begun_at is not None:
            # Where the machine stood still for a moment as the piece began, its words are timed as late as that.
            for place in fed.clip.words_left():
                self._tell_word(fed.clip, place)
        self.reel.samples += fed.clip.length - fed.offset
        self.reel.hear_to_end()
        self._send_soon(Played(self._speak.id, fed.index, fed.clip.end))
        self.changes.tell()
        return fed.index

    def _on_error(self, error: NoSound) -> None:
        self.failure = error
        self.changes.tell()
