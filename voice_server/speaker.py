"""The loudspeaker: pieces go in, sound comes out, and the event loop learns what was heard.

The only place that imports sounddevice. One `Speaker` lives as long as its process; the device is opened for each
utterance. PortAudio is never called on the event loop: all its calls run on one thread, each under a deadline.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import NoReturn, cast

from common.errors import NoSound
from voice_server.deadline_thread import DeadlineThread, Stuck
from voice_server.output import Output, SoundDevice, find_device, open_output, reset
from voice_server.playback import Samples
from voice_server.sound_hints import missing_library_hint, no_device_hint
from voice_server.watchdog import Watchdog

log = logging.getLogger(__name__)

TICK = 0.02  # seconds between two looks at the callback's counters
OPEN_LIMIT = 3.0  # seconds; nobody is blocked longer by a dead device
BLOCKED_LIMIT = 3.0  # seconds from the last sign of a device to the first of its replacement
WAKE_AGAIN = 1.0  # seconds that a replacement gets in any case
REOPEN_LIMIT = 1.5  # seconds, on top of what the watchdog takes to notice
REOPEN_TRY = 1.0  # seconds that each try gets in any case: a busy machine is no hanging device
REOPEN_PAUSE = 0.2  # seconds between two tries: a sound server that restarts needs a moment
STOP_LIMIT = 0.5  # seconds; a healthy device takes some milliseconds


def load_sounddevice() -> SoundDevice:
    """Import sounddevice. Raises OSError where PortAudio is missing.

    The import starts PortAudio, and its stderr is lost for that moment: never before a fork, and only to play.
    """
    import sounddevice  # type: ignore[import-untyped]  # has no stubs

    return cast(SoundDevice, sounddevice)


def _resample(samples: Samples, rate_in: int, rate_out: int) -> Samples:
    from common.resample import resample  # few devices need it

    return resample(samples, rate_in, rate_out)


def _ignore(_: object) -> None:
    """Take a report that nobody asked for."""


class Speaker:
    """Play pieces on the default sound device. All methods belong to one event loop."""

    def __init__(
        self,
        module_loader: Callable[[], SoundDevice] = load_sounddevice,
        clock: Callable[[], float] = time.monotonic,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self.on_playing: Callable[[int], None] = _ignore  # a piece's first sample is on its way to the device
        self.on_played: Callable[[int], None] = _ignore  # a piece's last sample has sounded
        self.on_error: Callable[[NoSound], None] = _ignore  # nothing more will sound until the next `open`
        self._load = module_loader
        self._clock = clock
        self._environment = environment
        self._thread = DeadlineThread("sound")
        self._module: SoundDevice | None = None
        self._output: Output | None = None
        self._latest: Output | None = None  # as the sound thread knows it
        self._watcher: asyncio.Task[None] | None = None
        self._forget()

    def _forget(self) -> None:
        """Begin with nothing queued, nothing heard and nothing counted."""
        self._sounding: deque[tuple[float, int]] = deque()  # (when it will have sounded, piece), oldest first
        self._work = asyncio.Event()  # something was queued
        self._silent = asyncio.Event()  # nothing is queued or sounding, or nothing ever will be again
        self._silent.set()
        self._error: NoSound | None = None
        self._reopened = False
        self._past: list[Output] = []  # streams that were shut; only their counters matter
        self._underruns_logged = 0

    # Figures, since `open`.

    @property
    def needs_new_process(self) -> bool:
        """Whether PortAudio hangs for good; only another process can make sound."""
        return self._thread.stuck

    @property
    def is_open(self) -> bool:
        return self._output is not None

    @property
    def device_name(self) -> str:
        """Return the open device's name, "" where none is open."""
        return self._output.device_name if self._output else ""

    @property
    def plays_into_nothing(self) -> bool:
        """Whether the device takes sound faster than anyone could hear it, as ALSA's `null` does."""
        return any(output.source.unpaced for output in self._outputs)

    @property
    def position(self) -> int:
        """Return the samples, at 24 kHz, that the device took."""
        return sum(output.playback.position for output in self._outputs)

    @property
    def starved(self) -> int:
        """Return how often no piece was ready although more was to come."""
        return sum(output.playback.starved for output in self._outputs)

    @property
    def underflows(self) -> int:
        """Return how often the device itself ran dry within the sound."""
        return sum(output.source.underflows for output in self._outputs)

    @property
    def _outputs(self) -> list[Output]:
        return [*self._past, self._output] if self._output else self._past

    # Life of an utterance.

    async def probe(self) -> None:
        """Raise NoSound, within 3 s, where `open` is bound to fail: no library, no device. Makes no sound, holds nothing."""
        if self._output is not None:
            return
        try:
            await self._thread.call(self._find, OPEN_LIMIT)
        except Stuck:
            self._raise_stuck()
        except NoSound as error:
            raise NoSound(error.message, error.hint or no_device_hint(self._environment)) from error

    async def open(self) -> None:
        """Open the default device. Raises NoSound, within 3 s, saying what is missing and what to do."""
        assert self._output is None, "the speaker is open already"
        self._forget()
        try:
            output = await self._thread.call(self._open, OPEN_LIMIT, undo=Output.shut)
        except Stuck:
            self._raise_stuck()
        except NoSound as error:
            raise NoSound(error.message, error.hint or no_device_hint(self._environment)) from error
        self._output = output
        log.debug("opened %r at %d Hz", output.device_name, output.playback.rate)
        self._watcher = asyncio.create_task(self._watch(output), name="speaker")

    def play(self, index: int, samples: Samples) -> None:
        """Queue a piece: float32 [samples] at 24 kHz. Does not wait; the caller bounds how much is queued.

        After `stop` or an error it does nothing.
        """
        if self._output is not None and self._error is None:
            self._output.playback.append(index, samples)
            self._silent.clear()
            self._work.set()

    def finish(self) -> None:
        """Say that nothing more will be queued: running dry from now on is the end of the utterance."""
        if self._output is not None:
            self._output.playback.finish()

    async def drained(self) -> None:
        """Wait until everything queued has sounded, or `stop` was called. Raises NoSound where it never will."""
        await self._silent.wait()
        if self._error is not None:
            raise self._error

    async def stop(self) -> None:
        """Fall silent at once and free the device. Takes some milliseconds, at most `STOP_LIMIT`; never raises."""
        await self._shut()

    async def close(self) -> None:
        """Let everything queued sound, then free the device. Does not raise: `on_error` and `drained` tell of faults."""
        self.finish()
        await self._silent.wait()
        await self._shut()

    async def _shut(self) -> None:
        output, self._output = self._output, None
        watcher, self._watcher = self._watcher, None
        if output is not None:
            output.playback.hush()  # should the device not let itself be aborted
            self._past.append(output)
        self._silent.set()
        if watcher is not None:
            watcher.cancel()
        if output is not None and not self._thread.stuck:
            try:
                await self._thread.call(output.shut, STOP_LIMIT)  # goes on even if we are cancelled here
            except Stuck:
                self._leave_to_itself()
        if watcher is not None:
            await asyncio.wait({watcher})

    # On the sound thread.

    def _loaded(self) -> SoundDevice:
        """Return the module, imported when first needed; from then on with a fresh list of devices where that helps."""
        if self._module is None:
            try:
                self._module = self._load()
            except ImportError as error:
                raise NoSound("the Python package sounddevice is missing", "Run 'pip install sounddevice'.") from error
            except OSError as error:
                raise NoSound("PortAudio, the library for sound, is missing", missing_library_hint()) from error
        elif not sys.platform.startswith("linux"):
            reset(self._module)  # else a default device chosen since then goes unnoticed; a sound server follows it
        return self._module

    def _find(self) -> None:
        if self._latest is not None and not self._latest.is_shut:
            return  # opened for another utterance since `probe` was called; a fresh start would end that
        module = self._loaded()
        try:
            find_device(module)
        except NoSound:
            reset(module)
            find_device(module)

    def _open(self) -> Output:
        module = self._loaded()
        try:
            self._latest = open_output(module, _resample)
        except NoSound as error:
            log.debug("%s; starting PortAudio anew", error.message)
            reset(module)
            self._latest = open_output(module, _resample)
        return self._latest

    def _reopen(self, old: Output) -> Output:
        assert self._module is not None
        old.shut()
        reset(self._module)
        self._latest = open_output(self._module, _resample)
        return self._latest

    # Watching.

    async def _watch(self, output: Output) -> None:
        """Start the device with the first piece, report progress, and replace the device when it vanishes."""
        try:
            await self._work.wait()
            await self._start(output, OPEN_LIMIT)
            watchdog = Watchdog(output.playback, self._clock())
            while True:
                self._report(output)
                if output.source.fault is not None:
                    raise RuntimeError("the audio callback failed") from output.source.fault
                if watchdog.is_dead(self._clock()) or (output.source.ended and output.playback.waiting):
                    quiet_since = self._clock() - watchdog.stall
                    output = await self._replace(output, watchdog)
                    left = BLOCKED_LIMIT - (self._clock() - quiet_since)
                    watchdog = Watchdog(output.playback, self._clock(), max(left, WAKE_AGAIN))
                await asyncio.sleep(TICK)
        except NoSound as error:
            self._fail(error)
        except Exception:  # whoever waits for the end of the sound must hear of it
            log.exception("the speaker failed")
            self._fail(NoSound("playing failed", "The log of the voice server tells more."))

    async def _start(self, output: Output, limit: float) -> None:
        assert self._module is not None
        try:
            await self._thread.call(output.stream.start, limit)
        except Stuck:
            self._raise_stuck()
        except self._module.PortAudioError as error:
            hint = no_device_hint(self._environment)
            raise NoSound(f"the sound device {output.device_name!r} does not start: {error}", hint) from error

    def _report(self, output: Output) -> None:
        """Tell what began and what has sounded; log where it broke off."""
        now = self._clock()
        for index in output.playback.begun():
            self.on_playing(index)
        self._sounding.extend((now + output.delay, index) for index in output.playback.ended())
        while self._sounding and self._sounding[0][0] <= now:
            self.on_played(self._sounding.popleft()[1])
        if not self._sounding and not output.playback.unreported:
            self._silent.set()
        if (underruns := self.starved + self.underflows) > self._underruns_logged:
            self._underruns_logged = underruns
            log.warning("the sound broke off: %d times no piece, %d times the device", self.starved, self.underflows)

    async def _replace(self, old: Output, watchdog: Watchdog) -> Output:
        """Reopen the default device, once an utterance, and go on with the first sample it did not take."""
        hint = no_device_hint(self._environment)
        if self._reopened:
            raise NoSound("the sound device vanished again", hint)
        if not watchdog.awake and not old.source.ended:  # it is the default one and was opened just now
            raise NoSound(f"the sound device {old.device_name!r} takes no sound", hint)
        self._reopened = True
        log.warning("the sound device %r vanished; opening the default one", old.device_name)
        old.playback.hush()
        new = await self._reopen_in_time(old)
        new.playback.restore(old.playback.rests())
        if old.playback.finished:
            new.playback.finish()
        self._past.append(old)
        self._output = new
        await self._start(new, STOP_LIMIT)
        return new

    async def _reopen_in_time(self, old: Output) -> Output:
        deadline = self._clock() + REOPEN_LIMIT
        while True:
            try:
                left = max(REOPEN_TRY, deadline - self._clock())
                return await self._thread.call(partial(self._reopen, old), left, undo=Output.shut)
            except Stuck:
                self._raise_stuck()
            except NoSound as error:
                if self._clock() + REOPEN_PAUSE > deadline:
                    hint = no_device_hint(self._environment)
                    raise NoSound(f"the sound device vanished, and {error.message}", hint) from error
            await asyncio.sleep(REOPEN_PAUSE)

    def _fail(self, error: NoSound) -> None:
        log.error("%s", error)
        if self._output is not None:
            self._output.playback.hush()
        self._sounding.clear()
        self._error = error
        self._silent.set()
        self.on_error(error)

    def _raise_stuck(self) -> NoReturn:
        self._leave_to_itself()
        raise NoSound("the sound device does not answer", no_device_hint(self._environment))

    def _leave_to_itself(self) -> None:
        """Touch PortAudio no more; its own clean-up at exit would hang as well."""
        log.error("the sound device does not answer; this process can make no more sound")
        if self._module is not None:
            atexit.unregister(self._module._exit_handler)
