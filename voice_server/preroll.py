"""Pre-roll: a short silence ahead of the first word, for a device that slept. Pure.

Bluetooth headphones and screens go to stand-by a while after the last sound, and swallow the first syllable while they
wake: nvaccess/nvda#14386 (headphones miss the start of speech), rhasspy/piper#116 ("cutting off the opening word":
Bluetooth), home-assistant/core#70440 (a configurable silence ahead of speech, for players in stand-by).
"""

from __future__ import annotations

from voice_server.devices import may_sleep
from voice_server.sound_server import Sink

AUTO = "auto"
ALWAYS = "always"
NEVER = "never"

PREROLL = 0.25  # seconds; enough for a device to notice that there is sound, short enough not to feel like a wait
# Seconds without a stream after which a device may sleep: PulseAudio and PipeWire let go of an idle one after 5.
AWAKE = 5.0


def is_awake(idle: float | None) -> bool:
    """Return whether a device cannot have gone to sleep: `idle` are the seconds since our last stream on it, None: there
    was none."""
    return idle is not None and idle < AWAKE


def preroll(mode: str, awake: bool, device_name: str, sink: Sink | None) -> float:
    """Return the seconds of silence ahead of the first piece.

    `sink` is what the sound server said of the device before it was opened, None where none could be asked; then
    PortAudio's `device_name` has to do.
    """
    if mode == NEVER or awake:
        return 0.0
    if mode == ALWAYS:
        return PREROLL
    if sink is None:
        return PREROLL if may_sleep(device_name) else 0.0
    return PREROLL if sink.asleep and may_sleep(sink.name, sink.description) else 0.0
