"""The work on one piece, as the queue has it: what is kept is given, what is not is spoken, with others where that is faster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.errors import SayError
from model_server.engines.base import Engine, EnginePiece, SpeaksTogether
from model_server.phrase_cache import PhraseCache
from model_server.phrase_format import Phrase
from model_server.scheduler import Joint


@dataclass(frozen=True)
class Made:
    """A piece's sound, and how it came about."""

    phrase: Phrase
    seconds: float  # of the engine's work; 0: it was not needed
    beside: int = 0  # pieces that were made in the same work; `seconds` is its share
    most_together: int = 1  # pieces that are worth being waiting at once


@dataclass(frozen=True)
class PieceWork:
    """Has one piece spoken. Called in the synthesis thread, but for `goes_with`."""

    phrases: PhraseCache
    engine: Engine
    piece: EnginePiece
    name: str  # under which its sound is kept; "" if it is not to be

    def __call__(self) -> Made:
        phrase, seconds = self.phrases.speak(self.engine, self.piece, self.name)
        return Made(phrase, seconds, most_together=most_together(self.engine))

    def goes_with(self, others: Sequence[Joint]) -> bool:
        """Return whether this and the others are worth being done at once; without any: whether some could be."""
        if not isinstance(self.engine, SpeaksTogether) or self.engine.most_together < 2:
            return False
        alike = [work for work in others if isinstance(work, PieceWork) and work.engine is self.engine]
        if len(alike) < len(others):
            return False
        names = [work.name for work in (self, *alike) if work.name]
        if len(set(names)) < len(names):  # the second of two equal pieces need not be spoken, once the first one is
            return False
        return self.engine.fits_together([self.piece, *(work.piece for work in alike)])

    def do_with(self, others: Sequence[Joint]) -> list[Made | Exception]:
        """Return what comes of this and of each of the others, which `goes_with` has seen: its sound or its own error."""
        assert isinstance(self.engine, SpeaksTogether)
        works = [self, *(work for work in others if isinstance(work, PieceWork))]
        made = self.phrases.speak_together(self.engine, [(work.piece, work.name) for work in works])
        most = self.engine.most_together
        beside = len(works) - 1
        return [each if isinstance(each, SayError) else Made(*each, beside, most) for each in made]


def most_together(engine: Engine) -> int:
    """Return how many pieces are worth being waiting at once for that engine."""
    return engine.most_together if isinstance(engine, SpeaksTogether) else 1
