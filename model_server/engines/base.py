"""What an engine is: the contract that the scheduler and the tests rely on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from common.errors import SayError
from common.messages.synthesis import PieceWord, WordTime
from common.voices import Voice

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Every engine speaks at this rate, so that one sample format holds everywhere inside. Kokoro's own, in Hz.
RATE = 24_000


@dataclass(frozen=True)
class EnginePiece:
    """What an engine is asked to say."""

    text: str  # normalised
    phonemes: str  # "" for engines that take text
    voice: Voice
    language: str  # tag, as in common.voices.LANGUAGES
    speed: float  # factor, 0.5 to 2.0
    start: int = 0  # of the piece in the whole text, characters; word times count from the same origin
    words: tuple[PieceWord, ...] = ()  # empty: `text` has a character for each of the whole text's


@dataclass(frozen=True)
class Speech:
    """Sound of one piece."""

    samples: npt.NDArray[np.float32]  # [samples], mono, RATE Hz, nominally -1 to 1 but not clipped
    speech_start: int  # first sample that is speech
    speech_end: int  # one past the last sample that is speech
    words: tuple[WordTime, ...] = ()  # in order; empty where the engine cannot tell


class Engine(Protocol):
    """Called from the one synthesis thread only, except `device`, which any thread may read."""

    name: str
    takes: str  # PHONEMES, SAID or WRITTEN, as readers know them
    unloads: bool  # whether `unload` has anything to drop

    @property
    def device(self) -> str:
        """Return where it runs, for `--status`: "cpu", "cuda", …"""

    def load(self, report: Callable[[str], None]) -> None:
        """Load what speaking needs; `report` takes what is being loaded. Called again, it does nothing. Raises EngineError."""

    def prepare(self, voice: Voice) -> None:
        """Load what this voice needs, so that a bad file shows before anything is spoken. Raises EngineError."""

    def speak(self, piece: EnginePiece) -> Speech:
        """Return the sound of one piece. Raises EngineError."""

    def needs(self, piece: EnginePiece | None) -> int:
        """Return about how many bytes of this process's memory speaking `piece` takes at its peak, or loading if None;
        0 where that is next to nothing."""

    def rest(self) -> None:
        """Let go of what was kept for the next piece only, because none has come for a while."""

    def unload(self) -> None:
        """Drop what `load` loads; whoever wants to speak loads again."""


@runtime_checkable
class SpeaksTogether(Engine, Protocol):
    """An engine that may be faster with several pieces at once than with one after the other."""

    @property
    def most_together(self) -> int:
        """Return how many pieces are worth being spoken at once, as it knows by now; 1: speak them one by one."""

    def fits_together(self, pieces: Sequence[EnginePiece]) -> bool:
        """Return whether these pieces are worth being spoken at once; of one: whether it would have others beside it."""

    def speak_together(self, pieces: Sequence[EnginePiece]) -> list[Speech | SayError]:
        """Return for each piece what `speak` would: its sound, up to rounding, or the error that it alone met."""
