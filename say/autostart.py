"""Finding the model server, and starting it where none runs: connect, else lock, connect again, spawn, wait for its word.

One that speaks another protocol makes room first.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from common import state
from common.connection import Connection
from common.errors import (
    ConnectionLost,
    DaemonBusy,
    DaemonError,
    NotAuthentic,
    ProtocolMismatch,
    StartFailed,
    StateUnusable,
    from_wire,
)
from common.handshake import MODEL_ROLE
from common.log_files import open_log, tail
from common.paths import ensure_private_directory, log_directory, model_state_file, start_lock, state_directory
from common.quoting import reason_of

# Seconds a new daemon has to listen. It imports little before that, but the machine may be busy.
START_DEADLINE = 30.0
# Seconds in which clients and a daemon that is just leaving sort themselves out.
PATIENCE = 10.0
# Seconds in which another client may be starting one: all of its START_DEADLINE, and a little.
TURN_DEADLINE = 40.0
_PAUSE = 0.02  # seconds between two looks
# Tries to start a daemon that ends without a word: one may have been killed, but what is broken stays so.
_TRIES = 2

# Every way in which a recorded server turns out not to be there: good to start.
NOT_THERE = (StateUnusable, ConnectionLost, NotAuthentic)

Spawn = Callable[[Path], None]


def connect(home: Path) -> tuple[Connection, state.State]:
    """Return a connection to the running model server. Raises one of NOT_THERE, or ProtocolMismatch."""
    found = state.read(model_state_file(home), MODEL_ROLE)
    return Connection.open(found.port, found.secret, MODEL_ROLE), found


def connect_or_start(home: Path, spawn: Spawn | None = None) -> tuple[Connection, state.State]:
    """Return a connection to the model server, started if none runs. Raises DaemonError, most often StartFailed."""
    try:
        return _connect_or_start(home, spawn or spawn_model_server)
    except OSError as error:  # a full disk, a lock or a log that may not be opened, no descriptors left
        raise DaemonError(f"the state directory cannot be used: {_reason(error)}") from error


def _connect_or_start(home: Path, spawn: Spawn) -> tuple[Connection, state.State]:
    deadline = time.monotonic() + PATIENCE
    turn_deadline = time.monotonic() + TURN_DEADLINE
    while True:
        failed = _recorded(home)
        try:
            return connect(home)
        except NOT_THERE:
            pass
        except ProtocolMismatch:
            failed = None  # it is there, and makes room once it is our turn
        ensure_private_directory(home)
        with _turn(start_lock(home)) as ours:
            if ours:
                try:
                    return _connect_or_spawn(home, spawn, failed)
                except (*NOT_THERE, DaemonBusy) as error:
                    if time.monotonic() > deadline:
                        raise _stuck(home, error) from error
        time.sleep(_PAUSE)
        if not ours:
            # Whoever has the lock is at work, or stopped (Ctrl-Z), which the daemon that it started does not mind.
            deadline += _PAUSE
            if time.monotonic() > turn_deadline:
                raise StartFailed("another 'say' began to start the model server and does not go on", "End that one.")


def _connect_or_spawn(home: Path, spawn: Spawn, failed: state.State | None) -> tuple[Connection, state.State]:
    # Another client may have started it between our look and our lock. What has just led nowhere leads nowhere: a
    # stranger who keeps silent on a recorded port would cost another HANDSHAKE_TIMEOUT.
    if _recorded(home) != failed:
        try:
            return connect(home)
        except NOT_THERE:
            pass
        except ProtocolMismatch:
            from say.hand_over import make_room  # few meet another version

            make_room(home)
    spawn(home)
    try:
        return connect(home)
    except ProtocolMismatch as error:  # ours has the place, as long as we have the lock
        from say.hand_over import outdated

        found = _recorded(home)
        raise outdated(found.version if found is not None else "") from error


def _recorded(home: Path) -> state.State | None:
    with contextlib.suppress(StateUnusable):
        return state.read(model_state_file(home), MODEL_ROLE)
    return None


def _stuck(home: Path, error: Exception) -> DaemonError:
    if isinstance(error, DaemonBusy):
        return StartFailed("a model server runs but does not answer", "End it with 'say --shutdown' and try again.")
    return StartFailed(
        f"the model server cannot be reached: {error}", f"Its log is {log_directory(home) / 'model_server.log'}."
    )


@contextlib.contextmanager
def _turn(path: Path) -> Iterator[bool]:
    """Hold the lock at `path` unless somebody else does; yields whether. The kernel frees it, should we be killed."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def spawn_model_server(home: Path, arguments: tuple[str, ...] = ()) -> None:
    """Start the daemon and return when it listens. Raises StartFailed with its own reason, or the tail of its log."""
    log = log_directory(home) / "model_server.log"
    for _ in range(_TRIES):
        if _spawn_once(home, arguments, log):
            return
    raise StartFailed("the model server ended while it started", _log_hint(log))


def _spawn_once(home: Path, arguments: tuple[str, ...], log: Path) -> bool:
    """Start the daemon; return True once it listens, False if it ended without a word. Raises StartFailed."""
    import subprocess  # only a cold start needs it

    log_file = open_log(log)
    receiving, reporting = os.pipe()
    try:
        # The process that we start forks at once and ends, so that the daemon is no child of ours and never a zombie.
        subprocess.run(
            [sys.executable, "-P", "-m", "model_server", "--report-to", str(reporting), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log_file,
            pass_fds=(reporting,),
            cwd="/",
            start_new_session=True,
            check=False,
            timeout=START_DEADLINE,
            env=_environment(home),
        )
        os.close(reporting)
        reporting = -1
        return _await_report(receiving, log)
    except (OSError, subprocess.SubprocessError) as error:
        raise StartFailed(f"the model server could not be started: {_reason(error)}", _log_hint(log)) from error
    finally:
        os.close(log_file)
        os.close(receiving)
        if reporting >= 0:
            os.close(reporting)


def _environment(home: Path) -> dict[str, str]:
    """Return what the daemon is started with: our environment, so that it finds config file, dictionary and phrases where
    we do. All of them lie in SAY_HOME where that is set, so that it is named only to a daemon of another home than ours.
    """
    if home == state_directory() and not os.environ.get("SAY_HOME"):
        return dict(os.environ)
    return {**os.environ, "SAY_HOME": str(home)}


def _await_report(receiving: int, log: Path) -> bool:
    line = b""
    deadline = time.monotonic() + START_DEADLINE
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([receiving], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise StartFailed(f"the model server did not come up in {START_DEADLINE:g} s", _log_hint(log))
        if not (data := os.read(receiving, 4096)):
            return False
        line += data
    outcome = json.loads(line)
    if "ready" not in outcome:
        raise from_wire(outcome["code"], outcome["message"], outcome["hint"])
    return True


def _reason(error: Exception) -> str:
    """Return the reason, and which file it is about."""
    where = f": {error.filename}" if isinstance(error, OSError) and error.filename else ""
    return f"{reason_of(error)}{where}"


def _log_hint(log: Path) -> str:
    lines = tail(log)
    return f"The last lines of {log}:\n{lines}" if lines else ""
