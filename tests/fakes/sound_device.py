"""A stand-in for the module `sounddevice`, with a device that can be paced, stepped by hand, or made to fail."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from voice_server.output import Callback, DeviceInfo
from voice_server.playback import Frames

BLOCK = 480  # frames a call of the callback
JOIN_SECONDS = 5.0


class FakePortAudioError(Exception):
    """Takes the place of `sounddevice.PortAudioError`."""


@dataclass
class Flags:
    """What the device says of a call."""

    output_underflow: bool = False


@dataclass
class Times:
    """When the device says that a call's first frame is heard. 0: it does not say."""

    currentTime: float = 0.0  # noqa: N815  # the module's names for them
    outputBufferDacTime: float = 0.0  # noqa: N815


@dataclass
class Faults:
    """What goes wrong. Set before or during a test."""

    missing_library: bool = False  # the import fails
    no_device: bool = False
    devices_appear_on_reset: bool = False  # what is missing is there once PortAudio was started anew
    refused_rates: frozenset[float] = frozenset()
    refuse_mono: bool = False
    failing_opens: int = 0  # so many openings fail, whatever is asked for
    failing_start: bool = False
    hanging: frozenset[str] = frozenset()  # of "load", "open", "start", "abort", "close": they wait for `release`


class FakeStream:
    """One stream. Unless the device is paced, `step` calls the callback, on the test's own thread."""

    def __init__(
        self,
        module: FakeSoundDevice,
        device: int | None,
        rate: float,
        channels: int,
        latency: float,
        callback: Callback,
        finished: Callable[[], None],
    ) -> None:
        self.latency = latency
        self.device = device  # PortAudio's number, None for the default one
        self.sink = module.environment.get("PULSE_SINK", "")  # as libpulse would have read it
        self.rate = rate
        self.channels = channels
        self.started = False
        self.aborted = False
        self.closed = False
        self.blocks: list[Frames] = []
        self._module = module
        self._callback = callback
        self._finished = finished
        self._thread: threading.Thread | None = None
        self._vanished = threading.Event()

    @property
    def played(self) -> Frames:
        """Return what the callback gave so far: float32 [frames, channels]."""
        return np.concatenate([np.zeros((0, self.channels), np.float32), *self.blocks])

    def start(self) -> None:
        self._module.enter("start")
        if self._module.faults.failing_start:
            raise FakePortAudioError("Error starting stream: Device unavailable [PaErrorCode -9985]")
        self.started = True
        for _ in range(self._module.first_blocks):
            self.step()
        if self._module.paced:
            self._thread = threading.Thread(target=self._pace, name="fake device", daemon=True)
            self._thread.start()

    def step(self, frames: int = BLOCK, underflow: bool = False) -> Frames:
        """Call the callback once and return what it gave."""
        assert self.started
        assert not self.aborted
        out = np.full((frames, self.channels), np.nan, dtype=np.float32)  # what is left unwritten will show
        delay = self._module.delay
        self._callback(out, frames, Times() if delay is None else Times(1.0, 1.0 + delay), Flags(underflow))
        self.blocks.append(out)
        return out

    def vanish(self, tell: bool = False) -> None:
        """Stop calling the callback for ever; with `tell`, PortAudio notices that the stream became inactive."""
        self._vanished.set()
        if tell:
            self._finished()

    def _pace(self) -> None:
        next_call = time.monotonic()
        while not (self.aborted or self._vanished.is_set()):
            self.step()
            next_call += BLOCK / self.rate
            self._vanished.wait(max(0.0, next_call - time.monotonic()))

    def abort(self) -> None:
        self._module.enter("abort")
        self.aborted = True
        if self._thread is not None:
            self._thread.join(JOIN_SECONDS)
        self._finished()

    def close(self) -> None:
        self._module.enter("close")
        self.closed = True


@dataclass
class FakeSoundDevice:
    """The module. `release` lets hanging calls return, at the latest at the end of a test."""

    paced: bool = False
    own_rate: float = 44_100.0  # Hz
    first_blocks: int = 0  # calls of the callback within `start`, to fill the buffer
    delay: float | None = None  # seconds, as the device says; None: it does not
    names: Sequence[str] = ("fake",)  # of the output devices; the first one is the default one
    late_names: Sequence[str] = ()  # those that are found only once PortAudio was started anew
    environment: MutableMapping[str, str] = field(default_factory=dict)  # of the process
    faults: Faults = field(default_factory=Faults)
    streams: list[FakeStream] = field(default_factory=list)
    resets: int = 0
    unregistered: bool = False
    PortAudioError: type[Exception] = FakePortAudioError
    released: threading.Event = field(default_factory=threading.Event)
    hanging: threading.Event = field(default_factory=threading.Event)  # a call hangs now

    def load(self) -> FakeSoundDevice:
        """Take the place of the import."""
        self.enter("load")
        if self.faults.missing_library:
            raise OSError("PortAudio library not found")
        return self

    def enter(self, call: str) -> None:
        """Hang in `call`, if that is wanted."""
        if call in self.faults.hanging:
            self.hanging.set()
            self.released.wait()

    def release(self) -> None:
        self.released.set()

    @property
    def stream(self) -> FakeStream:
        """Return the stream opened last."""
        return self.streams[-1]

    def query_devices(self, device: int | None = None, kind: str | None = None) -> object:
        if kind is None and self.faults.no_device:
            return []
        if self.faults.no_device or not self.names:
            raise FakePortAudioError("Error querying device -1")
        if kind is not None:
            return self._info(1)
        microphone = DeviceInfo(index=0, name="microphone", max_output_channels=0, default_samplerate=self.own_rate)
        return [microphone, *(self._info(index) for index in range(1, len(self.names) + 1))]

    def _info(self, index: int) -> DeviceInfo:
        name = self.names[index - 1]
        return DeviceInfo(index=index, name=name, max_output_channels=2, default_samplerate=self.own_rate)

    def OutputStream(
        self,
        *,
        device: int | None,
        samplerate: float,
        channels: int,
        dtype: str,
        latency: float,
        callback: Callback,
        finished_callback: Callable[[], None],
    ) -> FakeStream:
        self.enter("open")
        faults = self.faults
        if faults.failing_opens > 0:
            faults.failing_opens -= 1
            raise FakePortAudioError("Error opening OutputStream: Device unavailable [PaErrorCode -9985]")
        if samplerate in faults.refused_rates:
            raise FakePortAudioError("Error opening OutputStream: Invalid sample rate [PaErrorCode -9997]")
        if faults.refuse_mono and channels == 1:
            raise FakePortAudioError("Error opening OutputStream: Invalid number of channels [PaErrorCode -9998]")
        self.streams.append(FakeStream(self, device, samplerate, channels, latency, callback, finished_callback))
        return self.stream

    def _initialize(self) -> None:
        self.resets += 1
        self.names, self.late_names = (*self.names, *self.late_names), ()
        if self.faults.devices_appear_on_reset:
            self.faults.no_device = False

    def _terminate(self) -> None:
        assert all(stream.closed for stream in self.streams), "PortAudio was ended with a stream open"

    def _exit_handler(self) -> None:
        """Is registered with atexit by the real module."""
