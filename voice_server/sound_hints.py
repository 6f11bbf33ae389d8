"""What to do when no sound can be made, in words for this machine."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

FILE_INSTEAD = "or write a file: say -o out.wav …"

# Package manager -> what installs PortAudio, and the plug-ins through which ALSA reaches PulseAudio and PipeWire.
_INSTALL = {
    "apt-get": "sudo apt install libportaudio2 libasound2-plugins",
    "dnf": "sudo dnf install portaudio alsa-plugins-pulseaudio",
    "pacman": "sudo pacman -S portaudio alsa-plugins",
    "zypper": "sudo zypper install libportaudio2 alsa-plugins-pulse",
    "apk": "sudo apk add portaudio alsa-plugins-pulse",
}


def missing_library_hint(platform: str = sys.platform, which: Callable[[str], str | None] = shutil.which) -> str:
    """Return how PortAudio is installed here."""
    if not platform.startswith("linux"):  # there the package brings its own copy
        return f"Run 'pip install --force-reinstall sounddevice', {FILE_INSTEAD}"
    command = next((command for manager, command in _INSTALL.items() if which(manager)), None)
    return f"Run '{command}', {FILE_INSTEAD}" if command else f"Install PortAudio (libportaudio2), {FILE_INSTEAD}"


def no_device_hint(
    environment: Mapping[str, str],
    platform: str = sys.platform,
    which: Callable[[str], str | None] = shutil.which,
    exists: Callable[[Path], bool] = Path.exists,
) -> str:
    """Return what may help where no device answers, judged by how a sound server would be reached."""
    if not platform.startswith("linux"):
        return f"Connect or enable a sound device, {FILE_INSTEAD}"
    runtime = environment.get("XDG_RUNTIME_DIR")
    if runtime is None and "PULSE_SERVER" not in environment:
        advice = "Without XDG_RUNTIME_DIR your desktop's sound server cannot be found: log in as its user"
    elif runtime is not None and exists(Path(runtime) / "pulse" / "native") and which("apt-get"):
        advice = "Check the sound settings and that 'sudo apt install libasound2-plugins' was done"
    else:
        advice = "Connect a sound device or start a sound server"
    return f"{advice}, {FILE_INSTEAD}"
