"""The file lock beneath the floor: whoever makes sound holds it, so that two model servers cannot make voices overlap."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
from pathlib import Path

from common.errors import DaemonError
from common.quoting import reason_of

POLL = 0.02  # seconds between two tries; a wait for the loudspeaker is not felt below that


class FloorLock:
    """An exclusive lock on a file. The kernel frees it when its holder dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        return self._descriptor is not None

    async def acquire(self) -> None:
        """Wait until the lock is ours. Cancelled while waiting, it holds nothing. Raises DaemonError."""
        if self._descriptor is not None:
            raise RuntimeError("the floor lock is held already")
        try:
            # The file stays for good: removing it would let two holders lock two files of one name.
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise DaemonError(f"the lock {self._path} cannot be opened: {reason_of(error)}") from error
        try:
            while not _try_lock(descriptor, self._path):
                await asyncio.sleep(POLL)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def release(self) -> None:
        """Free the lock; without one it does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _try_lock(descriptor: int, path: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EINTR):
            return False
        remedy = "Set SAY_HOME to a directory on a local disk."  # some network file systems have no locks
        raise DaemonError(f"the lock {path} cannot be taken: {reason_of(error)}", remedy) from error
    return True
