"""Output: one open stream of the sound device, and the callback behind it. Uses sounddevice, but never imports it.

Everything here that touches PortAudio may hang and runs on the sound thread only; the callback runs on PortAudio's own.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypedDict, cast

from common.errors import NoSound
from voice_server.playback import RATE, Frames, Playback, Resampler
from voice_server.stream_clock import StreamClock

# Seconds of sound in the device's buffer. PortAudio's own "high" is 0.035 s on ALSA; with 0.1 s, synthesis on all cores
# let the sound break off now and then. It delays neither the first sound, for the buffer is filled from the first
# piece, nor a stop, which drops it; only where a host cannot abort, a stop lags as much.
LATENCY = 0.2

# A sink that takes sound this much faster than time passes, in seconds, plays it to nobody (ALSA's `null`).
AHEAD = 1.0
# Seconds over which that is judged: the clocks of two machines' parts drift apart by up to a second in three hours.
PACE_WINDOW = 10.0

Callback = Callable[[Frames, int, "CallbackTimes", "CallbackFlags"], None]
Clock = Callable[[], float]  # monotonic seconds


class CallbackTimes(Protocol):
    """PortAudio's own clock, in seconds, whose start is anywhere; 0 where a host does not say."""

    currentTime: float  # noqa: N815  # the library's names for them
    outputBufferDacTime: float  # noqa: N815  # when the first frame of this call is heard


class CallbackFlags(Protocol):
    """What PortAudio says about the call."""

    output_underflow: bool


class DeviceInfo(TypedDict):
    """What PortAudio knows of a device, as far as it is used."""

    index: int
    name: str
    max_output_channels: int
    default_samplerate: float  # Hz


class Stream(Protocol):
    """What is used of `sounddevice.OutputStream`."""

    @property
    def latency(self) -> float: ...  # seconds

    def start(self) -> None: ...

    def abort(self) -> None: ...

    def close(self) -> None: ...


class SoundDevice(Protocol):
    """What is used of the module `sounddevice`."""

    @property
    def PortAudioError(self) -> type[Exception]: ...  # noqa: N802  # the module's name for it

    def query_devices(self, device: int | None = None, kind: str | None = None) -> object: ...

    def OutputStream(  # noqa: N802  # the module's name for it
        self,
        *,
        device: int | None,
        samplerate: float,
        channels: int,
        dtype: str,
        latency: float,
        callback: Callback,
        finished_callback: Callable[[], None],
    ) -> Stream: ...

    def _initialize(self) -> None: ...

    def _terminate(self) -> None: ...

    def _exit_handler(self) -> None: ...


class Source:
    """The callback: passes on what `playback` holds."""

    def __init__(self, playback: Playback, now: Clock = time.monotonic) -> None:
        self.playback = playback
        self.clock = StreamClock(playback.rate)
        self.latency = LATENCY  # seconds, of the stream; known once it is open
        self.underflows = 0  # times that PortAudio's own buffer ran dry within the sound
        self.ended = False  # the device gave up; nobody told it to
        self.fault: Exception | None = None  # of the callback itself
        self.unpaced = False  # the sink takes everything at once
        self._now = now
        self._began = -PACE_WINDOW  # of the window, monotonic seconds
        self._frames = 0  # within the window

    def callback(self, out: Frames, frames: int, when: CallbackTimes, status: CallbackFlags) -> None:
        """Fill `out`. Never raises: PortAudio's thread has nobody who could catch it."""
        try:
            now = self._now()
            playback = self.playback
            # What runs dry while it holds silence, at a start or after the last word, is heard by nobody.
            if status.output_underflow and playback.sounded_within(round(self.latency * playback.rate) + frames):
                self.underflows += 1
            first = playback.frames
            playback.fill(out)
            self.clock.called(first, frames, now, _delay(when), self.latency)
            self._keep_pace(frames, playback.rate)
        except Exception as error:  # seen and logged by the speaker
            self.fault = error
            out.fill(0.0)

    def _keep_pace(self, frames: int, rate: int) -> None:
        """Take the time that the sound takes, where a sink does not: else it would eat a core and lie about progress."""
        now = time.monotonic()
        if now - self._began >= PACE_WINDOW:
            self._began, self._frames = now, 0
        self._frames += frames
        ahead = self._frames / rate - (now - self._began)
        if ahead > AHEAD:
            self.unpaced = True
            time.sleep(ahead - AHEAD)

    def finished(self) -> None:
        """Called by PortAudio when the stream became inactive, for whatever reason."""
        self.ended = True


