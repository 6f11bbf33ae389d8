"""The settings database of the telephony service: three keys in a table that may belong to another program.

    from say.gateways.telephony.database import ServiceDatabase

    database = ServiceDatabase("settings.db")
    database.set_kokoro_service_enabled(True)

Needs nothing beyond the standard library. Every call opens the file anew, so that it may be replaced at any time.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from common.errors import SayError, UsageError
from common.records import dataclass
from common.voices import find_voice
from say.gateways.telephony.ownership import orphaned

ENABLED = "kokoro_service_enabled"
VOICE = "kokoro_voice"
STATUS = "kokoro_service_status"

STOPPED = "stopped"
STARTING = "starting"
RUNNING = "running"
ERROR = "error"
STATUSES = (STOPPED, STARTING, RUNNING, ERROR)
_OF_THE_LIVING = (STARTING, RUNNING)

TABLE_SQL = "CREATE TABLE IF NOT EXISTS system_config (key TEXT PRIMARY KEY, value TEXT)"
DEFAULTS_SQL = """\
INSERT OR IGNORE INTO system_config (key, value) VALUES
    ('kokoro_service_enabled', 'false'),
    ('kokoro_voice', 'af_sky'),
    ('kokoro_service_status', 'stopped');
"""
_DEFAULTS = {ENABLED: "false", VOICE: "af_sky", STATUS: STOPPED}
_TRUE = ("true", "1", "yes", "on")
# Seconds that a call waits for another program's lock. The service polls, and leaves a locked file alone until the next time.
PATIENCE = 0.25


class DatabaseFailed(SayError):
    """The database cannot be read or written."""

    code = "database_failed"


class DatabaseLocked(DatabaseFailed):
    """Another program is writing into it."""

    code = "database_locked"


@dataclass(frozen=True)
class Row:
    """The three keys at one moment."""

    enabled: bool
    voice: str
    status: str


class ServiceDatabase:
    """The six methods of the service's C++ interface, and `read` for all three values at once.

    What is read raises DatabaseFailed where that cannot be done; a setter returns whether it was written.
    """

    def __init__(self, path: str | os.PathLike[str], patience: float = PATIENCE) -> None:
        """Touch nothing yet. `patience` is in seconds."""
        self.path = Path(os.path.abspath(path))
        self._patience = patience

    def create(self, *, also_file: bool = True) -> None:
        """Make the file, the table and the three keys, as far as they are missing. Raises DatabaseFailed."""
        with self._open("rwc" if also_file else "rw") as connection:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'system_config'").fetchone() is None:
                connection.execute(TABLE_SQL)
            known = _values(connection)
            if not known:
                connection.execute(DEFAULTS_SQL)
            for key in _DEFAULTS.keys() - known.keys() if known else ():
                # One by one: in a table whose keys are not unique "OR IGNORE" ignores nothing.
                connection.execute("INSERT INTO system_config (key, value) VALUES (?, ?)", (key, _DEFAULTS[key]))

    def read(self) -> Row:
        """Return all three; a key that is missing has its default. Raises DatabaseFailed."""
        with self._open("rw") as connection:
            values = {**_DEFAULTS, **_values(connection)}
        return Row(values[ENABLED].strip().lower() in _TRUE, values[VOICE].strip(), values[STATUS].strip())

    def read_truth(self) -> Row:
        """Return all three as `read` does, the status put right where the service that wrote it is dead, with its guardian."""
        row = self.read()
        if row.status not in _OF_THE_LIVING:
            return row
        with orphaned(self.path) as is_orphaned:
            row = self.read()  # what it may have written since, at its end
            if row.status not in _OF_THE_LIVING or not is_orphaned:
                return row
            self.set_kokoro_service_status(ERROR)  # or, where that cannot be written, the next one who reads does it
        return Row(row.enabled, row.voice, ERROR)

    def write(self, key: str, value: str) -> None:
        """Set one key. Raises DatabaseFailed."""
        with self._open("rw") as connection:
            connection.execute("BEGIN IMMEDIATE")
            changed = connection.execute("UPDATE system_config SET value = ? WHERE key = ?", (value, key))
            if not changed.rowcount:
                connection.execute("INSERT INTO system_config (key, value) VALUES (?, ?)", (key, value))
            connection.execute("COMMIT")

    @contextlib.contextmanager
    def _open(self, mode: str) -> Iterator[sqlite3.Connection]:
        address = f"file:{quote(os.fsencode(self.path))}?mode={mode}"
        try:
            with contextlib.closing(
                sqlite3.connect(address, uri=True, timeout=self._patience, isolation_level=None)
            ) as connection:
                yield connection
        except sqlite3.Error as error:
            raise _failed(self.path, error) from error

    # As the C++ interface has them

    def get_kokoro_service_enabled(self) -> bool:
        """Return whether the service shall listen. Raises DatabaseFailed."""
        return self.read().enabled

    def set_kokoro_service_enabled(self, enabled: bool) -> bool:
        """Have a running service listen, or stop, within two seconds; return whether that was written."""
        return self._set(ENABLED, "true" if enabled else "false")

    def get_kokoro_voice(self) -> str:
        """Return the voice that calls are to hear. Raises DatabaseFailed."""
        return self.read().voice

    def set_kokoro_voice(self, voice: str) -> bool:
        """Have the next texts spoken by this voice; return whether that was written. Raises UnknownVoice."""
        return self._set(VOICE, find_voice(voice).name)

    def get_kokoro_service_status(self) -> str:
        """Return "stopped", "starting", "running" or "error"; the latter two of a living service. Raises DatabaseFailed."""
        return self.read_truth().status

    def set_kokoro_service_status(self, status: str) -> bool:
        """Say how the service is; a service that runs puts it right at once. Return whether that was written."""
        if status not in STATUSES:
            raise UsageError(f"there is no status {status!r}", f"Choose one of {', '.join(STATUSES)}.")
        return self._set(STATUS, status)

    def _set(self, key: str, value: str) -> bool:
        try:
            self.write(key, value)
        except DatabaseFailed:
            return False
        return True


def _values(connection: sqlite3.Connection) -> dict[str, str]:
    """Return those of our keys that are there, NULL as ""."""
    found = connection.execute("SELECT key, value FROM system_config WHERE key IN (?, ?, ?)", tuple(_DEFAULTS))
    return {str(key): "" if value is None else str(value) for key, value in found}


def _failed(path: Path, error: sqlite3.Error) -> DatabaseFailed:
    what = f"the database {path} cannot be used: {error}"
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseLocked(what, "Another program is writing into it.")
    if code == sqlite3.SQLITE_FULL:
        return DatabaseFailed(what, "Free some space on its disk.")
    return DatabaseFailed(what, "See that it is there, is a SQLite database, and may be written by you.")
