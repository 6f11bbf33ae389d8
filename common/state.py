"""State files: how a client finds a running server. Each is written by rename, read with suspicion, removed by its writer."""

from __future__ import annotations

import contextlib
import json
import os
import stat
from pathlib import Path

from common import PROTOCOL, VERSION
from common.errors import BadFrame, StateUnusable
from common.frames import parse_object
from common.records import asdict, dataclass, field, fields_of

_MOST_BYTES = 64 << 10
_MOST_PID = 1 << 31  # pid_t


@dataclass(frozen=True)
class State:
    """What a server tells its own user's clients about itself."""

    role: str  # as in the handshake
    pid: int
    started: str  # see common.process_identity
    port: int
    secret: str
    protocol: int
    version: str
    settings: dict[str, object] = field(default_factory=dict)  # the daemon settings in force


def of_this_process(role: str, port: int, secret: str, settings: dict[str, object]) -> State:
    """Return what this process tells of itself."""
    from common.process_identity import start_mark  # clients tell nothing

    pid = os.getpid()
    return State(role, pid, start_mark(pid) or "", port, secret, PROTOCOL, VERSION, settings)


def write(path: Path, state: State) -> None:
    """Put `state` at `path`, whole or not at all, readable by its owner only."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with open(temporary, "w", opener=_private, encoding="utf-8") as file:
        json.dump(asdict(state), file)
    temporary.replace(path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def read(path: Path, role: str) -> State:
    """Return the state at `path`. Raises StateUnusable for whatever can be wrong with it: good to start."""
    state = read_any(path)
    if state.role != role:
        raise StateUnusable(f"{path.name} is about something else")
    return state


def read_any(path: Path) -> State:
    """Return the state at `path`, whoever it is about. Raises as `read`."""
    try:
        fields = parse_object(_read_own(path))
        state = State(**{name: fields[name] for name in fields_of(State)})  # type: ignore[arg-type]  # checked next
    except KeyError as error:
        raise StateUnusable(f"{path.name} has no {error}") from error
    except (OSError, BadFrame) as error:
        raise StateUnusable(f"{path.name} cannot be used: {error}") from error
    texts = (state.role, state.started, state.secret, state.version)
    numbers = (state.pid, state.port, state.protocol)
    if not all(type(text) is str for text in texts) or not all(type(number) is int for number in numbers):
        raise StateUnusable(f"{path.name} has a field of the wrong type")
    if not isinstance(state.settings, dict):
        raise StateUnusable(f"{path.name} has a field of the wrong type")
    if not (0 < state.port < 65536 and 0 < state.pid < _MOST_PID and state.secret and state.secret.isascii()):
        raise StateUnusable(f"{path.name} makes no sense")
    return state


def _read_own(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
            raise StateUnusable(f"{path.name} is not a private file of ours")
        if status.st_size > _MOST_BYTES:
            raise StateUnusable(f"{path.name} is too large")
        return os.read(descriptor, _MOST_BYTES)
    finally:
        os.close(descriptor)


def is_ours(path: Path, state: State) -> bool:
    """Return whether the file at `path` is still the one written for `state`."""
    with contextlib.suppress(StateUnusable):
        return read(path, state.role) == state
    return False


def remove(path: Path, state: State) -> None:
    """Remove the file at `path` if it is the one written for `state`: a successor's stays."""
    if is_ours(path, state):
        path.unlink(missing_ok=True)
