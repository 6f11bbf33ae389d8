"""What the sound of a phrase depends on beside the phrase: engine, model, voice, and the settings that change the sound."""

from __future__ import annotations

import functools
import json
import platform
from collections.abc import Callable, Mapping

from common import VERSION
from common.hub_cache import CONFIG, WEIGHTS, voice_path
from common.voices import Voice

# Settings of the daemon with which the same piece may sound otherwise, be it in the last bit only.
SOUND_SETTINGS = ("device", "threads", "speedups", "precision")

# Libraries whose next version may compute otherwise.
_LIBRARIES = ("kokoro", "torch")

Source = Callable[[str, Voice], str]  # engine and voice -> what their sound comes from; "" where it is not to be kept


def source_of_sound(settings: Mapping[str, object], identity: Callable[[str], str], tone: str = "") -> Source:
    """Return what tells the sources of sound apart. It is called often, by several threads.

    `identity` tells the files of the model apart, by their paths in the repository; "" for one that is not there. `tone` does
    so with the ways in which the tone engine can be set up; "" where it shall not be kept.
    espeak is never kept: it takes milliseconds, and sounds a little different each time, as it shall.
    """
    in_force = [settings.get(name) for name in SOUND_SETTINGS]

    def kokoro(voice: Voice) -> str:
        # The digest of a user's own file is part of the voice's name.
        packs = [identity(voice_path(part.name)) for part in voice.parts]
        files = [identity(CONFIG), identity(WEIGHTS), *packs]
        return json.dumps(["kokoro", *_versions(), *in_force, *files, voice.name]) if all(files) else ""

    def source(engine: str, voice: Voice) -> str:
        if engine == "kokoro":
            return kokoro(voice)
        return json.dumps(["tone", VERSION, tone, voice.name]) if engine == "tone" and tone else ""

    return source


@functools.cache
def _versions() -> tuple[str, ...]:
    return (VERSION, platform.machine(), *map(_version, _LIBRARIES))


def _version(library: str) -> str:
    from importlib import metadata  # 5 ms, and nothing is looked up before something is spoken

    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""
