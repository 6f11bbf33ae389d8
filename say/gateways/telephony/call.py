"""One call over one connection: texts are spoken in their order, until `BYE`, the end of the connection, or a fault.

Two tasks: one reads, the other speaks. Whichever ends first ends the other, so that nothing is synthesized for nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import select
import time
from collections.abc import AsyncIterable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from common.errors import BadFrame, SayError
from say.gateways.rendering import Sound
from say.gateways.telephony.answers import Answers, CallerTakesNothing, KeptSound, SoundLost
from say.gateways.telephony.frames import RATE, Bye, Decoder, Hello, Message
from say.gateways.telephony.statistics import CallFigures, Totals
from say.gateways.telephony.waiting import WaitingText, WaitingTexts
from say.units import plural

_READ = 64 << 10  # bytes at a time
_LOOK_AGAIN = 1.0  # seconds between looks whether a caller that is held back is still there
_GONE = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)  # the last one on Linux only

# What renders a text for a call id: entered, it gives Sound, among reports that do not matter here.
Render = Callable[[str, str], AbstractAsyncContextManager[AsyncIterable[object]]]


@dataclass(frozen=True)
class Manners:
    """What a call may do, and how it is answered."""

    by_sentence: bool = False  # an answer for each piece of speech, not for each text
    greeting: float = 5.0  # seconds until the call id is there
    patience: float = 60.0  # seconds for the rest of a frame, and for taking sound
    most_sound: int = 256 << 20  # bytes of s16le sound of one answer


class Fault(Exception):
    """This caller did something that ends its call; in words for a log, never the text."""


class Call:
    """Serve one connection."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        render: Render,
        manners: Manners,
        totals: Totals,
        tell: Callable[[str], None],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._render = render
        self._manners = manners
        self._totals = totals
        self._tell = tell
        self._decoder = Decoder()
        self._waiting = WaitingTexts()
        self._answers = Answers(writer, manners.patience)
        self._over = asyncio.Event()
        self._done = 0  # texts that were answered
        self._late = 0  # texts that came after `finish`
        self.figures = CallFigures(call_id="", host=_host(writer))

    @property
    def name(self) -> str:
        """The call as a log names it."""
        return f"call {self.figures.call_id}" if self.figures.call_id else f"a connection from {self.figures.host}"

    def hang_up(self) -> None:
        """End it now: what is being said is given up, what waits is dropped."""
        self._over.set()

    def finish(self) -> None:
        """Take no more texts, and end it when those that came are answered."""
        self._waiting.close()

    async def run(self) -> None:
        """Serve to the end. Raises nothing for what a caller does."""
        listening = asyncio.create_task(self._listen())
        speaking = asyncio.create_task(self._speak())
        over = asyncio.create_task(self._over.wait())
        tasks = (listening, speaking, over)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            ended = next(task for task in tasks if task.done())
            self.figures.end = self._end_of(ended)
            if self._late:
                self._tell(
                    f"{self.name}: {plural(self._late, 'text')} came while the service was leaving, to be spoken no more"
                )
        finally:
            for task in tasks:
                task.cancel()
            self._close()
            await asyncio.gather(*tasks, return_exceptions=True)  # the speaking one until its piece is given up
            with contextlib.suppress(OSError):  # it was lost before
                await self._writer.wait_closed()

    def _end_of(self, ended: asyncio.Task[str] | asyncio.Task[bool]) -> str:
        """Return how it ended, and tell if that was a fault. Raises what only a mistake of ours can be."""
        error = ended.exception()
        if error is None:
            result = ended.result()
            return result if isinstance(result, str) else "hung up"
        if isinstance(error, ConnectionError):
            return "connection lost"
        if isinstance(error, CallerTakesNothing):
            error = Fault(f"it took no sound for {self._manners.patience:g} s")
        if isinstance(error, (Fault, BadFrame, SoundLost)):
            undone = self.figures.texts - self._done
            self._tell(
                f"{self.name} is ended: {error}" + (f"; without answer to {plural(undone, 'text')}" if undone else "")
            )
            return str(error)
        raise error

    def _close(self) -> None:
        if self._writer.transport.get_write_buffer_size():
            self._writer.transport.abort()  # nobody waits for what a caller that has left does not take
        self._writer.close()

    # Listening

    async def _listen(self) -> str:
        """Read until the end; return which one it was. Raises Fault, BadFrame, ConnectionError."""
        until: float | None = time.monotonic() + self._manners.greeting
        while data := await self._read(until):
            has_begun = self._decoder.has_begun
            self._decoder.feed(data)
            while (message := self._decoder.take()) is not None:
                if isinstance(message, Bye):
                    return "bye"
                self._receive(message)
                await self._have_room()
                has_begun = False
            if self._decoder.greeted and not has_begun:  # a call may be silent for ever, but not within a frame
                until = time.monotonic() + self._manners.patience if self._decoder.has_begun else None
        return "closed"

    async def _read(self, until: float | None) -> bytes:
        """Return what comes next, b"" at the end. Raises Fault if nothing came `until` then, ConnectionError."""
        limit = asyncio.timeout(None if until is None else until - time.monotonic())
        try:
            async with limit:
                return await self._reader.read(_READ)
        except OSError:  # TimeoutError is one, also where it is the caller's machine that answers no more
            if not limit.expired():
                raise ConnectionResetError from None
        what = "the rest of a frame" if self._decoder.greeted else "the call id"
        raise Fault(f"{what} did not come in time")

    def _receive(self, message: Message) -> None:
        if isinstance(message, Hello):
            self.figures.call_id = message.call_id
            self._totals.calls += 1
        elif not isinstance(message, Bye):
            if not self._waiting.add(message.text):
                self._late += 1
                return
            self.figures.texts += 1
            self._totals.texts += 1
            self.figures.waiting = len(self._waiting)

    async def _have_room(self) -> None:
        """Wait until another text may come. Raises ConnectionResetError if the caller is gone: nobody reads meanwhile."""
        while True:
            try:
                async with asyncio.timeout(_LOOK_AGAIN):
                    return await self._waiting.room()
            except TimeoutError:
                if _is_gone(self._writer):
                    raise ConnectionResetError from None

    # Speaking

    async def _speak(self) -> str:
        """Answer text by text until there are no more. Raises CallerTakesNothing, SoundLost, ConnectionError."""
        turn = 0.0
        while (waiting := await self._waiting.take()) is not None:
            self.figures.waiting = len(self._waiting)
            await self._answer(waiting, max(turn, waiting.arrived))
            turn = time.monotonic()
        await self._answers.flush()  # or what waits here would be dropped with the connection
        return "served"

    async def _answer(self, waiting: WaitingText, turn: float) -> None:
        """Answer one text at least once, also where nothing can be said: callers count on it."""
        before = self._answers.sent
        speak = self._answer_by_piece if self._manners.by_sentence else self._answer_whole
        try:
            await speak(waiting.text, turn)
        except ConnectionError:
            raise
        except (SayError, OSError) as error:  # the latter where the system has no more files or threads for us
            self._note_failure(error)
        if self._answers.sent == before:
            await self._answers.send(b"")
        self._done += 1
        self.figures.answers = self._answers.sent
        self._totals.answers += self._answers.sent - before

    def _note_failure(self, error: SayError | OSError) -> None:
        self.figures.unspoken += 1
        self._totals.unspoken += 1
        number = self.figures.texts - len(self._waiting)
        self._tell(f"{self.name}: text {number} is not spoken to its end: {error}")

    async def _answer_by_piece(self, text: str, turn: float) -> None:
        before = self._answers.sent
        async with self._render(text, self.figures.call_id) as items:
            async for item in items:
                if isinstance(item, Sound):
                    if self._answers.sent == before:
                        self._note_first_audio(turn)
                    await self._answers.send(item.pcm)
                    self._note_sound(len(item.pcm))

    async def _answer_whole(self, text: str, turn: float) -> None:
        """Send the sound of a text as one answer, for its length goes first. What was made before an error is sent, too."""
        with KeptSound(self._manners.most_sound) as kept:
            failure: SayError | None = None
            try:
                await self._keep(text, kept)
            except SayError as error:
                failure = error
            if kept.size:
                self._note_first_audio(turn)
                await self._answers.send_kept(kept)
                self._note_sound(kept.size)
            if failure is not None:
                raise failure

    async def _keep(self, text: str, kept: KeptSound) -> None:
        """Render a text to its end. Raises SayError."""
        async with self._render(text, self.figures.call_id) as items:
            async for item in items:
                if isinstance(item, Sound):
                    kept.add(item.pcm)

    def _note_first_audio(self, turn: float) -> None:
        self.figures.first_audio = time.monotonic() - turn
        self._totals.note_first_audio(self.figures.first_audio)

    def _note_sound(self, size: int) -> None:
        seconds = size / 2 / RATE
        self.figures.seconds += seconds
        self._totals.seconds += seconds


def _host(writer: asyncio.StreamWriter) -> str:
    peer = writer.get_extra_info("peername")
    return str(peer[0]) if peer else "?"


def _is_gone(writer: asyncio.StreamWriter) -> bool:
    connection = writer.get_extra_info("socket")
    if connection is None or connection.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), _GONE)
    return bool(poll.poll(0))
