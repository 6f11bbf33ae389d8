"""One client's connection: the utterances it has in work, fed with what it sends. Knows not how an utterance is spoken."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from common import PROTOCOL
from common.async_connection import AsyncConnection
from common.errors import BadFrame, Cancelled, ProtocolMismatch, SayError
from common.messages.hello import Error
from common.messages.speaking import (
    STEERING,
    Cancel,
    Credit,
    DeviceList,
    DeviceReport,
    End,
    Flush,
    ListDevices,
    Speak,
    Steer,
    Text,
)
from voice_server.sinks import ClientSink
from voice_server.text_window import TEXT_CREDIT
from voice_server.utterance import Utterance

log = logging.getLogger(__name__)

MOST_UTTERANCES = 16  # on one connection; each has one of its own to the model server
LONGEST_ID = 64  # characters; it comes back with every report


@dataclass
class Work:
    """An utterance in work."""

    utterance: Utterance
    task: asyncio.Task[None]
    sink: ClientSink | None = None
    taken_back: bool = False  # by its client


# Speaks one utterance to its end; raises what ends it early.
SpeakWork = Callable[[Work, AsyncConnection], Awaitable[None]]
# Looks for loudspeakers; raises NoSound.
Devices = Callable[[ListDevices], Awaitable[list[DeviceReport]]]


class Conversation:
    """Serves one client until its connection ends, which also ends what it had in work."""

    def __init__(self, connection: AsyncConnection, speak: SpeakWork, devices: Devices) -> None:
        self._connection = connection
        self._speak = speak
        self._devices = devices
        self._listing: asyncio.Task[None] | None = None
        self._work: dict[str, Work] = {}  # by request

    async def serve(self) -> None:
        """Handle messages until the connection ends. Raises BadFrame, ProtocolMismatch, ConnectionLost."""
        try:
            while True:
                message, _ = await self._connection.receive()
                if self._connection.peer_protocol != PROTOCOL:
                    raise ProtocolMismatch(f"this voice server speaks protocol {PROTOCOL}")
                handle = self._handlers.get(type(message))
                if handle is None:
                    raise BadFrame(f"a client does not send {type(message).__name__} here")
                handle(self, message)
        finally:
            tasks = [work.task for work in self._work.values()]
            if self._listing is not None:
                tasks.append(self._listing)
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks)

    def handle_speak(self, speak: Speak) -> None:
        if not 0 < len(speak.id) <= LONGEST_ID:
            raise BadFrame(f"the id of a request has 1 to {LONGEST_ID} characters")
        if speak.id in self._work:
            raise BadFrame(f"request {speak.id!r} is in work already")
        if len(self._work) >= MOST_UTTERANCES:
            raise BadFrame(f"more than {MOST_UTTERANCES} utterances on one connection")
        work = self._work[speak.id] = Work(Utterance(speak, self._connection.send, self._connection.send_soon), None)  # type: ignore[arg-type]  # set next
        work.task = asyncio.create_task(self._run(work))
        work.task.add_done_callback(lambda task: self._ended(task, speak.id))

    def handle_text(self, message: Text) -> None:
        if (work := self._work.get(message.id)) is not None:
            work.utterance.append(message.text, message.total)
            if work.utterance.unplanned > TEXT_CREDIT:
                raise BadFrame("more text came than was granted")

    def handle_flush(self, message: Flush) -> None:
        if (work := self._work.get(message.id)) is not None:
            work.utterance.flush(whole=message.whole)

    def handle_steer(self, message: Steer) -> None:
        if message.action not in STEERING or message.amount <= 0:
            raise BadFrame(f"no utterance can be steered by {message.action[:40]!r} {message.amount:g}")
        if (work := self._work.get(message.id)) is not None:
            work.utterance.steer(message)

    def handle_list_devices(self, message: ListDevices) -> None:
        if self._listing is not None and not self._listing.done():
            raise BadFrame("one look at the devices at a time")
        self._listing = asyncio.create_task(self._list_devices(message))

    async def _list_devices(self, message: ListDevices) -> None:
        try:
            self._connection.send_soon(DeviceList(tuple(await self._devices(message))))
        except SayError as error:
            self._report(error, "")

    def handle_end(self, message: End) -> None:
        if (work := self._work.get(message.id)) is not None:
            work.utterance.end()

    def handle_credit(self, message: Credit) -> None:
        if message.audio < 0:
            raise BadFrame("credit cannot be taken back")
        if (work := self._work.get(message.id)) is not None and work.sink is not None:
            work.sink.grant(message.audio)

    def handle_cancel(self, message: Cancel) -> None:
        if (work := self._work.get(message.id)) is not None:
            work.taken_back = True
            work.task.cancel()

    _handlers: dict[type, Callable[..., None]] = {
        Speak: handle_speak,
        Text: handle_text,
        Flush: handle_flush,
        Steer: handle_steer,
        ListDevices: handle_list_devices,
        End: handle_end,
        Credit: handle_credit,
        Cancel: handle_cancel,
    }

    async def _run(self, work: Work) -> None:
        """Speak one utterance, and tell the client what went wrong."""
        request = work.utterance.speak.id
        beat = asyncio.create_task(self._connection.beat())
        try:
            await self._speak(work, self._connection)
        except SayError as error:
            log.info("request %s: %s", request, error.code)
            self._report(error, request)
        except Exception:
            log.exception("request %s ended by a fault of ours", request)
            self._report(SayError("the voice server met an error of its own", "Its log tells more."), request)
        finally:
            beat.cancel()

    def _ended(self, task: asyncio.Task[None], request: str) -> None:
        work = self._work.pop(request)
        # Here, since a task that is cancelled before its first step never gets to say so. Cancelled because we leave, it
        # was not taken back: its client learns by the end of the connection to go on elsewhere.
        if task.cancelled() and work.taken_back:
            self._report(Cancelled("the request was taken back"), request)

    def _report(self, error: SayError, request: str) -> None:
        self._connection.send_soon(Error(error.code, error.message, error.hint, request))
