"""What a player needs to know of a client's audio environment. It travels with `speak` and `locate`."""

from __future__ import annotations

import os
from collections.abc import Mapping

_NAMES = ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "ALSA_CONFIG_PATH", "HOME")
_PREFIXES = ("PULSE_", "PIPEWIRE_")


def belongs(name: str) -> bool:
    """Return whether a variable is part of the audio environment; nothing else is taken from a client."""
    return name in _NAMES or name.startswith(_PREFIXES)


def audio_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the audio part of an environment."""
    return {name: value for name, value in environment.items() if belongs(name)}


def _can_be_passed(name: str, value: str) -> bool:
    """Return whether the system takes this variable: no NUL, no `=` in the name, nothing that is no file-system text."""
    try:
        os.fsencode(name + value)
    except UnicodeEncodeError:
        return False
    return "=" not in name and "\0" not in name + value


def with_audio_environment(environment: Mapping[str, str], audio: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` with its audio part replaced by what can be passed on of `audio`, which came over the wire."""
    kept = {name: value for name, value in environment.items() if not belongs(name)}
    return {
        "HOME": environment.get("HOME", "/"),
        **kept,
        **{name: audio[name] for name in audio_environment(audio) if _can_be_passed(name, audio[name])},
    }
