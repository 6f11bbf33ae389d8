"""What an utterance is to the client: what was asked for, what is reported of it, how it went."""

from __future__ import annotations

from common.messages.hello import Notice, Progress
from common.messages.speaking import (
    AS_USUAL,
    Accepted,
    Moved,
    Piece,
    Played,
    Playing,
    ReadingOptions,
    Standing,
    Word,
)
from common.records import dataclass

Event = Piece | Playing | Played | Word | Standing | Moved | Notice | Progress | Accepted


@dataclass(frozen=True)
class Spoken:
    """How an utterance went."""

    seconds: float  # of sound
    pieces: int
    engine: str  # "" if nothing had to be spoken
    characters: int  # of text
    number: int = 0  # by which `queue`, `cancel` and others knew it; 0 if nothing had to be spoken


@dataclass(frozen=True)
class Request:
    """What stays the same through all tries of an utterance. Fields as in the `speak` message."""

    voice: str
    sink: str
    engine: str
    language: str
    speed: float
    volume: float
    words: bool
    audio_environment: dict[str, str]
    device: str = ""
    priority: str = ""
    policy: str = "queue"
    preroll: str = "auto"
    voice_file: str = ""
    reading: ReadingOptions = AS_USUAL
    client: str = ""
    bulk: bool = False
