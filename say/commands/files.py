"""Fetching and deleting the files of model and voices."""

from __future__ import annotations

from common.errors import EXIT_OK
from common.voices import VOICES, find_voice
from say import console, units
from say.commands.context import Context


def download(context: Context) -> int:
    """Fetch model and voices. Returns the exit status."""
    voices = _voices(context)
    with context.client(context.settings()) as client:
        fetched = client.download(voices)
    context.display.clear()
    if fetched.files:
        amount = f"{units.plural(fetched.files, 'file')}, {units.size(fetched.bytes_fetched)}"
        console.answer(f"fetched {amount}")
    else:
        console.answer("everything is on disk already")
    return EXIT_OK


def remove(context: Context) -> int:
    """Delete voices, or all with the model. Returns the exit status."""
    voices = _voices(context)
    with context.client(context.settings()) as client:
        removed = client.remove(voices, "all" in context.request.names)
    if removed.files:
        console.answer(f"removed {units.plural(removed.files, 'file')}, {units.size(removed.bytes_freed)}")
    else:
        console.answer("there was nothing to remove")
    return EXIT_OK


def clear_cache(context: Context) -> int:
    """Delete the sound that was kept of phrases, whether a daemon runs or not. Returns the exit status."""
    with context.bystander() as client:
        cleared = client.clear_cache()
    freed = []
    if cleared.phrases:
        freed.append(f"{units.plural(cleared.phrases, 'phrase')}, {units.size(cleared.bytes_freed)} on disk")
    if cleared.memory_freed:
        freed.append(f"{units.size(cleared.memory_freed)} in memory")
    console.answer(f"cleared {' and '.join(freed)}" if freed else "the cache was empty")
    return EXIT_OK


def _voices(context: Context) -> tuple[str, ...]:
    """Return the voices named, of blends all, or those of the catalogue. Raises UnknownVoice before anything is started."""
    names = context.request.names
    named = dict.fromkeys(part.name for name in names if name != "all" for part in find_voice(name).parts)
    return tuple(VOICES if "all" in names else named)
