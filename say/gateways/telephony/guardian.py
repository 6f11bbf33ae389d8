"""`python -m say.gateways.telephony.guardian DATABASE LOCK`: writes the last status of a service that cannot any more.

Its standard input is a pipe from the service. A line on it is the service's goodbye: the status to be written, or an empty
one where that is done. The end of the pipe without a line means that the service died: that is "error". A database that
cannot be written is tried again, ever more rarely, until that succeeds, another service has the database, or it is gone.
The lock, a descriptor, is held as long as the service lives, and at each try, so that no successor's status is overwritten.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable

from say.gateways.telephony.database import ERROR, STATUS, STATUSES, DatabaseFailed, ServiceDatabase
from say.gateways.telephony.ownership import Ownership

_PAUSE = 0.5  # seconds, after the first failure; doubled after each
_LONGEST_PAUSE = 30.0  # seconds


def main() -> None:
    """Wait for the end of the service, and leave behind what is true then."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(
            number, signal.SIG_IGN
        )  # whoever ends the service's group means the service; the pipe tells of it
    database = ServiceDatabase(sys.argv[1])
    ownership = Ownership(int(sys.argv[2]))
    goodbye = sys.stdin.buffer.readline()
    status = goodbye.decode("ascii", "replace").strip() if goodbye.endswith(b"\n") else ERROR
    if status in STATUSES and not _write(database, status):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # there is no service any more: this process is meant
        write_at_last(database, status, ownership)


def write_at_last(
    database: ServiceDatabase, status: str, ownership: Ownership, sleep: Callable[[float], None] = time.sleep
) -> bool:
    """Write the status when that can be done at last; return False where it is nobody's business any more."""
    pause = _PAUSE
    while True:
        ownership.release()
        sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
        is_ours = ownership.take_again()  # else it is a successor's, or somebody has just a look
        if ownership.has_passed_on() or not os.path.exists(database.path):
            return False
        if is_ours and _write(database, status):
            return True


def _write(database: ServiceDatabase, status: str) -> bool:
    try:
        database.write(STATUS, status)
    except DatabaseFailed:
        return False
    return True


if __name__ == "__main__":
    main()
