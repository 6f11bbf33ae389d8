"""The floor: who may use the loudspeaker. A queue of utterances, first come, first served. Pure."""

from __future__ import annotations

from typing import Protocol


class Holder(Protocol):
    """An utterance that wants to sound."""

    voice: str

    def floor_granted(self) -> None:
        """Take the floor; called as soon as it is this utterance's turn."""


class Floor:
    """One holder at a time; the others wait in the order in which they asked."""

    def __init__(self) -> None:
        self._line: list[Holder] = []  # the first holds the floor

    @property
    def holder(self) -> Holder | None:
        return self._line[0] if self._line else None

    @property
    def waiting(self) -> int:
        return max(0, len(self._line) - 1)

    def ask(self, holder: Holder) -> None:
        """Get in line; asking twice changes nothing."""
        if holder in self._line:
            return
        self._line.append(holder)
        if self._line[0] is holder:
            holder.floor_granted()

    def give(self, holder: Holder) -> None:
        """Give the floor back, or leave the line; without either it changes nothing."""
        if holder not in self._line:
            return
        held = self._line[0] is holder
        self._line.remove(holder)
        if held and self._line:
            self._line[0].floor_granted()
