"""Finding this user's servers and asking them: what every method of SayClient begins with."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from common import PROTOCOL, TYPE_CHECKING, state
from common.connection import Connection
from common.errors import (
    BadFrame,
    ConnectionLost,
    DaemonError,
    PeerLeaving,
    PeerSilent,
    ProtocolMismatch,
    SayError,
    StateUnusable,
    from_wire,
)
from common.handshake import voice_role
from common.messages.hello import Error, Heartbeat, Notice, Progress
from common.paths import voice_state_file
from common.settings import DAEMON, Settings
from say.autostart import NOT_THERE, connect, connect_or_start, spawn_model_server
from say.kept import KeptConnections

if TYPE_CHECKING:
    from typing import TypeVar

    Answer = TypeVar("Answer")

_SUCCESSION = 10.0  # seconds in which another daemon takes the place of one that crashed, if its clients want it
_PAUSE = 0.05  # seconds between two looks for it
_TRIES = 3  # of a request for which servers must be found that do not leave just now


class Servers:
    """The servers of one state directory, as one client finds them. Connections that are not in use are kept."""

    def __init__(
        self,
        home: Path,
        settings: Settings,
        autostart: bool,
        on_progress: Callable[[Progress], None],
        on_notice: Callable[[Notice], None],
        on_step: Callable[[str], None] = lambda step: None,
    ) -> None:
        self._home = home
        self._settings = settings
        self._autostart = autostart
        self._on_progress = on_progress
        self._on_notice = on_notice
        self._on_step = on_step
        self._kept = KeptConnections()
        self._compared = False

    def reach(
        self, voice: str, audio_environment: dict[str, str], *, fresh: bool, engine: str = "", language: str = ""
    ) -> Connection:
        """Return a connection to the voice's server: a kept one, the one on record, or through the model server; with
        `fresh` the last of these. That one gets ready for `engine` and `language` meanwhile."""
        if not fresh:
            if (kept := self._kept.take(voice)) is not None:
                self._on_step(f"a connection to the voice server {voice} is there from before")
                return kept
            try:
                return self._reach_recorded(voice)
            except (*NOT_THERE, ProtocolMismatch):
                pass
        model, found = self.reach_model()
        from common.messages.control import Locate, Located  # not needed where the voice is on record

        with model:
            located = self.ask(model, Locate(voice, audio_environment, engine, language), Located)
        self._on_step(f"the model server knows the voice server {voice}: pid {located.pid}, port {located.port}")
        return Connection.open(located.port, found.secret, voice_role(voice))

    def _reach_recorded(self, voice: str) -> Connection:
        role = voice_role(voice)
        found = state.read(voice_state_file(self._home, voice), role)
        if found.protocol != PROTOCOL:
            raise StateUnusable(f"the voice server {voice} speaks protocol {found.protocol}")
        connection = Connection.open(found.port, found.secret, role)
        self._on_step(f"connected to the voice server {voice}, which was there: pid {found.pid}, port {found.port}")
        self._compare(found)
        return connection

    def reach_model(self) -> tuple[Connection, state.State]:
        """Return a connection to the model server, started if need be, and what is on record of it."""
        return self.start_model() if self._autostart else self._introduced(*connect(self._home))

    def start_model(self) -> tuple[Connection, state.State]:
        """Return the same, also where only speech would start it: one of another version shall not be left to it."""
        return self._introduced(*connect_or_start(self._home, self._spawn))

    def _introduced(self, connection: Connection, found: state.State) -> tuple[Connection, state.State]:
        self._tell_of(found)
        self._compare(found)
        return connection, found

    def _tell_of(self, model: state.State) -> None:
        self._on_step(f"connected to the model server: pid {model.pid}, port {model.port}, version {model.version}")

    def _spawn(self, home: Path) -> None:
        from common.draining import living  # a start takes far longer than that

        others = living(home)
        for other in others:
            self._on_step(f"a model server of version {other.version} makes room: pid {other.pid}")
        self._on_step("starting a model server" if others else "no model server runs: starting one")
        spawn_model_server(home)

    def _compare(self, found: state.State) -> None:
        """Say once which of the daemon's settings differ from those that are set here."""
        if self._compared:
            return
        self._compared = True
        ours = self._settings.of(DAEMON)
        differing = [
            name for name in ours if name in self._settings.explicit and found.settings.get(name) != ours[name]
        ]
        if differing:
            pairs = ", ".join(f"{name}={found.settings.get(name)} (here {ours[name]})" for name in differing)
            self._on_notice(
                Notice(
                    "settings_differ",
                    f"the running daemon has {pairs}; 'say --shutdown' lets the next one start with yours",
                )
            )

    def keep(self, voice: str, connection: Connection) -> None:
        """Keep a connection that is fit for another utterance."""
        self._kept.keep(voice, connection)

    def ask(self, connection: Connection, message: object, answer: type[Answer]) -> Answer:
        """Return the answer to a message; progress on the way goes to `on_progress`."""
        connection.send(message)
        while True:
            received, _ = connection.receive()
            if isinstance(received, answer):
                return received
            if isinstance(received, Error):
                raise from_wire(received.code, received.message, received.hint)
            if isinstance(received, Progress):
                self._on_progress(received)
            elif isinstance(received, Notice):
                self._on_notice(received)
            elif not isinstance(received, Heartbeat):
                raise BadFrame(f"a server does not answer with {type(received).__name__}")

    def ask_running(self, message: object, answer: type[Answer]) -> Answer | None:
        """Return the answer of a daemon that runs already, None if there is none. Raises DaemonError if it hangs."""
        if (connection := self._connect_running()) is None:
            return None
        with connection, _speaking_our_language():
            try:
                return self.ask(connection, message, answer)
            except (ConnectionLost, PeerLeaving):
                return None  # it was just leaving

    def ask_in_any_version(self, message: object, answer: type[Answer]) -> Answer | None:
        """As `ask_running`, but one that speaks another protocol makes room for one of ours, which is asked."""
        try:
            return self.ask_running(message, answer)
        except ProtocolMismatch:
            connection, _found = self.start_model()
            with connection:
                return self.ask(connection, message, answer)

    def ask_successors(self, message: object, answer: type[Answer]) -> Answer | None:
        """As `ask_running`, for what takes long: where the daemon vanishes meanwhile, whichever takes its place is asked."""
        connection = self._connect_running()
        deadline = time.monotonic()
        while connection is not None or time.monotonic() < deadline:
            if connection is not None:
                with connection, _speaking_our_language(), contextlib.suppress(ConnectionLost, PeerLeaving):
                    return self.ask(connection, message, answer)
                self._on_step("the model server is gone")
                deadline = time.monotonic() + _SUCCESSION
            time.sleep(_PAUSE)
            connection = self._connect_running()
        return None

    def _connect_running(self) -> Connection | None:
        try:
            connection, found = connect(self._home)
        except PeerSilent as error:
            self._raise_if_it_lives(error)
            return None
        except NOT_THERE:
            return None
        self._tell_of(found)
        return connection

    def _raise_if_it_lives(self, error: PeerSilent) -> None:
        """Tell a daemon that hangs from a stranger who keeps silent on its port."""
        from say.ending import lives  # rarely needed

        if lives(self._home):
            raise DaemonError("the daemon runs but does not answer", "End it with 'say --shutdown'.") from error

    def ask_model(self, message: object, answer: type[Answer]) -> Answer:
        """Ask the model server, started if need be; a daemon that was just leaving is asked again elsewhere."""
        for _ in range(_TRIES):
            try:
                connection, _found = self.reach_model()
                with connection, _speaking_our_language():
                    return self.ask(connection, message, answer)
            except (ConnectionLost, PeerLeaving) as error:
                failure: SayError = error
        raise failure

    def open_line(self) -> ModelLine:
        """Return what asks the model server again and again. To be closed."""
        return ModelLine(self)

    def prepare(self, voice: str, environment: dict[str, str], engine: str, language: str) -> None:
        """Have a voice server running that was used just now, and a connection to it at hand."""
        if (kept := self._kept.take(voice)) is not None:
            kept.close()  # it may have been closed over there; and a server counts from when somebody connects
        for number in range(_TRIES):
            try:
                ahead = "" if number else engine  # loading it may be what took the servers down
                connection = self.reach(voice, environment, fresh=number > 0, engine=ahead, language=language)
                return self.keep(voice, connection)
            except (*NOT_THERE, PeerLeaving) as error:
                failure: SayError = error
        raise failure

    def ask_voice(self, voice: str, environment: dict[str, str], message: object, answer: type[Answer]) -> Answer:
        """Ask a voice server, started if need be; where one has just left, or is leaving, another is asked."""
        for number in range(_TRIES):
            try:
                connection = self.reach(voice, environment, fresh=number > 0)
                with connection, _speaking_our_language():
                    return self.ask(connection, message, answer)
            except (*NOT_THERE, PeerLeaving) as error:
                failure: SayError = error
        raise failure

    def close(self) -> None:
        """Close the connections kept. What another thread has in work goes on, and closes its own at its end."""
        self._kept.close()


class ModelLine:
    """Many questions to the model server over one connection; another daemon takes over where one leaves."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._connection: Connection | None = None

    def ask(self, message: object, answer: type[Answer]) -> Answer:
        """Return the answer to a message."""
        for _ in range(_TRIES):
            try:
                if self._connection is None:
                    self._connection, _found = self._servers.reach_model()
                with _speaking_our_language():
                    return self._servers.ask(self._connection, message, answer)
            except (ConnectionLost, PeerLeaving) as error:
                self.close()
                failure: SayError = error
        raise failure

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextlib.contextmanager
def _speaking_our_language() -> Iterator[None]:
    """Turn what a server does not understand, or we do not, into what to do: one of an older version still runs."""
    try:
        yield
    except BadFrame as error:
        raise DaemonError(
            "the running daemon is of another version and does not know this",
            "'say --shutdown' lets the next one start with this version.",
        ) from error
