"""Telling whoever waits that all speech is paused. Pure."""

from __future__ import annotations

from collections.abc import Callable

from common.messages.speaking import Standing

HELD = "all speech is paused; 'say --resume' lets it go on"


class HoldTeller:
    """Says once that an utterance waits because of `say --pause`; one that this silences needs no explanation."""

    def __init__(self, line: Callable[[str], None]) -> None:
        self._line = line
        self._state = ""
        self._said = False

    def note(self, event: object) -> None:
        """Take what a client reports."""
        if not isinstance(event, Standing):
            return
        if event.state == "held" and self._state not in ("speaking", "held") and not self._said:
            self._said = True
            self._line(HELD)
        self._state = event.state
