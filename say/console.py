"""The program's own standard output and standard error, written to directly.

Nothing is left in a buffer that could fail when the interpreter ends, and closed descriptors are no surprise.
"""

from __future__ import annotations

import os
import select
import sys
import time

from common import TYPE_CHECKING
from common.errors import OutputFailed
from common.quoting import reason_of
from say.exits import OutputClosed

if TYPE_CHECKING:
    from typing import TextIO

STDIN = 0
STDOUT = 1
STDERR = 2


def occupy_closed_descriptors() -> None:
    """Open /dev/null in place of closed standard streams, so that no socket or file of ours gets their numbers.

    `sys.stdin`, `sys.stdout` and `sys.stderr` stay None where they were closed.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= STDERR:
        pass
    os.close(descriptor)


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Write all of `data`. Raises OutputClosed if the reader went away, OSError for the rest."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:  # a parent made it non-blocking
            select.select([], [descriptor], [])
        except BrokenPipeError:
            raise OutputClosed from None


def answer(text: str) -> None:
    """Write what the user asked for to standard output. Raises OutputFailed, OutputClosed."""
    if sys.stdout is None:
        raise OutputFailed("standard output is closed")
    answer_bytes(_encoded(text + "\n", sys.stdout))


def answer_bytes(data: bytes) -> None:
    """Write to standard output as it is, in whatever encoding. Raises OutputFailed, OutputClosed."""
    if sys.stdout is None:
        raise OutputFailed("standard output is closed")
    try:
        write_all(STDOUT, data)
    except OSError as error:
        raise OutputFailed(f"standard output cannot be written: {reason_of(error)}") from error


def width() -> int:
    """Return the columns of the terminal that standard output is, 0 where it is none."""
    try:
        return os.get_terminal_size(STDOUT).columns
    except OSError:
        return 0


def share_a_screen() -> bool:
    """Return whether standard output and standard error are one terminal."""
    try:
        return os.isatty(STDOUT) and os.path.samestat(os.fstat(STDOUT), os.fstat(STDERR))
    except OSError:
        return False


def watch_output(seconds: float) -> None:
    """Return after so many seconds. Raises OutputClosed at once when the reader of standard output goes away."""
    watcher = select.poll()
    watcher.register(STDOUT, 0)  # asks for nothing but errors
    for _, events in watcher.poll(seconds * 1000):
        if events & select.POLLERR:
            raise OutputClosed
        time.sleep(seconds)  # something that cannot be watched


def report(text: str) -> None:
    """Write to standard error as it is; where that cannot be done there is nobody to tell."""
    if sys.stderr is None:
        return
    try:
        write_all(STDERR, _encoded(text, sys.stderr))
    except (OSError, OutputClosed):
        return


def line(text: str, program: str = "say") -> None:
    """Write a message, `say: …`, to standard error."""
    report(message(text, program))


def message(text: str, program: str = "say") -> str:
    """Return `text` as it is shown: one line; more where a part of a log or a file is quoted."""
    shown = f"\n{' ' * len(program)}  ".join(printable(each) for each in text.splitlines())
    return f"{program}: {shown}\n"


def printable(text: str) -> str:
    """Return `text` with what could confuse a terminal (controls, bidirectional overrides, surrogates) as escapes."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each == " " else ascii(each)[1:-1] for each in text)


def _encoded(text: str, stream: TextIO) -> bytes:
    return text.encode(stream.encoding or "utf-8", "backslashreplace")
