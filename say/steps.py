"""What `say --debug` tells of an utterance on its way, step by step. Lengths and figures only: never its text."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from common.messages.speaking import Accepted, Moved, Piece, Played, Playing, Standing
from common.settings import BY_NAME, Settings
from say import units

if TYPE_CHECKING:
    from say.utterance import Spoken


class Clock:
    """Puts the milliseconds since `began` in front of each step."""

    def __init__(self, tell: Callable[[str], None], began: float, now: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._now = now
        self._began = began

    def __call__(self, step: str) -> None:
        self._tell(f"{(self._now() - self._began) * 1000:7.1f} ms  {step}")


def settings_step(settings: Settings) -> str:
    """Return which settings are not at their defaults."""
    differing = [f"{name}={value}" for name, value in settings.items() if value != BY_NAME[name].default]
    return f"settings: {', '.join(differing)}" if differing else "settings: all at their defaults"


class StepsOfSpeech:
    """Tells the first of each kind of event of one utterance, and every change of its course."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._told: set[type] = set()

    def note(self, event: object) -> None:
        """Tell of an event that is worth it."""
        if isinstance(event, Accepted):
            self._told.clear()  # a retry
            self._tell(f"accepted: utterance {event.number}, engine {event.engine}, {event.rate} Hz")
        elif isinstance(event, Standing):
            self._tell(f"{event.state}, speed {event.speed:g}")
        elif isinstance(event, Moved):
            self._tell(f"moved to character {event.start}")
        elif isinstance(event, (Piece, Playing, Played)) and type(event) not in self._told:
            self._told.add(type(event))
            self._tell(_first(event))

    def end(self, spoken: Spoken) -> None:
        """Tell how it went."""
        self._tell(
            f"done: {spoken.seconds:.2f} s of sound, {units.plural(spoken.pieces, 'piece')}, {units.plural(spoken.characters, 'character')}"
        )


def _first(event: Piece | Playing | Played) -> str:
    if isinstance(event, Piece):
        return f"first piece planned: characters {event.start} to {event.end}"
    if isinstance(event, Playing):
        return "first sound"
    return f"first piece complete: up to character {event.end}"
