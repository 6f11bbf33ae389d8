"""Ending the daemon: ask, terminate, kill; and nobody is signalled whose identity is not proved."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import time
from pathlib import Path

from common import PROTOCOL, draining, state
from common.connection import Connection
from common.errors import ConnectionLost, DaemonError, NotAuthentic, SayError, StateUnusable
from common.handshake import MODEL_ROLE, is_voice_role
from common.messages.control import Drain, Shutdown, Stop
from common.paths import draining_file, life_lock, model_state_file, voice_state_files
from common.process_identity import start_mark

ASK_PATIENCE = 8.0  # seconds: voice servers have their own ladder, which ends within these
TERM_PATIENCE = 3.0
KILL_PATIENCE = 3.0
LEFT_OVER_PATIENCE = 1.0
_POLL = 0.02


def end_daemon(home: Path) -> bool:
    """Return when the daemon is gone, and those that drain; False if none ran. Raises DaemonError where one cannot be
    ended."""
    leaving = draining.living(home)
    for found in leaving:  # at once, for each may take its time
        with contextlib.suppress(ConnectionLost, NotAuthentic), _open(found) as connection:
            connection.send(Stop())
            connection.receive(ASK_PATIENCE)
    ended = False
    with contextlib.suppress(StateUnusable):
        ended = _end(home, state.read(model_state_file(home), MODEL_ROLE), model_state_file(home))
    for found in leaving:
        ended |= _end(home, found, draining_file(home, found.pid))
    return ended


def _end(home: Path, found: state.State, file: Path) -> bool:
    """Return when a model server is gone; False if it did not run."""
    if start_mark(found.pid) != found.started:
        return False  # stale: the pid is nobody's, or another program's by now
    deadline = time.monotonic() + ASK_PATIENCE
    try:
        _ask(found)
    except NotAuthentic:
        return False  # a stranger has the port, so the file is stale
    except ConnectionLost:
        if state.is_ours(file, found):  # else it is leaving
            if not (lives(home) if file == model_state_file(home) else draining.speaks_first(home, found)):
                return False  # the file lies
            deadline = 0.0  # it hangs
    if _gone(found, deadline - time.monotonic()):
        return True
    voices = _voice_servers(home, found)
    for number, patience in ((signal.SIGTERM, TERM_PATIENCE), (signal.SIGKILL, KILL_PATIENCE)):
        _signal(found, number)
        if _gone(found, patience):
            _end_left_over(voices)
            return True
    raise DaemonError(f"the daemon (pid {found.pid}) does not end", "Look at it with 'ps', and end it by hand.")


def _voice_servers(home: Path, model: state.State) -> list[state.State]:
    """Return the voice servers on record that have this daemon's secret."""
    found = []
    for path in voice_state_files(home):
        with contextlib.suppress(StateUnusable):
            found.append(state.read_any(path))
    return [each for each in found if each.secret == model.secret and is_voice_role(each.role)]


def _end_left_over(voices: list[state.State]) -> None:
    """See the voice servers of a daemon go that had to be killed. They leave with it by themselves, unless they hang."""
    for voice in voices:
        if not _gone(voice, LEFT_OVER_PATIENCE):
            _signal(voice, signal.SIGKILL)
            _gone(voice, KILL_PATIENCE)


def lives(home: Path) -> bool:
    """Return whether some daemon holds its life lock. One that hangs cannot prove that it knows the secret; but where
    nobody holds the lock, the state file lies, whatever process it names."""
    try:
        with life_lock(home).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _ask(found: state.State) -> None:
    """Ask it to end in the words that it understands, and wait for the end of the connection."""
    with _open(found) as connection:
        if found.protocol == PROTOCOL:
            connection.send(Shutdown())
        else:  # these two never change
            connection.send(Stop())
            connection.send(Drain())
        deadline = time.monotonic() + ASK_PATIENCE
        with contextlib.suppress(SayError):  # the end of the connection is what we wait for
            while (left := deadline - time.monotonic()) > 0:
                connection.receive(left)


def _open(found: state.State) -> Connection:
    return Connection.open(found.port, found.secret, MODEL_ROLE, any_protocol=True)


def _gone(found: state.State, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while start_mark(found.pid) == found.started:
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True


def _signal(found: state.State, number: signal.Signals) -> None:
    """Signal a server, if this pid is still the process that wrote the state file."""
    if start_mark(found.pid) == found.started:
        with contextlib.suppress(ProcessLookupError):
            os.kill(found.pid, number)
