"""What a player needs to know of a client's audio environment. It travels with `speak` and `locate`."""

from __future__ import annotations

from collections.abc import Mapping

_NAMES = ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "ALSA_CONFIG_PATH", "HOME")
_PREFIXES = ("PULSE_", "PIPEWIRE_")


def belongs(name: str) -> bool:
    """Return whether a variable is part of the audio environment; nothing else is taken from a client."""
    return name in _NAMES or name.startswith(_PREFIXES)


def audio_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the audio part of an environment."""
    return {name: value for name, value in environment.items() if belongs(name)}


def with_audio_environment(environment: Mapping[str, str], audio: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` with its audio part replaced by that of `audio`."""
    kept = {name: value for name, value in environment.items() if not belongs(name)}
    return {"HOME": environment.get("HOME", "/"), **kept, **audio_environment(audio)}
