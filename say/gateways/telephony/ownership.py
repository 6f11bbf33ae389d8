"""Whose a settings database is: a lock beside it, which the system frees when the service and its guardian are dead.

The lock's file is empty and stays. Its time of change is set by each owner, and so tells one from the next.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from common.errors import DaemonBusy, DaemonError
from common.paths import ensure_private_directory, state_directory
from common.quoting import reason_of

_PAUSE = 0.05  # seconds
_FLAGS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class Ownership:
    """A lock that is held, by all processes that have its descriptor."""

    def __init__(self, descriptor: int) -> None:
        """Take over the descriptor of a lock that is held, or was by this owner."""
        self.descriptor = descriptor
        self._mark = os.fstat(descriptor).st_mtime_ns

    @classmethod
    def take(cls, database: Path, within: float) -> Ownership:
        """Become the owner, in up to so many seconds. Raises DaemonBusy where somebody else is, DaemonError."""
        descriptor = _create(database)
        until = time.monotonic() + within
        while not _locked(descriptor):
            if time.monotonic() > until:
                os.close(descriptor)
                what = f"another telephony service follows {database} already"
                raise DaemonBusy(what, "End that one, or name another --database.")
            time.sleep(_PAUSE)
        with contextlib.suppress(OSError):  # another user's file: then this owner looks like the one before
            os.utime(descriptor, ns=(time.time_ns(),) * 2)
        return cls(descriptor)

    def release(self) -> None:
        """Let others have it, also for all processes that share the descriptor."""
        fcntl.flock(self.descriptor, fcntl.LOCK_UN)

    def take_again(self) -> bool:
        """Return whether it is held again; not where anybody else holds it now."""
        return _locked(self.descriptor)

    def has_passed_on(self) -> bool:
        """Whether somebody else has become the owner since, and may have left, too."""
        return os.fstat(self.descriptor).st_mtime_ns != self._mark

    def close(self) -> None:
        """Forget it; the last process that does so frees the lock."""
        os.close(self.descriptor)


@contextlib.contextmanager
def orphaned(database: Path) -> Iterator[bool]:
    """Give True where a service had the database and none has it now; meanwhile none can come."""
    with contextlib.ExitStack() as stack:
        was_owned = False
        for path in _paths(database):
            try:
                descriptor = os.open(path, os.O_RDONLY | _FLAGS)
            except FileNotFoundError:
                continue
            except OSError:  # another user's: nobody knows
                was_owned = False
                break
            stack.callback(os.close, descriptor)
            was_owned = _locked(descriptor)
            if not was_owned:  # but is
                break
        yield was_owned


def _paths(database: Path) -> tuple[Path, Path]:
    """Return where the lock lies: beside the database for all users, else in the user's own directory."""
    real = os.path.realpath(database)
    digest = hashlib.sha256(os.fsencode(real)).hexdigest()
    return Path(f"{real}-telephony.lock"), state_directory() / f"telephony_{digest[:16]}.lock"


def _create(database: Path) -> int:
    """Return a descriptor of the lock, which is made where it is missing. Raises DaemonError."""
    beside, own = _paths(database)
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):  # the latter for another user's
        with contextlib.suppress(OSError):
            return os.open(beside, flags | _FLAGS, 0o666)  # as many may read it as may read the database
    try:  # the folder takes no file of ours
        ensure_private_directory(own.parent)
        return os.open(own, os.O_RDWR | os.O_CREAT | _FLAGS, 0o600)
    except OSError as error:
        raise DaemonError(
            f"{own} cannot be opened: {reason_of(error)}", "Set SAY_HOME to a directory of your own."
        ) from None


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
