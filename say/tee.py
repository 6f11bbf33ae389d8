"""Standard input passed on to standard output, byte for byte, while it is read for speaking."""

from __future__ import annotations

import os
import select
import stat
import sys

from common.errors import OutputFailed
from common.quoting import reason_of
from say.console import STDOUT
from say.exits import OutputClosed

# A pipe that is ready takes this much without waiting. A terminal that Ctrl-S stopped takes less, but that.
_PIPE = select.PIPE_BUF
_TERMINAL = 256
_FILE = 1 << 16


def open_tee() -> Tee:
    """Return the way to standard output. Raises OutputFailed if it is closed."""
    if sys.stdout is None:
        raise OutputFailed("standard output is closed", "Leave out --tee, or send the output somewhere.")
    return Tee(STDOUT)


class Tee:
    """Writes to a descriptor without ever waiting for its reader; what it did not take yet is `pending`."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._rest = memoryview(b"")
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            self._most = _FILE
        else:
            self._most = _TERMINAL if os.isatty(descriptor) else _PIPE

    @property
    def pending(self) -> bool:
        """Whether something waits for the reader. Then nothing more may be given."""
        return bool(self._rest)

    def give(self, data: bytes) -> None:
        """Pass `data` on as far as it is taken. Raises as `push` does."""
        self._rest = memoryview(data)
        self.push()

    def push(self) -> None:
        """Pass on more of what is pending. Raises OutputClosed if the reader went away, OutputFailed for the rest."""
        try:
            while self._rest and select.select([], [self.descriptor], [], 0)[1]:
                self._rest = self._rest[os.write(self.descriptor, self._rest[: self._most]) :]
        except BlockingIOError:  # a parent made it non-blocking
            return
        except BrokenPipeError:
            raise OutputClosed from None
        except OSError as error:
            raise OutputFailed(f"standard output cannot be written: {reason_of(error)}") from error
