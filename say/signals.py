"""Signals while something is spoken. Those that end the program let it say what was not spoken; Ctrl-Z pauses.

While a session is under way, a handler only leaves word for it, so that nothing is interrupted half done. In between,
while servers are looked for or text is waited for, nothing sounds, and the handler itself does what is to be done.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType

from say.control import Control
from say.exits import Interrupted, die_by

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
# Seconds in which a second signal is taken for the first one's echo: `timeout` and closing windows send it twice.
_ECHO = 0.2


class Signals:
    """A context manager for the main thread.

    `last_words` is called when the program is about to end by a signal, and sound has ended; `release` when it ends or
    stops, `take` when it goes on: they give the terminal back and take it again.
    """

    def __init__(
        self,
        control: Control,
        last_words: Callable[[int], None],
        release: Callable[[], None],
        take: Callable[[], None],
    ) -> None:
        self._control = control
        self._last_words = last_words
        self._release = release
        self._take = take
        self._before: dict[int, object] = {}
        self._ended_by: Interrupted | None = None
        self._ended_at = 0.0
        self._suspending = False

    def __enter__(self) -> Signals:
        handlers = dict.fromkeys(ENDING, self._end) | {signal.SIGTSTP: self._suspend, signal.SIGCONT: self._go_on}
        for number, handler in handlers.items():
            before = signal.getsignal(number)
            if before in (signal.SIG_DFL, signal.default_int_handler):  # what is ignored stays so
                self._before[number] = before
                signal.signal(number, handler)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ended_by is not None and error is not self._ended_by:
            self._finish(self._ended_by.number)  # it came when the session had just ended
        if self._ended_by is not None:
            self._last_words(self._ended_by.number)
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type]  # as it came

    def _end(self, number: int, frame: FrameType | None) -> None:
        if self._ended_by is not None:
            if time.monotonic() > self._ended_at + _ECHO:
                self._release()
                die_by(number)
            return
        self._ended_by, self._ended_at = Interrupted(number), time.monotonic()
        if self._control.in_session:
            self._control.end_with(self._ended_by)
        else:
            self._finish(number)

    def _finish(self, number: int) -> None:
        self._last_words(number)
        self._release()
        die_by(number)

    def _suspend(self, number: int, frame: FrameType | None) -> None:
        if self._suspending:
            return
        self._suspending = True
        if not self._control.in_session:
            self._stand_still()
            return
        paused = self._control.paused
        if not paused:
            self._control.pause()
        self._control.call_soon(lambda: self._stand_still(resume=not paused))

    def _stand_still(self, *, resume: bool = False) -> None:
        """Stop as a program stops that knows nothing of Ctrl-Z; return when it was continued."""
        self._release()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        # To this thread, for it must not get any further.
        signal.pthread_kill(threading.get_ident(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._suspend)
        self._suspending = False
        self._take()
        if resume:
            self._control.resume()

    def _go_on(self, number: int, frame: FrameType | None) -> None:
        if not self._suspending:  # it was stopped by a signal that nobody can catch
            self._take()
            self._control.call_soon(lambda: None)  # which also tells the session that time was lost
