"""One utterance in the loudspeaker: its stream is started, watched, reported on, and replaced when its device dies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Protocol

from common.errors import NoSound
from voice_server.devices import Device
from voice_server.output import Clock, Output
from voice_server.playback import Samples, Spot
from voice_server.portaudio import PortAudio
from voice_server.watchdog import Watchdog

log = logging.getLogger(__name__)

TICK = 0.02  # seconds between two looks at what was heard, at most
BLOCKED_LIMIT = 3.0  # seconds from the last sign of a device to the first of its replacement
WAKE_AGAIN = 1.0  # seconds that a replacement gets in any case
START_LIMIT = 3.0  # seconds; nobody is blocked longer by a dead device
RESTART_LIMIT = 1.0  # seconds; the device was opened just now, but a busy machine is no hanging device
REOPEN_LIMIT = 1.5  # seconds, on top of what the watchdog takes to notice
REOPEN_TRY = 1.0  # seconds that each try gets in any case: a busy machine is no hanging device
REOPEN_PAUSE = 0.2  # seconds between two tries: a sound server that restarts needs a moment
STOP_LIMIT = 0.5  # seconds; a healthy device takes some milliseconds


class Listener(Protocol):
    """Who is told what is heard."""

    on_playing: Callable[[int], None]  # a piece's first sample is heard
    on_played: Callable[[int], None]  # a piece's last sample was heard
    on_error: Callable[[NoSound], None]  # nothing more will sound


class Sounding:
    """Pieces on their way through one open stream, and the one that takes its place. Belongs to one event loop."""

    def __init__(
        self,
        portaudio: PortAudio,
        device: Device | None,
        output: Output,
        listener: Listener,
        clock: Clock,
    ) -> None:
        self._portaudio = portaudio
        self._device = device  # None: the default one
        self._output = output
        self._listener = listener
        self._clock = clock
        self._past: list[Output] = []  # streams that were replaced; only their counters matter
        self._work = asyncio.Event()  # something was queued
        self._silent = asyncio.Event()  # nothing is queued or sounding, or nothing ever will be again
        self._silent.set()
        self._error: NoSound | None = None
        self._stopped_at: Spot | None = None
        self._stopped = False
        self._underruns_logged = 0
        self._watcher = asyncio.create_task(self._watch(), name="speaker")

    # Figures.

    @property
    def device_name(self) -> str:
        return self._output.device_name

    @property
    def plays_into_nothing(self) -> bool:
        return any(output.source.unpaced for output in self._outputs)

    @property
    def position(self) -> int:
        return sum(output.playback.position for output in self._outputs)

    @property
    def starved(self) -> int:
        return sum(output.playback.starved for output in self._outputs)

    @property
    def underflows(self) -> int:
        return sum(output.source.underflows for output in self._outputs)

    @property
    def _outputs(self) -> list[Output]:
        return [*self._past, self._output]

    @property
    def heard(self) -> Spot | None:
        """Return where a listener is, as `Speaker.heard` says."""
        if self._stopped or self._error is not None:
            return self._stopped_at
        return self._output.playback.spot(self._output.source.clock.heard(self._clock()))

    # Orders.

    def play(self, index: int, samples: Samples, announced: bool) -> None:
        if self._error is None:
            self._output.playback.append(index, samples, announced)
            self._silent.clear()
            self._work.set()

    def cut(self) -> Spot | None:
        if self._error is not None:
            return self._stopped_at
        self._silent.set()
        return self._output.playback.cut()

    def finish(self) -> None:
        self._output.playback.finish()

    async def drained(self) -> None:
        await self._silent.wait()
        if self._error is not None:
            raise self._error

    async def silent(self) -> None:
        """Wait as `drained` does, whatever the reason of the silence."""
        await self._silent.wait()

    async def stop(self) -> None:
        """Fall silent at once and free the device, once. Never raises."""
        if self._stopped:
            return
        self._stopped_at = self.heard
        self._stopped = True
        output = self._output
        output.playback.hush()  # should the device not let itself be aborted
        self._silent.set()
        self._watcher.cancel()
        if not self._portaudio.hangs:
            try:
                await self._portaudio.call(output.shut, STOP_LIMIT)  # goes on even if we are cancelled here
            except NoSound as error:
                log.debug("%s", error.message)  # the next `open` says so
        await asyncio.wait({self._watcher})

    # Watching.

    async def _watch(self) -> None:
        """Start the device with the first piece, report progress, and replace the device when it vanishes."""
        try:
            await self._work.wait()
            await self._start(START_LIMIT)
            watchdog = Watchdog(self._output.playback, self._clock())
            while True:
                self._report()
                source = self._output.source
                if source.fault is not None:
                    raise RuntimeError("the audio callback failed") from source.fault
                if watchdog.is_dead(self._clock()) or (source.ended and source.playback.unreported):
                    watchdog = await self._replace(watchdog)
                await asyncio.sleep(self._seconds_to_news())
        except NoSound as error:
            self._fail(error)
        except Exception:  # whoever waits for the end of the sound must hear of it
            log.exception("the speaker failed")
            self._fail(NoSound("playing failed", "The log of the voice server tells more."))

    async def _start(self, limit: float) -> None:
        await self._portaudio.call(partial(self._portaudio.start, self._output), limit)

    def _report(self) -> None:
        """Tell what began and what was heard to its end; log where it broke off."""
        playback = self._output.playback
        frame = self._output.source.clock.heard(self._clock())
        begun, ended = set(playback.begun(frame)), set(playback.ended(frame))
        for index in sorted(begun | ended):  # one is over before the next one sounds
            if index in begun:
                self._listener.on_playing(index)
            if index in ended:
                self._listener.on_played(index)
        if not playback.unreported:
            self._silent.set()
        # Not those of a piece that is yet to come: as often as not it is the writer who pauses.
        if self.underflows > self._underruns_logged:
            self._underruns_logged = self.underflows
            log.warning("the device ran dry (%d so far in this utterance)", self.underflows)

    def _seconds_to_news(self) -> float:
        """Return how long to wait until there may be something to report."""
        edge = self._output.playback.next_edge
        at = self._output.source.clock.time_of(edge) if edge is not None else None
        left = at - self._clock() if at is not None else TICK
        return min(left, TICK) if left > 0 else TICK  # one that is due awaits a sign of life

    async def _replace(self, watchdog: Watchdog) -> Watchdog:
        """Reopen the device, once an utterance, and go on with the first sample that nobody heard. Raises NoSound."""
        old, quiet_since = self._output, self._clock() - watchdog.stall
        if self._past:
            raise NoSound("the sound device vanished again", self._portaudio.hint)
        if not watchdog.awake and not old.source.ended:  # it was opened just now, and another try would be the same
            raise NoSound(f"the sound device {old.device_name!r} takes no sound", self._portaudio.hint)
        log.warning("the sound device %r vanished; opening it anew", old.device_name)
        old.playback.hush()
        new = await self._reopen_in_time(old)
        # What it had taken and was yet to play is gone with it. Told twice is better than left out.
        heard = old.source.clock.confirmed
        new.playback.restore(old.playback.rests(heard), old.playback.spot(heard))
        if old.playback.finished:
            new.playback.finish()
        self._past.append(old)
        self._output = new
        await self._start(RESTART_LIMIT)
        left = BLOCKED_LIMIT - (self._clock() - quiet_since)
        return Watchdog(new.playback, self._clock(), max(left, WAKE_AGAIN))

    async def _reopen_in_time(self, old: Output) -> Output:
        deadline = self._clock() + REOPEN_LIMIT
        while True:
            try:
                left = max(REOPEN_TRY, deadline - self._clock())
                reopen = partial(self._portaudio.reopen, old, self._device)
                return await self._portaudio.call(reopen, left, undo=Output.shut)
            except NoSound as error:
                if self._portaudio.hangs:
                    raise
                if self._clock() + REOPEN_PAUSE > deadline:
                    raise NoSound(f"the sound device vanished, and {error.message}", self._portaudio.hint) from error
            await asyncio.sleep(REOPEN_PAUSE)

    def _fail(self, error: NoSound) -> None:
        log.error("%s", error)
        self._stopped_at = self.heard
        self._output.playback.hush()
        self._error = error
        self._silent.set()
        self._listener.on_error(error)
