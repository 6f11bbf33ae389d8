"""Processes: from fork to the command's exec, and the one that stands between us and a command with its own terminal.

That one, the leader of the terminal's session, is what a shell would be: a command whose parent is in another session
could not be stopped by Ctrl-Z. It reports what becomes of the command, and it puts our terminal in order should we be
killed. Nothing here may run while other threads do.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import signal
import struct
import termios
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from say.running.terminals import Settings, set_terminal

# What Python ignores and a program does not expect to find ignored.
_DEFAULTS = (signal.SIGPIPE, getattr(signal, "SIGXFSZ", signal.SIGPIPE))

# Reports of the leader: a kind, and a number.
NOT_STARTED, STOPPED, CONTINUED, ENDED = b"n", b"s", b"c", b"e"  # an errno, a signal, nothing, a wait status
REPORT = struct.Struct("!ci")
# What it is told: the number of a signal for the command, a byte each, or to leave. The pipe's end without that means that
# we died.
_LEAVE = 0


@dataclass(frozen=True)
class Streams:
    """The descriptors that become the command's standard streams; None for one that shall be closed."""

    stdin: int | None
    stdout: int | None
    stderr: int | None


def spawn(words: Sequence[str], streams: Streams, own_group: bool) -> int:
    """Start a command in this session; return its pid. Raises OSError if it cannot be run."""
    failed, failing = os.pipe()
    pid = os.fork()
    if pid == 0:
        if own_group:
            os.setpgid(0, 0)
        _become(words, streams, failing)
    os.close(failing)
    if own_group:
        with contextlib.suppress(OSError):  # it has become the command already, or is gone
            os.setpgid(pid, pid)
    try:
        _raise_reported(failed)
    except OSError:
        os.waitpid(pid, 0)
        raise
    finally:
        os.close(failed)
    return pid


@dataclass
class Leader:
    """The process between us and the command, seen from our side."""

    pid: int
    reports: int  # REPORT by REPORT
    orders: int

    def pass_on(self, number: int) -> None:
        """Have it send a signal to the command's process group."""
        self._order(number)

    def _order(self, order: int) -> None:
        with contextlib.suppress(OSError):  # it is gone
            os.write(self.orders, bytes((order,)))

    def close(self) -> None:
        """Let it go and reap it."""
        self._order(_LEAVE)
        os.close(self.orders)
        os.close(self.reports)
        os.waitpid(self.pid, 0)


def lead(words: Sequence[str], streams: Streams, terminal: int, screen: int, settings: Settings) -> Leader:
    """Start a command on the pseudo-terminal whose end `terminal` is. Returns what looks after it.

    `screen` and `settings` are our own terminal and how it shall be should we be killed.
    """
    reports, reporting = os.pipe()
    ordered, orders = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(reports)
            os.close(orders)
            _Leading(reporting, ordered, screen, settings).run(words, streams, terminal)
            status = 0
        finally:
            os._exit(status)
    os.close(reporting)
    os.close(ordered)
    return Leader(pid, reports, orders)


