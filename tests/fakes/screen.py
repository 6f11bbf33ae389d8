"""What a terminal shows after what was written to it: the few sequences that the program uses, and no others."""

from __future__ import annotations

import re

from wcwidth import iter_graphemes, wcswidth

_TOKEN = re.compile(r"\x1b\[(?P<number>\??\d*)(?P<command>[A-Za-z])|(?P<control>[\r\n])|(?P<text>[^\x1b\r\n]+)")


class Screen:
    """A terminal of `columns` columns, as long as need be. Marked text stands in square brackets."""

    def __init__(self, columns: int = 80) -> None:
        self.columns = columns
        self._lines: list[list[str]] = [[]]
        self._row = 0
        self._column = 0
        self._marked = False
        self._clips = False  # rows at the edge, instead of wrapping them

    def write(self, text: str) -> None:
        at = 0
        while at < len(text):
            token = _TOKEN.match(text, at)
            assert token is not None, f"a sequence that this screen does not know: {text[at : at + 20]!r}"
            at = token.end()
            if token["command"]:
                self._obey(token["command"], token["number"])
            elif token["control"]:
                self._column = 0
                self._row += token["control"] == "\n"
            else:
                self._put(token["text"])

    def _obey(self, command: str, number: str) -> None:
        if command == "A":
            assert self._row >= int(number or 1), "the cursor leaves the screen"
            self._row -= int(number or 1)
        elif command == "C":
            self._column += int(number or 1)
            assert self._column < self.columns, "the cursor leaves the screen"
        elif command == "K":
            self._erase_line()
        elif command == "J":
            self._erase_line()
            del self._lines[self._row + 1 :]
        elif command == "m":
            self._marked = number == "7"
        elif (number, command) in (("?7", "l"), ("?7", "h")):
            self._clips = command == "l"
        else:
            raise AssertionError(f"a command that this screen does not know: {command!r}")

    def _erase_line(self) -> None:
        while len(self._lines) <= self._row:
            self._lines.append([])
        del self._lines[self._row][self._column :]

    def _put(self, text: str) -> None:
        while len(self._lines) <= self._row:
            self._lines.append([])
        line = self._lines[self._row]
        for grapheme in iter_graphemes(text):
            width = max(wcswidth(grapheme), 0)
            assert self._column + width <= self.columns, f"a line is too long for {self.columns} columns: {text!r}"
            line += [" "] * (self._column - len(line))
            shown = f"\0{grapheme}\1" if self._marked else grapheme
            line[self._column : self._column + max(width, 1)] = [shown, *[""] * (width - 1)]
            self._column += width

    @property
    def lines(self) -> list[str]:
        """Return the lines that are not empty, as they stand."""
        shown = ("".join(line).replace("\1\0", "").replace("\0", "[").replace("\1", "]") for line in self._lines)
        return [line.rstrip() for line in shown if line.strip()]
