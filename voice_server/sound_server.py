"""What a sound server says of itself: its sinks, and whether the default one plays into nothing.

PulseAudio and PipeWire are asked through `pactl`, where that is installed.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass

log = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds for `pactl`; a warning is not worth more

# The stand-in of PulseAudio's module-always-sink, and of PipeWire, which took over its name.
DUMMY_SINK = "auto_null"
DUMMY_DEVICES = ("dummy output", "null", "nullsink", DUMMY_SINK)
# PortAudio's names for whatever the sound server plays on by default.
DEFAULT_DEVICES = ("", "default", "sysdefault", "pulse", "pipewire")


@dataclass(frozen=True)
class Sink:
    """A loudspeaker as the sound server has it."""

    name: str  # unique, as PULSE_SINK takes it
    description: str  # for people
    asleep: bool = False  # nobody has played on it for some seconds (5, unless told otherwise), so it was let go of


@dataclass(frozen=True)
class SoundServer:
    """What the sound server said."""

    default_sink: str  # "" where it has none
    sinks: tuple[Sink, ...]

    def sink(self, name: str = "") -> Sink | None:
        """Return the sink of this name, "" for the default one; None where there is none."""
        return next((sink for sink in self.sinks if sink.name == (name or self.default_sink)), None)


async def ask_sound_server(environment: Mapping[str, str] = os.environ) -> SoundServer | None:
    """Return what the sound server says, None where none answers. Never raises, takes at most a second."""
    if not sys.platform.startswith("linux"):  # one that runs elsewhere is not what PortAudio plays through
        return None
    info, sinks = await asyncio.gather(_pactl(environment, "info"), _pactl(environment, "list", "sinks"))
    if info is None or sinks is None:
        return None
    return SoundServer(_default_sink(info), _sinks(sinks))


async def silent_sink_warning(environment: Mapping[str, str] = os.environ, device_name: str = "") -> str | None:
    """Return a sentence of warning where nobody will hear anything, else None. Never raises, takes at most a second.

    `device_name` is what is played on, a name of PortAudio's or of a sink.
    """
    name = device_name.lower()
    if name in DUMMY_DEVICES:
        return f"The sound device is {device_name!r}: nothing will be heard."
    info = await _pactl(environment, "info") if name in DEFAULT_DEVICES else None
    if info is not None and _default_sink(info) == DUMMY_SINK:
        return "The sound server has no device and plays into a dummy output: nothing will be heard."
    return None


async def _pactl(environment: Mapping[str, str], *arguments: str) -> str | None:
    """Return what `pactl` prints, None where it cannot be had."""
    pactl = shutil.which("pactl", path=environment.get("PATH"))
    if pactl is None:
        return None
    try:
        process = await asyncio.create_subprocess_exec(
            pactl,
            *arguments,
            env={**environment, "LC_ALL": "C"},  # its words are translated
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        log.debug("pactl does not start: %s", error)
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            output, _ = await process.communicate()
    except TimeoutError:
        log.debug("pactl does not answer")
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output.decode(errors="replace") if process.returncode == 0 else None


def _default_sink(info: str) -> str:
    """Return the default sink that `pactl info` names. `pactl get-default-sink` came with PulseAudio 14 only."""
    for line in info.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "Default Sink":
            return value.strip()
    return ""


def _sinks(listing: str) -> tuple[Sink, ...]:
    """Return the sinks that `pactl list sinks` describes: blocks of indented "Field: value" lines.

    Its JSON came with PulseAudio 16 only.
    """
    sinks = []
    for block in listing.split("\nSink #"):
        fields: dict[str, str] = {}
        for line in block.splitlines():
            name, _, value = line.partition(":")
            fields.setdefault(name.strip(), value.strip())
        if fields.get("Name"):
            sinks.append(Sink(fields["Name"], fields.get("Description", ""), fields.get("State") == "SUSPENDED"))
    return tuple(sinks)
