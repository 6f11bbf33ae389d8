"""The loudspeaker: pieces go in, sound comes out, and the event loop learns what was heard.

One `Speaker` lives as long as its process; a device is opened for each utterance. PortAudio is never called on the
event loop: all its calls run on one thread, each under a deadline (`portaudio.py`).
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial

from common.errors import NoSound
from common.messages.speaking import DeviceReport
from voice_server.devices import Device, all_devices, choose
from voice_server.output import Output, SoundDevice
from voice_server.playback import Samples, Spot
from voice_server.portaudio import PortAudio, load_sounddevice
from voice_server.preroll import AUTO, is_awake
from voice_server.preroll import preroll as seconds_of_preroll
from voice_server.sound_server import Sink, SoundServer, ask_sound_server
from voice_server.sounding import Sounding

log = logging.getLogger(__name__)

OPEN_LIMIT = 3.0  # seconds; nobody is blocked longer by a dead device
ASK_LIMIT = 0.25  # seconds that the first sound waits for the sound server to say what kind of device it has
FRESH = 2.0  # seconds for which that is good: from `probe`, while nothing waits for it, to `open`

AskServer = Callable[[], Awaitable[SoundServer | None]]


def _ignore(_: object) -> None:
    """Take a report that nobody asked for."""


class Speaker:
    """Play pieces on a sound device. All methods belong to one event loop."""

    def __init__(
        self,
        module_loader: Callable[[], SoundDevice] = load_sounddevice,
        clock: Callable[[], float] = time.monotonic,
        environment: MutableMapping[str, str] = os.environ,
        ask_server: AskServer = ask_sound_server,
    ) -> None:
        self.on_playing: Callable[[int], None] = _ignore  # a piece's first sample is heard
        self.on_played: Callable[[int], None] = _ignore  # a piece's last sample was heard
        self.on_error: Callable[[NoSound], None] = _ignore  # nothing more will sound until the next `open`
        self._clock = clock
        self._ask_server = ask_server
        self._portaudio = PortAudio(module_loader, clock, environment)
        self._sounding: Sounding | None = None  # since `open`, also when it was stopped: its figures stay
        self._is_open = False
        self._preroll = 0.0
        self._device = ""  # the open one, "" for the default one
        self._last_used: dict[str, float] = {}  # device -> when its stream was shut, as `clock` has it
        self._inquiry: asyncio.Task[SoundServer | None] | None = None  # the last one, and
        self._inquired_at = 0.0  # when it began

    # Figures, since `open`.

    @property
    def needs_new_process(self) -> bool:
        """Whether PortAudio hangs for good; only another process can make sound."""
        return self._portaudio.hangs

    @property
    def is_open(self) -> bool:
        return self._is_open

    @property
    def device_name(self) -> str:
        """Return the open device's name, "" where none is open."""
        return self._sounding.device_name if self._sounding and self._is_open else ""

    @property
    def plays_into_nothing(self) -> bool:
        """Whether the device takes sound faster than anyone could hear it, as ALSA's `null` does."""
        return self._sounding is not None and self._sounding.plays_into_nothing

    @property
    def position(self) -> int:
        """Return the samples of pieces, at 24 kHz, that the device took."""
        return self._sounding.position if self._sounding else 0

    @property
    def starved(self) -> int:
        """Return how often no piece was ready although more was to come."""
        return self._sounding.starved if self._sounding else 0

    @property
    def underflows(self) -> int:
        """Return how often the device itself ran dry within the sound."""
        return self._sounding.underflows if self._sounding else 0

    @property
    def preroll(self) -> float:
        """Return the seconds of silence ahead of the first piece."""
        return self._preroll

    def heard(self) -> Spot | None:
        """Return which piece a listener hears now, and how many of its samples at 24 kHz have been heard.

        Between two pieces it is the end of the first; None before anything was heard. After `cut` it is where the sound
        breaks off, until something new is heard; after `stop` or an error, where it broke off. Of a piece that was
        queued without its beginning, the samples count from what was queued.
        """
        return self._sounding.heard if self._sounding else None

    # Devices.

    async def devices(self) -> list[DeviceReport]:
        """Return the loudspeakers, by names that `open` takes. Raises NoSound where PortAudio is missing or hangs."""
        return [DeviceReport(each.name, each.description, each.default) for each in await self._all_devices(fresh=True)]

    async def _all_devices(self, fresh: bool) -> list[Device]:
        names = partial(self._portaudio.names, fresh)
        (named, default), server = await asyncio.gather(self._portaudio.call(names, OPEN_LIMIT), self._inquire())
        return all_devices(named, default, server)

    async def _chosen(self, device: str) -> Device | None:
        """Return the device that is meant, None for the default one. Raises NoSound."""
        if not device:
            return None
        try:
            return choose(device, await self._all_devices(fresh=False))
        except NoSound:
            if self.needs_new_process:
                raise
            return choose(device, await self._all_devices(fresh=True))  # it may have been connected since

    def _inquire(self) -> asyncio.Task[SoundServer | None]:
        """Begin to ask the sound server."""
        self._inquired_at = self._clock()
        self._inquiry = asyncio.ensure_future(self._ask_server())
        return self._inquiry

    async def _sink(self, chosen: Device | None) -> Sink | None:
        """Return what the sound server says of a device that is about to be opened, None where it does not in time."""
        if chosen is not None:
            return chosen.sink
        inquiry = self._inquiry
        if inquiry is None or self._clock() - self._inquired_at > FRESH:
            inquiry = self._inquire()
        done, _ = await asyncio.wait({inquiry}, timeout=ASK_LIMIT)
        server = inquiry.result() if done else None
        return server.sink() if server is not None else None

    def _is_awake(self, device: str) -> bool:
        last_used = self._last_used.get(device)
        return is_awake(self._clock() - last_used if last_used is not None else None)

    # Life of an utterance.

    async def probe(self, device: str = "") -> None:
        """Raise NoSound, within 3 s, where `open` is bound to fail: no library, no device. Makes no sound, holds nothing."""
        if self._is_open and not device:
            return
        asking = self._inquiry is not None and not self._inquiry.done()
        if not (device or asking or self._is_awake(device)):
            self._inquire()  # what `open` is going to ask; by then it is known
        began = self._clock()
        find = partial(self._portaudio.find, await self._chosen(device))
        await self._portaudio.call(find, self._left(began))

    async def open(self, device: str = "", preroll: str = AUTO) -> None:
        """Open a device: the one that `device` names, in full or in part, "" for the default one.

        `preroll`, "auto", "always" or "never": whether a short silence goes ahead of the first piece where the device
        had no stream for a while; with "auto" only if it is of a kind that sleeps. It counts as nothing that was heard.
        Raises NoSound, within 3 s, saying what is missing and what to do.
        """
        assert not self._is_open, "the speaker is open already"
        self._sounding = None
        began = self._clock()
        chosen = await self._chosen(device)
        name = chosen.name if chosen is not None else ""
        awake = self._is_awake(name)
        # Asked now: an open stream wakes the device.
        sink = await self._sink(chosen) if preroll == AUTO and not awake else None
        opening = partial(self._portaudio.open, chosen)
        output = await self._portaudio.call(opening, self._left(began), undo=Output.shut)
        log.debug("opened %r at %d Hz", output.device_name, output.playback.rate)
        self._preroll = seconds_of_preroll(preroll, awake, output.device_name, sink)
        output.playback.lead_in(self._preroll)
        self._is_open, self._device = True, name
        self._sounding = Sounding(self._portaudio, chosen, output, self, self._clock)

    def _left(self, began: float) -> float:
        """Return how many seconds of `OPEN_LIMIT` are left; a healthy device takes far less than the least of it."""
        return max(OPEN_LIMIT - (self._clock() - began), OPEN_LIMIT / 3)

    def play(self, index: int, samples: Samples, announced: bool = False) -> None:
        """Queue a piece: float32 [samples] at 24 kHz. Does not wait; the caller bounds how much is queued.

        `announced`: it goes on where it was broken off, so `on_playing` is not told of it again, and it is faded in.
        After `stop` or an error it does nothing.
        """
        if self._sounding is not None and self._is_open:
            self._sounding.play(index, samples, announced)

    def cut(self) -> Spot | None:
        """Fade out and drop everything queued; what is played from now on comes next, without a click.

        Pieces that were cut are not reported any more, and `drained` waits for none of them. Returns where the sound
        breaks off, as `heard` does: until there the device's buffer, 0.2 s at most, is heard.
        """
        if self._sounding is None or not self._is_open:
            return self.heard()
        return self._sounding.cut()

    def finish(self) -> None:
        """Say that nothing more will be queued: running dry from now on is the end. `cut` takes it back."""
        if self._sounding is not None and self._is_open:
            self._sounding.finish()

    async def drained(self) -> None:
        """Wait until everything queued was heard, or `stop` or `cut` was called. Raises NoSound where it never will."""
        if self._sounding is not None:
            await self._sounding.drained()

    async def stop(self) -> None:
        """Fall silent at once and free the device. Takes some milliseconds, at most `STOP_LIMIT`; never raises."""
        if self._sounding is not None and self._is_open:
            self._is_open = False
            self._last_used[self._device] = self._clock()
            await self._sounding.stop()

    async def close(self) -> None:
        """Let everything queued sound, then free the device. Does not raise: `on_error` and `drained` tell of faults."""
        self.finish()
        if self._sounding is not None:
            await self._sounding.silent()
        await self.stop()
