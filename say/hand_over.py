"""Taking the place of a daemon that speaks another protocol: it drains, so that no word is cut, and ours can start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from common import PROTOCOL, VERSION, state
from common.connection import Connection
from common.errors import ProtocolMismatch, StartFailed, from_wire
from common.handshake import MODEL_ROLE
from common.messages.control import Drain, Draining
from common.messages.hello import Error, Heartbeat
from common.paths import model_state_file
from common.quoting import reason_of

_LOOK_LIMIT = 10.0  # seconds for a Python to start on a busy machine
_LOOK = "import common; print(common.PROTOCOL, common.VERSION)"


def make_room(home: Path) -> None:
    """Have the daemon drain; return when another may start.

    Raises ProtocolMismatch where it would be in vain, StateUnusable or ConnectionLost where it is gone already.
    """
    found = state.read(model_state_file(home), MODEL_ROLE)
    _check_what_would_start()
    with Connection.open(found.port, found.secret, MODEL_ROLE, any_protocol=True) as connection:
        connection.send(Drain())
        while not isinstance(message := connection.receive()[0], Draining):
            if isinstance(message, Error):
                raise from_wire(message.code, message.message, message.hint)
            if not isinstance(message, Heartbeat):
                raise ProtocolMismatch(
                    f"the running daemon is version {found.version} and does not make room",
                    "End it with 'say --shutdown' and try again.",
                )


def _check_what_would_start() -> None:
    """Raise ProtocolMismatch if the daemon that we would start is not the one of this program, which was updated since."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", _LOOK],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            check=False,
            timeout=_LOOK_LIMIT,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise StartFailed(f"no model server can be started: {reason_of(error)}") from error
    protocol, _, version = done.stdout.decode(errors="replace").strip().partition(" ")
    if protocol != str(PROTOCOL):
        raise outdated(version)


def outdated(version: str) -> ProtocolMismatch:
    """Return what to tell whoever runs a program that was updated since it began."""
    what = f"version {version}" if version else "something else"
    return ProtocolMismatch(
        f"this program began as version {VERSION}, and {what} has been installed in its place since",
        "Start it again.",
    )
