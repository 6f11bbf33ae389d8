"""A command from its start to its end: its streams, its signals, its terminal.

Where we were started on a terminal the command gets one of its own, so that it behaves as ever while its output passes
through our hands. Where standard input is something else, or standard output is, the terminal stays with whoever else
is in the pipeline: the command then shares it with us, and only what it writes goes through our hands.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import stat
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from say import console
from say.running.caught import Caught
from say.running.children import CONTINUED, ENDED, NOT_STARTED, REPORT, STOPPED, Streams, lead, spawn
from say.running.outputs import Outputs, See, error_stream
from say.running.terminals import (
    Screen,
    has_controlling_terminal,
    in_foreground,
    set_terminal,
    terminal_of,
    type_unseen,
)

LOOK_FOR_FOREGROUND = 0.5  # s; nothing tells a program that it was brought to the foreground
PATIENCE = 1.0  # s for a command that was told to go on to do so
_KEYS = 1 << 12  # bytes read from the keyboard at a time
_MOST_KEYS = 1 << 16  # bytes typed or pasted ahead that are held for a command that does not read

_PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
_FATAL = (signal.SIGTERM, signal.SIGHUP)  # whoever sends us these wants no speech afterwards
_FROM_KEYBOARD = (signal.SIGINT, signal.SIGQUIT)


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int  # as a shell has it: 128 and the signal's number where a signal ended it
    signal: int  # 0 where none did
    seconds: float
    told_to_end: bool  # we were, and passed it on
    problems: tuple[str, ...]  # what could not be written


def supervise(words: Sequence[str], see: See, begun: Callable[[], None]) -> Ended:
    """Run a command to its end.

    `see()` is called for each stream and returns what takes its bytes after they were passed on; `begun` is called once
    the command has been started. Raises OSError if it cannot be run.
    """
    terminal = None if sys.stdin is None else terminal_of(console.STDIN)
    if terminal is not None and sys.stdout is not None and terminal_of(console.STDOUT) == terminal:
        return _OnTerminal(see).run(words, begun)
    return _Beside(see).run(words, begun)


class _OnTerminal:
    """The command has a terminal of its own; ours carries keys to it and what it shows back."""

    def __init__(self, see: See) -> None:
        self._outputs = Outputs(see)
        self._screen = Screen(console.STDIN)
        self._keys = b""  # typed, and not yet taken by the command's terminal
        self._typing = True  # our terminal is still there
        self._status: int | None = None  # as of wait
        self._told_to_end = False

    def run(self, words: Sequence[str], begun: Callable[[], None]) -> Ended:
        outputs = self._outputs
        terminal = outputs.terminal(console.STDOUT, processed=True)
        streams = Streams(terminal, terminal, error_stream(outputs, terminal, processed=True))
        self._master = outputs.terminals[0][1]
        began = time.monotonic()
        settings = self._screen.original
        self._like_ours = self._screen.take()
        try:
            if ahead := self._screen.typed_ahead():
                self._keys = type_unseen(self._master, terminal, ahead)
            self._leader = lead(words, streams, terminal, console.STDIN, settings)
        except BaseException:
            self._screen.give_back()
            raise
        try:
            with Caught((*_PASSED_ON, signal.SIGWINCH, signal.SIGCONT, signal.SIGTSTP)) as self._caught:
                outputs.begin()
                outputs.copy_sizes()
                begun()
                self._follow()
                seconds = time.monotonic() - began
                outputs.finish()
        finally:
            self._screen.give_back()
            self._leader.close()
        assert self._status is not None
        return _ended(self._status, seconds, self._told_to_end, outputs)

    def _follow(self) -> None:
        """Carry keys, signals and reports until the command has ended. Raises OSError if it could not be started."""
        while self._status is None:
            reading = [self._caught.descriptor, self._leader.reports]
            if self._typing and self._screen.taken and len(self._keys) < _MOST_KEYS:
                reading.append(console.STDIN)
            patience = LOOK_FOR_FOREGROUND if self._typing and not self._screen.taken else None
            ready, writable, _ = select.select(reading, [self._master] if self._keys else [], [], patience)
            if self._typing and not self._screen.taken:
                self._take()
            if self._caught.descriptor in ready:
                for number in self._caught.take():
                    self._handle(number)
            if console.STDIN in ready:
                self._read_keys()
            if writable:
                self._type()
            if self._leader.reports in ready:
                self._heed(os.read(self._leader.reports, REPORT.size))

    def _take(self) -> None:
        """Take our terminal, if it is ours to take now."""
        if self._screen.take() and not self._like_ours:
            # We were begun in the background, and had its settings from a shell that was editing a line.
            self._like_ours = True
            set_terminal(self._master, self._screen.original)

    def _read_keys(self) -> None:
        try:
            keys = os.read(console.STDIN, _KEYS)
        except OSError:
            keys = b""
        self._keys += keys
        if not keys:  # the window was closed
            self._typing = False
            self._told_to_end = True
            self._leader.pass_on(signal.SIGHUP)

    def _type(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._keys = self._keys[os.write(self._master, self._keys) :]

    def _handle(self, number: int) -> None:
        if number == signal.SIGWINCH:
            self._outputs.copy_sizes()
        elif number == signal.SIGCONT:
            if self._screen.taken:  # stopped by force, and the shell has set the terminal since
                self._screen.take()
        else:
            self._told_to_end |= number in _FATAL
            self._leader.pass_on(number)

    def _heed(self, report: bytes) -> None:
        if len(report) < REPORT.size:  # the leader was killed
            self._status = signal.SIGKILL
            return
        kind, number = REPORT.unpack(report)
        if kind == NOT_STARTED:
            raise OSError(number, os.strerror(number))
        if kind == ENDED:
            self._status = number
        elif kind == STOPPED:
            self._stop()

    def _stop(self) -> None:
        """The command was stopped: so are we, until the shell continues us."""
        self._outputs.settle()
        self._screen.give_back()
        with self._caught.stoppable():
            os.killpg(0, signal.SIGTSTP)
        self._take()
        self._outputs.copy_sizes()
        self._leader.pass_on(signal.SIGCONT)
        # A Ctrl-Z that reached it before that would be forgotten.
        while self._status is None and select.select([self._leader.reports], [], [], PATIENCE)[0]:
            report = os.read(self._leader.reports, REPORT.size)
            if report[:1] == CONTINUED:
                return
            if report[:1] != STOPPED:
                self._heed(report)


class _Beside:
    """The command runs beside us: on the same terminal, if there is one, and with the same standard input."""

    def __init__(self, see: See) -> None:
        self._outputs = Outputs(see)
        # With us in the group that the terminal's keys reach; where there are none, in one that signals can be passed to.
        self._own_group = not has_controlling_terminal()
        self._told_to_end = False

    def run(self, words: Sequence[str], begun: Callable[[], None]) -> Ended:
        outputs = self._outputs
        stdout = self._output_stream()
        stdin = None if sys.stdin is None else console.STDIN
        streams = Streams(stdin, stdout, error_stream(outputs, stdout, processed=False))
        began = time.monotonic()
        with Caught((*_PASSED_ON, signal.SIGWINCH, signal.SIGCHLD)) as caught:
            self._pid = spawn(words, streams, self._own_group)
            outputs.begin()
            begun()
            status = self._follow(caught)
            seconds = time.monotonic() - began
            outputs.finish()
        return _ended(status, seconds, self._told_to_end, outputs)

    def _output_stream(self) -> int | None:
        if sys.stdout is None:
            return None
        if terminal_of(console.STDOUT) is not None:
            if sys.stdin is not None and stat.S_ISFIFO(os.fstat(console.STDIN).st_mode):
                # The end of a pipeline may be a pager, which takes its keys from where standard error goes. It is not
                # watched.
                return console.STDOUT
            return self._outputs.terminal(console.STDOUT, processed=False)
        return self._outputs.pipe(console.STDOUT)

    def _follow(self, caught: Caught) -> int:
        """Pass signals on until the command has ended; return its wait status."""
        while True:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                return status
            select.select([caught.descriptor], [], [])
            for number in caught.take():
                self._handle(number)

    def _handle(self, number: int) -> None:
        if number == signal.SIGCHLD:
            return
        if number == signal.SIGWINCH:
            self._outputs.copy_sizes()
            if not self._outputs.terminals:
                return  # it learned of it as we did
        elif number in _FROM_KEYBOARD and not self._own_group and _keys_reach_us():
            return  # and the command
        self._told_to_end |= number in _FATAL
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if self._own_group else os.kill)(self._pid, number)


def _keys_reach_us() -> bool:
    """Return whether Ctrl-C at our terminal comes to our process group."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return in_foreground(terminal)
    finally:
        os.close(terminal)


def _ended(status: int, seconds: float, told_to_end: bool, outputs: Outputs) -> Ended:
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    code = 128 + number if number else os.WEXITSTATUS(status)
    return Ended(code, number, seconds, told_to_end, outputs.problems())
