"""One utterance from the client's side: text out within the credit, reports and sound in, retried until it is done.

The spool keeps the text from the first piece that was not played to its end, so that no crash of a server costs a word.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from common import TYPE_CHECKING
from common.connection import SILENCE_LIMIT, Connection
from common.errors import (
    BadFrame,
    Cancelled,
    ConnectionLost,
    DaemonError,
    NotAuthentic,
    PeerLeaving,
    SayError,
    StateUnusable,
    Stopped,
    from_wire,
)
from common.messages.hello import Error, Notice, Progress
from common.messages.speaking import (
    CLIENT,
    QUEUE,
    Accepted,
    Audio,
    Cancel,
    Credit,
    Done,
    Moved,
    Piece,
    Played,
    Playing,
    Speak,
    Standing,
    Steer,
    Word,
)
from say.attempt import Attempt
from say.control import IN_OPENING, Control
from say.session_loop import SessionLoop
from say.spool import TextSpool
from say.utterance import Event, Request, Spoken

# What a server's sudden end looks like from here; the same request may succeed elsewhere.
TRY_AGAIN = (ConnectionLost, PeerLeaving, StateUnusable, NotAuthentic, BadFrame)
# Tries without a piece played in between: many while nothing was accepted, for servers come and go; few afterwards,
# since a text, or a library that is loaded, that takes a server down does so every time.
MOST_TRIES = 40
MOST_CRASHES = 4
_LONGEST_PAUSE = 0.25  # seconds between two tries

AUDIO_CREDIT = 256 << 10  # bytes under way; more than a frame of a second, and what sockets hold without our reading
SECOND = 24_000 * 2  # bytes of sound as `write` takes it
CANCEL_TIMEOUT = 1.0  # seconds for a server to say that it is silent
QUOTED = 300  # characters of unspoken text in an error
_PAUSED, _HELD = "paused", "held"  # as `standing` says it

if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")

Connect = Callable[[bool], Connection]  # True: not the way that failed before


class Speaking:
    """Speaks one spool. `on_event` learns what happens; `write` takes each piece's PCM once it is complete."""

    def __init__(
        self,
        request: Request,
        spool: TextSpool,
        connect: Connect,
        on_event: Callable[[Event], None],
        write: Callable[[bytes], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        control: Control | None = None,
    ) -> None:
        self._request = request
        self._spool = spool
        self._connect = connect
        self._on_event = on_event
        self._write = write
        self._sleep = sleep
        self._control = control or Control()
        self._control.speed = self._control.speed or request.speed
        # Where a retry begins: the first character not played to its end, unless speech went elsewhere. A spool whose
        # beginning counts as played goes on as one that a server broke off.
        self._start = spool.played
        self._pieces = 0
        self._seconds = 0.0
        self._engine = ""
        self._number = 0
        self._held = False  # with all others, when it was last heard of
        self._accepted = False
        self._loading = ""  # what the server was loading when it was last heard
        self._progressed = False
        self._callers_own: BaseException | None = None  # raised by `on_event`, `write` or what accompanies the session

    def run(self) -> tuple[Spoken, Connection]:
        """Return how it went and the connection, fit for another utterance. Raises SayError."""
        tries = crashes = 0
        while True:
            self._accepted = self._progressed = False
            self._loading = ""
            try:
                return self._try(fresh=tries > 0)
            except TRY_AGAIN as error:
                if error is self._callers_own:
                    raise
                if self._control.stopping:
                    raise _stopped() from error
                if self._progressed:
                    tries = crashes = 0
                tries += 1
                crashes += self._accepted or bool(self._loading)
                if tries >= MOST_TRIES or crashes >= MOST_CRASHES:
                    raise self._give_up(error) from error
                self._sleep(min(_LONGEST_PAUSE, 0.01 * 2.0 ** min(tries, 8)))
            except DaemonError as error:
                if error is self._callers_own or not tries:
                    raise
                raise self._give_up(error) from error

    def _give_up(self, error: SayError) -> SayError:
        rest = self._spool.read(self._start, QUOTED, flushed=self._start).text
        more = self._spool.length - self._start - len(rest)
        if not more and not rest.strip():
            return error
        unspoken = f"Not spoken: {rest.strip()!r}" + (f" and {more} more characters." if more else ".")
        if self._loading:
            hint = f"{unspoken} '--engine espeak' speaks without it; the log of the model server tells more."
            return type(error)(f"{error.message} while it was loading {self._loading}", hint)
        return type(error)(error.message, f"{unspoken} {error.hint}".strip())

    def _try(self, *, fresh: bool) -> tuple[Spoken, Connection]:
        connection = self._connect(fresh)
        try:
            self._speak(connection)
            self._spool.forget(self._spool.length)
            if (error := self._spool.error) is not None:
                raise error
        except BaseException:
            connection.close()  # the server takes it as a cancel
            raise
        return Spoken(self._seconds, self._pieces, self._engine, self._spool.length, self._number), connection

    def _speak(self, connection: Connection) -> None:
        commands = self._control.take()  # may change how it begins
        if self._control.stopping:
            raise _stopped()
        attempt = Attempt(connection, self._start, self._seconds)
        connection.send_soon(self._opening(attempt))  # goes out with the beginning of the text
        for command in commands:
            if command.action not in IN_OPENING:
                connection.send_soon(Steer(command.action, attempt.id, command.amount))
        with SessionLoop(connection, self._spool, self._control, self._call) as loop:
            while not attempt.done:
                attempt.send_text(self._spool)
                self._obey(attempt, loop)
                if loop.wait():
                    for message, raw in connection.read(SILENCE_LIMIT):
                        self._handle(message, raw, attempt)

    def _opening(self, attempt: Attempt) -> Speak:
        request = self._request
        return Speak(
            id=attempt.id,
            voice=request.voice,
            sink=request.sink,
            engine=self._engine or request.engine,  # the engine never changes within an utterance
            language=request.language,
            speed=self._control.speed,
            volume=request.volume,
            start=self._start,
            words=request.words,
            audio_credit=AUDIO_CREDIT if request.sink == CLIENT else 0,
            audio_environment=request.audio_environment,
            device=request.device,
            priority=request.priority,
            policy=QUEUE if self._number else request.policy,  # it has its place already
            number=self._number,
            paused=self._control.paused,
            held=self._held,
            preroll=request.preroll,
            standing=True,
            voice_file=request.voice_file,
            reading=request.reading,
            client=request.client,
            bulk=request.bulk,
        )

    # Steering

    def _obey(self, attempt: Attempt, loop: SessionLoop) -> None:
        """Pass commands on, and do what was to be done after that."""
        for command in self._control.take():
            attempt.connection.send(Steer(command.action, attempt.id, command.amount))
        if self._control.stopping and not attempt.cancelled:
            attempt.cancelled = True
            attempt.connection.send(Cancel(attempt.id))
            loop.hurry(CANCEL_TIMEOUT)
        for call in self._control.take_calls():
            self._call(call)
            loop.forgive()

    # Reports and sound in

    def _handle(self, message: object, raw: bytes, attempt: Attempt) -> None:
        if attempt.done or getattr(message, "id", attempt.id) != attempt.id:
            return  # of a request before, on a kept connection, or of a server that leaves behind this one
        if isinstance(message, Audio):
            attempt.take_audio(raw)
        elif isinstance(message, Credit):
            attempt.grant(message.text)
        elif isinstance(message, Played):
            self._handle_played(message, attempt)
        elif isinstance(message, Moved):
            self._handle_moved(message, attempt)
        elif isinstance(message, Done):
            attempt.done = True
            if self._write is None:
                self._seconds += message.seconds
        elif isinstance(message, Error):
            error = from_wire(message.code, message.message, message.hint)
            raise _stopped() if self._control.stopping and isinstance(error, Cancelled) else error
        elif isinstance(message, (Accepted, Piece, Playing, Word, Standing, Notice, Progress)):
            self._note(message)
            self._report(message, attempt)

    def _report(self, message: Event, attempt: Attempt) -> None:
        if isinstance(message, Word) and self._write is not None:
            attempt.words.append(message)  # of sound that is yet to come
        else:
            self._tell(self._on_event, message)

    def _note(self, message: object) -> None:
        """Keep what a retry needs to know."""
        self._loading = message.what if isinstance(message, Progress) and message.stage == "loading" else ""
        if isinstance(message, Accepted):
            self._accepted = True
            self._engine, self._number = message.engine, message.number or self._number
        elif isinstance(message, Standing):
            self._control.report(message.state == _PAUSED, message.speed)
            self._held = message.state == _HELD

    def _handle_played(self, message: Played, attempt: Attempt) -> None:
        if not self._start <= message.end <= attempt.sent:
            raise BadFrame("a piece was played that was never sent")
        if self._write is not None:
            for word in attempt.take_words():
                self._tell(self._on_event, word)
            pcm = attempt.take_piece()
            self._tell(self._write, pcm)
            self._seconds += len(pcm) / SECOND
        self._start = message.end
        self._spool.forget(message.end)
        self._pieces += 1
        self._progressed = True
        self._tell(self._on_event, message)

    def _handle_moved(self, message: Moved, attempt: Attempt) -> None:
        if not max(attempt.start, self._spool.kept) <= message.start <= attempt.sent:
            raise BadFrame("speech moved to where there is no text")
        self._start = message.start
        self._spool.forget(message.start)
        self._tell(self._on_event, message)

    def _call(self, action: Callable[[], None]) -> None:
        self._tell(lambda _: action(), None)

    def _tell(self, listener: Callable[[T], None], what: T) -> None:
        """Call the caller's code. Its errors are its own, whatever their type: they are no reason to try again."""
        try:
            listener(what)
        except BaseException as error:
            self._callers_own = error
            raise


def _stopped() -> Stopped:
    return Stopped("stopped")
