"""Terminals: which descriptor is one, our own as a plain carrier of bytes, and pseudo-terminals like it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import termios
from collections.abc import Iterator
from typing import TypeAlias

# What termios.tcgetattr returns: input, output, control and local flags, two speeds, the control characters.
Settings: TypeAlias = list[int | list[bytes | int]]

_MOST_TYPED_AHEAD = 1 << 12  # bytes; Linux holds no more

_INPUT, _OUTPUT, _CONTROL, _LOCAL, _CHARACTERS = 0, 1, 2, 3, 6


def terminal_of(descriptor: int) -> int | None:
    """Return the device number of the terminal that `descriptor` is, None if it is none."""
    return os.fstat(descriptor).st_rdev if os.isatty(descriptor) else None


def in_foreground(descriptor: int) -> bool:
    """Return whether this process may read that terminal and set it: it has the foreground, or knows no job control."""
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return True  # not our controlling terminal


def has_controlling_terminal() -> bool:
    """Return whether this process belongs to a terminal, whatever its standard streams are."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def copy_size(source: int, target: int) -> None:
    """Give the terminal `target` the window size of `source`; who runs in it learns of a change."""
    with contextlib.suppress(OSError):
        size = fcntl.ioctl(source, termios.TIOCGWINSZ, bytes(8))
        fcntl.ioctl(target, termios.TIOCSWINSZ, size)


def open_pty(like: int, processed: bool) -> tuple[int, int]:
    """Return our end and the command's end of a new terminal with the settings and the size of `like`.

    `processed` says whether it shall turn line feeds into what `like` would send; otherwise `like` does that itself.
    Raises OSError.
    """
    ours, theirs = os.openpty()
    settings = termios.tcgetattr(like)
    if not processed:
        settings[_OUTPUT] &= ~termios.OPOST
    termios.tcsetattr(theirs, termios.TCSANOW, settings)
    copy_size(like, theirs)
    return ours, theirs


def type_unseen(ours: int, theirs: int, keys: bytes) -> bytes:
    """Type at a pseudo-terminal that nobody else sets yet, and show nothing of it. Return what it did not take."""
    settings = termios.tcgetattr(theirs)
    unseen = [*settings[:_CHARACTERS], list(settings[_CHARACTERS])]
    unseen[_LOCAL] &= ~(termios.ECHO | termios.ECHONL)
    termios.tcsetattr(theirs, termios.TCSANOW, unseen)
    try:
        left = keys[os.write(ours, keys) :]
        # Linux hands keys on by and by, and whether they are shown is decided then. Who looks whether there are any to
        # be read has them handed on first (n_tty_poll in drivers/tty/n_tty.c).
        select.select([theirs], [], [], 0)
    finally:
        termios.tcsetattr(theirs, termios.TCSANOW, settings)
    return left


class Screen:
    """Our own terminal, which carries bytes as they are while it is taken: keys are for the command to interpret."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.original: Settings = termios.tcgetattr(descriptor)
        self.taken = False

    def take(self) -> bool:
        """Make it raw, if we have the foreground. Return whether it is."""
        if in_foreground(self.descriptor):
            if not self.taken:
                self.original = termios.tcgetattr(self.descriptor)
            set_terminal(self.descriptor, _raw(self.original))
            self.taken = True
        return self.taken

    def typed_ahead(self) -> bytes:
        """Return what was typed before it was taken, just now. It was shown then, if it is to be shown at all."""
        if not self.taken or not select.select([self.descriptor], [], [], 0)[0]:
            return b""
        with contextlib.suppress(OSError):  # the window was closed
            return os.read(self.descriptor, _MOST_TYPED_AHEAD)
        return b""

    def give_back(self) -> None:
        """Make it what it was; what is still to be written comes first."""
        if self.taken:
            self.taken = False
            set_terminal(self.descriptor, self.original)


def set_terminal(descriptor: int, settings: Settings) -> None:
    """Set a terminal once all was written; nothing that was typed is lost. One that is gone is left alone."""
    with _not_stopped(), contextlib.suppress(termios.error):
        termios.tcsetattr(descriptor, termios.TCSADRAIN, settings)


@contextlib.contextmanager
def _not_stopped() -> Iterator[None]:
    """Do not be stopped for setting a terminal whose foreground went to another at this moment."""
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGTTOU, before)


def _raw(settings: Settings) -> Settings:
    """Return the settings with every interpretation off, as cfmakeraw(3) has it."""
    raw = [*settings[:_CHARACTERS], list(settings[_CHARACTERS])]  # type: ignore[arg-type]  # a list
    raw[_INPUT] &= ~(  # type: ignore[operator]  # all flags are integers
        termios.IGNBRK | termios.BRKINT | termios.PARMRK | termios.ISTRIP
        | termios.INLCR | termios.IGNCR | termios.ICRNL | termios.IXON
    )  # fmt: skip
    raw[_OUTPUT] &= ~termios.OPOST  # type: ignore[operator]
    raw[_LOCAL] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN)  # type: ignore[operator]
    raw[_CONTROL] = (raw[_CONTROL] & ~(termios.CSIZE | termios.PARENB)) | termios.CS8  # type: ignore[operator]
    raw[_CHARACTERS][termios.VMIN], raw[_CHARACTERS][termios.VTIME] = 1, 0  # type: ignore[index]
    return raw
