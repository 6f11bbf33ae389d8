"""One voice's server: takes utterances from clients, speaks them, and keeps in touch with the model server."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path

from common import state
from common.async_connection import AsyncConnection, connect
from common.audio_environment import audio_environment, with_audio_environment
from common.errors import (
    BadFrame,
    BadSpeed,
    ConnectionLost,
    NoSound,
    PeerLeaving,
    SayError,
)
from common.frame_server import FrameServer
from common.handshake import MODEL_ROLE, voice_role
from common.idle import Idle
from common.limits import FASTEST, LOUDEST, SLOWEST
from common.memory import resident_bytes
from common.messages.speaking import CLIENT, POLICIES, PRIORITIES, SPEAKER, DeviceReport, ListDevices, Speak
from common.messages.synthesis import AskToLeave, AskVoiceStatus, Leave, Register, Registered, Retire, VoiceStatus
from common.paths import floor_lock, voice_state_file
from voice_server.account import Account
from voice_server.conversation import Conversation, Work
from voice_server.floor_lock import FloorLock
from voice_server.model_link import ModelLink
from voice_server.sinks import ClientSink, Sink
from voice_server.speaker import Speaker
from voice_server.speaker_sink import SpeakerSink

log = logging.getLogger(__name__)

LEAVE_DEADLINE = 2.0  # seconds for the model server to let us go
LONGEST_DEVICE = 1000  # characters; an error repeats it
LONGEST_CLIENT = 64  # characters
PREROLLS = ("auto", "always", "never")


@dataclass(frozen=True)
class Start:
    """What the model server tells a voice server at birth."""

    home: Path
    model_port: int
    port: int  # 0: any free one
    secret: str
    idle: float  # seconds unused before it leaves; 0: never
    settings: dict[str, object]  # the daemon's, for clients that compare them with their own
    plans_early: bool = False  # see ModelLink; one that was installed before 0.4 and runs on does not


class VoiceServer:
    """Serves one voice until it is told to leave, is idle, or loses the model server."""

    def __init__(self, voice: str, start: Start) -> None:
        self._voice = voice
        self._start = start
        self._frames = FrameServer(start.secret, voice_role(voice), self.serve)
        self._idle = Idle(start.idle, time.monotonic)
        self._news = asyncio.Event()
        self._told_to_leave = asyncio.Event()
        self._speaker = Speaker()
        self._control: AsyncConnection | None = None
        self._state: state.State | None = None
        self._listing: asyncio.Task[list[DeviceReport]] | None = None
        self._spoken = 0
        self._underruns = 0

    # Life

    async def life(self) -> None:
        """Listen, register, and serve until it is time to leave. Raises SayError where that cannot begin."""
        port = await self._frames.listen(self._start.port)
        self._control = await connect(self._start.model_port, self._start.secret, MODEL_ROLE)
        await self._control.send(Register(self._voice, port, os.getpid()))
        answer, _ = await self._control.receive()
        if not isinstance(answer, Registered):
            raise BadFrame("the model server did not take the registration")
        self._write_state(port)
        control = asyncio.create_task(self._serve_control(self._control))
        idle = asyncio.create_task(self._watch_idle(self._control))
        leave = asyncio.create_task(self._told_to_leave.wait())
        try:
            await asyncio.wait({control, leave}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            idle.cancel()
            leave.cancel()
            self._retire()
        if not control.done():
            await self._finish_work(control)
        await self._frames.close()
        await self._speaker.stop()
        self._control.close()

    def _write_state(self, port: int) -> None:
        self._state = state.of_this_process(voice_role(self._voice), port, self._start.secret, self._start.settings)
        try:
            state.write(voice_state_file(self._start.home, self._voice), self._state)
        except OSError as error:  # clients find us through the model server, too
            log.warning("the state file cannot be written: %s", error.strerror or error)

    def _retire(self) -> None:
        if self._state is not None:
            state.remove(voice_state_file(self._start.home, self._voice), self._state)
            self._state = None
        self._frames.stop_listening()

    async def _finish_work(self, control: asyncio.Task[None]) -> None:
        """Let what is in work end, as long as the model server is there."""
        while self._idle.busy and not control.done():
            self._news.clear()
            news = asyncio.create_task(self._news.wait())
            await asyncio.wait({control, news}, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()

    async def _watch_idle(self, control: AsyncConnection) -> None:
        while True:
            self._news.clear()
            remaining = self._idle.remaining()
            if remaining == 0:
                control.send_soon(AskToLeave())
                remaining = max(0.05, min(self._start.idle, 1.0))
            try:
                async with asyncio.timeout(remaining):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def _serve_control(self, control: AsyncConnection) -> None:
        """Answer the model server; the end of this connection is the end of this process."""
        try:
            while True:
                message, _ = await control.receive()
                if isinstance(message, AskVoiceStatus):
                    control.send_soon(self._status())
                elif isinstance(message, Leave):
                    self._told_to_leave.set()
                else:
                    raise BadFrame(f"a model server does not send {type(message).__name__} here")
        except ConnectionLost:
            log.info("the model server is gone")
        except SayError as error:
            log.error("the model server makes no sense: %s", error)

    def _status(self) -> VoiceStatus:
        return VoiceStatus(self._idle.busy, self._idle.idle_for(), self._spoken, self._underruns, resident_bytes())

    # Clients

    async def serve(self, connection: AsyncConnection) -> None:
        """Serve one client until its connection ends."""
        self._idle.touch()  # whoever connects is about to speak, or has us ready for that
        await Conversation(connection, self._speak, self._list_devices).serve()

    async def _list_devices(self, request: ListDevices) -> list[DeviceReport]:
        """Return the loudspeakers. Whoever asks while others wait for the answer gets the same one."""
        with self._idle.use():
            if self._listing is None or self._listing.done():
                self._listing = asyncio.create_task(self._speaker.devices())
            try:
                return await asyncio.shield(self._listing)
            except NoSound as error:
                await self._replace_or_raise(error, request.audio_environment)
                raise

    async def _speak(self, work: Work, connection: AsyncConnection) -> None:
        """Speak one utterance. Raises whatever ends it early."""
        try:
            with self._idle.use():
                await self._speak_or_replace(work, connection)
        finally:
            self._news.set()
            self._report()

    async def _speak_or_replace(self, work: Work, connection: AsyncConnection) -> None:
        speak = work.utterance.speak
        self._check(speak)
        if self._told_to_leave.is_set():
            raise PeerLeaving("the voice server is leaving")

        def forward(message: object) -> None:
            connection.send_soon(message)

        try:
            if speak.sink == SPEAKER:
                await self._speaker.probe(speak.device)
            start = self._start
            link = ModelLink(start.model_port, start.secret, speak.id, forward, plans_early=start.plans_early)
            async with link:
                sink = self._make_sink(work, link, connection)
                account = Account(work.utterance, sink, link)
                with account.closing():
                    try:
                        await work.utterance.run(link, sink)
                        self._spoken += 1  # here already: once it knows, the client may be gone, which cancels the rest
                        account.note_spoken()
                    finally:
                        try:
                            await _to_the_end(sink.stop())
                        finally:
                            self._underruns += sink.underruns
        except NoSound as error:
            await self._replace_or_raise(error, speak.audio_environment)

    def _report(self) -> None:
        """Tell the model server how we are, unasked: a crash before it asks again must not count as one with nothing
        spoken in between."""
        if self._control is not None:
            self._control.send_soon(self._status())

    def _check(self, speak: Speak) -> None:
        sensible = speak.voice == self._voice and speak.sink in (SPEAKER, CLIENT)
        sensible = sensible and min(speak.start, speak.audio_credit, speak.number) >= 0
        sensible = sensible and speak.priority in ("", *PRIORITIES) and speak.policy in POLICIES
        sensible = sensible and len(speak.device) <= LONGEST_DEVICE and len(speak.client) <= LONGEST_CLIENT
        if not sensible or speak.preroll not in PREROLLS:
            raise BadFrame("this request makes no sense here")
        if not SLOWEST <= speak.speed <= FASTEST or not 0 <= speak.volume <= LOUDEST:
            raise BadSpeed(f"speed {speak.speed:g} or volume {speak.volume:g} is out of range")

    def _make_sink(self, work: Work, link: ModelLink, connection: AsyncConnection) -> Sink:
        speak = work.utterance.speak
        if speak.sink == CLIENT:
            work.sink = ClientSink(speak.id, connection.send, speak.words)
            work.sink.grant(speak.audio_credit)
            return work.sink
        # A lock of its own: should two utterances of this process get the floor, one waits for the other here.
        lock = FloorLock(floor_lock(self._start.home))
        return SpeakerSink(speak, link, self._speaker, lock, connection.send_soon)

    async def _replace_or_raise(self, error: NoSound, wanted: dict[str, str]) -> None:
        """Make room for a fresh process where that may help: the sound library hangs, or the client's audio
        environment is another than the one that this process was born with. Raises in any case."""
        fresh = with_audio_environment(os.environ, wanted)  # as the next process would have it
        another = wanted and audio_environment(fresh) != audio_environment(os.environ)
        if not another and not self._speaker.needs_new_process:
            raise error
        if not another and self._told_to_leave.is_set():  # others found out; this one has not tried a device yet
            raise PeerLeaving("the voice server makes room for one whose sound library does not hang") from error
        await self._ask_for_replacement()
        if another:
            raise PeerLeaving("the voice server makes room for one that knows the client's sound server") from error
        raise error

    async def _ask_for_replacement(self) -> None:
        if self._control is not None:
            self._control.send_soon(Retire())
            try:
                async with asyncio.timeout(LEAVE_DEADLINE):
                    await self._told_to_leave.wait()
            except TimeoutError:
                log.warning("the model server does not let us go")


async def _to_the_end(work: Coroutine[object, object, None]) -> None:
    """Wait until `work` is through, however often this is cancelled meanwhile."""
    task = asyncio.create_task(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled is not None:
        raise cancelled
