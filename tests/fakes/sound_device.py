"""A stand-in for the module `sounddevice`, with a device that can be paced, stepped by hand, or made to fail."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from voice_server.output import Callback
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
        rate: float,
        channels: int,
        latency: float,
        callback: Callback,
        finished: Callable[[], None],
    ) -> None:
        self.latency = latency
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
        self._callback(out, frames, None, Flags(underflow))
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

    def query_devices(self, device: int | None = None, kind: str | None = None) -> Mapping[str, object]:
        if self.faults.no_device:
            raise FakePortAudioError("Error querying device -1")
        return {"name": "fake", "default_samplerate": self.own_rate}

    def OutputStream(
        self,
        *,
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
        self.streams.append(FakeStream(self, samplerate, channels, latency, callback, finished_callback))
        return self.stream

    def _initialize(self) -> None:
        self.resets += 1
        if self.faults.devices_appear_on_reset:
            self.faults.no_device = False

    def _terminate(self) -> None:
        assert all(stream.closed for stream in self.streams), "PortAudio was ended with a stream open"

    def _exit_handler(self) -> None:
        """Is registered with atexit by the real module."""
