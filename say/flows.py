"""How text flows from where it is read into the spool: as it is, or as befits a pipe that somebody still writes to."""

from __future__ import annotations

from collections.abc import Callable

from common import TYPE_CHECKING
from say.lines import Line, Lines
from say.pauses import QUIET, Pauses, Stage
from say.redraws import Redraws
from say.spool import TextSpool
from say.wrapping import SEPARATOR, Wrapping

if TYPE_CHECKING:
    from say.backlog import Backlog

# Seconds after which a line that was handed out and is not reported as played is no longer waited for, once: it may
# have held nothing that can be said.
STUCK = 60.0


if TYPE_CHECKING:
    from typing import Protocol

    class TextFilter(Protocol):
        """What turns text into what is spoken of it (`say.forms`)."""

        def feed(self, text: str) -> str: ...
        def flush(self) -> str: ...
        def finish(self) -> str: ...

    class Flow(Protocol):
        """Takes text as it arrives."""

        def take(self, text: str) -> None:
            """Take what has arrived."""

        def patience(self) -> float | None:
            """Return after how many seconds without news `wake` has something to do; None: never."""

        def wake(self) -> None:
            """Do what time or the progress of speech asks for."""

        def finish(self) -> None:
            """Pass on what is left: nothing follows."""


class Outlet:
    """The spool, behind a filter if there is one."""

    def __init__(self, spool: TextSpool, text_filter: TextFilter | None) -> None:
        self._spool = spool
        self._filter = text_filter
        self.said_to = 0  # where the last letter or digit ends that was written, in characters
        self.open = True  # somebody wants more
        self._unmarked = False  # something was written since the last mark
        self._ended_line = False  # it ended with a line end

    @property
    def caught_up(self) -> bool:
        """Whether all that was written has been played."""
        return self._spool.played >= self.said_to

    def write(self, text: str) -> None:
        self._append(self._filter.feed(text) if self._filter else text)

    def separate(self) -> None:
        """Have the line that was written last end a sentence, if what was made of it ended with it."""
        if self._ended_line:
            self._append(SEPARATOR)

    def mark(self, whole: bool) -> None:
        """Have it spoken without waiting for more; see TextSpool.mark_flush."""
        if self._filter:
            self._append(self._filter.flush())
        if self._unmarked:
            self._spool.mark_flush(whole)
            self._unmarked = False

    def finish(self) -> None:
        if self._filter:
            self._append(self._filter.finish())

    def _append(self, text: str) -> None:
        if text and self.open:
            said = next((at for at in range(len(text), 0, -1) if text[at - 1].isalnum()), 0)
            if said:
                self.said_to = self._spool.length + said
            self.open = self._spool.append(text)
            self._unmarked = True
            self._ended_line = text.endswith("\n")


class Plain:
    """Text passed on as it is; `each_whole`: what comes at once is spoken at once, as a line typed at a terminal."""

    def __init__(self, outlet: Outlet, each_whole: bool) -> None:
        self._outlet = outlet
        self._each_whole = each_whole

    def take(self, text: str) -> None:
        self._outlet.write(text)
        if self._each_whole:
            self._outlet.mark(whole=True)

    def patience(self) -> float | None:
        return None

    def wake(self) -> None:
        """Nothing waits."""

    def finish(self) -> None:
        self._outlet.finish()


