"""How far an utterance is, and how long the rest will take, from the places heard so far. Pure."""

from __future__ import annotations

# Characters a second at speed 1.0 before anything was measured: 175 words a minute of 5 letters and a blank.
USUAL_PACE = 17.5
# Seconds of speech after which the measured pace is trusted alone; before, it is mixed with the usual one.
TRUSTED_AFTER = 10.0


class Pace:
    """Times are readings of one clock in seconds, places are characters from the beginning of the text."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._place = 0
        self._since: float | None = None  # when the listener was at `_place`; None while nothing sounds
        self._heard = 0  # characters, and
        self._seconds = 0.0  # seconds in which they sounded

    def set_speed(self, speed: float) -> None:
        """Take another speed; what was measured counts on, as it would have been at this one."""
        self._seconds *= self._speed / speed
        self._speed = speed

    def reached(self, place: int, now: float) -> None:
        """Take note that this place sounds now."""
        if self._since is not None and place >= self._place:  # the same: a pause between two pieces
            self._heard += place - self._place
            self._seconds += max(0.0, now - self._since)
        self._place, self._since = place, now

    def moved(self, place: int) -> None:
        """Take note that speech goes on elsewhere."""
        self._place, self._since = place, None

    def rested(self) -> None:
        """Take note that nothing sounds for now."""
        self._since = None

    def place(self, now: float, limit: int) -> float:
        """Return the place that is likely heard now, in characters, at most `limit`."""
        since = 0.0 if self._since is None else max(0.0, now - self._since)
        return min(float(limit), self._place + since * self.characters_a_second)

    @property
    def characters_a_second(self) -> float:
        usual = USUAL_PACE * self._speed
        doubt = max(0.0, TRUSTED_AFTER - self._seconds)
        return (self._heard + usual * doubt) / (self._seconds + doubt)

    def seconds_for(self, characters: float) -> float:
        """Return how long so much text takes."""
        return max(0.0, characters) / self.characters_a_second
