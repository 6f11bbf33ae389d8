"""Pre-roll: a short silence ahead of the first word, for a device that slept. Pure.

Bluetooth headphones and screens go to stand-by a while after the last sound, and swallow the first syllable while they
wake: nvaccess/nvda#14386 (headphones miss the start of speech), rhasspy/piper#116 ("cutting off the opening word":
Bluetooth), home-assistant/core#70440 (a configurable silence ahead of speech, for players in stand-by).
"""

from __future__ import annotations

from voice_server.devices import may_sleep
from voice_server.sound_server import SoundServer

AUTO = "auto"
ALWAYS = "always"
NEVER = "never"

PREROLL = 0.25  # seconds; enough for a device to notice that there is sound, short enough not to feel like a wait
# Seconds without a stream after which a device may sleep: PulseAudio and PipeWire let go of an idle one after 5.
AWAKE = 5.0


def needed(mode: str, idle: float) -> bool | None:
    """Return whether a device that was `idle` for so many seconds needs a pre-roll; None: it depends on what it is."""
    if mode == NEVER or idle < AWAKE:
        return False
    return True if mode == ALWAYS else None


def needed_by(device_name: str, sink_name: str, server: SoundServer | None) -> bool:
    """Return whether a device is one that sleeps. `sink_name` is "" for the sound server's default sink.

    `device_name` is PortAudio's, for where no sound server can be asked.
    """
    sink = server.sink(sink_name) if server is not None else None
    if sink is None:
        return may_sleep(device_name)
    return not sink.running and may_sleep(sink.name, sink.description)
