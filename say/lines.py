"""The lines of a live pipe: progress bars folded to their last state, identical lines counted. Pure; knows no time.

What is folded, and nothing else is left out:
* of a line that carriage returns write over (`10%\\r20%\\r…`) the last state remains,
* of identical lines in a row the first remains, and how often it was repeated; blank lines between them do not count,
* of blank lines in a row one remains, and so it is with lines that say nothing (`-----`).
A line of which the beginning was passed on already, for it is long or its writer paused, is not folded any more.
"""

from __future__ import annotations

from common.records import dataclass
from say.patterns import regex

# Characters; a longer line is passed on in parts of at most this size, cut at blanks where there are any.
LONGEST = 1 << 14
EARLY = 100  # characters; of a longer line, whole sentences are passed on although it has not ended
_LONGEST_WORD = 64  # characters; what is longer is none, and not held back

_SENTENCE = regex(r"""[.!?…]+["'”’»)\]*_]*(?=\s)|[。！？]+[”’」』）]*""")
_SENTENCE_MARKS = 8  # characters; looked at again in front of what is new, for they may belong to its first sentence
# More blank lines than that come to the same; taking them out first makes them cheap.
_MANY_BLANK = "\n\n\n"
_BLANK_LINES = regex(r"\n{4,}")
# Letters and digits at the very end, and what may stand between them. Scripts without blanks have no words to wait for.
_UNFINISHED = regex(r"(?:[^\W\u3040-\u30ff\u3400-\u9fff]|['’-]|(?<=\d)[.,:](?=\d))+\Z")


@dataclass(frozen=True)
class Line:
    """A line, or part of one: its beginning has no line end."""

    text: str
    repeats: int = 0  # not 0: it is a line that was passed on before, and came again so often

    @property
    def spoken(self) -> str:
        """What is said of it."""
        return repeated(self.repeats) if self.repeats else self.text


def repeated(times: int) -> str:
    """Return how one says that a line came again."""
    return "repeated once more.\n" if times == 1 else f"repeated {times} more times.\n"


