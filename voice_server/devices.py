"""The loudspeakers to choose from, and which of them a name means. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.errors import NoSound
from voice_server.sound_server import DEFAULT_DEVICES, Sink, SoundServer

MOST_NAMED = 12  # devices in a hint; ALSA knows dozens


@dataclass(frozen=True)
class Device:
    """One loudspeaker."""

    name: str  # unique
    description: str  # for people; may be the same
    default: bool
    sink: Sink | None = None  # of the sound server; None: a device of PortAudio's


def all_devices(names: Sequence[str], default_name: str, server: SoundServer | None) -> list[Device]:
    """Return the sinks of the sound server, then PortAudio's devices, of which `default_name` is the default one.

    One of all is the default: behind PortAudio's that plays through the server stands the server's own.
    """
    sinks = server.sinks if server is not None else ()
    default_sink = server.default_sink if server is not None else ""
    through_server = default_name in DEFAULT_DEVICES and any(sink.name == default_sink for sink in sinks)
    devices = [
        Device(sink.name, sink.description or sink.name, through_server and sink.name == default_sink, sink)
        for sink in sinks
    ]
    taken = {device.name for device in devices}
    for name in names:
        if name not in taken:
            devices.append(Device(name, name, not through_server and name == default_name))
    return devices


def choose(wanted: str, devices: Sequence[Device]) -> Device:
    """Return the one device that `wanted` means: its name in full, or any part of name or description that fits one.

    Upper and lower case are the same. A card that both the sound server and PortAudio know is the server's. Raises
    NoSound, naming the devices, where none fits or several do.
    """
    sought = wanted.casefold().strip()
    full = [device for device in devices if sought in (device.name.casefold(), device.description.casefold())]
    parts = [device for device in devices if sought in f"{device.name}\n{device.description}".casefold()]
    for fitting in (full, parts):
        sinks = [device for device in fitting if device.sink is not None]
        for group in (sinks, fitting):
            if len(group) == 1:
                return group[0]
        if fitting:
            raise NoSound(f"several sound devices fit {wanted!r}", _names("They are", sinks or fitting))
    raise NoSound(f"there is no sound device {wanted!r}", _names("There are", devices))


def _names(begin: str, devices: Sequence[Device]) -> str:
    """Return a hint that names devices."""
    if not devices:
        return "There is none at all."
    names = ", ".join(repr(device.name) for device in devices[:MOST_NAMED])
    more = f" and {len(devices) - MOST_NAMED} more" if len(devices) > MOST_NAMED else ""
    return f"{begin} {names}{more}; 'say --devices' describes them."


# Parts of names of devices that sleep when they have nothing to play, and swallow what they are given while they wake:
# Bluetooth as PulseAudio and PipeWire call it ("bluez_output.…"), as people and makers do, and screens and receivers
# behind a digital cable.
_SLEEPERS = ("bluez", "bluetooth", "airpods", "buds", "beats", "headset", "hands-free", "handsfree", "wireless")
_DIGITAL = ("hdmi", "displayport", "display audio")


def may_sleep(*names: str) -> bool:
    """Return whether names or descriptions of a device sound like one that has to wake up."""
    text = " ".join(names).casefold()
    return any(part in text for part in (*_SLEEPERS, *_DIGITAL))
