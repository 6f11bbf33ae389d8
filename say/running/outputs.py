"""A command's standard output and error: what each of them becomes, and who empties it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from say import console
from say.running.pumps import Pump
from say.running.terminals import copy_size, open_pty, terminal_of

GRACE = 0.3  # s without output after the command's end, in which what it left running may still write
SETTLE = 1.0  # s at most in which what was written before a stop shall be shown

See = Callable[[], Callable[[bytes], None]]


class Outputs:
    """The pipes and pseudo-terminals of a command's standard output and error, and the pumps that empty them."""

    def __init__(self, see: See) -> None:
        self._see = see
        self.theirs: list[int] = []  # ends to be closed once the command has them
        self.terminals: list[tuple[int, int]] = []  # one of ours, and the pseudo-terminal that shall have its size
        self.pumps: list[Pump] = []

    def pipe(self, target: int) -> int:
        """Return the end of a new pipe whose bytes go to `target`."""
        ours, theirs = os.pipe()
        self._pump(ours, theirs, target, discard=False)
        return theirs

    def terminal(self, target: int, processed: bool) -> int:
        """Return the command's end of a new pseudo-terminal whose bytes go to `target`, a terminal."""
        ours, theirs = open_pty(target, processed)
        self.terminals.append((target, ours))
        self._pump(os.dup(ours), theirs, target, discard=True)
        return theirs

    def _pump(self, ours: int, theirs: int, target: int, discard: bool) -> None:
        self.pumps.append(Pump(ours, target, self._see(), discard))
        self.theirs.append(theirs)

    def begin(self) -> None:
        for end in self.theirs:
            os.close(end)
        for pump in self.pumps:
            pump.start()

    def finish(self) -> None:
        for pump in self.pumps:
            pump.finish(GRACE)

    def settle(self) -> None:
        for pump in self.pumps:
            pump.settle(SETTLE)

    def copy_sizes(self) -> None:
        for source, target in self.terminals:
            copy_size(source, target)

    def problems(self) -> tuple[str, ...]:
        errors = [pump.error for pump in self.pumps if pump.error is not None]
        return tuple(error.strerror or str(error) for error in errors)


def error_stream(outputs: Outputs, stdout: int | None, processed: bool) -> int | None:
    """Return what becomes standard error: the end that standard output has where both go to the same place."""
    if sys.stderr is None:
        return None
    if stdout is not None and _same(console.STDOUT, console.STDERR):
        return stdout
    if terminal_of(console.STDERR) is not None:
        return outputs.terminal(console.STDERR, processed)
    return outputs.pipe(console.STDERR)


def _same(one: int, other: int) -> bool:
    if terminal_of(one) is not None:
        return terminal_of(one) == terminal_of(other)
    return os.path.sameopenfile(one, other)
