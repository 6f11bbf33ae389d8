"""The terminal while its keys steer speech: single keys come at once and are not shown; Ctrl-C and Ctrl-Z stay signals."""

from __future__ import annotations

import os
import termios
import time
from collections.abc import Callable
from contextlib import suppress

from say.control import Control
from say.keys import Key, KeyParser

STEP = 0.1  # of the normal speed, for a key that changes it
HELP = "space: pause, go on; right, left: next, previous sentence; up, down: faster, slower; q: stop"
_LOCAL_FLAGS = 3  # places in what `tcgetattr` returns
_CONTROL_CHARACTERS = 6


def in_foreground(descriptor: int) -> bool:
    """Return whether this terminal is ours and listens to us."""
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False


class KeyTerminal:
    """Takes the terminal `descriptor` for keys and gives it back. Each may be called at any time, and again."""

    def __init__(self, descriptor: int, control: Control, say: Callable[[str], None]) -> None:
        self._descriptor = descriptor
        self._control = control
        self._say = say
        self._parser = KeyParser()
        self._before: list[object] | None = None  # the settings to go back to

    def take(self) -> bool:
        """Have keys steer from now on, unless we are in the background: its owner is somebody else then.

        Returns whether it is ours.
        """
        if not in_foreground(self._descriptor):
            return False
        with suppress(termios.error):  # it vanished
            mode = termios.tcgetattr(self._descriptor)
            if self._before is None:
                self._before = [*mode[:_CONTROL_CHARACTERS], list(mode[_CONTROL_CHARACTERS])]
            mode[_LOCAL_FLAGS] &= ~(termios.ICANON | termios.ECHO)
            mode[_CONTROL_CHARACTERS][termios.VMIN], mode[_CONTROL_CHARACTERS][termios.VTIME] = 1, 0
            termios.tcsetattr(self._descriptor, termios.TCSANOW, mode)
            self._control.watch(self._descriptor, self._read)
        return True

    def release(self) -> None:
        """Give the terminal back as it was. In the background it is left alone: whoever has it now has set it up."""
        before, self._before = self._before, None
        self._control.unwatch(self._descriptor)
        if before is not None and in_foreground(self._descriptor):
            with suppress(termios.error):
                termios.tcsetattr(self._descriptor, termios.TCSANOW, before)  # type: ignore[arg-type]  # as it came

    def _read(self) -> None:
        try:
            data = os.read(self._descriptor, 4096) if in_foreground(self._descriptor) else b""
        except OSError:  # it vanished
            data = b""
        if not data:
            self._control.unwatch(self._descriptor)
        for key in self._parser.feed(data, time.monotonic()):
            self._press(key)

    def _press(self, key: Key) -> None:
        control = self._control
        if key is Key.SPACE:
            control.toggle()
        elif key is Key.RIGHT:
            control.skip()
        elif key is Key.LEFT:
            control.back()
        elif key in (Key.UP, Key.DOWN):
            control.change_speed(STEP if key is Key.UP else -STEP)
        elif key is Key.STOP:
            control.stop()
        else:
            self._say(HELP)
