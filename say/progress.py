"""What the program shows on standard error while it works: single lines, and a bar for what takes long.

The bar is redrawn in place and vanishes; where standard error is no terminal, a line appears from time to time.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack

from common import TYPE_CHECKING
from common.messages.hello import Progress
from say import console, units
from say.panel import Panel

PATIENCE = 0.5  # s; what is done sooner is not shown
REDRAW = 0.1  # s
PLAIN_PATIENCE = 1.0  # s, where standard error is no terminal
PLAIN_INTERVAL = 10.0  # s
_WIDEST_BAR = 30
_NARROWEST_BAR = 8
_USUAL_SIZE = 80, 24

_PHRASES = {"connecting": "connecting to {}", "waiting": "waiting for {}"}


if TYPE_CHECKING:
    from typing import Protocol

    class Timer(Protocol):
        """Something that will happen, unless it is cancelled."""

        def cancel(self) -> None: ...


def progress_line(progress: Progress, rate: float, width: int) -> str:
    """Return one line of at most `width` - 1 columns. `rate` is in bytes a second, 0 while unknown."""
    phrase = _PHRASES.get(progress.stage, progress.stage + " {}").format(progress.what)
    line = f"say: {console.printable(phrase)}"
    if progress.done or progress.total:
        line = _with_figures(line, progress, rate, width)
    return line[: max(width - 1, 0)]


def _with_figures(line: str, progress: Progress, rate: float, width: int) -> str:
    figures = units.size(progress.done)
    bar = ""
    if progress.total:
        share = min(progress.done / progress.total, 1.0)
        figures = f"{share:4.0%}  {figures} of {units.size(progress.total)}"
    if rate > 0:
        figures += f"  {units.size(rate)}/s"
        if progress.total:
            figures += f"  {units.clock(max(progress.total - progress.done, 0) / rate)} left"
    room = min(width - 1 - len(line) - len(figures) - 5, _WIDEST_BAR)
    if progress.total and room >= _NARROWEST_BAR:
        bar = "[" + ("#" * round(share * room)).ljust(room) + "] "
    return f"{line}  {bar}{figures}"


class Display:
    """Own standard error: print lines, and keep a bar below them. Lines may come from any thread.

    `guard` is entered while a bar is or may be on the screen, so that Ctrl-C can be followed by `clear`. `show`,
    `end_work` and `clear` belong to the main thread.
    """

    def __init__(
        self,
        write: Callable[[str], None],
        terminal: bool,
        size: Callable[[], tuple[int, int]],
        guard: Callable[[], AbstractContextManager[None]],
        now: Callable[[], float] = time.monotonic,
        later: Callable[[float, Callable[[], None]], Timer] | None = None,
        ours: Callable[[], bool] = lambda: True,
    ) -> None:
        self._write = write
        self._panel = Panel(write, size)
        self._rows: tuple[str, ...] = ()  # of the panel, to be drawn again below a line
        self._bar: tuple[str, ...] = ()  # of the work in progress, once it was shown; below them
        self._lost = False  # whether others wrote below what is drawn
        self._terminal = terminal
        self._ours = ours  # whether the terminal is not somebody else's for now
        self._size = size  # columns and rows
        self._guard = guard
        self._now = now
        self._later = later or _start_timer
        self._lock = threading.RLock()
        self._guarding = ExitStack()
        self._timer: Timer | None = None
        self._progress: Progress | None = None
        self._began = 0.0  # when the work in progress was first shown
        self._began_with = 0  # bytes that it had done then
        self._due = 0.0  # when it shall be drawn or printed next

    def line(self, text: str) -> None:
        """Print `say: …`."""
        with self._lock:
            message = console.message(text)
            if self._rows or self._bar or self._panel.drawn:
                self._draw(above=message)
            else:
                self._write(message)

    @property
    def terminal(self) -> bool:
        """Whether there is a screen on which lines can be redrawn."""
        return self._terminal

    def size(self) -> tuple[int, int]:
        """Return how many columns and rows the screen has."""
        return self._size()

    def panel(self, rows: Sequence[str]) -> None:
        """Keep `rows` at the bottom until the next ones or until `clear`; none of them on what is no terminal."""
        with self._lock:
            if self._terminal:
                self._rows = tuple(rows)
                self._draw()

    def scroll(self) -> None:
        """Redraw nothing from now on: others write whole lines to the same screen."""
        with self._lock:
            self.clear()
            self._terminal = False

    def forget(self) -> None:
        """Draw anew below what others wrote meanwhile. May be called by a signal handler, in the midst of drawing."""
        self._lost = True

    def _draw(self, above: str = "") -> None:
        if self._lost:
            self._lost = False
            self._panel.forget()
        # Of a job in the background the screen is not: it would write into the line that its user is typing.
        self._panel.draw((*self._rows, *self._bar) if self._ours() else (), above)

    def show(self, progress: Progress) -> None:
        """Take note of how far something is, and show it if it takes long."""
        with self._lock:
            if self._progress is None:
                self._guarding.enter_context(self._guard())
            if self._progress is None or (progress.stage, progress.what) != self._key():
                self._begin(progress)
            self._progress = progress
            if self._terminal:
                self._draw_if_due()
            else:
                self._print_if_due()

    def end_work(self) -> None:
        """Take the bar away: what it stood for is over. What `panel` shows stays."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            self._progress = None
            if self._bar:
                self._bar = ()
                self._draw()
        self._guarding.close()

    def clear(self) -> None:
        """Take everything away that is redrawn in place."""
        with self._lock:
            self._rows = ()
            self.end_work()
            if self._panel.drawn:
                self._draw()

    def __enter__(self) -> Display:
        return self

    def __exit__(self, *exception: object) -> None:
        self.clear()

    def _key(self) -> tuple[str, str] | None:
        return None if self._progress is None else (self._progress.stage, self._progress.what)

    def _begin(self, progress: Progress) -> None:
        if self._progress is None:
            self._due = self._now() + (PATIENCE if self._terminal else PLAIN_PATIENCE)
            if self._terminal:  # a step that reports once and then works in silence is shown as well
                self._timer = self._later(PATIENCE, self._draw_bar)
        self._began, self._began_with = self._now(), progress.done

    def _draw_if_due(self) -> None:
        assert self._progress is not None
        finished = 0 < self._progress.total <= self._progress.done
        if self._now() >= self._due or (finished and self._bar):
            self._draw_bar()

    def _draw_bar(self) -> None:
        with self._lock:
            if self._progress is None:  # the timer lost the race against `clear`
                return
            line = progress_line(self._progress, self._rate(), self._size()[0])
            self._bar = (line,)
            self._draw()
            self._due = self._now() + REDRAW

    def _print_if_due(self) -> None:
        assert self._progress is not None
        if self._progress.stage == "downloading" and self._now() >= self._due:
            self._write(progress_line(self._progress, self._rate(), 10_000) + "\n")
            self._due = self._now() + PLAIN_INTERVAL

    def _rate(self) -> float:
        assert self._progress is not None
        seconds = self._now() - self._began
        return (self._progress.done - self._began_with) / seconds if seconds >= PATIENCE else 0.0


def standard_error(guard: Callable[[], AbstractContextManager[None]]) -> Display:
    """Return the Display of this program's standard error."""
    terminal = sys.stderr is not None and os.isatty(console.STDERR) and os.environ.get("TERM", "dumb") != "dumb"
    return Display(console.report, terminal, _size, guard, ours=_is_ours)


def _is_ours() -> bool:
    """Return whether we are in the foreground of the terminal on standard error, or nobody manages jobs there."""
    try:
        return os.tcgetpgrp(console.STDERR) in (os.getpgrp(), 0)  # 0: one outside of our container
    except OSError:  # not the one that controls us
        return True


def _size() -> tuple[int, int]:
    try:
        columns, rows = os.get_terminal_size(console.STDERR)
    except OSError:
        return _USUAL_SIZE
    return columns or _USUAL_SIZE[0], rows or _USUAL_SIZE[1]  # a terminal that was never told its size has none


def _start_timer(seconds: float, action: Callable[[], None]) -> Timer:
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
    return timer
