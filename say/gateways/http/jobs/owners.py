"""Who works at jobs on this machine: a lock file for each process, which the system lets go of however it ends.

So a worker that was killed is known to be dead at once, one that was suspended is known to live, and neither a clock nor
a reused process id can say otherwise.
"""

from __future__ import annotations

import fcntl
import os
import re
import uuid
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{32}")


class Owner:
    """This process, as others see it while it lives. `name` is in the rows of what it works at."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError where the file cannot be made."""
        self.name = uuid.uuid4().hex
        self._folder = folder
        hidden = folder / f".{self.name}"
        self._descriptor = os.open(hidden, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        hidden.rename(folder / self.name)  # nobody ever sees it unlocked while we live

    def is_dead(self, other: str) -> bool | None:
        """Return whether another worker has ended; None where it has no lock here, being on another machine perhaps."""
        if _NAME.fullmatch(other) is None:
            return None
        try:
            descriptor = os.open(self._folder / other, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(descriptor)
        return True

    def bury(self, other: str) -> None:
        """Remove the file of a worker that is dead, once nothing is its any more."""
        if _NAME.fullmatch(other) is not None:
            (self._folder / other).unlink(missing_ok=True)

    def dead(self) -> list[str]:
        """Return all workers of this machine that have ended and left their file."""
        return [path.name for path in self._folder.iterdir() if self.is_dead(path.name)]

    def close(self, *, left: bool = False) -> None:
        """Be gone, or dead for others to see where jobs were `left` that are ours by the table."""
        if not left:
            (self._folder / self.name).unlink(missing_ok=True)
        os.close(self._descriptor)
