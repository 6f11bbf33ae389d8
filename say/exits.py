"""How the program ends: by a status, or by the signal that a shell expects to see."""

from __future__ import annotations

import _thread
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from common.errors import EXIT_DROPPED, EXIT_FAILED, EXIT_NO_SOUND, EXIT_OK, EXIT_STOPPED, EXIT_USAGE

# The table that `--help` and the documents print.
STATUSES = (
    (str(EXIT_OK), "spoken or written; nothing to speak"),
    (str(EXIT_FAILED), "failed, also for a file that is missing, unfit or cannot be written"),
    (str(EXIT_USAGE), "usage: an option, a voice or a file name that makes no sense"),
    (str(EXIT_NO_SOUND), "no way to make sound: no audio library or no device"),
    (str(EXIT_STOPPED), "stopped: by key q, --stop, --cancel, --interrupt or --shutdown"),
    (str(EXIT_DROPPED), "not spoken, or not to its end, as --priority or --policy asked"),
    ("SIGINT", "Ctrl-C; a shell shows 130 and ends the loop around it"),
    ("SIGPIPE", "the reader of standard output went away; a shell shows 141"),
)


_LATER = 0.001  # seconds
# Where weak references call back when an object goes: an import does so once for each module.
_CALLBACKS = ("<frozen importlib._bootstrap>", "weakref.py", "_weakrefset.py")


class Interrupted(BaseException):
    """A signal that ends the program came while there was something to clean up."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class OutputClosed(BaseException):
    """Nobody reads what we write to a pipe: as with any other program, that is the end, not an error."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn the signals that end the program into Interrupted, so that what stands around this can clean up.

    A second signal ends the program at once. Works in the main thread only, as signal handlers do. Signals that are
    ignored stay so, and those that somebody takes already stay with him.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    ours = [number for number, handler in before.items() if handler in (signal.SIG_DFL, signal.default_int_handler)]

    def interrupt(number: int, frame: FrameType | None) -> None:
        if _swallows(frame):
            _thread.start_new_thread(_send_later, (number, _thread.get_ident()))
            return
        for each in ours:
            signal.signal(each, signal.SIG_DFL)
        raise Interrupted(number)

    for number in ours:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])


def _send_later(number: int, thread: int) -> None:
    time.sleep(_LATER)
    signal.pthread_kill(thread, number)


def _swallows(frame: FrameType | None) -> bool:
    """Return whether Python would print what is raised in `frame` and go on: in a callback that nobody called."""
    swallows = frame is not None and frame.f_code.co_filename.endswith(_CALLBACKS)
    while frame is not None and not swallows:
        swallows = frame.f_code.co_name == "__del__"
        frame = frame.f_back
    return swallows


def die_by(number: int) -> int:
    """End this process by that signal. Returns the status a shell would show, should the signal be blocked."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    return 128 + number
