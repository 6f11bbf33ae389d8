from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from common import VERSION
from common.draining import Draining
from common.errors import ProtocolMismatch, StateUnusable
from common.handshake import MODEL_ROLE
from common.paths import model_state_file
from common.settings import load
from common.state import of_this_process
from say import hand_over, servers
from say.hand_over import make_room
from tests.fakes.loops import run
from tests.model_server.test_server import stage


def test_it_drains_and_its_place_is_free(tmp_path: Path) -> None:
    async def test() -> None:
        async with stage(tmp_path) as (there, life):
            await asyncio.to_thread(make_room, tmp_path)
            assert not model_state_file(tmp_path).exists() and there.released
            await life

    run(test())


def test_without_a_daemon_there_is_none_to_replace(tmp_path: Path) -> None:
    with pytest.raises(StateUnusable):
        make_room(tmp_path)


@pytest.mark.parametrize(("look", "installed"), [("print(7, '9.9.9')", "version 9.9.9"), ("1 / 0", "something else")])
def test_nothing_is_replaced_by_what_we_could_not_speak_to(
    look: str, installed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand_over, "_LOOK", look)

    async def test() -> None:
        async with stage(tmp_path):
            with pytest.raises(ProtocolMismatch, match=f"{installed} has been installed in its place"):
                await asyncio.to_thread(make_room, tmp_path)
            assert model_state_file(tmp_path).exists()

    run(test())


def test_debug_tells_whether_a_daemon_is_started_beside_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "spawn_model_server", lambda home: None)
    steps: list[str] = []
    found = servers.Servers(tmp_path, load(environment={}), True, lambda _: None, lambda _: None, steps.append)
    found._spawn(tmp_path)
    assert steps == ["no model server runs: starting one"]
    other = of_this_process(MODEL_ROLE, 4242, "secret", {})
    before = Draining(tmp_path, other)
    found._spawn(tmp_path)
    before.close()
    assert steps[1:] == [f"a model server of version {VERSION} makes room: pid {other.pid}", "starting a model server"]
