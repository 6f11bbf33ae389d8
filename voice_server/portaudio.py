"""PortAudio, called on one thread only and with a deadline: any call of it may hang for good.

The only place that imports sounddevice.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, MutableMapping
from typing import TypeVar, cast

from common.errors import NoSound
from voice_server.deadline_thread import DeadlineThread, Stuck
from voice_server.devices import Device
from voice_server.output import (
    Clock,
    DeviceInfo,
    Output,
    SoundDevice,
    default_device,
    named_device,
    open_output,
    output_devices,
    reset,
)
from voice_server.playback import Samples
from voice_server.sound_hints import missing_library_hint, no_device_hint

log = logging.getLogger(__name__)

Result = TypeVar("Result")

PULSE_DEVICE = "pulse"  # ALSA's plug-in for PulseAudio, as PortAudio names it
PULSE_SINK = "PULSE_SINK"  # the variable in which libpulse finds the sink of a stream that names none


def load_sounddevice() -> SoundDevice:
    """Import sounddevice. Raises OSError where PortAudio is missing.

    The import starts PortAudio, and its stderr is lost for that moment: never before a fork, and only to play.
    """
    import sounddevice  # type: ignore[import-untyped]  # has no stubs

    return cast(SoundDevice, sounddevice)


def _resample(samples: Samples, rate_in: int, rate_out: int) -> Samples:
    from common.resample import resample  # few devices need it

    return resample(samples, rate_in, rate_out)


class PortAudio:
    """The library, and the last stream that was opened with it. All methods but `call` run on the sound thread."""

    def __init__(
        self,
        module_loader: Callable[[], SoundDevice] = load_sounddevice,
        clock: Clock = time.monotonic,
        environment: MutableMapping[str, str] = os.environ,
    ) -> None:
        self._load = module_loader
        self._clock = clock
        self._environment = environment
        self._thread = DeadlineThread("sound")
        self._module: SoundDevice | None = None
        self._latest: Output | None = None

    # The event loop's side.

    @property
    def hangs(self) -> bool:
        """Whether it hangs for good; only another process can make sound."""
        return self._thread.stuck

    @property
    def hint(self) -> str:
        """Return what to do where a device does not play."""
        return no_device_hint(self._environment)

    async def call(
        self, function: Callable[[], Result], seconds: float, undo: Callable[[Result], None] | None = None
    ) -> Result:
        """Return what `function` returns on the sound thread. Raises NoSound with a hint, after `seconds` at the latest.

        `undo` gets a result that comes too late, or that nobody takes because the caller was cancelled.
        """
        try:
            return await self._thread.call(function, seconds, undo)
        except Stuck:
            self._leave_to_itself()
            raise NoSound("the sound device does not answer", self.hint) from None
        except NoSound as error:
            raise NoSound(error.message, error.hint or self.hint) from error

    def _leave_to_itself(self) -> None:
        """Touch PortAudio no more; its own clean-up at exit would hang as well."""
        log.error("the sound device does not answer; this process can make no more sound")
        if self._module is not None:
            atexit.unregister(self._module._exit_handler)

    # On the sound thread.

    def find(self, device: Device | None) -> None:
        """Raise NoSound where `open` is bound to fail: no library, no device."""
        if self._is_open:  # for another utterance; a fresh start would end that
            if device is not None:
                self._named(self._loaded(), device)
            return
        self._with_fresh_list(lambda module: self._named(module, device))

    def names(self, fresh: bool) -> tuple[list[str], str]:
        """Return the names of all output devices, and that of the default one, "" where there is none.

        `fresh`: also those that were connected since PortAudio started, where no stream is open.
        """
        module = self._loaded()
        if fresh and not self._is_open:
            reset(module)
        default = ""
        with contextlib.suppress(NoSound):
            default = default_device(module)["name"]
        return [device["name"] for device in output_devices(module)], default

    def open(self, device: Device | None) -> Output:
        """Open a device, None for the default one; it is to be started with `start`. Raises NoSound."""
        self._latest = self._with_fresh_list(lambda module: self._opened(module, device))
        return self._latest

    def reopen(self, old: Output, device: Device | None) -> Output:
        """Shut a stream whose device vanished, and open the device again. Raises NoSound."""
        assert self._module is not None
        old.shut()
        reset(self._module)
        self._latest = self._opened(self._module, device)
        return self._latest

    def start(self, output: Output) -> None:
        """Let a stream play. Raises NoSound."""
        assert self._module is not None
        try:
            output.stream.start()
        except self._module.PortAudioError as error:
            raise NoSound(f"the sound device {output.device_name!r} does not start: {error}") from error

    @property
    def _is_open(self) -> bool:
        return self._latest is not None and not self._latest.is_shut

    def _loaded(self) -> SoundDevice:
        """Return the module, imported when first needed; from then on with a fresh list of devices where that helps."""
        if self._module is None:
            try:
                self._module = self._load()
            except ImportError as error:
                raise NoSound("the Python package sounddevice is missing", "Run 'pip install sounddevice'.") from error
            except OSError as error:
                raise NoSound("PortAudio, the library for sound, is missing", missing_library_hint()) from error
        elif not sys.platform.startswith("linux") and not self._is_open:
            reset(self._module)  # else a default device chosen since then goes unnoticed; a sound server follows it
        return self._module

    def _with_fresh_list(self, function: Callable[[SoundDevice], Result]) -> Result:
        """Return what `function` returns, tried once more with a fresh list of devices where it finds none that works."""
        module = self._loaded()
        try:
            return function(module)
        except NoSound as error:
            log.debug("%s; starting PortAudio anew", error.message)
            reset(module)
            return function(module)

    def _opened(self, module: SoundDevice, device: Device | None) -> Output:
        found = self._named(module, device)
        if device is None:
            return open_output(module, found, False, _resample, self._clock)
        with self._sink_chosen(device.sink.name if device.sink is not None else ""):
            output = open_output(module, found, True, _resample, self._clock)
        output.device_name = device.name
        return output

    def _named(self, module: SoundDevice, device: Device | None) -> DeviceInfo:
        """Return what PortAudio plays on for a device. Raises NoSound where there is none: never is it another one."""
        if device is None:
            return default_device(module)
        if device.sink is None:
            return named_device(module, device.name)
        try:
            return named_device(module, PULSE_DEVICE)
        except NoSound as error:
            raise NoSound("ALSA's way to the sound server is missing", missing_library_hint()) from error

    @contextlib.contextmanager
    def _sink_chosen(self, sink: str) -> Iterator[None]:
        """Have streams that are opened meanwhile play on a sink of the sound server; "": on the one they would take.

        libpulse reads the variable when it connects, which ALSA's plug-in does when it is opened. A sink set this way is
        a wish of the program itself, which the server's memory of where programs played does not overrule.
        """
        before = self._environment.get(PULSE_SINK)
        if sink:
            self._environment[PULSE_SINK] = sink
        try:
            yield
        finally:
            if sink and before is None:
                del self._environment[PULSE_SINK]
            elif sink and before is not None:
                self._environment[PULSE_SINK] = before
