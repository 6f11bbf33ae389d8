"""The part of an utterance's text that has arrived and is not planned yet. Pure."""

from __future__ import annotations

from common.messages.synthesis import PLAN_WINDOW, Plan

# Characters a client may send ahead of the planning; it keeps the rest.
TEXT_CREDIT = 1 << 16


class TextWindow:
    """Text goes in at the end as it arrives, and leaves at the front as it is planned.

    `start` is the offset of the text's first character in the whole, in characters.
    """

    def __init__(self, start: int) -> None:
        self._start = start
        self._chunks: list[str] = []
        self._length = 0
        self._flush_at = start  # what lies before this may be spoken without waiting for more
        self._changes = 0  # counts what arrived, and of these
        self._asked = -1  # those that the last plan asked for knew of,
        self._enough = -1  # and those that were known to a plan that wanted more
        self.ended = False

    @property
    def start(self) -> int:
        return self._start

    @property
    def length(self) -> int:
        return self._length

    def append(self, text: str) -> None:
        if not text:
            return  # costs no credit, so it may not cost memory
        self._chunks.append(text)
        self._length += len(text)
        self._changes += 1

    def flush(self) -> None:
        """Let what is complete so far be spoken."""
        self._flush_at = self._start + self._length
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

    def request(self, *, first: bool) -> Plan:
        """Return the next plan to ask for."""
        text = self._front()
        self._asked = self._changes
        flush = self._flush_at > self._start
        return Plan(text, self._start, self.ended and len(text) == self._length, flush, first)

    def _front(self) -> str:
        """Return up to PLAN_WINDOW characters, gathering many small chunks into one on the way."""
        if len(self._chunks) > 1 and len(self._chunks[0]) < PLAN_WINDOW:
            taken, size = 0, 0
            while taken < len(self._chunks) and size < PLAN_WINDOW:
                size += len(self._chunks[taken])
                taken += 1
            self._chunks[:taken] = ["".join(self._chunks[:taken])]
        return self._chunks[0][:PLAN_WINDOW] if self._chunks else ""

    def use(self, count: int) -> None:
        """Drop `count` characters from the front: they are planned. 0: more text was wanted."""
        if not count:
            self._enough = self._asked  # what arrived while the plan was made counts as news
            return
        if count > len(self._chunks[0]):
            raise ValueError("more was used than was in view")
        self._chunks[0] = self._chunks[0][count:]
        if not self._chunks[0]:
            del self._chunks[0]
        self._start += count
        self._length -= count
