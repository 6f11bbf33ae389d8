"""How an utterance went, for the model server's list: told once, at its very end, however that comes about."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from common.errors import Cancelled, Dropped, Stopped
from common.messages.synthesis import Finished
from voice_server.model_link import ModelLink
from voice_server.sinks import Sink
from voice_server.utterance import Utterance


class Account:
    """Keeps the time of one utterance, from `speak` on."""

    def __init__(self, utterance: Utterance, sink: Sink, link: ModelLink) -> None:
        self._utterance = utterance
        self._sink = sink
        self._link = link
        self._spoken = False

    @contextmanager
    def closing(self) -> Iterator[None]:
        """Tell how it went when this ends, by whatever exception."""
        outcome = "failed"
        try:
            yield
        except (asyncio.CancelledError, Cancelled):
            outcome = "cancelled"
            raise
        except Stopped:
            outcome = "stopped"
            raise
        except Dropped:
            outcome = "dropped"
            raise
        finally:
            self._link.report(self._finished("spoken" if self._spoken else outcome))

    def note_spoken(self) -> None:
        """Its client knows that it is complete, and may be gone now, which cancels what is left to do."""
        self._spoken = True

    def _finished(self, outcome: str) -> Finished:
        sink = self._sink
        first_audio = max(0.0, sink.first_at - self._utterance.begun_at) if sink.first_at else -1.0
        return Finished(outcome, self._utterance.reel.seconds, first_audio, sink.waited, sink.underruns)