class _Leading:
    """The leader's own side."""

    def __init__(self, reporting: int, ordered: int, screen: int, settings: Settings) -> None:
        self._reporting = reporting
        self._ordered = ordered
        self._screen = screen
        self._settings = settings
        self._command = 0
        self._ended = False

    def run(self, words: Sequence[str], streams: Streams, terminal: int) -> None:
        os.setsid()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
        ignored = {number: signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGTTOU)}
        for number in ignored:  # the terminal's end shall not end us before the command; its foreground is ours to give
            signal.signal(number, signal.SIG_IGN)
        woken, waking = os.pipe()
        os.set_blocking(waking, False)
        signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            self._command = self._start(words, streams, terminal, ignored)
        except OSError as error:
            self._report(NOT_STARTED, error.errno or 0)
            return
        _close_all_but(self._screen, self._reporting, self._ordered, woken, waking)
        self._follow(woken)
        self._free_terminal()

    def _start(
        self, words: Sequence[str], streams: Streams, terminal: int, ignored: Mapping[signal.Signals, object]
    ) -> int:
        failed, failing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.setpgid(0, 0)
            os.tcsetpgrp(terminal, os.getpid())
            for number, before in ignored.items():
                signal.signal(number, signal.SIG_IGN if before is signal.SIG_IGN else signal.SIG_DFL)
            _become(words, streams, failing)
        os.close(failing)
        _raise_reported(failed)
        os.close(failed)
        return pid

    def _follow(self, woken: int) -> None:
        """Report what becomes of the command and do as ordered, until told to leave."""
        while True:
            self._look()
            ready, _, _ = select.select([woken, self._ordered], [], [])
            if woken in ready:
                os.read(woken, 4096)
            if self._ordered not in ready:
                continue
            orders = os.read(self._ordered, 4096)
            if not orders:
                self._orphaned()
                return
            for order in orders:
                if order == _LEAVE:
                    return
                self._signal(order)

    def _look(self) -> None:
        while not self._ended:
            pid, status = os.waitpid(self._command, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
            if pid == 0:
                return
            if os.WIFSTOPPED(status):
                self._report(STOPPED, os.WSTOPSIG(status))
            elif os.WIFCONTINUED(status):
                self._report(CONTINUED, 0)
            else:
                self._ended = True
                self._report(ENDED, status)

    def _orphaned(self) -> None:
        """We were killed: put the terminal in order, and let the command know that its terminal is gone."""
        set_terminal(self._screen, self._settings)
        self._signal(signal.SIGHUP)
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if not self._ended:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._command, number)

    def _free_terminal(self) -> None:
        """Take the foreground, so that what the command left running is not hung up when the session's leader goes."""
        if not self._ended:
            return
        with contextlib.suppress(OSError):
            terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
            os.tcsetpgrp(terminal, os.getpgrp())

    def _report(self, kind: bytes, number: int) -> None:
        with contextlib.suppress(OSError):  # nobody is there to be told
            os.write(self._reporting, REPORT.pack(kind, number))


def _close_all_but(*kept: int) -> None:
    """Hold nothing open whose end somebody waits for: pipes, the terminals' ends, what our caller had open."""
    start = 0
    for descriptor in sorted(kept):
        if start < descriptor:  # closerange(0, 0) would close everything
            os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, os.sysconf("SC_OPEN_MAX"))


def _become(words: Sequence[str], streams: Streams, failing: int) -> None:
    """Turn this forked process into the command; report to `failing` if that cannot be. Does not return."""
    try:
        signal.set_wakeup_fd(-1)
        for number in signal.valid_signals():
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)
        for number in _DEFAULTS:
            signal.signal(number, signal.SIG_DFL)
        for target, source in enumerate((streams.stdin, streams.stdout, streams.stderr)):
            if source is None:
                with contextlib.suppress(OSError):
                    os.close(target)
            else:
                os.dup2(source, target)
        _execute(words)
    except OSError as error:
        os.write(failing, str(error.errno or 0).encode())
    finally:
        os._exit(127)


def _execute(words: Sequence[str]) -> None:
    """Replace this process, as execvp(3) does: a script that does not say what shall read it is read by the shell."""
    problem = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    if not words[0]:
        raise problem
    folders = [""] if "/" in words[0] else os.get_exec_path()
    for folder in folders:
        path = os.path.join(folder, words[0])
        try:
            os.execv(path, list(words))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError as error:  # another folder may have one that can be run
            problem = error  # type: ignore[assignment]
        except OSError as error:
            if error.errno != errno.ENOEXEC or _is_binary(path):
                raise
            os.execv("/bin/sh", ["/bin/sh", path, *words[1:]])
    raise problem


def _is_binary(path: str) -> bool:
    """Return whether a shell, too, would refuse to read this as a script: there is a null in its first line."""
    with open(path, "rb") as file:
        return b"\0" in file.read(_LOOKED_AT).partition(b"\n")[0]


_LOOKED_AT = 80  # bytes, as bash has it


def _raise_reported(failed: int) -> None:
    """Wait until the command runs. Raises OSError, as its exec did."""
    number = os.read(failed, 64)
    if number:
        raise OSError(int(number), os.strerror(int(number)))
