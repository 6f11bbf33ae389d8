"""One service's part in its database: its status kept true there, also by a guardian after its death. Called from a thread."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from dataclasses import dataclass

from common.quoting import reason_of
from say.gateways.telephony.database import STATUS, DatabaseFailed, Row, ServiceDatabase
from say.gateways.telephony.ownership import Ownership

_LOCK_WITHIN = 2.0  # seconds, for the guardian of a service that was killed just before
_GOODBYE_WITHIN = 5.0  # seconds


@dataclass(frozen=True)
class Look:
    """What one look into the database gave."""

    row: Row | None  # None where it cannot be read
    failure: DatabaseFailed | None  # also where it can be read, and not written


class Keeper:
    """Own the status of one database, as long as this service lives."""

    def __init__(self, database: ServiceDatabase, lock_within: float = _LOCK_WITHIN) -> None:
        """Become the owner: a database has one service. Raises DaemonBusy, DaemonError."""
        self.database = database
        self._is_made = False  # file, table and keys
        self._was_made = False  # at any time
        self._ownership = Ownership.take(database.path, lock_within)
        self._guardian: subprocess.Popen[bytes] | None = None
        self._at_work = threading.Lock()  # a look that nobody waits for any more may last until `close`, and beyond
        self._is_closed = False

    def look(self, status: str) -> Look:
        """Have the database say `status`, and return what it says now; keys that are missing are made. Raises nothing."""
        with self._at_work:
            return self._look(status) if not self._is_closed else Look(None, None)

    def _look(self, status: str) -> Look:
        row: Row | None = None
        failure: DatabaseFailed | None = None
        try:
            self._watch_guardian()
            self._make()
        except DatabaseFailed as error:  # it may be there, all the same, and be read
            failure = error
        try:
            row = self.database.read()
            if row.status != status:
                self.database.write(STATUS, status)
        except DatabaseFailed as error:
            failure = failure or error  # the first is why
            self._is_made = False
        return Look(row, failure)

    def _make(self) -> None:
        if not self._is_made:
            # A file that vanished is not made again: whoever replaces it is about to put another one there.
            self.database.create(also_file=not self._was_made)
            self._is_made = self._was_made = True

    def _watch_guardian(self) -> None:
        """Start one, if there is none or it died. Raises DatabaseFailed where that fails: it is tried again next time."""
        if self._guardian is not None and self._guardian.poll() is None:
            return
        if self._guardian is not None:
            _close_pipe(self._guardian)
        lock = self._ownership.descriptor
        try:
            self._guardian = subprocess.Popen(
                [sys.executable, "-P", "-m", "say.gateways.telephony.guardian", str(self.database.path), str(lock)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # or whoever reads ours to its end would wait for it, too
                cwd="/",
                pass_fds=(lock,),  # freed when both are gone
                start_new_session=True,  # what is done to the terminal's processes concerns the service alone
            )
        except OSError as error:
            raise DatabaseFailed(f"no guardian can be started for the status: {reason_of(error)}") from error

    def close(self, status: str) -> None:
        """Leave `status` behind, and no process; where that cannot be written, the guardian stays until it can.

        The database is free then for another service. Closed again, nothing happens.
        """
        with self._at_work:
            if not self._is_closed:
                self._is_closed = True
                self._close(status)

    def _close(self, status: str) -> None:
        try:
            self.database.write(STATUS, status)
            goodbye = b"\n"
        except DatabaseFailed:
            goodbye = f"{status}\n".encode("ascii")
        if self._guardian is not None:
            self._say_goodbye(self._guardian, goodbye)
        self._ownership.close()

    def _say_goodbye(self, guardian: subprocess.Popen[bytes], goodbye: bytes) -> None:
        assert guardian.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it was killed
            guardian.stdin.write(goodbye)
            guardian.stdin.flush()
        _close_pipe(guardian)
        if goodbye == b"\n":
            with contextlib.suppress(subprocess.TimeoutExpired):
                guardian.wait(_GOODBYE_WITHIN)


def _close_pipe(guardian: subprocess.Popen[bytes]) -> None:
    assert guardian.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        guardian.stdin.close()
