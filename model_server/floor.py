"""The floor: who may use the loudspeaker. Knows priorities, policies and the hold, and neither sockets nor clocks. Pure.

The rules are speech-dispatcher's (SSIP, "Priority Categories") with one rank more for background reading; `RULES` is the
table of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from common.messages.speaking import DROP, INTERRUPT

# Error codes of those that are stopped, as in common/errors.py.
STOPPED = "stopped"
DROPPED = "dropped"

OUTDATED = "not spoken, or not to its end, as newer progress was reported"
OUTRANKED = "not spoken, or not to its end, as something of a higher or the same priority came"


class Holder(Protocol):
    """An utterance that wants to sound. None of these methods may call the floor."""

    voice: str
    priority: str  # "" or one of PRIORITIES
    policy: str  # of its next `ask`; whoever asks again asks with "queue"

    def __hash__(self) -> int: ...

    def floor_granted(self) -> None:
        """Take the floor; called as soon as it is this utterance's turn."""

    def yield_floor(self, held: bool) -> None:
        """Fall silent, keep the rest: `floor_granted` comes again unasked. `held`: by `hold`, else others go first."""

    def hold_changed(self, held: bool) -> None:
        """Know, while in line, whether it is the hold that one waits for. Whoever never hears of one waits for others."""

    def stop(self, code: str, message: str) -> None:
        """Fall silent for good; it is out of the line already."""


class Kind(Enum):
    """What an utterance is to the rules; the value is its place in line."""

    IMPORTANT = (0, "important")
    MESSAGE = (1, "message")
    PLAIN = (1, "")
    LAST = (1, "last of a series of progress")  # its turn has come, or it was heard when all was held
    TEXT = (2, "text")
    NOTIFICATION = (3, "notification")
    PROGRESS = (4, "progress")
    READING = (5, "reading")

    @property
    def rank(self) -> int:
        return self.value[0]


KINDS = {kind.value[1]: kind for kind in Kind if kind is not Kind.LAST}  # by priority


@dataclass(frozen=True)
class Rule:
    """What an utterance that arrives does to the others."""

    yields: frozenset[Kind] = frozenset()  # these fall silent and go on later
    cuts: frozenset[Kind] = frozenset()  # these are dropped while they sound
    drops: frozenset[Kind] = frozenset()  # these are dropped while they wait
    # Beside these alone it is spoken; None: it waits beside anything.
    needs: frozenset[Kind] | None = None


_BEFORE_TEXT = Rule(
    yields=frozenset({Kind.PROGRESS, Kind.READING}),
    cuts=frozenset({Kind.TEXT, Kind.NOTIFICATION}),
    drops=frozenset({Kind.TEXT, Kind.NOTIFICATION}),
)
RULES = {
    Kind.IMPORTANT: Rule(
        yields=frozenset({Kind.PLAIN, Kind.LAST, Kind.PROGRESS, Kind.READING}),
        cuts=frozenset({Kind.MESSAGE, Kind.TEXT, Kind.NOTIFICATION}),
        drops=frozenset({Kind.NOTIFICATION}),
    ),
    Kind.MESSAGE: _BEFORE_TEXT,
    Kind.PLAIN: _BEFORE_TEXT,
    Kind.TEXT: _BEFORE_TEXT,
    Kind.NOTIFICATION: Rule(
        yields=frozenset({Kind.READING}),
        cuts=frozenset({Kind.NOTIFICATION}),
        drops=frozenset({Kind.NOTIFICATION}),
        needs=frozenset({Kind.NOTIFICATION, Kind.READING}),
    ),
    Kind.PROGRESS: Rule(yields=frozenset({Kind.READING}), needs=frozenset({Kind.READING})),
    Kind.READING: Rule(),
}


@dataclass(frozen=True)
class _Place:
    holder: Holder
    kind: Kind


