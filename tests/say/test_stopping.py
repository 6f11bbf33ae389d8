from __future__ import annotations

import asyncio
from pathlib import Path

from common import hold
from common.messages.control import Drain, Draining, SteerNumber
from common.messages.synthesis import StopUtterance
from say.stopping import stop_all
from tests.fakes.loops import run
from tests.model_server.test_server import receive, stage


def test_without_a_daemon_nothing_is_stopped(tmp_path: Path) -> None:
    assert stop_all(tmp_path) is None


def test_those_that_drain_are_stopped_too_and_the_hold_ends(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, _):
            old = await there.begin("speaker")
            await there.ask(SteerNumber("pause"))
            assert await there.ask(Drain()) == Draining(1)
            assert await asyncio.to_thread(stop_all, tmp_path) == 1
            await receive(old, StopUtterance)
            assert not hold.is_held(tmp_path)
            async with stage(tmp_path) as (successor, _):
                new = [await successor.begin("speaker") for _ in range(2)]
                assert await asyncio.to_thread(stop_all, tmp_path) == 3  # the old one has not left yet
                for peer in new:
                    await receive(peer, StopUtterance)
            old.close()

    run(test())
