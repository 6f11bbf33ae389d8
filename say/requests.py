"""What the caller asks for, checked and completed from the settings, before anybody is bothered with it."""

from __future__ import annotations

import os

from common.audio_environment import audio_environment
from common.errors import UnknownVoice, UsageError
from common.messages.speaking import EMOJI, POLICIES, PRIORITIES, QUEUE, SPEAKER, ReadingOptions
from common.settings import BY_NAME, Settings
from common.voices import LANGUAGES, Voice, find_voice
from say.utterance import Request
from say.values import checked_speed


def request_for(
    settings: Settings,
    sink: str,
    *,
    voice: str | None = None,
    speed: float | None = None,
    engine: str | None = None,
    language: str = "",
    volume: float | None = None,
    words: bool = False,
    voice_file: str | None = None,
    device: str | None = None,
    priority: str = "",
    policy: str = QUEUE,
    reading: ReadingOptions | None = None,
    bulk: bool = False,
    on_behalf_of: str = "",
) -> Request:
    """Return a request; what is None comes from the settings.

    Raises UnknownVoice, BadVoiceFile, BadSpeed, UsageError.
    """
    speaker = voice_for(settings, voice, voice_file, engine)
    return Request(
        voice=speaker.name,
        voice_file=speaker.file,
        sink=sink,
        engine=_one_of("engine", engine or settings.text("engine"), BY_NAME["engine"].choices),
        language=_one_of("language", language, ("", *LANGUAGES.values())),
        speed=checked_speed(settings.number("speed") if speed is None else speed),
        volume=_volume(settings.number("volume") if volume is None else volume),
        words=words,
        audio_environment=audio_environment(os.environ) if sink == SPEAKER else {},
        device=settings.text("audio_device") if device is None else device,
        priority=_one_of("priority", priority, ("", *PRIORITIES)),
        policy=_one_of("policy", policy, POLICIES),
        preroll=settings.text("preroll"),
        reading=reading_for(settings, reading),
        client=_account(on_behalf_of),
        bulk=bulk,
    )


def reading_for(settings: Settings, reading: ReadingOptions | None = None) -> ReadingOptions:
    """Return how the text shall be read, by default as the settings say. Raises UsageError."""
    if reading is None:
        skip = settings.text("skip_unspeakable") == "on"
        markup = settings.text("markup") == "on"
        reading = ReadingOptions(settings.text("emoji"), settings.text("split"), skip, markup)
    _one_of("way to read emoji", reading.emoji, EMOJI)
    return reading


def voice_for(
    settings: Settings, voice: str | None = None, voice_file: str | None = None, engine: str | None = None
) -> Voice:
    """Return the voice that speaks. Raises UnknownVoice, BadVoiceFile, UsageError."""
    if not voice_file:
        return find_voice(voice) if voice else _configured_voice(settings)
    if voice:
        raise UsageError("a voice and a voice file are given, which are two voices", "Leave one of them out.")
    if (engine or settings.text("engine")) == "espeak":
        raise UsageError("espeak cannot speak with a voice file", "Choose another engine, or leave the file out.")
    from common.voice_files import own_voice  # few have one

    return own_voice(voice_file)


def _configured_voice(settings: Settings) -> Voice:
    try:
        return find_voice(settings.text("voice"))
    except UnknownVoice as error:
        raise settings.blamed("voice", error) from error


def _account(on_behalf_of: str) -> str:
    """Return the name under which servers share synthesis out fairly. Whoever it is stays unknown to them."""
    if not on_behalf_of:
        return str(os.getpid())
    from hashlib import blake2b  # for those who ask for others

    return f"{os.getpid()} {blake2b(on_behalf_of.encode(), digest_size=8).hexdigest()}"


def _one_of(what: str, value: str, choices: tuple[str, ...]) -> str:
    if value in choices:
        return value
    raise UsageError(f"there is no {what} {value!r}", f"Choose one of {', '.join(filter(None, choices))}.")


def _volume(factor: float) -> float:
    row = BY_NAME["volume"]
    assert row.minimum is not None and row.maximum is not None
    if row.minimum <= factor <= row.maximum:
        return factor
    raise UsageError(f"volume {factor:g} is outside {row.minimum:g} to {row.maximum:g}")
