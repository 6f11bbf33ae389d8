"""Whether the sound goes to a sink that plays into nothing, as sound servers make one where they find no hardware."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import Mapping

log = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds for `pactl`; a warning is not worth more

# The stand-in of PulseAudio's module-always-sink, and of PipeWire, which took over its name.
DUMMY_SINK = "auto_null"
DUMMY_DEVICES = ("dummy output", "null", "nullsink")


async def silent_sink_warning(environment: Mapping[str, str] = os.environ, device_name: str = "") -> str | None:
    """Return a sentence of warning where nobody will hear anything, else None. Never raises, takes at most a second.

    `device_name` is PortAudio's, for machines whose sound server cannot be asked.
    """
    sink = await _default_sink(environment)
    if sink == DUMMY_SINK:
        return "The sound server has no device and plays into a dummy output: nothing will be heard."
    if device_name.lower() in DUMMY_DEVICES:
        return f"The default sound device is {device_name!r}: nothing will be heard."
    return None


async def _default_sink(environment: Mapping[str, str]) -> str:
    """Return the name of the sound server's default sink, "" where there is none or it does not say."""
    pactl = shutil.which("pactl", path=environment.get("PATH"))
    if pactl is None:
        return ""
    # `info` knows the default sink in every version; `get-default-sink` came with PulseAudio 14. Its words are
    # translated, so the language is fixed.
    try:
        process = await asyncio.create_subprocess_exec(
            pactl,
            "info",
            env={**environment, "LC_ALL": "C"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        log.debug("pactl does not start: %s", error)
        return ""
    try:
        async with asyncio.timeout(PATIENCE):
            output, _ = await process.communicate()
    except TimeoutError:
        log.debug("pactl does not answer")
        return ""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return _sink_of(output.decode(errors="replace"))


def _sink_of(info: str) -> str:
    """Return the default sink that `pactl info` names."""
    for line in info.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "Default Sink":
            return value.strip()
    return ""
