"""What a terminal does with a text rather than shows: escape sequences, overwritten and overstruck characters.

Comes before every form. Sequences are those of ECMA-48 and ECMA-35, with what terminals made of them (OSC 8 links keep
their text).
"""

from __future__ import annotations

import re

from say.patterns import regex

# Characters of a line that may still be overwritten. A longer one is given out as it comes.
LINE_MOST = 4096
# Characters after which a sequence that does not end is taken to be over: one that is read by a terminal in steps of
# few, one that carries a string (a picture, the clipboard).
_SEQUENCE_MOST = 256
_STRING_MOST = 1 << 20

_SPECIAL = regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]|\n")
_STRING_END = regex(r"[\x07\n\x18\x1a\x1b\x9c]")
_PARAMETERS = regex(r"[ -?]*+")
_INTERMEDIATES = regex(r"[ -/]*+")

_CSI, _ESCAPE, _STRING, _STRING_ESCAPE = "csi", "escape", "string", "string escape"
# What opens a string, by the character behind ESC and as a single C1 control.
_STRINGS = "]PX^_"
_C1 = {"\x9b": _CSI, **dict.fromkeys("\x9d\x90\x98\x9e\x9f", _STRING)}


class Controls:
    """The first filter of each chain. A line is held until it ends, in a `live` text only its last character."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self._loose = live  # only the last character of this line can still be overwritten
        self._line: list[str] = []
        self._column = 0
        self._returned = False  # a carriage return: what follows replaces the line
        self._state = ""  # the kind of sequence that is under way
        self._length = 0  # of that sequence so far
        self._line_string = False  # it ends with its line at the latest
        self._parameters = ""
        self._out: list[str] = []

    def feed(self, text: str) -> str:
        at = 0
        while at < len(text):
            at = self._sequence(text, at) if self._state else self._plain(text, at)
        return self._given()

    def flush(self) -> str:
        self._give()
        return self._given()

    def finish(self) -> str:
        self._state = ""
        return self.flush()

    def _given(self) -> str:
        given = "".join(self._out)
        self._out.clear()
        return given

    def _give(self) -> None:
        self._out += self._line
        self._line.clear()
        self._column = 0

    # Text

    def _plain(self, text: str, at: int) -> int:
        found = _SPECIAL.search(text, at)
        end = found.start() if found else len(text)
        if end > at:
            self._print(text[at:end])
        if found:
            self._control(found.group())
            return found.end()
        return end

    def _print(self, run: str) -> None:
        line = self._line
        if self._returned:
            if self._loose:
                self._end_line()
            line.clear()
            self._column, self._returned = 0, False
        over = min(len(line) - self._column, len(run))
        for offset in range(over):
            at = self._column + offset
            if not (run[offset] == "_" and line[at] not in " _"):  # underlined
                line[at] = run[offset]
        self._column += len(run)
        if self._loose or len(line) + len(run) - over > LINE_MOST:
            self._give_but_last(run[over:])
        else:
            line.extend(run[over:])

    def _give_but_last(self, more: str) -> None:
        line = "".join(self._line) + more
        self._loose = True
        self._out.append(line[:-1])
        self._line[:] = line[-1:]
        self._column = len(self._line) if len(line) > 1 else self._column

    def _control(self, mark: str) -> None:
        if mark in "\n\x0b\x0c":
            self._end_line()
        elif mark == "\r":
            self._returned, self._column = bool(self._line) or self._loose, 0
        elif mark == "\b":
            self._column = max(0, self._column - 1)
        elif mark == "\x1b":
            self._begin(_ESCAPE)
        elif mark in _C1:
            self._begin(_C1[mark], line=mark == "\x9d")

    def _end_line(self) -> None:
        self._give()
        self._out.append("\n")
        self._returned, self._loose = False, self._live

    # Sequences

    def _begin(self, state: str, *, line: bool = False) -> None:
        self._state, self._length, self._line_string, self._parameters = state, 0, line, ""

    def _sequence(self, text: str, at: int) -> int:
        if self._state == _ESCAPE:
            return self._escape(text, at)
        if self._state == _CSI:
            return self._csi(text, at)
        return self._string(text, at)

    def _escape(self, text: str, at: int) -> int:
        """Go on behind ESC and its intermediate characters, if any."""
        if not self._length and text[at] == "[":
            self._begin(_CSI)
            return at + 1
        if not self._length and text[at] in _STRINGS:
            self._begin(_STRING, line=text[at] == "]")
            return at + 1
        end = self._skip(_INTERMEDIATES, text, at)
        if end < len(text) and self._state:
            self._state = ""
            return end + 1 if "0" <= text[end] <= "~" else end
        return end

    def _csi(self, text: str, at: int) -> int:
        end = self._skip(_PARAMETERS, text, at)
        self._parameters = (self._parameters + text[at:end])[:8]
        if end < len(text) and self._state:
            self._state = ""
            if not "@" <= text[end] <= "~":
                return end
            self._command(text[end])
            return end + 1
        return end

    def _skip(self, pattern: re.Pattern[str], text: str, at: int) -> int:
        found = pattern.match(text, at, at + _SEQUENCE_MOST - self._length)
        end = found.end() if found else at
        self._length += end - at
        if self._length >= _SEQUENCE_MOST:
            self._state = ""
        return end

    def _command(self, final: str) -> None:
        """Do what changes the line: erase it, go back to its start, or leave a gap in it."""
        if final == "K" and self._parameters in ("", "0"):
            self._erase(self._column)
        elif final == "K" and self._parameters == "2":
            self._erase(0)
        elif final == "G" and self._parameters in ("", "1"):
            self._control("\r")
        elif final in "CG":
            self._print(" ")
        elif final in "Hf" and self._line:
            self._end_line()

    def _erase(self, column: int) -> None:
        if self._loose:  # what is given out is not taken back
            self._returned = self._returned or not column
            return
        if self._returned or not column:
            self._column = column = 0
            self._returned = False
        del self._line[column:]

    def _string(self, text: str, at: int) -> int:
        if self._state == _STRING_ESCAPE:  # ESC within a string ends it, with the backslash of "\x1b\\" or without
            self._state = _ESCAPE
            self._length = 0
            return at
        most = at + _STRING_MOST - self._length
        found = _STRING_END.search(text, at, most)
        if not found:
            end = min(len(text), most)
            self._length += end - at
            if self._length >= _STRING_MOST:
                self._state = ""
            return end
        mark = found.group()
        self._length += found.end() - at
        if mark == "\x1b":
            self._state = _STRING_ESCAPE
        elif mark == "\n":
            if not self._line_string:
                return found.end()
            self._state = ""
            return found.start()
        elif mark != "\x07" or self._line_string:
            self._state = ""
        return found.end()
