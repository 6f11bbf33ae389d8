"""One utterance from the client's side: text out within the credit, reports and sound in, retried until it is done.

The spool keeps the text from the first piece that was not played to its end, so that no crash of a server costs a word.
"""

from __future__ import annotations

import os
import selectors
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from common.connection import SILENCE_LIMIT, Connection
from common.errors import (
    BadFrame,
    ConnectionLost,
    DaemonError,
    NotAuthentic,
    PeerLeaving,
    SayError,
    StateUnusable,
    from_wire,
)
from common.messages.hello import Error, Notice, Progress
from common.messages.speaking import (
    CLIENT,
    Accepted,
    Audio,
    Credit,
    Done,
    End,
    Flush,
    Piece,
    Played,
    Playing,
    Speak,
    Text,
    Word,
)
from say.spool import TextSpool

# What a server's sudden end looks like from here; the same request may succeed elsewhere.
TRY_AGAIN = (ConnectionLost, PeerLeaving, StateUnusable, NotAuthentic, BadFrame)
# Tries without a piece played in between: many while nothing was accepted, for servers come and go; few afterwards,
# since a text, or a library that is loaded, that takes a server down does so every time.
MOST_TRIES = 40
MOST_CRASHES = 4
_LONGEST_PAUSE = 0.25  # seconds between two tries

TEXT_CHUNK = 1 << 14  # characters a frame
AUDIO_CREDIT = 256 << 10  # bytes under way; more than a frame of a second, and what sockets hold without our reading
SECOND = 24_000 * 2  # bytes of sound as `write` takes it
QUOTED = 300  # characters of unspoken text in an error

T = TypeVar("T")

Event = Piece | Playing | Played | Word | Notice | Progress | Accepted
Connect = Callable[[bool], Connection]  # True: not the way that failed before


@dataclass(frozen=True)
class Spoken:
    """How an utterance went."""

    seconds: float  # of sound
    pieces: int
    engine: str  # "" if nothing had to be spoken
    characters: int  # of text


@dataclass(frozen=True)
class Request:
    """What stays the same through all tries of an utterance. Fields as in the `speak` message."""

    voice: str
    sink: str
    engine: str
    language: str
    speed: float
    volume: float
    words: bool
    audio_environment: dict[str, str]


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
    ) -> None:
        self._request = request
        self._spool = spool
        self._connect = connect
        self._on_event = on_event
        self._write = write
        self._sleep = sleep
        self._start = 0  # first character not played to its end
        self._pieces = 0
        self._seconds = 0.0
        self._engine = ""
        self._accepted = False
        self._loading = ""  # what the server was loading when it was last heard
        self._progressed = False
        self._callers_own: BaseException | None = None  # raised by `on_event` or `write`

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
        return Spoken(self._seconds, self._pieces, self._engine, self._spool.length), connection

    def _speak(self, connection: Connection) -> None:
        attempt = _Attempt(os.urandom(8).hex(), self._start)
        request = self._request
        connection.send(
            Speak(
                id=attempt.id,
                voice=request.voice,
                sink=request.sink,
                engine=self._engine or request.engine,  # the engine never changes within an utterance
                language=request.language,
                speed=request.speed,
                volume=request.volume,
                start=self._start,
                words=request.words,
                audio_credit=AUDIO_CREDIT if request.sink == CLIENT else 0,
                audio_environment=request.audio_environment,
            )
        )
        with selectors.DefaultSelector() as selector:
            selector.register(connection, selectors.EVENT_READ)
            selector.register(self._spool, selectors.EVENT_READ)
            heard = time.monotonic()
            while not attempt.done:
                ready = selector.select(max(0.0, heard + SILENCE_LIMIT - time.monotonic()))
                sources = {key.fileobj for key, _ in ready}
                if connection in sources:
                    heard = time.monotonic()
                    for message, raw in connection.read(SILENCE_LIMIT):
                        self._handle(message, raw, attempt, connection)
                elif time.monotonic() >= heard + SILENCE_LIMIT:
                    raise ConnectionLost("the voice server fell silent")
                if self._spool in sources:
                    self._spool.acknowledge()
                self._send_text(attempt, connection)

    def _send_text(self, attempt: _Attempt, connection: Connection) -> None:
        """Send what the spool has and the credit allows."""
        while not attempt.ended and not attempt.done:
            part = self._spool.read(attempt.sent, min(attempt.credit, TEXT_CHUNK), attempt.flushed)
            if part.text:
                attempt.sent += len(part.text)
                attempt.credit -= len(part.text)
                connection.send(Text(attempt.id, part.text))
            if part.flush:
                attempt.flushed = attempt.sent
                connection.send(Flush(attempt.id))
            if part.ended:
                attempt.ended = True
                connection.send(End(attempt.id))
            elif not part.text and not part.flush:
                return

    def _handle(self, message: object, raw: bytes, attempt: _Attempt, connection: Connection) -> None:
        if attempt.done or getattr(message, "id", attempt.id) != attempt.id:
            return  # of a request before, on a kept connection, or of a server that leaves behind this one
        if isinstance(message, Audio):
            attempt.pcm += raw
            connection.send(Credit(attempt.id, audio=len(raw)))
        elif isinstance(message, Credit):
            attempt.credit += message.text
        elif isinstance(message, Played):
            self._handle_played(message, attempt)
        elif isinstance(message, Accepted):
            self._accepted, self._loading = True, ""
            self._engine = message.engine
            self._tell(self._on_event, message)
        elif isinstance(message, Done):
            attempt.done = True
            if self._write is None:
                self._seconds += message.seconds
        elif isinstance(message, Error):
            raise from_wire(message.code, message.message, message.hint)
        elif isinstance(message, (Piece, Playing, Word, Notice, Progress)):
            self._loading = _loading(message)
            self._tell(self._on_event, message)

    def _handle_played(self, message: Played, attempt: _Attempt) -> None:
        if not self._start <= message.end <= attempt.sent:
            raise BadFrame("a piece was played that was never sent")
        if self._write is not None:
            self._tell(self._write, bytes(attempt.pcm))
            self._seconds += len(attempt.pcm) / SECOND
            attempt.pcm.clear()
        self._start = message.end
        self._spool.forget(message.end)
        self._pieces += 1
        self._progressed = True
        self._tell(self._on_event, message)

    def _tell(self, listener: Callable[[T], None], what: T) -> None:
        """Call the caller's code. Its errors are its own, whatever their type: they are no reason to try again."""
        try:
            listener(what)
        except BaseException as error:
            self._callers_own = error
            raise


def _loading(message: object) -> str:
    return message.what if isinstance(message, Progress) and message.stage == "loading" else ""


class _Attempt:
    """Where one try on one connection stands."""

    def __init__(self, request: str, start: int) -> None:
        self.id = request
        self.sent = start  # characters, from the beginning of the text
        self.flushed = -1  # offset of the last flush mark that was passed on
        self.credit = 0  # characters
        self.ended = False
        self.done = False
        self.pcm = bytearray()  # of the piece that is coming in
