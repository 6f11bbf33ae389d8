"""Which lines of a live pipe were ended on purpose: those of a log or a list, not those of prose wrapped by hand. Pure.

The planner alone has to be careful: of a text it knows nothing but its characters, and prose is wrapped at 40 columns
too. What somebody pipes in line by line is rarely that, and it is known how it was written. docs/text.md has the rule.
"""

from __future__ import annotations

from say.patterns import regex

# A line separator of Unicode, behind a line end that counts for certain: the planner ends a sentence there.
SEPARATOR = "\u2028"

WRAPPED = 50  # columns; prose is wrapped at 60 and more
# Columns by which the lines of a text that a program fills differ at most (fmt, a person, a link among the words).
RAGGED = 25
WIDEST = 200  # columns; nobody wraps prose there, so a longer line is a paragraph, or no prose
_DIGIT = regex(r"\d")
_GOES_ON = (",", "-", "–", "—", "(", "/", "&")
# Scripts that put no blanks between words: Thai to Myanmar, Khmer, kana, han.
_NO_BLANKS = regex("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")


class Wrapping:
    """Follows lines as they are passed on, whole or in parts."""

    def __init__(self) -> None:
        self._line = ""  # the front of the line that was passed on last
        self._ended = True
        self._alone = False  # it was written by itself
        self._longest = 0  # characters of a line since the last blank one

    def separates(self, text: str, *, alone: bool) -> bool:
        """Take note of `text`, the next line or part of one; return whether the line before it certainly ended there.

        `alone` says that this line was written by itself, with its end.
        """
        begins, ended = self._ended, text.endswith("\n")
        text = text.rstrip("\n")
        separates = begins and self._on_purpose(text)
        if begins:
            self._longest = max(self._longest, len(self._line)) if self._line.strip() else 0
            self._line, self._alone = text[: WIDEST + 1], alone
        else:
            self._line += text[: WIDEST + 1 - len(self._line)]
        self._ended = ended
        return separates

    def _on_purpose(self, text: str) -> bool:
        line = self._line.rstrip()
        if not line or not text.strip():
            return False
        if self._alone:
            return True
        if _NO_BLANKS.search(line):
            return False
        if len(line) > WIDEST or " " not in line.lstrip():
            return True
        word = text.split(maxsplit=1)[0]
        if _DIGIT.search(word) and _DIGIT.search(line.split(maxsplit=1)[0]):
            return True
        room = max(WRAPPED, self._longest - RAGGED)
        return not line.endswith(_GOES_ON) and len(line) + 1 + len(word) < room