class Floor:
    """One sounds, the others wait in the order in which they will."""

    def __init__(self) -> None:
        self._sounding: _Place | None = None
        self._line: list[_Place] = []  # by rank, first come first; whoever interrupts or was held goes to its front
        self._kept: Holder | None = None  # the last progress so far, spoken when all else but reading is said
        self.held = False  # nobody is granted the floor
        self.behind_others = False  # nor while those have it that came before this daemon
        self._was_told = False  # to hold or to let go

    @property
    def holder(self) -> Holder | None:
        return self._sounding.holder if self._sounding else None

    @property
    def line(self) -> tuple[Holder, ...]:
        """All that sound or wait, in the order in which they will sound unless others come."""
        return tuple(place.holder for place in self._in_order())

    @property
    def waiting(self) -> int:
        return len(self.line) - (self._sounding is not None)

    def ask(self, holder: Holder) -> None:
        """Get in line by the rules; asking twice changes nothing."""
        if holder in self.line:
            return
        kind = KINDS[holder.priority]
        if holder.policy == DROP and (self.line or self.held or self.behind_others):
            holder.stop(DROPPED, f"not spoken, as {self._obstacle} (--policy drop)")
        elif holder.policy == INTERRUPT:
            self._interrupt()
            self._drop_waiting(RULES[kind].drops)
            if kind is Kind.PROGRESS:
                self._drop_kept()
            self._line.insert(0, _Place(holder, kind))
        elif self._admit(holder, kind):
            self._make_way(RULES[kind])
            self._insert_last(_Place(holder, kind))
        if self.held and holder in self.line:
            holder.hold_changed(True)
        self._grant_next()

    @property
    def _obstacle(self) -> str:
        return "all speech is paused" if self.held else "something else was speaking or waiting"

    def give(self, holder: Holder) -> None:
        """Give the floor back, or leave the line; without either it changes nothing."""
        if self.holder is holder:
            self._sounding = None
        elif self._kept is holder:
            self._kept = None
        else:
            self._line = [place for place in self._line if place.holder is not holder]
        self._grant_next()

    def hold(self) -> None:
        """Silence all until `resume`. What sounds keeps its place at the front."""
        self._was_told = True
        if self.held:
            return
        self.held = True
        for waiting in self.line[self._sounding is not None :]:
            waiting.hold_changed(True)
        if self._sounding is not None:
            holder, kind = self._sounding.holder, self._sounding.kind
            self._sounding = None
            # A progress that was heard is never dropped for a newer one because somebody paused.
            self._line.insert(0, _Place(holder, Kind.LAST if kind is Kind.PROGRESS else kind))
            holder.yield_floor(held=True)

    def hold_as_before(self) -> None:
        """Silence all as a floor did that is gone, unless somebody has told this one since whether to."""
        if not self._was_told:
            self.hold()

    def resume(self) -> None:
        """Lift the hold; the first in line goes on."""
        self._was_told = True
        if not self.held:
            return
        self.held = False
        self._grant_next()
        for waiting in self.line[self._sounding is not None :]:
            waiting.hold_changed(False)

    def let_others_first(self, behind: bool) -> None:
        """Grant the floor to nobody new while those of another daemon, who came first, sound or wait. Who sounds goes on."""
        self.behind_others = behind
        if not behind and self._kept is not None and self._sounding is not None and self._sounding.kind is Kind.READING:
            # It went on while that had to wait, and would have yielded to it otherwise.
            reading, self._sounding = self._sounding, None
            self._yield(reading)
        self._grant_next()

    def clear(self) -> None:
        """Forget the line and the hold; whoever asks for this tells the utterances."""
        self._was_told = True
        self._sounding, self._kept, self.held = None, None, False
        self._line.clear()

    def _in_order(self) -> Iterator[_Place]:
        if self._sounding is not None:
            yield self._sounding
        yield from (place for place in self._line if place.kind is not Kind.READING)
        if self._kept is not None:
            yield _Place(self._kept, Kind.LAST)
        yield from (place for place in self._line if place.kind is Kind.READING)

    def _admit(self, holder: Holder, kind: Kind) -> bool:
        """Return whether it may get in line; else it is kept for later, or dropped."""
        needs = RULES[kind].needs
        free = not self.held and not self.behind_others
        if needs is None or (free and all(place.kind in needs for place in self._in_order())):
            return True
        if kind is Kind.PROGRESS:
            self._drop_kept()
            self._kept = holder
        else:
            holder.stop(DROPPED, f"not spoken, as {self._obstacle} (--priority notification)")
        return False

    def _drop_kept(self) -> None:
        """Drop the last progress so far, as a newer one is there."""
        older, self._kept = self._kept, None
        if older is not None:
            older.stop(DROPPED, OUTDATED)

    def _make_way(self, rule: Rule) -> None:
        self._drop_waiting(rule.drops)
        if self._sounding is None:
            return
        if self._sounding.kind in rule.cuts:
            self._sounding.holder.stop(
                DROPPED, "not spoken to its end, as something of a higher or the same priority came"
            )
            self._sounding = None
        elif self._sounding.kind in rule.yields:
            self._yield(self._sounding)
            self._sounding = None

    def _yield(self, place: _Place) -> None:
        if place.kind not in (Kind.PROGRESS, Kind.LAST):
            self._insert_first(place)
        elif self._kept is None:
            self._kept = place.holder
        else:
            return place.holder.stop(DROPPED, OUTDATED)
        place.holder.yield_floor(held=False)

    def _interrupt(self) -> None:
        if self._sounding is not None:
            stopped, self._sounding = self._sounding, None
            stopped.holder.stop(STOPPED, "the speech was interrupted by 'say --interrupt'")

    def _drop_waiting(self, kinds: frozenset[Kind]) -> None:
        dropped = [place for place in self._line if place.kind in kinds]
        self._line = [place for place in self._line if place.kind not in kinds]
        for place in dropped:
            place.holder.stop(DROPPED, OUTRANKED)

    def _insert_last(self, place: _Place) -> None:
        """Put it behind all others of its rank."""
        before = [index for index, other in enumerate(self._line) if other.kind.rank <= place.kind.rank]
        self._line.insert(before[-1] + 1 if before else 0, place)

    def _insert_first(self, place: _Place) -> None:
        """Put it ahead of all others of its rank."""
        behind = (index for index, other in enumerate(self._line) if other.kind.rank >= place.kind.rank)
        self._line.insert(next(behind, len(self._line)), place)

    def _grant_next(self) -> None:
        if self.held or self.behind_others or self._sounding is not None:
            return
        following = next(self._in_order(), None)
        if following is None:
            return
        self._take_out(following)
        self._sounding = following
        following.holder.floor_granted()

    def _take_out(self, place: _Place) -> None:
        if self._kept is place.holder:
            self._kept = None
        else:
            self._line.remove(place)
