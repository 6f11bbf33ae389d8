"""Having everything ready before anybody speaks."""

from __future__ import annotations

from common.errors import EXIT_OK, UsageError
from common.settings import Settings
from common.voice_files import shown_voice
from common.voices import find_voice
from say import console
from say.commands.context import Context
from say.company import LEAVE_ONE_OUT
from say.requests import voice_for


def warm(context: Context) -> int:
    """Start what speaking takes, and say when it is ready. Returns the exit status."""
    settings = context.settings()
    request = context.request
    voices = _voices(context, settings)
    with context.client(settings) as client:
        for voice in voices:
            warmed = client.warm(voice or None, voice_file=request.voice_file or None, language=request.language)
            context.display.clear()
            name = voice or shown_voice(voice_for(settings, voice_file=request.voice_file).name)
            where = f" on {warmed.device}" if warmed.engine == "kokoro" else ""
            console.answer(f"{name} is ready: {warmed.engine}{where}")
    return EXIT_OK


def _voices(context: Context, settings: Settings) -> tuple[str, ...]:
    """Return the voices named, "" for the configured one. Raises UnknownVoice before anything is started."""
    request = context.request
    if request.names and (request.voice_file or "voice" in request.settings):
        raise UsageError("voices are named both behind --warm and by an option", LEAVE_ONE_OUT)
    if not request.names:
        voice_for(settings, voice_file=request.voice_file)
        return ("",)
    return tuple(dict.fromkeys(find_voice(name).name for name in request.names))