class Lines:
    """Text goes in as it arrives; lines come out when they are complete.

    Of an incomplete line, `sentences`, `words`, `rest` and `settle` let out ever more, as its writer goes on pausing.
    `whole` lines have no sentences and words of their own.
    """

    def __init__(self, whole: bool = False) -> None:
        self._whole = whole
        self._open = ""  # of the line that has not ended, what was not passed on; the last state of a bar
        self._begun = ""  # what was passed on of it; of much, the front
        self._at_sentence = False  # what was passed on of it ends with a sentence
        self._bar = False  # a carriage return has written over it
        self._bar_said = ""  # the state of the bar that was passed on
        self._last = ""  # the last line that said something, without blanks behind it
        self._repeats = 0  # how often it came again, not passed on yet
        self._blank = False  # the last line passed on was blank
        self._out: list[Line] = []

    @property
    def open(self) -> bool:
        """Whether a line has begun and not ended."""
        return bool(self._open or self._begun)

    @property
    def settled(self) -> bool:
        """Whether what was passed on is whole: it ends with a line or a sentence, and no line goes on from there."""
        again = self._repeats > 0 and not self._begun
        return not self.open or self._at_sentence or again or self._is_bar()

    def feed(self, text: str) -> list[Line]:
        """Take more text."""
        scanned = max(len(self._open) - _SENTENCE_MARKS, 0)
        if _MANY_BLANK in text:
            text = _BLANK_LINES.sub(_MANY_BLANK, text)
        *ended, last = (self._open + text).split("\n")
        same: str | None = None  # a line that was counted; `yes` writes millions of them
        for part in ended:
            if part == same and not self._begun:
                self._repeats += 1
                continue
            repeats = self._repeats
            self._overwrite(part)
            self._complete("\n")
            same = part if self._repeats > repeats else None
            scanned = 0
        self._overwrite(last)
        if len(self._open) > EARLY:
            self._pass_sentences(scanned)
        return self._take_out()

    def sentences(self) -> list[Line]:
        """Return the whole sentences of the open line."""
        self._pass_sentences(0)
        return self._take_out()

    def words(self) -> list[Line]:
        """Return the open line but for a word at its end that may go on."""
        if not self._whole and not self._is_bar():
            word = _UNFINISHED.search(self._open[-_LONGEST_WORD - 1 :])
            length = len(word.group()) if word else 0
            self._pass_open(len(self._open) - (length if length <= _LONGEST_WORD else 0))
        return self._take_out()

    def rest(self) -> list[Line]:
        """Return all of the open line, unless it is a bar."""
        if not self._is_bar():
            self._pass_open(len(self._open))
        return self._take_out()

    def settle(self) -> list[Line]:
        """Return all that is held back: the open line, the state of a bar, how often a line was repeated."""
        self._tell_repeats()
        state = self._open.rstrip("\r")
        if not self._is_bar():
            self._pass_open(len(self._open))
        elif state.strip() != self._bar_said:
            self._pass_open(len(state))
            self._bar_said = state.strip()
        return self._take_out()

    def finish(self) -> list[Line]:
        """Return all that is left: nothing follows."""
        if self.open:
            self._complete("")
        self._tell_repeats()
        return self._take_out()

    def _take_out(self) -> list[Line]:
        out, self._out = self._out, []
        return out

    def _is_bar(self) -> bool:
        return self._bar or self._open.endswith("\r")

    def _overwrite(self, part: str) -> None:
        """Make `part` the open line, or the last of the states that it holds."""
        if "\r" in part:
            state = part.rstrip("\r")
            end = part[len(state) :][:1]  # whether it is written over or ends here will be seen
            if "\r" in state:
                state = state[state.rindex("\r") + 1 :]
                self._bar = True
                self._end_begun()
            part = state + end
        self._open = part
        while len(self._open) > LONGEST + 1:
            self._pass((self._open.rfind(" ", 0, LONGEST) + 1) or LONGEST)

    def _end_begun(self) -> None:
        """Let a state stand that was passed on, although it was written over."""
        if self._begun:
            self._out.append(Line("\n"))
            self._begun, self._at_sentence = "", False

    def _complete(self, end: str) -> None:
        text = self._open.rstrip("\r")
        line = (self._begun + text).rstrip()
        if self._begun:
            self._out += [Line(text + end)] if text + end else []
            self._last = line if len(line) <= LONGEST else ""
        elif not line:
            self._pass_blank(end)
        elif line == self._last:
            self._repeats += says_something(line)
        elif self._bar and line.strip() == self._bar_said:
            self._last = line
        else:
            self._tell_repeats()
            self._out.append(Line(text + end))
            self._last, self._blank = line, False
        self._open = self._begun = self._bar_said = ""
        self._bar = self._at_sentence = False

    def _pass_blank(self, end: str) -> None:
        if not self._blank and not self._repeats and end:
            self._out.append(Line(end))
            self._blank = True

    def _pass_sentences(self, scanned: int) -> None:
        if self._whole or self._is_bar() or self._may_repeat():
            return
        end = 0
        for found in _SENTENCE.finditer(self._open, scanned):
            end = found.end()
        if end:
            self._pass(end)
            self._at_sentence = True

    def _may_repeat(self) -> bool:
        return not self._begun and self._last.startswith(self._open)

    def _pass_open(self, count: int) -> None:
        """Pass on the first `count` characters of the open line, unless it would begin with nothing but blanks."""
        if count and (self._begun or self._open[:count].strip()):
            self._pass(count)

    def _pass(self, count: int) -> None:
        part = self._open[:count]
        self._tell_repeats()
        self._out.append(Line(part))
        self._open = self._open[count:]
        self._begun = (self._begun + part)[: LONGEST + 1]
        self._at_sentence = self._blank = False

    def _tell_repeats(self) -> None:
        if self._repeats:
            self._out.append(Line(self._last + "\n", self._repeats))
            self._repeats = 0


def says_something(line: str) -> bool:
    """Return whether there is a letter or a digit in it."""
    return any(map(str.isalnum, line))