class Everything:
    """A live pipe of which all is spoken: lines and sentences as soon as they are there, the rest when the writer
    pauses."""

    def __init__(self, outlet: Outlet, pause: float, now: Callable[[], float]) -> None:
        self._outlet = outlet
        self._now = now
        self._pauses = Pauses(pause, now)
        self._redraws = Redraws()
        self._lines = Lines()
        self._wrapping = Wrapping()
        self._unmarked: float | None = None  # since when something waits for a mark
        self._passed = 0.0  # when something was passed on last
        self._idle = True  # nothing was on its way to be spoken then

    def take(self, text: str) -> None:
        alone = not self._lines.open and text.find("\n") == len(text) - 1
        self._pauses.came(within_line=self._lines.open)
        self._pass(self._lines.feed(self._redraws.feed(text)), alone=alone)

    def patience(self) -> float | None:
        patience, waits = self._pauses.patience(), self._waits()
        if waits is None:
            return patience
        return waits if patience is None else min(patience, waits)

    def wake(self) -> None:
        while (stage := self._pauses.due()) is not None:
            if stage is Stage.LONG:
                self._pass(self._lines.feed(self._redraws.settle()))
            self._pass(_RELEASES[stage](self._lines))
            # In the middle of a line, lines in front of it may be hard-wrapped prose that goes on in a moment.
            if stage is not Stage.LINE or self._lines.settled or self._overdue():
                self._mark(whole=stage is not Stage.LINE)
        if self._waits() == 0.0:
            self._mark(whole=False)

    def _waits(self) -> float | None:
        """Return how long what was passed on still waits for more, in seconds; None: until the writer pauses.

        A writer that does not pause may write nothing but what is folded: the same line, a bar.
        """
        if self._unmarked is None or not self._lines.settled:
            return None
        return 0.0 if self._idle else max(0.0, self._passed + QUIET - self._now())

    def _overdue(self) -> bool:
        return self._unmarked is not None and self._now() - self._unmarked >= self._pauses.usual

    def _mark(self, whole: bool) -> None:
        self._outlet.mark(whole)
        self._unmarked = None

    def finish(self) -> None:
        self._pass(self._lines.feed(self._redraws.finish()))
        self._pass(self._lines.finish())
        self._outlet.finish()

    def _pass(self, lines: list[Line], *, alone: bool = False) -> None:
        if not lines:
            return
        self._idle = self._unmarked is None and self._outlet.caught_up
        for line in lines:
            separates = self._wrapping.separates(line.spoken, alone=alone)
            if line.repeats:
                self._outlet.mark(whole=True)  # what it is about is a sentence of its own, with or without a stop
            elif separates:
                self._outlet.separate()
            self._outlet.write(line.spoken)
        self._passed = self._now()
        if self._unmarked is None:
            self._unmarked = self._passed


class Selected:
    """A live pipe of which a backlog decides what is spoken while speech is behind."""

    def __init__(self, outlet: Outlet, backlog: Backlog, pause: float, now: Callable[[], float]) -> None:
        self._outlet = outlet
        self._backlog = backlog
        self._now = now
        self._pauses = Pauses(pause, now)
        self._redraws = Redraws()
        self._lines = Lines(whole=True)
        self._stuck_at = float("inf")  # when the line that is spoken is no longer waited for

    def take(self, text: str) -> None:
        self._pauses.came(within_line=self._lines.open)
        for line in self._lines.feed(self._redraws.feed(text)):
            self._put(line)

    def patience(self) -> float | None:
        patience = self._pauses.patience()
        if not self._backlog.waiting or self._stuck_at == float("inf"):
            return patience
        stuck = max(0.0, self._stuck_at - self._now())
        return stuck if patience is None else min(patience, stuck)

    def wake(self) -> None:
        while (stage := self._pauses.due()) is not None:
            if stage is Stage.LONG:
                for line in self._lines.feed(self._redraws.settle()):
                    self._put(line)
            for line in _RELEASES[stage](self._lines):
                self._put(line)
        self._hand_out()

    def _put(self, line: Line) -> None:
        self._say(self._backlog.put(line))
        self._hand_out()

    def _hand_out(self) -> None:
        """Speak what waits as long as speech is not behind."""
        while self._backlog.waiting and self._outlet.open:
            caught_up = self._outlet.caught_up
            if not caught_up and self._now() < self._stuck_at:
                return
            self._stuck_at = self._now() + STUCK if caught_up else float("inf")
            self._say(self._backlog.take())

    def _say(self, sentences: list[str]) -> None:
        for sentence in sentences:
            self._outlet.write(sentence)
            self._outlet.mark(whole=True)

    def finish(self) -> None:
        for line in (*self._lines.feed(self._redraws.finish()), *self._lines.finish()):
            self._say(self._backlog.put(line))
        self._say(self._backlog.finish())
        self._outlet.finish()


_RELEASES: dict[Stage, Callable[[Lines], list[Line]]] = {
    Stage.LINE: Lines.sentences,
    Stage.PAUSE: Lines.words,
    Stage.WORD: Lines.rest,
    Stage.LONG: Lines.settle,
}
