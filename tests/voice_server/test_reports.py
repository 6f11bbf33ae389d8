from __future__ import annotations

import asyncio

from common.messages.speaking import CLIENT, SPEAKER, Speak, Standing
from common.messages.synthesis import Underway
from tests.fakes.utterance import FakeLink, FakeSink
from tests.fakes.virtual_time import run_virtually
from voice_server.changes import Changes
from voice_server.reel import Reel
from voice_server.reports import PACE, Reports


class Stage:
    """Something to report on, in virtual time."""

    def __init__(self, sink: str = SPEAKER, standing: bool = True) -> None:
        self.speak = Speak("r", "af_heart", sink, standing=standing)
        self.reel = Reel(0, 1.0)
        self.total = 0
        self.sink = FakeSink()
        self.sink.state = "preparing"
        self.link = FakeLink()
        self.sent: list[object] = []
        self.changes = Changes()
        reports = Reports(self, self.sink, self.link, self.sent.append)  # type: ignore[arg-type]  # fakes
        self._task = asyncio.create_task(reports.run(self.changes))

    async def be(self, state: str, seconds: float = 0.01) -> None:
        self.sink.state = state
        self.changes.tell()
        await asyncio.sleep(seconds)

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def test_every_state_is_told_at_once_and_once() -> None:
    async def test() -> None:
        stage = Stage()
        for state in ("waiting", "waiting", "speaking", "paused", "preparing", "speaking", "held"):
            await stage.be(state)
        await stage.stop()

        told = [message.state for message in stage.sent if isinstance(message, Standing)]
        assert told == ["waiting", "speaking", "paused", "speaking", "held"]  # with nothing to say nothing is said
        assert [report.state for report in stage.link.reports if isinstance(report, Underway)] == [
            *("waiting", "speaking", "paused", "preparing", "speaking", "held")
        ]

    run_virtually(test())


def test_a_client_that_does_not_ask_for_standings_gets_none() -> None:
    """One of before there were any gave up: it knows no message of that name."""

    async def test() -> None:
        stage = Stage(standing=False)
        for state in ("waiting", "speaking"):
            await stage.be(state)
        await stage.stop()
        assert stage.sent == []

    run_virtually(test())


def test_another_speed_is_told_even_with_nothing_to_say() -> None:
    async def test() -> None:
        stage = Stage()
        await stage.be("speaking")
        stage.reel.speed = 1.5
        await stage.be("preparing")
        await stage.stop()
        assert stage.sent[-1] == Standing("r", "speaking", 1.5)

    run_virtually(test())


def test_a_fast_writer_is_reported_on_now_and_then_and_to_the_end() -> None:
    async def test() -> None:
        stage = Stage(CLIENT)
        for _ in range(1000):
            stage.total += 10
            await stage.be("writing", 0.001)
        await asyncio.sleep(1)
        await stage.stop()

        assert not stage.sent
        assert stage.link.reports[-1] == Underway("writing", 0, 10_000, 1.0)
        assert 1 / PACE / 2 <= len(stage.link.reports) <= 1 / PACE + 3

    run_virtually(test())
