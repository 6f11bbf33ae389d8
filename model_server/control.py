"""Control from any terminal: looking at the utterances in work, steering, ending and awaiting them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from common import hold
from common.async_connection import AsyncConnection, unless_gone
from common.errors import BadFrame, NoUtterance
from common.limits import FASTEST, SLOWEST
from common.messages.control import (
    CancelNumber,
    Queue,
    QueuedUtterance,
    QueueReport,
    Recall,
    Recalled,
    Steered,
    SteerNumber,
    Stop,
    StopReport,
    Waited,
    WaitFor,
)
from common.messages.speaking import BACK, PAUSE, REPLAY, RESUME, SKIP, SPEED, STEERING
from common.messages.synthesis import Begin
from common.quoting import reason_of
from model_server.floor import STOPPED, Floor
from model_server.utterances import Utterance, Utterances

log = logging.getLogger(__name__)

MOST_STEPS = 10_000  # sentences


class Control:
    """Answers the requests that concern utterances; the server answers those that concern the daemon."""

    def __init__(self, floor: Floor, utterances: Utterances, home: Path) -> None:
        self._floor = floor
        self._home = home
        self._utterances = utterances
        self.handlers: dict[type, Callable[..., Awaitable[object]]] = {
            Queue: self.handle_queue,
            SteerNumber: self.handle_steer_number,
            CancelNumber: self.handle_cancel_number,
            WaitFor: self.handle_wait_for,
            Recall: self.handle_recall,
            Stop: self.handle_stop,
        }

    async def handle_queue(self, message: Queue, connection: AsyncConnection) -> object:
        return QueueReport(self._floor.held, tuple(self._describe(utterance) for utterance in self._in_order()))

    async def handle_steer_number(self, message: SteerNumber, connection: AsyncConnection) -> object:
        _check(message)
        if message.number:
            return Steered(int(self._to_be_steered(message.number).steer(message.action, message.amount)))
        if message.action == PAUSE:
            return self._hold()
        if message.action == RESUME:
            return self._resume()
        front = next((utterance for utterance in self._in_order() if utterance.session in self._floor.line), None)
        if front is None or not (front.session is self._floor.holder or self._floor.held):
            return Steered(0)
        return Steered(int(front.steer(message.action, message.amount)))

    async def handle_cancel_number(self, message: CancelNumber, connection: AsyncConnection) -> object:
        self._utterances.find(message.number).stop(STOPPED, "the speech was cancelled by 'say --cancel'")
        return Steered(1)

    async def handle_wait_for(self, message: WaitFor, connection: AsyncConnection) -> object:
        outcome = await unless_gone(connection, self._utterances.outcome(message.number))
        return Waited(message.number, outcome)

    async def handle_recall(self, message: Recall, connection: AsyncConnection) -> object:
        last = self._utterances.heard_last
        if last is None:
            return Recalled(0, "", "", "", "", 1.0, 1.0, True)
        begin = last.begin
        return Recalled(
            number=last.number,
            text=last.text.text,
            voice=begin.voice,
            engine=last.engine,
            language=begin.language,
            speed=last.speed,
            volume=begin.volume,
            complete=last.text.complete,
            voice_file=begin.voice_file,
            reading=begin.reading,
        )

    async def handle_stop(self, message: Stop, connection: AsyncConnection) -> object:
        ended = self._for_loudspeaker()
        self.lift()  # the hold too: what is spoken next was asked for after this
        for utterance in ended:
            utterance.stop(STOPPED, "the speech was stopped")
        return StopReport(len(ended))

    def take_over(self, begin: Begin) -> None:
        """Hold all speech if the daemon before this one did, which crashed, as this utterance of it says.

        Only while such utterances come, and until this daemon is told whether to.
        """
        if begin.held and self._utterances.awaits_others:
            self._floor.hold_as_before()
            self._keep_hold()

    def lift(self) -> None:
        """Forget the floor's line and the hold; whoever asks for this ends the utterances."""
        self._floor.clear()
        self._keep_hold()

    def _hold(self) -> Steered:
        """Hold all speech, also what is yet to come."""
        held = self._floor.held
        self._floor.hold()
        self._keep_hold()
        return Steered(len(self._for_loudspeaker()), held)

    def _resume(self) -> Steered:
        """Lift the hold, or else wake those that were paused one by one."""
        held = self._floor.held
        self._floor.resume()
        self._keep_hold()
        concerned = self._for_loudspeaker()
        if not held:
            concerned = [one for one in concerned if one.underway.state == "paused"]
            for utterance in concerned:
                utterance.steer(RESUME, 1.0)
        return Steered(len(concerned), held)

    def _keep_hold(self) -> None:
        """Have the hold outlive this daemon, or its end."""
        try:
            if self._floor.held:
                hold.hold(self._home)
            else:
                hold.lift(self._home)
        except OSError as error:
            log.warning("the next daemon will not know whether speech is held: %s", reason_of(error))

    def _for_loudspeaker(self) -> list[Utterance]:
        return [utterance for utterance in self._utterances.alive if utterance.for_loudspeaker]

    def _to_be_steered(self, number: int) -> Utterance:
        utterance = self._utterances.find(number)
        if not utterance.for_loudspeaker:
            raise NoUtterance(f"utterance {number} is written to a file", f"'say --cancel {number}' ends it.")
        return utterance

    def _in_order(self) -> list[Utterance]:
        """Return the utterances in work: those in the floor's line first, in its order."""
        line: list[object] = list(self._floor.line)
        places = {session: place for place, session in enumerate(line)}
        return sorted(self._utterances.in_work, key=lambda one: (places.get(one.session, len(line)), one.number))

    def _describe(self, utterance: Utterance) -> QueuedUtterance:
        return QueuedUtterance(
            number=utterance.number,
            voice=utterance.begin.voice,
            text=utterance.text.head,
            state=self._state(utterance),
            priority=utterance.begin.priority,
            played=utterance.underway.played,
            total=max(utterance.underway.total, utterance.text.end),
            age=self._utterances.age(utterance),
        )

    def _state(self, utterance: Utterance) -> str:
        """Return what it is doing. The floor knows best who waits for it, the voice server all else."""
        if not utterance.for_loudspeaker:
            return "writing"
        reported = utterance.underway.state
        if utterance.session not in self._floor.line:
            return reported
        if utterance.session is not self._floor.holder:
            return "held" if self._floor.held else "waiting"
        return "speaking" if reported in ("waiting", "held") else reported


def _check(message: SteerNumber) -> None:
    """Raise BadFrame for what no client of ours asks."""
    if message.action == SPEED:
        sensible = SLOWEST <= message.amount <= FASTEST
    elif message.action in (SKIP, BACK, REPLAY):
        sensible = 0 < message.amount <= MOST_STEPS
    else:
        sensible = message.action in STEERING
    if not sensible:
        raise BadFrame("this SteerNumber makes no sense")
