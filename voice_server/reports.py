"""What an utterance tells of itself while it lasts: `standing` to its client, `underway` to the model server."""

from __future__ import annotations

import asyncio
from typing import Protocol

from common.messages.speaking import SPEAKER, Speak, Standing
from common.messages.synthesis import Underway
from voice_server.changes import Changes
from voice_server.model_link import ModelLink
from voice_server.reel import Reel
from voice_server.sinks import SendSoon, Sink

PACE = 0.1  # seconds between two reports on how far it is; a change of state is reported at once


class Reported(Protocol):
    """What is looked at."""

    speak: Speak
    reel: Reel

    @property
    def total(self) -> int:
        """Characters of the whole text, as far as it is known."""


class Reports:
    """Watches an utterance and its sink."""

    def __init__(self, utterance: Reported, sink: Sink, link: ModelLink, send_soon: SendSoon) -> None:
        self._utterance = utterance
        self._sink = sink
        self._link = link
        self._send_soon = send_soon
        self._standing: Standing | None = None
        self._underway: Underway | None = None
        self._due_at = 0.0  # loop time before which only a change of state is told

    async def run(self, changes: Changes) -> None:
        """Tell what changes, until cancelled."""
        while True:
            await changes.until(lambda: self._new_standing() is not None or self._new_underway() is not None)
            if (standing := self._new_standing()) is not None:
                self._standing = standing
                self._send_soon(standing)
            if (underway := self._new_underway()) is not None:
                await self._tell_underway(underway, changes)

    async def _tell_underway(self, underway: Underway, changes: Changes) -> None:
        loop = asyncio.get_running_loop()
        if self._underway is not None and underway.state == self._underway.state and loop.time() < self._due_at:
            # Wait, but not for a change of state, which the next round tells.
            state = self._sink.state
            try:
                async with asyncio.timeout_at(self._due_at):
                    await changes.until(lambda: self._sink.state != state)
            except TimeoutError:
                pass
            underway = self._now()
        self._underway = underway
        self._due_at = loop.time() + PACE
        self._link.report(underway)

    def _new_standing(self) -> Standing | None:
        """Return what the client is to be told, None if it knows. Silence with nothing to say is no news."""
        speak, state = self._utterance.speak, self._sink.state
        if speak.sink != SPEAKER or not speak.standing:
            return None
        if state == "preparing":
            if self._standing is None or self._standing.speed == self._utterance.reel.speed:
                return None
            state = self._standing.state
        standing = Standing(speak.id, state, self._utterance.reel.speed)
        return standing if standing != self._standing else None

    def _new_underway(self) -> Underway | None:
        underway = self._now()
        return underway if underway != self._underway else None

    def _now(self) -> Underway:
        reel = self._utterance.reel
        return Underway(self._sink.state, reel.passed, self._utterance.total, reel.speed)
