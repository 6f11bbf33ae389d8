"""Logging of the servers: one file each, rotated, that also takes what libraries write to standard error.

Text to be spoken and secrets never appear at level info or above.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from datetime import datetime
from pathlib import Path

from common.log_files import MOST_BYTES, open_log

# `say --logs` merges the logs by what stands in front; see say/logs_merged.py.
_FORMAT = "%(asctime)s %(levelname)-7s {component} %(message)s"


class _RotatingStandardError(logging.StreamHandler):  # type: ignore[type-arg]  # generic only in the stubs
    """Write to standard error, and when the file behind it has grown, put a new one in its place."""

    def __init__(self, path: Path) -> None:
        super().__init__(sys.stderr)
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(record)
        # A log that cannot be rotated (a full disk, a directory taken away) must not stop the speech.
        with contextlib.suppress(OSError):
            if os.fstat(2).st_size > MOST_BYTES:
                descriptor = open_log(self._path)
                os.dup2(descriptor, 2)
                os.close(descriptor)


class _Formatter(logging.Formatter):
    """Write the time as ISO 8601 with milliseconds and the offset from UTC: right also when clocks are put back."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  # logging's name
        return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")


def configure(component: str, level: str, path: Path | None) -> None:
    """Send this process's log to standard error, which is the log at `path`, or a terminal if None."""
    handler = logging.StreamHandler(sys.stderr) if path is None else _RotatingStandardError(path)
    handler.setFormatter(_Formatter(_FORMAT.format(component=component)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("asyncio").setLevel(max(root.level, logging.WARNING))
