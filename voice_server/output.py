"""Output: one open stream of the sound device, and the callback behind it. Uses sounddevice, but never imports it.

Everything here that touches PortAudio may hang and runs on the sound thread only; the callback runs on PortAudio's own.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from common.errors import NoSound
from voice_server.playback import RATE, Frames, Playback, Resampler

# Seconds of sound in the device's buffer. PortAudio's own "high" is 0.035 s on ALSA; with 0.1 s, synthesis on all cores
# let the sound break off now and then. It delays neither the first sound, for the buffer is filled from the first
# piece, nor a stop, which drops it; only where a host cannot abort, a stop lags as much.
LATENCY = 0.2

# A sink that takes sound this much faster than time passes, in seconds, plays it to nobody (ALSA's `null`).
AHEAD = 1.0
# Seconds over which that is judged: the clocks of two machines' parts drift apart by up to a second in three hours.
PACE_WINDOW = 10.0

Callback = Callable[[Frames, int, object, "CallbackFlags"], None]


class CallbackFlags(Protocol):
    """What PortAudio says about the call."""

    output_underflow: bool


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

    def query_devices(self, device: int | None = None, kind: str | None = None) -> Mapping[str, object]: ...

    def OutputStream(  # noqa: N802  # the module's name for it
        self,
        *,
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

    def __init__(self, playback: Playback) -> None:
        self.playback = playback
        self.underflows = 0  # times that PortAudio's own buffer ran dry within the sound
        self.ended = False  # the device gave up; nobody told it to
        self.fault: Exception | None = None  # of the callback itself
        self.unpaced = False  # the sink takes everything at once
        self._began = -PACE_WINDOW  # of the window, monotonic seconds
        self._frames = 0  # within the window

    def callback(self, out: Frames, frames: int, when: object, status: CallbackFlags) -> None:
        """Fill `out`. Never raises: PortAudio's thread has nobody who could catch it."""
        try:
            if status.output_underflow and self.playback.consumed:  # a start may report one, heard by nobody
                self.underflows += 1
            self.playback.fill(out)
            self._keep_pace(frames, self.playback.rate)
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

    @property
    def delay(self) -> float:
        """Return the seconds after which a sample that the callback gave has sounded.

        The device asks for the next block when one is free, so up to one more lies in front of the sample.
        """
        return self.stream.latency + self.playback.longest_call / self.playback.rate


def find_device(module: SoundDevice) -> Mapping[str, object]:
    """Return what PortAudio knows of the default output device. Raises NoSound where there is none."""
    try:
        return module.query_devices(kind="output")
    except (module.PortAudioError, ValueError) as error:
        raise NoSound("no sound device was found") from error


def open_output(module: SoundDevice, resample: Resampler) -> Output:
    """Open the default device: 24 kHz mono where it takes that, else its own rate, else two channels.

    Raises NoSound.
    """
    device = find_device(module)
    name = str(device["name"])
    own_rate = device["default_samplerate"]
    reason: Exception | None = None
    for rate, channels in _formats(int(own_rate) if isinstance(own_rate, float) else RATE):
        playback = Playback(rate, resample)
        source = Source(playback)
        try:
            stream = module.OutputStream(
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
