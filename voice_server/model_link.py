"""One utterance's connection to the model server: planning, synthesis, the floor. What comes back is sorted here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from common.async_connection import AsyncConnection, connect
from common.errors import BadFrame, ConnectionLost, SayError, from_wire
from common.handshake import MODEL_ROLE
from common.messages.hello import Error, Heartbeat, Notice, Progress
from common.messages.speaking import Audio, Steer
from common.messages.synthesis import (
    Begin,
    Begun,
    Discard,
    Finished,
    FloorGranted,
    Plan,
    Planned,
    PlannedPiece,
    StopUtterance,
    Synthesize,
    Synthesized,
    Underway,
    WordTime,
    YieldFloor,
)
from voice_server.turns import Turns

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

T = TypeVar("T")

log = logging.getLogger(__name__)

_PLAN = "plan"  # what an error is about that is about no piece
SILENCE_LIMIT = 10.0  # seconds without a heartbeat: the model server hangs


@dataclass(frozen=True)
class Sound:
    """One piece's sound as the engine made it."""

    samples: npt.NDArray[np.float32]  # [samples], mono
    speech_start: int  # first sample that is speech
    speech_end: int  # one past the last sample that is speech
    words: tuple[WordTime, ...]
    together: int = 1  # pieces that the model server makes fastest at once