@dataclass
class Output:
    """An open stream that was not started."""

    stream: Stream
    source: Source
    playback: Playback
    device_name: str
    is_shut: bool = False

    def shut(self) -> None:
        """Silence and free the device, once. What is in its buffer is dropped."""
        if not self.is_shut:
            self.is_shut = True
            self.stream.abort()
            self.stream.close()


def _delay(when: CallbackTimes) -> float | None:
    """Return the seconds until the first frame of a call is heard, None where the host does not say."""
    if when.currentTime <= 0 or when.outputBufferDacTime <= 0:
        return None
    return when.outputBufferDacTime - when.currentTime


def default_device(module: SoundDevice) -> DeviceInfo:
    """Return what PortAudio knows of the default output device. Raises NoSound where there is none."""
    try:
        return cast(DeviceInfo, module.query_devices(kind="output"))
    except (module.PortAudioError, ValueError) as error:
        raise NoSound("no sound device was found") from error


def output_devices(module: SoundDevice) -> list[DeviceInfo]:
    """Return every device that PortAudio can play on, each name once: several of its hosts may know the same one."""
    found: dict[str, DeviceInfo] = {}
    for device in cast(Iterable[DeviceInfo], module.query_devices()):
        if device["max_output_channels"] > 0:
            found.setdefault(device["name"], device)
    return list(found.values())


def named_device(module: SoundDevice, name: str) -> DeviceInfo:
    """Return PortAudio's device of exactly this name. Raises NoSound where there is none."""
    for device in output_devices(module):
        if device["name"] == name:
            return device
    raise NoSound(f"the sound device {name!r} is gone")


def open_output(
    module: SoundDevice, device: DeviceInfo, chosen: bool, resample: Resampler, now: Clock = time.monotonic
) -> Output:
    """Open a device: 24 kHz mono where it takes that, else its own rate, else two channels.

    `chosen`: this very one; else it is the default one, and the host may know better by now which that is.
    Raises NoSound.
    """
    name = device["name"]
    reason: Exception | None = None
    for rate, channels in _formats(int(device["default_samplerate"])):
        playback = Playback(rate, resample)
        source = Source(playback, now)
        try:
            stream = module.OutputStream(
                device=device["index"] if chosen else None,
                samplerate=rate,
                channels=channels,
                dtype="float32",
                latency=LATENCY,
                callback=source.callback,
                finished_callback=source.finished,
            )
        except module.PortAudioError as error:
            reason = reason or error
            continue
        source.latency = stream.latency
        return Output(stream, source, playback, name)
    raise NoSound(f"the sound device {name!r} cannot be opened: {reason}") from reason


def reset(module: SoundDevice) -> None:
    """Start PortAudio anew: its list of devices is frozen when it starts. No stream may be open."""
    with contextlib.suppress(module.PortAudioError):  # it had not started, which is what is wanted
        module._terminate()
    try:
        module._initialize()
    except module.PortAudioError as error:
        raise NoSound(f"the sound system does not start: {error}") from error


def _formats(own_rate: int) -> list[tuple[int, int]]:
    """Return the (rate in Hz, channels) to try, best first."""
    rates = [RATE] if own_rate in (0, RATE) else [RATE, own_rate]
    return [(rate, channels) for rate in rates for channels in (1, 2)]
