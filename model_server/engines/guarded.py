"""What holds for every engine, whatever it is: texts that crash are refused, memory has a ceiling and is given back."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from common.errors import SayError
from common.voices import Voice
from model_server.allocator import give_memory_back
from model_server.engines.base import Engine, EnginePiece, SpeaksTogether, Speech
from model_server.engines.ceiling import Ceiling
from model_server.fatal_texts import FatalTexts

REST_AFTER = 10.0  # seconds without work until memory is given back; the next word takes 20 ms longer for that


class GuardedEngine:
    """An engine under guard, itself an engine. What tells of idleness may be called from any thread."""

    def __init__(
        self, engine: Engine, fatal: FatalTexts, ceiling: Ceiling, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = engine.name
        self.takes = engine.takes
        self.unloads = engine.unloads
        self._engine = engine
        self._fatal = fatal
        self._ceiling = ceiling
        self._clock = clock
        self._busy = False
        self._since = clock()
        self.loaded = False
        self._rested = True  # nothing was done since it last gave memory back

    @property
    def device(self) -> str:
        return self._engine.device

    def load(self, report: Callable[[str], None]) -> None:
        """Load what speaking needs. Raises OutOfMemory under the ceiling, and as the engine does."""
        with self._in_use():
            self._fatal.watch()
            self._ceiling.make_room(partial(self._engine.needs, None), self.rest, f"loading {self.name}")
            self._engine.load(report)
            self.loaded = True

    def prepare(self, voice: Voice) -> None:
        with self._in_use():
            self._engine.prepare(voice)

    def speak(self, piece: EnginePiece) -> Speech:
        """Return the sound of one piece. Raises FatalText, OutOfMemory under the ceiling, and as the engine does."""
        if not self.loaded:  # it was unloaded since it was chosen
            self.load(lambda what: None)
        with self._in_use():
            shorter = "write shorter sentences, or use '--engine espeak'"
            self._ceiling.make_room(partial(self._engine.needs, piece), self.rest, "this piece of text", shorter)
            with self._fatal.speaking(self.name, piece):
                return self._engine.speak(piece)

    @property
    def most_together(self) -> int:
        return self._engine.most_together if isinstance(self._engine, SpeaksTogether) else 1

    def fits_together(self, pieces: Sequence[EnginePiece]) -> bool:
        return (
            self.loaded
            and isinstance(self._engine, SpeaksTogether)
            and self._engine.fits_together(pieces)
            and not any(self._fatal.is_suspect(self.name, piece) for piece in pieces)
        )

    def speak_together(self, pieces: Sequence[EnginePiece]) -> list[Speech | SayError]:
        """Return what each piece's `speak` would. For what fits together."""
        engine = self._engine
        assert isinstance(engine, SpeaksTogether)
        with self._in_use():
            self._ceiling.make_room(lambda: sum(map(engine.needs, pieces)), self.rest, "these pieces of text")
            with self._fatal.speaking_together(self.name, pieces):
                return engine.speak_together(pieces)

    def needs(self, piece: EnginePiece | None) -> int:
        return self._engine.needs(piece)

    def rest(self) -> None:
        gc.collect()  # first: what is in use cannot be released
        self._engine.rest()
        give_memory_back()
        self._rested = True

    def unload(self) -> None:
        self.loaded = False
        self._engine.unload()
        self.rest()

    def rest_if_due(self) -> None:
        """Give memory back, unless somebody was faster with work."""
        if self.due():
            self.rest()

    def unload_if_unused(self, since: float) -> bool:
        """Unload, unless there was work within as many seconds; return whether."""
        unused = self.idle_for() >= since
        if unused:
            self.unload()
        return unused

    def idle_for(self) -> float:
        """Return the seconds since the last work, 0 during it."""
        return 0.0 if self._busy else self._clock() - self._since

    def note_use(self) -> None:
        """Take it for used just now: somebody wants it ready."""
        self._since = self._clock()

    def due(self) -> bool:
        """Return whether there is memory to give back, and nobody works with it."""
        return not self._rested and self.idle_for() >= REST_AFTER

    @contextlib.contextmanager
    def _in_use(self) -> Iterator[None]:
        self._busy = True
        try:
            yield
        finally:
            self._since, self._busy, self._rested = self._clock(), False, False


Maker = Callable[[Callable[[str], None]], Engine]  # takes where notices go
GuardedMaker = Callable[[Callable[[str], None]], GuardedEngine]


def guarded(makers: Mapping[str, Maker], fatal: FatalTexts, ceiling: Ceiling) -> dict[str, GuardedMaker]:
    """Return makers of the same engines under guard."""

    def under_guard(make: Maker) -> GuardedMaker:
        return lambda notice: GuardedEngine(make(notice), fatal, ceiling)

    return {name: under_guard(make) for name, make in makers.items()}
