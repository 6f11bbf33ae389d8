"""Turns with the loudspeaker, counted by an utterance, so that what crosses with the end of a turn is told from the next.

Without them an utterance that gave the floor back and asked again could take the grant of the turn before.
"""

from __future__ import annotations

from common.messages.synthesis import AskFloor, FloorGranted, GiveFloor, YieldFloor


class Turns:
    """Makes the requests of one utterance, and knows which answers still concern it. Pure."""

    def __init__(self) -> None:
        self._turn = 0

    def ask(self) -> AskFloor:
        """Begin a turn."""
        self._turn += 1
        return AskFloor(self._turn)

    def give(self) -> GiveFloor:
        """End the turn, whether or not the floor was granted in it."""
        return GiveFloor(self._turn)

    def is_ours(self, message: FloorGranted | YieldFloor) -> bool:
        """Return whether this is about the last turn that was asked for."""
        return message.turn == self._turn
