"""Silencing every daemon of this user, of whatever version, also those that finish what they had in work."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from common import draining, hold, state
from common.connection import Connection
from common.errors import BadFrame, ConnectionLost, DaemonError, NotAuthentic, PeerSilent, StateUnusable, from_wire
from common.handshake import MODEL_ROLE
from common.messages.control import Stop, StopReport
from common.messages.hello import Error, Heartbeat
from common.paths import hold_file, model_state_file
from common.quoting import reason_of

# Every way in which a server on record turns out to be gone.
_GONE = (ConnectionLost, NotAuthentic, StateUnusable)


def stop_all(home: Path) -> int | None:
    """Silence everything that sounds or waits to sound; return how many utterances, None if no daemon runs.

    All are told at once: with the first the hold ends, and nothing shall begin to sound by that. Raises DaemonError.
    """
    stopped: list[int] = []
    with ExitStack() as stack:
        told = [stack.enter_context(connection) for connection in _connections(home)]
        for connection in told:
            with contextlib.suppress(*_GONE):
                connection.send(Stop())
        for connection in told:
            with contextlib.suppress(*_GONE):
                stopped.append(_report(connection))
    if stopped:
        return sum(stopped)
    lift_hold(home)
    return None


def hold_all(home: Path) -> None:
    """Hold all speech where only daemons that drain are left, which obey this. Raises DaemonError."""
    try:
        hold.hold(home)
    except OSError as error:
        raise DaemonError(f"speech cannot be paused: {reason_of(error)}", f"Look at {hold_file(home)}.") from error


def lift_hold(home: Path) -> bool:
    """Forget a hold that outlived its daemon; return whether there was one. Raises DaemonError."""
    try:
        return hold.lift(home)
    except OSError as error:
        raise DaemonError(f"speech stays paused: {reason_of(error)}", f"Remove {hold_file(home)}.") from error


def _connections(home: Path) -> Iterator[Connection]:
    """Yield a connection to each model server that runs or drains. Raises DaemonError if the one that runs hangs."""
    try:
        yield _connect(state.read(model_state_file(home), MODEL_ROLE))
    except PeerSilent as error:
        from say.ending import lives

        if lives(home):
            raise DaemonError("the daemon runs but does not answer", "End it with 'say --shutdown'.") from error
    except _GONE:
        pass
    for found in draining.living(home):
        with contextlib.suppress(*_GONE):
            yield _connect(found)


def _connect(found: state.State) -> Connection:
    return Connection.open(found.port, found.secret, MODEL_ROLE, any_protocol=True)


def _report(connection: Connection) -> int:
    while not isinstance(message := connection.receive()[0], StopReport):
        if isinstance(message, Error):
            raise from_wire(message.code, message.message, message.hint)
        if not isinstance(message, Heartbeat):
            raise BadFrame(f"a server does not answer with {type(message).__name__}")
    return message.utterances
