"""Ending the daemon: ask, terminate, kill; and nobody is signalled whose identity is not proved."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

from common import PROTOCOL, state
from common.connection import Connection
from common.errors import ConnectionLost, DaemonError, NotAuthentic, SayError, StateUnusable
from common.handshake import MODEL_ROLE
from common.messages.control import Drain, Shutdown, Stop
from common.paths import model_state_file
from common.process_identity import start_mark

ASK_PATIENCE = 8.0  # seconds: voice servers have their own ladder, which ends within these
TERM_PATIENCE = 3.0
KILL_PATIENCE = 3.0
_POLL = 0.02


def end_daemon(home: Path) -> bool:
    """Return when the daemon is gone; False if none ran. Raises DaemonError where it cannot be ended."""
    try:
        found = state.read(model_state_file(home), MODEL_ROLE)
    except StateUnusable:
        return False
    if start_mark(found.pid) != found.started:
        return False  # stale: the pid is nobody's, or another program's by now
    try:
        _ask(found)
    except NotAuthentic:
        return False  # a stranger has the port, so the file is stale
    except ConnectionLost:
        pass  # it is leaving, or it hangs
    if _gone(found, ASK_PATIENCE):
        return True
    for number, patience in ((signal.SIGTERM, TERM_PATIENCE), (signal.SIGKILL, KILL_PATIENCE)):
        _signal(found, number)
        if _gone(found, patience):
            return True
    raise DaemonError(f"the daemon (pid {found.pid}) does not end", "Look at it with 'ps', and end it by hand.")


def _ask(found: state.State) -> None:
    """Ask it to end in the words that it understands, and wait for the end of the connection."""
    with Connection.open(found.port, found.secret, MODEL_ROLE, any_protocol=True) as connection:
        if found.protocol == PROTOCOL:
            connection.send(Shutdown())
        else:  # these two never change
            connection.send(Stop())
            connection.send(Drain())
        deadline = time.monotonic() + ASK_PATIENCE
        with contextlib.suppress(SayError):  # the end of the connection is what we wait for
            while time.monotonic() < deadline:
                connection.receive(ASK_PATIENCE)


def _gone(found: state.State, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while start_mark(found.pid) == found.started:
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True


def _signal(found: state.State, number: signal.Signals) -> None:
    """Signal the daemon, if this pid is still the process that wrote the state file."""
    if start_mark(found.pid) == found.started:
        with contextlib.suppress(ProcessLookupError):
            os.kill(found.pid, number)
