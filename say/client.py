"""`SayClient`: everything that can be asked of the daemon, from Python. The program `say` is its first user."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TypeVar

from common import state
from common.audio_environment import audio_environment
from common.connection import Connection
from common.errors import (
    BadFrame,
    BadSpeed,
    ConnectionLost,
    DaemonError,
    PeerLeaving,
    PeerSilent,
    SayError,
    UsageError,
    from_wire,
)
from common.handshake import voice_role
from common.messages.control import (
    Download,
    Downloaded,
    Locate,
    Located,
    Remove,
    Removed,
    Status,
    StatusReport,
    Stop,
    StopReport,
)
from common.messages.hello import Error, Heartbeat, Notice, Progress
from common.messages.speaking import CLIENT, SPEAKER, Accepted, Piece, Played, Playing, Word
from common.paths import config_file, state_directory, voice_state_file
from common.settings import BY_NAME, DAEMON, Settings, load
from common.voices import LANGUAGES, find_voice
from say.autostart import NOT_THERE, connect, connect_or_start
from say.speaking import Event, Request, Speaking, Spoken
from say.spool import TextSource, TextSpool, as_spool

__all__ = ["Accepted", "Event", "Notice", "Piece", "Played", "Playing", "Progress", "SayClient", "Spoken", "Word"]

LOUDEST = 4.0

Answer = TypeVar("Answer")


def _ignore(_: object) -> None:
    """Take a report that nobody asked for."""


class SayClient:
    """Speaks, renders and looks after the daemon; starts it when there is something to do and none runs.

    Connections to voice servers are kept for the next utterance. Methods may be called from several threads. All of
    them raise SayError and nothing else for what can go wrong. Use it as a context manager, or call `close`.

    `settings` are those of `common.settings.load()` by default; `on_progress` and `on_notice` learn of slow steps and of
    what a user should know.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        autostart: bool = True,
        on_progress: Callable[[Progress], None] | None = None,
        on_notice: Callable[[Notice], None] | None = None,
    ) -> None:
        self._settings = settings or load(config_file=config_file())
        self._home = state_directory()
        self._autostart = autostart
        self._on_progress = on_progress or _ignore
        self._on_notice = on_notice or _ignore
        self._kept: dict[str, Connection] = {}  # voice -> a connection that is not in use
        self._closed = False
        self._compared = False

    # Speaking

    def speak(
        self,
        text: str | TextSource,
        *,
        voice: str | None = None,
        speed: float | None = None,
        engine: str | None = None,
        language: str = "",
        volume: float = 1.0,
        words: bool = False,
        on_event: Callable[[Event], None] | None = None,
    ) -> Spoken:
        """Speak through the loudspeaker and return when all has been heard.

        `text` is a string, a TextSpool that somebody feeds, or an iterable of strings. `speed` is a factor of 0.5 to
        2.0. `on_event` learns of pieces, and with `words` of each word as it sounds.
        Raises UnknownVoice, BadSpeed, NoSound, Stopped, EngineError, DaemonError.
        """
        request = self._request(SPEAKER, voice, speed, engine, language, volume, words)
        return self._speak(request, text, on_event or _ignore, None)

    def render(
        self,
        text: str | TextSource,
        *,
        write: Callable[[bytes], None],
        voice: str | None = None,
        speed: float | None = None,
        engine: str | None = None,
        language: str = "",
        volume: float = 1.0,
        words: bool = False,
        on_event: Callable[[Event], None] | None = None,
    ) -> Spoken:
        """Turn text into sound and pass it to `write`: 16-bit little-endian mono PCM at 24,000 Hz, a whole piece a call.

        What `write` raises ends the utterance and is raised here. Arguments and errors otherwise as with `speak`.
        """
        request = self._request(CLIENT, voice, speed, engine, language, volume, words)
        return self._speak(request, text, on_event or _ignore, write)

    def _request(
        self,
        sink: str,
        voice: str | None,
        speed: float | None,
        engine: str | None,
        language: str,
        volume: float,
        words: bool,
    ) -> Request:
        speed = self._settings.number("speed") if speed is None else speed
        engine = engine or self._settings.text("engine")
        if not BY_NAME["speed"].minimum <= speed <= BY_NAME["speed"].maximum:  # type: ignore[operator]  # both are set
            raise BadSpeed(f"speed {speed:g} is outside 0.5 to 2.0")
        if engine not in BY_NAME["engine"].choices:
            raise UsageError(f"there is no engine {engine!r}", f"Choose one of {', '.join(BY_NAME['engine'].choices)}.")
        if language and language not in LANGUAGES.values():
            raise UsageError(f"there is no language {language!r}", f"Choose one of {', '.join(LANGUAGES.values())}.")
        if not 0 <= volume <= LOUDEST:
            raise UsageError(f"volume {volume:g} is outside 0 to {LOUDEST:g}")
        name = find_voice(voice or self._settings.text("voice")).name
        environment = audio_environment(os.environ) if sink == SPEAKER else {}
        return Request(name, sink, engine, language, speed, volume, words, environment)

    def _speak(
        self,
        request: Request,
        text: str | TextSource,
        on_event: Callable[[Event], None],
        write: Callable[[bytes], None] | None,
    ) -> Spoken:
        def listen(event: Event) -> None:
            if isinstance(event, Progress):
                self._on_progress(event)
            elif isinstance(event, Notice):
                self._on_notice(event)
            else:
                on_event(event)

        def reach(fresh: bool) -> Connection:
            return self._reach(request, fresh=fresh)

        spool = as_spool(text, self._settings.integer("spool_limit") << 20)
        try:
            if not spool.wait_for_words():
                if (error := spool.error) is not None:
                    raise error
                return Spoken(0.0, 0, "", spool.length)
            spoken, connection = Speaking(request, spool, reach, listen, write).run()
        finally:
            if not isinstance(text, TextSpool):
                spool.close()
        self._keep(request.voice, connection)
        return spoken

    # Finding servers

    def _reach(self, request: Request, *, fresh: bool) -> Connection:
        """Return a connection to the voice's server: a kept one, the one on record, or through the model server."""
        if not fresh:
            if (kept := self._kept.pop(request.voice, None)) is not None:
                return kept
            try:
                return self._reach_recorded(request.voice)
            except NOT_THERE:
                pass
        model, found = self._reach_model()
        with model:
            located = self._ask(model, Locate(request.voice, request.audio_environment), Located)
        return Connection.open(located.port, found.secret, voice_role(request.voice))

    def _reach_recorded(self, voice: str) -> Connection:
        role = voice_role(voice)
        found = state.read(voice_state_file(self._home, voice), role)
        connection = Connection.open(found.port, found.secret, role)
        self._compare(found)
        return connection

    def _reach_model(self) -> tuple[Connection, state.State]:
        connection, found = connect_or_start(self._home) if self._autostart else connect(self._home)
        self._compare(found)
        return connection, found

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

    def _keep(self, voice: str, connection: Connection) -> None:
        if self._closed or self._kept.setdefault(voice, connection) is not connection:
            connection.close()  # another thread's came first

    def _ask(self, connection: Connection, message: object, answer: type[Answer]) -> Answer:
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
            elif not isinstance(received, Heartbeat):
                raise BadFrame(f"a server does not answer with {type(received).__name__}")

    def _ask_running(self, message: object, answer: type[Answer]) -> Answer | None:
        """Return the answer of a daemon that runs already, None if there is none. Raises DaemonError if it hangs."""
        try:
            connection, _ = connect(self._home)
        except PeerSilent as error:
            self._raise_if_it_lives(error)
            return None
        except NOT_THERE:
            return None
        with connection:
            try:
                return self._ask(connection, message, answer)
            except ConnectionLost:
                return None  # it was just leaving

    def _raise_if_it_lives(self, error: PeerSilent) -> None:
        """Tell a daemon that hangs from a stranger who keeps silent on its port."""
        from say.ending import lives  # rarely needed

        if lives(self._home):
            raise DaemonError("the daemon runs but does not answer", "End it with 'say --shutdown'.") from error

    # Looking after the daemon

    def status(self) -> StatusReport | None:
        """Return how the daemon is; None if none runs."""
        return self._ask_running(Status(), StatusReport)

    def stop(self) -> int | None:
        """Silence everything that sounds or waits to sound; return how many utterances, None if no daemon runs."""
        report = self._ask_running(Stop(), StopReport)
        return None if report is None else report.utterances

    def shutdown(self) -> bool:
        """End the daemon and its voice servers, and return when they are gone; False if none ran."""
        from say.ending import end_daemon  # rarely needed

        return end_daemon(self._home)

    def download(self, voices: Sequence[str]) -> Downloaded:
        """Fetch the model and these voices, so that they speak without a network from then on."""
        names = tuple(find_voice(name).name for name in voices)
        return self._ask_model(Download(names), Downloaded)

    def remove(self, voices: Sequence[str], model: bool = False) -> Removed:
        """Delete these voices from disk, and with `model` the model too."""
        names = tuple(find_voice(name).name for name in voices)
        return self._ask_model(Remove(names, model), Removed)

    def _ask_model(self, message: object, answer: type[Answer]) -> Answer:
        """Ask the model server, started if need be; a daemon that was just leaving is asked again elsewhere."""
        for _ in range(3):
            try:
                connection, _found = self._reach_model()
                with connection:
                    return self._ask(connection, message, answer)
            except (ConnectionLost, PeerLeaving) as error:
                failure: SayError = error
        raise failure

    # Life

    def close(self) -> None:
        """Close the connections kept. What another thread has in work goes on, and closes its own at its end."""
        self._closed = True
        while self._kept:
            self._kept.popitem()[1].close()

    def __enter__(self) -> SayClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
