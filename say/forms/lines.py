"""Cuts a text into lines for a reader, and long lines of prose into sentences so that they need not be waited for.

Where it cuts depends on the text alone, never on how it arrives.
"""

from __future__ import annotations

from common import TYPE_CHECKING
from say.patterns import regex

# Characters of a line that are looked at together. What is longer is cut at a blank, as if it went on below.
LINE_MOST = 4096
_BLANKS_NEAR = 256  # characters before that place in which a blank is looked for

_END = regex(r"\n|[.!?…][\"'”’)\]*_`]{0,4}[ \t]|[。！？।](?:[”’」』）]|(?=[^”’」』）\n]))")
_NEWLINE = regex(r"\n")
# A line that may not be cut at so many sentences is not looked at again for each that follows.
_REFUSALS = 64
_END_LENGTH = 8  # characters that a match can have


if TYPE_CHECKING:
    from typing import Protocol

    class Reader(Protocol):
        """Reads lines one after the other; knows what the ones before mean to the next."""

        def cuts(self, head: str) -> bool:
            """Return whether a line that begins so may be read sentence by sentence."""
            ...

        def certain(self, head: str, *, begins: bool) -> int:
            """Return how many characters of an unfinished line may be read now that its writer has paused."""
            ...

        def read(self, text: str, *, begins: bool, ends: bool) -> str | None:
            """Return what to say for a line, or a part of one, without its line end. None: nothing, not even a line."""
            ...

        def pause(self) -> str:
            """Return what is known of the lines so far and was not said, since the writer has paused."""
            ...

        def close(self) -> str:
            """Return what is still to be said when nothing follows."""
            ...


class Lines:
    """The filter around a reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._held = ""
        self._scanned = 0  # how much of it holds no end
        self._refused = 0  # sentences at which it was not cut
        self._begins = True  # what is held begins its line
        self._out: list[str] = []

    def feed(self, text: str) -> str:
        at = 0
        while at < len(text):
            take = LINE_MOST - len(self._held)
            self._held += text[at : at + take]
            at += take
            self._drain()
        return self._given()

    def flush(self) -> str:
        if self._held and (certain := self._reader.certain(self._held, begins=self._begins)):
            self._read(certain, ends=False)
        self._out.append(self._reader.pause())
        return self._given()

    def finish(self) -> str:
        if self._held:
            self._read(len(self._held), ends=True, newline="")
        self._out.append(self._reader.close())
        return self._given()

    def _given(self) -> str:
        given = "".join(self._out)
        self._out.clear()
        return given

    def _drain(self) -> None:
        while found := (_END if self._refused < _REFUSALS else _NEWLINE).search(self._held, self._scanned):
            if found.group() == "\n":
                self._read(found.start(), ends=True)
            elif self._reader.cuts(self._held[: found.end()]) if self._begins else self._reader.cuts(""):
                self._read(found.end(), ends=False)
            else:
                self._scanned = found.end()
                self._refused += 1
        self._scanned = max(self._scanned, len(self._held) - _END_LENGTH)
        if len(self._held) >= LINE_MOST:
            blank = self._held.rfind(" ", LINE_MOST - _BLANKS_NEAR)
            self._read(blank + 1 if blank >= 0 else LINE_MOST, ends=False)
            self._scanned = max(0, len(self._held) - _END_LENGTH)

    def _read(self, end: int, *, ends: bool, newline: str = "\n") -> None:
        text, self._held = self._held[:end], self._held[end + (ends and newline != "") :]
        said = self._reader.read(text, begins=self._begins, ends=ends)
        if said is not None:
            self._out.append(said + newline if ends else said)
        self._begins, self._scanned, self._refused = ends, 0, 0
