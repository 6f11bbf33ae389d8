"""Model servers that finish what they have in work while another has taken their place: how they are found.

Each has a state file of its own, `draining_<pid>.json`, with the port on which it still listens. It locks that file as long
as somebody has its part of the loudspeaker's line: those came first.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

from common import state
from common.errors import StateUnusable
from common.handshake import MODEL_ROLE
from common.paths import draining_file, draining_files
from common.process_identity import start_mark


def living(home: Path) -> list[state.State]:
    """Return the model servers that drain, whatever protocol they speak."""
    found = []
    for path in draining_files(home):
        with contextlib.suppress(StateUnusable):
            found.append(state.read(path, MODEL_ROLE))
    return [each for each in found if start_mark(each.pid) == each.started]


def remove_dead(home: Path) -> None:
    """Remove the files of those that were killed while they drained. Nobody else ever would."""
    alive = {draining_file(home, each.pid) for each in living(home)}
    for path in draining_files(home):
        if path not in alive:
            path.unlink(missing_ok=True)


def speaks_first(home: Path, server: state.State) -> bool:
    """Return whether somebody is in the line of a server that drains."""
    return is_locked(draining_file(home, server.pid))


def is_locked(path: Path) -> bool:
    """Return whether somebody has the lock on a file. Who asks for it just now, without waiting, may have to ask again."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


class Draining:
    """What a model server that drains tells others about itself. To be closed."""

    def __init__(self, home: Path, server: state.State) -> None:
        """Write the file. Raises OSError."""
        self._path = draining_file(home, server.pid)
        self._state = server
        state.write(self._path, server)
        self._descriptor = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        self._first = False

    def speak_first(self, first: bool) -> None:
        """Say whether somebody is in our line. While somebody else looks, it takes another call."""
        if first and not self._first:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._first = True
        elif self._first and not first:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            self._first = False

    def close(self) -> None:
        """Take the file away."""
        state.remove(self._path, self._state)
        os.close(self._descriptor)
