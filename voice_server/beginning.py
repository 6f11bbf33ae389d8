"""What the model server is told when an utterance begins. Pure."""

from __future__ import annotations

from common.messages.speaking import Speak
from common.messages.synthesis import Begin


def begin_of(speak: Speak) -> Begin:
    """Return what a client's request comes to for the model server."""
    return Begin(
        voice=speak.voice,
        engine=speak.engine,
        language=speak.language,
        sink=speak.sink,
        priority=speak.priority,
        policy=speak.policy,
        number=speak.number,
        speed=speak.speed,
        volume=speak.volume,
        held=speak.held,
        voice_file=speak.voice_file,
        reading=speak.reading,
        client=speak.client,
        bulk=speak.bulk,
    )
