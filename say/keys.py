"""What the bytes mean that a terminal sends while keys steer the speech. Pure; it knows neither terminals nor speech."""

from __future__ import annotations

from enum import Enum

ESCAPE = 0x1B
# A terminal sends the bytes of one key together; what comes later than this after an escape is a key of its own.
PATIENCE = 0.1  # seconds
# Between these a terminal puts a pasted text, if an earlier program asked for that.
_PASTE_BEGINS, _PASTE_ENDS = b"\x1b[200~", b"\x1b[201~"
_LONGEST_PASTE_GAP = 1.0  # seconds
# A terminal hands a pasted text on in bursts as large as its buffer.
_PASTE_GAP = 0.05  # seconds


class Key(Enum):
    """What somebody pressed."""

    SPACE = "space"
    RIGHT = "right"
    LEFT = "left"
    UP = "up"
    DOWN = "down"
    STOP = "q"
    HELP = "?"


_PLAIN = {ord(" "): Key.SPACE, ord("q"): Key.STOP, ord("Q"): Key.STOP, ord("?"): Key.HELP}
_ARROWS = {
    introducer + final: key
    for introducer in (b"\x1b[", b"\x1bO")  # the second by terminals in application mode
    for final, key in ((b"A", Key.UP), (b"B", Key.DOWN), (b"C", Key.RIGHT), (b"D", Key.LEFT))
}
_INTRODUCERS = (ord("["), ord("O"))


class KeyParser:
    """Finds the keys in what comes. Text that comes faster than anybody types was pasted: it is passed over."""

    def __init__(self) -> None:
        self._pending = b""  # a sequence of which more must come
        self._last = float("-inf")  # seconds, when something came
        self._pasting = False
        self._in_brackets = False

    def feed(self, data: bytes, now: float) -> list[Key]:
        """Return the keys that `data` completes; `now` is in monotonic seconds."""
        if self._pending and now - self._last > PATIENCE:
            self._pending = b""  # Escape was pressed, or the rest was lost
        self._in_brackets = self._in_brackets and now - self._last <= _LONGEST_PASTE_GAP
        begun, self._pasting = self._pasting and now - self._last <= _PASTE_GAP, False
        self._last = now
        keys, typed = self._parse(self._pending + data)
        self._pasting = begun or len(set(typed)) > 1
        return [key for key, plain in keys if not (plain and self._pasting)]

    def _parse(self, data: bytes) -> tuple[list[tuple[Key, bool]], bytes]:
        """Return the keys, each with whether it is a single byte, and the single bytes; keep what is incomplete."""
        keys: list[tuple[Key, bool]] = []
        typed = bytearray()
        self._pending, at = b"", 0
        while at < len(data):
            if data[at] != ESCAPE:
                typed.append(data[at])
                if data[at] in _PLAIN and not self._in_brackets:
                    keys.append((_PLAIN[data[at]], True))
                at += 1
                continue
            end = _end_of_sequence(data, at)
            if end is None:
                self._pending = data[at:][:16]  # no sequence of a keyboard is longer
                break
            sequence = data[at:end]
            if sequence in (_PASTE_BEGINS, _PASTE_ENDS):
                self._in_brackets = sequence == _PASTE_BEGINS
            elif sequence in _ARROWS and not self._in_brackets:
                keys.append((_ARROWS[sequence], False))
            at = end
        return keys, bytes(typed)


def _end_of_sequence(data: bytes, at: int) -> int | None:
    """Return where the escape sequence that begins at `at` ends; None if more must come (ECMA-48, 5.4)."""
    if at + 1 == len(data):
        return None
    if data[at + 1] == ESCAPE:
        return at + 1
    if data[at + 1] not in _INTRODUCERS:
        return at + 2  # Alt and a key
    end = at + 2
    while end < len(data) and 0x20 <= data[end] <= 0x3F:  # parameters
        end += 1
    return end + 1 if end < len(data) else None
