"""An utterance's text in the voice server: what has arrived and is not planned yet, and some of what was. Pure."""

from __future__ import annotations

from bisect import bisect_right, insort

from common.markup import outside
from common.messages.synthesis import PLAN_WINDOW, Plan

# Characters a client may send ahead of the planning; it keeps the rest.
TEXT_CREDIT = 1 << 16
# Characters kept behind the planning, to go back to; the client's spool keeps as many.
HISTORY = 1 << 16


class TextWindow:
    """Text goes in at the end as it arrives, and leaves at the front as it is planned; `rewind` brings it back.

    `start` is the offset of the first character to be planned in the whole, in characters.
    """

    def __init__(self, start: int) -> None:
        self._start = start
        self._chunks: list[str] = []
        self._length = 0
        self._past: list[str] = []  # what was planned, just before `start`
        self._past_length = 0
        self._planned_to = start  # the furthest that was ever planned
        self._flush_at = start  # what lies before this may be spoken without waiting for more
        self._wholes: list[int] = []  # before each of these everything is spoken, complete or not; ascending
        self._changes = 0  # counts what arrived, and of these
        self._asked = -1  # those that the last plan asked for knew of,
        self._enough = -1  # and those that were known to a plan that wanted more
        self._whole_at = -1  # where the last plan asked for ends if that is one of `_wholes`
        self.ended = False

    @property
    def start(self) -> int:
        return self._start

    @property
    def length(self) -> int:
        """Characters from `start` on."""
        return self._length

    @property
    def arrived(self) -> int:
        """Where the text that has come ends, in characters."""
        return self._start + self._length

    @property
    def history_start(self) -> int:
        """The first character that `rewind` can go back to."""
        return self._start - self._past_length

    @property
    def fresh(self) -> int:
        """Characters that have come and were never planned: what the client's credit is about."""
        return self.arrived - self._planned_to

    def append(self, text: str) -> None:
        if not text:
            return  # costs no credit, so it may not cost memory
        self._chunks.append(text)
        self._length += len(text)
        self._changes += 1

    def flush(self, *, whole: bool = False) -> None:
        """Let what is complete so far be spoken; `whole`: also what is not."""
        self._flush_at = self.arrived
        if whole and self.arrived not in self._wholes[-1:]:
            insort(self._wholes, self.arrived)
        self._changes += 1

    def end(self) -> None:
        self.ended = True
        self._changes += 1

    @property
    def finished(self) -> bool:
        """True when nothing is left and nothing will come."""
        return self.ended and not self._length

    @property
    def worth_planning(self) -> bool:
        """False until something arrives after a plan that wanted more."""
        return self._length > 0 and self._enough != self._changes

    @property
    def at_rest(self) -> bool:
        """True while nothing is to be planned until the writer goes on, who has paused or is through."""
        return not self.worth_planning and (self.ended or self._flush_at == self.arrived)

    def request(self, *, first: bool, inside: bool = False) -> Plan:
        """Return the next plan to ask for. It never reaches beyond a mark up to which everything is to be spoken."""
        text = self._front()
        self._asked = self._changes
        behind = bisect_right(self._wholes, self._start)
        self._whole_at = self._wholes[behind] if behind < len(self._wholes) else -1
        if self._whole_at > self._start + len(text):
            self._whole_at = -1
        whole = self._whole_at >= 0
        if whole:
            text = text[: self._whole_at - self._start]
        final = self.ended and len(text) == self._length
        return Plan(text, self._start, final, self._flush_at > self._start, first, whole, inside)

    def _front(self) -> str:
        """Return up to PLAN_WINDOW characters, gathering many small chunks into one on the way."""
        if len(self._chunks) > 1 and len(self._chunks[0]) < PLAN_WINDOW:
            taken, size = 0, 0
            while taken < len(self._chunks) and size < PLAN_WINDOW:
                size += len(self._chunks[taken])
                taken += 1
            self._chunks[:taken] = ["".join(self._chunks[:taken])]
        return self._chunks[0][:PLAN_WINDOW] if self._chunks else ""

    def use(self, count: int) -> int:
        """Move the start `count` characters on: they are planned. 0: more text was wanted.

        Returns how many of them were planned for the first time.
        """
        if not count:
            self._want_more()
            return 0
        if count > len(self._chunks[0]):
            raise ValueError("more was used than was in view")
        self._past.append(self._chunks[0][:count])
        self._past_length += count
        self._chunks[0] = self._chunks[0][count:]
        if not self._chunks[0]:
            del self._chunks[0]
        self._start += count
        self._length -= count
        self._forget()
        fresh = max(0, self._start - self._planned_to)
        self._planned_to += fresh
        return fresh

    def _want_more(self) -> None:
        if self._whole_at in self._wholes:
            # All of it should have been used. Without the mark it is spoken with what follows, instead of never.
            self._wholes.remove(self._whole_at)
        else:
            self._enough = self._asked  # what arrived while the plan was made counts as news

    def _forget(self) -> None:
        """Keep no more than HISTORY behind the start; half as much again is there at times, so that this stays cheap."""
        if self._past_length > HISTORY * 3 // 2:
            kept = "".join(self._past)[-HISTORY:]
            self._past, self._past_length = [kept], len(kept)
            del self._wholes[: bisect_right(self._wholes, self.history_start)]

    def outside_markup(self, character: int) -> int:
        """Return where planning can begin, there or before: not between a word and its transcription."""
        text = "".join((*self._past, *self._chunks[:1]))
        begin = self.history_start
        return begin + outside(text, character - begin) if character >= begin else character

    def rewind(self, to: int) -> None:
        """Plan again from there, `history_start` at the earliest. Raises ValueError for another place."""
        if not self.history_start <= to <= self._start:
            raise ValueError("that text is not kept")
        past = "".join(self._past)
        cut = to - self.history_start
        if back := past[cut:]:
            self._chunks.insert(0, back)
        self._past, self._past_length = [past[:cut]], cut
        self._length += len(back)
        self._start = to
        self._changes += 1
