"""The files that logs are written to. Light: the client, too, opens one when it starts a daemon, and reads its end."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

MOST_BYTES = 5 << 20  # of one log file; one older file is kept


def open_log(path: Path) -> int:
    """Return a descriptor to append to the log at `path`, rotated first if it has grown. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > MOST_BYTES:
            path.replace(path.with_suffix(".log.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def tail(path: Path, lines: int = 12) -> str:
    """Return the last lines of a log, "" if there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 8192))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
