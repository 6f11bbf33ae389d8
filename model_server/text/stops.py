"""Where a piece ends because the text or the user says so: pauses of the text's own, and separators."""

from __future__ import annotations

from dataclasses import dataclass

from model_server.text.markup import next_pause
from model_server.text.splitting import Splitter


@dataclass(frozen=True)
class Stop:
    """What lies there is not spoken."""

    start: int  # characters from the beginning of the text that was looked at
    end: int
    pause: float  # seconds; 0 where there is only a cut


def next_stop(text: str, position: int, end: int, splitter: Splitter | None) -> Stop | None:
    """Return the first one that begins from `position` on and before `end`, None if there is none."""
    found = []
    if pause := next_pause(text, position, end):
        found.append(Stop(pause.start, pause.end, pause.seconds))
    if splitter and (separator := splitter.find(text, position, end)):
        found.append(Stop(*separator, pause=0.0))
    return min(found, key=lambda one: one.start, default=None)
