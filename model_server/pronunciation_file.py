"""The file with the user's own dictionary: read when it has changed, never trusted to be what it should be."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from common.quoting import reason_of

# The parser is imported when the file is looked at: a daemon answers before it can read.
if TYPE_CHECKING:
    from model_server.text.pronunciations import Pronunciations

SIZE_MOST = 1 << 20  # bytes

log = logging.getLogger(__name__)


class PronunciationFile:
    """What stands in the file. One thread at a time may look."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._now: Pronunciations | None = None
        self._seen: tuple[int, ...] = ()

    @property
    def now(self) -> Pronunciations:
        """What stood there when it was last looked at."""
        return _none() if self._now is None else self._now

    def look(self) -> None:
        """Look at the file, and read it if it is another; without one there are no pronunciations."""
        try:
            status = self.path.stat()
        except OSError as error:
            self._seen = ()
            self._now = None if _is_missing(error) else _unusable(f"it cannot be read: {reason_of(error)}")
            return
        seen = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_dev)
        if seen != self._seen:
            self._now = _read(self.path)
            self._seen = seen
            log.info("%d pronunciations, %d faults in %s", len(self.now.entries), len(self.now.faults), self.path)

    def complaint(self) -> str:
        """Return one sentence on what is wrong with the file, "" if nothing is."""
        faults = self.now.faults
        if not faults:
            return ""
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        return f"{self.path}: {faults[0]}{more}; 'say --check-pronunciations' shows what is wrong with it"


def _none() -> Pronunciations:
    from model_server.text.pronunciations import NONE

    return NONE


def _is_missing(error: OSError) -> bool:
    return isinstance(error, (FileNotFoundError, NotADirectoryError))


def _read(path: Path) -> Pronunciations:
    from model_server.text.pronunciations import parse

    try:
        # A pipe of that name must not hold anybody up.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return _unusable("this is no regular file")
            content = file.read(SIZE_MOST + 1)
    except OSError as error:
        return _none() if _is_missing(error) else _unusable(f"it cannot be read: {reason_of(error)}")
    if len(content) > SIZE_MOST:
        return _unusable(f"it is larger than {SIZE_MOST >> 20} MiB, and not used")
    return parse(content)


def _unusable(why: str) -> Pronunciations:
    from model_server.text.pronunciations import Fault, Pronunciations

    return Pronunciations(faults=(Fault(0, why),))