class ModelLink:
    """Use as an async context manager; leaving it frees everything the utterance holds in the model server.

    `forward` takes what is meant for the client: progress and notices.
    """

    def __init__(
        self, port: int, secret: str, request: str, forward: Callable[[object], None], *, plans_early: bool = True
    ) -> None:
        self.plans_early = plans_early  # whether the model server takes a `plan` before it has answered `begin`
        self._port = port
        self._secret = secret
        self._request = request
        self._forward = forward
        self._connection: AsyncConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._begun: asyncio.Future[Begun] | None = None
        self._planned: asyncio.Future[Planned] | None = None
        self._sounds: dict[int, asyncio.Future[Sound]] = {}
        self._pcm: dict[int, bytearray] = {}
        self._turns = Turns()
        self.on_granted: Callable[[], None] = lambda: None  # the loudspeaker is ours
        self.on_yield: Callable[[bool], None] = _ignore  # be silent, keep the place; held with all others?
        self.on_steer: Callable[[Steer], None] = _ignore
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> ModelLink:
        self._connection = await connect(self._port, self._secret, MODEL_ROLE)
        self._reader = asyncio.create_task(self._read(self._connection))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._reader is not None and self._connection is not None
        self._reader.cancel()
        self._connection.close()
        self._fail(ConnectionLost("the utterance is over"))
        await asyncio.gather(self._reader, return_exceptions=True)

    async def begin(self, begin: Begin) -> Begun:
        """Return the engine chosen. Raises whatever keeps every engine from speaking."""
        self._begun = asyncio.get_running_loop().create_future()
        await self._send(begin)
        return await self._begun

    async def plan(self, plan: Plan) -> Planned:
        self._planned = asyncio.get_running_loop().create_future()
        await self._send(plan)
        return await self._planned

    async def synthesize(
        self, index: int, piece: PlannedPiece, speed: float, *, first: bool = False, ahead: float = -1.0
    ) -> asyncio.Future[Sound]:
        """Ask for a piece's sound and return the future of it. `first` and `ahead` say how soon it is needed."""
        future = self._sounds[index] = asyncio.get_running_loop().create_future()
        self._pcm[index] = bytearray()
        await self._send(Synthesize(index, piece.text, piece.phonemes, piece.start, speed, piece.words, first, ahead))
        return future

    def discard(self) -> None:
        """Do without every piece that was asked for and has not come; its future is cancelled."""
        if self._sounds:
            self._send_soon(Discard())
        for future in self._sounds.values():
            future.cancel()
        self._sounds.clear()
        self._pcm.clear()

    def ask_floor(self) -> None:
        """Wait in line for the loudspeaker; `on_granted` is called when it is ours."""
        self._send_soon(self._turns.ask())

    def give_floor(self) -> None:
        """Leave the line, or give the loudspeaker back."""
        self._send_soon(self._turns.give())

    def report(self, report: Underway | Finished) -> None:
        """Tell how far the utterance is, or how it went."""
        self._send_soon(report)

    def _send_soon(self, message: object) -> None:
        if self._connection is not None:
            self._connection.send_soon(message)

    async def _send(self, message: object) -> None:
        assert self._connection is not None
        if self.failure.done():
            self.failure.result()
        await self._connection.send(message)

    async def _read(self, connection: AsyncConnection) -> None:
        try:
            while True:
                async with asyncio.timeout(SILENCE_LIMIT):
                    message, raw = await connection.receive()
                self._sort(message, raw)
        except TimeoutError:
            self._fail(ConnectionLost("the model server fell silent"))
        except SayError as error:
            self._fail(error)
        except Exception:  # whoever waits for an answer must hear of it
            log.exception("what the model server sent cannot be sorted")
            self._fail(SayError("the voice server met an error of its own", "Its log tells more."))

    def _sort(self, message: object, raw: bytes) -> None:
        if isinstance(message, Audio):
            self._pcm.get(message.index, bytearray()).extend(raw)
        elif isinstance(message, Synthesized):
            self._finish_sound(message)
        elif isinstance(message, Planned):
            _resolve(self._planned, message)
        elif isinstance(message, Begun):
            _resolve(self._begun, message)
        elif isinstance(message, Error):
            self._handle_error(message)
        elif isinstance(message, (Progress, Notice)):
            self._forward(replace(message, id=self._request))
        else:
            self._command(message)

    def _command(self, message: object) -> None:
        """Do what the model server asks for unasked."""
        if isinstance(message, (FloorGranted, YieldFloor)):
            self._turn(message)
        elif isinstance(message, Steer):
            self.on_steer(message)
        elif isinstance(message, StopUtterance):
            raise from_wire(message.code, message.message, "")
        elif not isinstance(message, Heartbeat):
            raise BadFrame(f"a model server does not send {type(message).__name__} here")

    def _turn(self, message: FloorGranted | YieldFloor) -> None:
        if not self._turns.is_ours(message):
            return
        if isinstance(message, FloorGranted):
            self.on_granted()
        else:
            self.on_yield(message.held)

    def _finish_sound(self, message: Synthesized) -> None:
        import numpy as np

        if message.index not in self._pcm:
            return  # nobody needs it any more
        samples = np.frombuffer(bytes(self._pcm.pop(message.index)), dtype="<f4")
        if len(samples) != message.samples:
            raise BadFrame("a piece came incomplete")
        sound = Sound(samples, message.speech_start, message.speech_end, message.words, message.together)
        _resolve(self._sounds.pop(message.index, None), sound)

    def _handle_error(self, message: Error) -> None:
        error = from_wire(message.code, message.message, message.hint)
        if message.id == _PLAN:
            return _refuse(self._planned, error)
        if not message.id.isdecimal():
            raise error
        _refuse(self._sounds.pop(int(message.id), None), error)  # nobody waits for what was discarded

    def _fail(self, error: SayError) -> None:
        """Let everybody who waits know."""
        for future in self._sounds.values():
            _refuse(future, error)
        _refuse(self._begun, error)
        _refuse(self._planned, error)
        _refuse(self.failure, error)


def _ignore(_: object) -> None:
    """Take what nobody waits for."""


def _refuse(future: asyncio.Future[T] | None, error: SayError) -> None:
    if future is not None and not future.done():
        future.set_exception(error)
        future.exception()  # the first to look raises it; others need not


def _resolve(future: asyncio.Future[T] | None, value: T) -> None:
    if future is not None and not future.done():
        future.set_result(value)
