from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from common import hold
from common.draining import Draining, living, speaks_first
from common.handshake import MODEL_ROLE
from common.paths import draining_file, draining_files, floor_lock
from common.process_identity import start_mark
from common.state import of_this_process, write
from model_server import succession
from model_server.floor import Floor
from model_server.succession import ARRIVAL_LIMIT, PATIENCE, Arrivals, Leaving, Predecessors
from model_server.voice_processes import PROMISE
from tests.fakes.virtual_time import run_virtually
from tests.model_server.test_floor import PLAIN, Utterance, asking, give
from voice_server.floor_lock import FloorLock

SERVER = of_this_process(MODEL_ROLE, 4242, "secret", {})
A_WHILE = 2 * succession.POLL


# Those who came first


def test_the_floor_waits_for_those_who_were_in_line_before(tmp_path: Path) -> None:
    async def test() -> None:
        floor, before = Floor(), Draining(tmp_path, SERVER)
        before.speak_first(True)
        predecessors = Predecessors(tmp_path, floor)
        predecessors.look()
        following = asyncio.create_task(predecessors.follow())
        (waiting,) = asking(floor, PLAIN)
        for first in (True, False, True):
            before.speak_first(first)
            await asyncio.sleep(A_WHILE)
            assert floor.behind_others == first
            assert waiting.told == ([] if first and not waiting.sounding else ["granted"])
        before.speak_first(False)
        await asyncio.sleep(A_WHILE)
        following.cancel()
        before.close()

    run_virtually(test())


def test_who_died_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        floor, before = Floor(), Draining(tmp_path, SERVER)
        before.speak_first(True)
        predecessors = Predecessors(tmp_path, floor)
        predecessors.look()
        assert floor.behind_others
        monkeypatch.setattr(succession, "start_mark", lambda pid: None)
        await predecessors.follow()
        assert asking(floor, PLAIN)[0].sounding
        before.close()

    run_virtually(test())


def test_who_hangs_keeps_nobody_waiting_for_long_but_who_sounds_does(tmp_path: Path) -> None:
    async def test() -> None:
        floor, before, beneath = Floor(), Draining(tmp_path, SERVER), FloorLock(floor_lock(tmp_path))
        before.speak_first(True)
        predecessors = Predecessors(tmp_path, floor)
        predecessors.look()
        following = asyncio.create_task(predecessors.follow())
        (waiting,) = asking(floor, PLAIN)
        await beneath.acquire()
        await asyncio.sleep(3 * PATIENCE)
        beneath.release()
        floor.hold()
        await asyncio.sleep(3 * PATIENCE)
        floor.resume()
        await asyncio.sleep(PATIENCE - A_WHILE)
        assert not waiting.sounding
        await asyncio.sleep(2 * A_WHILE)
        assert waiting.sounding
        await following
        before.close()

    run_virtually(test())


def test_a_third_version_lets_all_speak_first_that_came_before(tmp_path: Path) -> None:
    async def test() -> None:
        parent = os.getppid()
        oldest = Draining(tmp_path, replace(SERVER, pid=parent, started=start_mark(parent) or ""))
        floor, before = Floor(), Draining(tmp_path, SERVER)
        oldest.speak_first(True)
        before.speak_first(True)
        predecessors = Predecessors(tmp_path, floor)
        predecessors.look()
        following = asyncio.create_task(predecessors.follow())
        (waiting,) = asking(floor, PLAIN)
        before.speak_first(False)
        await asyncio.sleep(A_WHILE)
        assert not waiting.sounding
        oldest.speak_first(False)
        await asyncio.sleep(A_WHILE)
        assert waiting.sounding
        following.cancel()
        oldest.close()
        before.close()

    run_virtually(test())


def test_what_the_dead_left_is_removed(tmp_path: Path) -> None:
    dead = replace(SERVER, started="another process")
    write(draining_file(tmp_path, dead.pid), dead)
    Predecessors(tmp_path, Floor()).look()
    assert not draining_files(tmp_path)


# On the way out


def leaving(home: Path, floor: Floor, working: list[bool], left: asyncio.Event) -> Leaving:
    """Return one that is on its way out."""
    leaving = Leaving(home, floor, lambda: bool(working), left.set)
    leaving.begin(SERVER)
    return leaving


def test_it_says_whether_anybody_is_in_its_line_and_where_it_is(tmp_path: Path) -> None:
    async def test() -> None:
        floor = Floor()
        (speaking,) = asking(floor, PLAIN)
        there = leaving(tmp_path, floor, [], asyncio.Event())
        assert living(tmp_path) == [SERVER] and speaks_first(tmp_path, SERVER)
        following = asyncio.create_task(there.follow())
        give(floor, speaking)
        await asyncio.sleep(A_WHILE)
        assert not speaks_first(tmp_path, SERVER)
        following.cancel()
        there.end()
        there.end()
        assert not draining_files(tmp_path)

    run_virtually(test())


def test_it_holds_and_goes_on_as_its_successor_is_told(tmp_path: Path) -> None:
    async def test() -> None:
        floor = Floor()
        (speaking,) = asking(floor, PLAIN)
        there = leaving(tmp_path, floor, [], asyncio.Event())
        following = asyncio.create_task(there.follow())
        hold.hold(tmp_path)
        await asyncio.sleep(A_WHILE)
        assert speaking.told == ["granted", "hold"]
        hold.lift(tmp_path)
        await asyncio.sleep(A_WHILE)
        assert speaking.told == ["granted", "hold", "granted"]
        following.cancel()
        there.end()

    run_virtually(test())


def test_it_leaves_when_nothing_has_moved_for_long_and_not_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(succession, "DRAIN_LIMIT", 1.0)

    async def test() -> None:
        floor, left, working = Floor(), asyncio.Event(), [True]
        speaking = Utterance()
        there = leaving(tmp_path, floor, working, left)
        following = asyncio.create_task(there.follow())
        await asyncio.sleep(3.0)
        working.clear()
        floor.ask(speaking)
        await asyncio.sleep(3.0)
        give(floor, speaking)
        await asyncio.sleep(0.9)
        assert not left.is_set()
        await following
        assert left.is_set()
        there.end()

    run_virtually(test())


def test_a_home_that_cannot_be_written_holds_nobody_up(tmp_path: Path) -> None:
    async def test() -> None:
        there = leaving(tmp_path / "gone", Floor(), [], asyncio.Event())
        following = asyncio.create_task(there.follow())
        await asyncio.sleep(A_WHILE)
        assert not following.done()
        following.cancel()
        there.end()

    run_virtually(test())


# On the way here


def test_nobody_is_waited_for_who_is_not_on_the_way() -> None:
    async def test() -> None:
        await Arrivals().settled()
        assert asyncio.get_running_loop().time() == 0.0

    run_virtually(test())


@pytest.mark.parametrize("arrives", [True, False])
def test_who_was_sent_to_a_voice_is_waited_for_but_not_for_long(arrives: bool) -> None:
    async def test() -> None:
        arrivals = Arrivals()
        with arrivals.locating("af_heart"):
            settling = asyncio.create_task(arrivals.settled())
            await asyncio.sleep(2.0)
            assert not settling.done()
        if arrives:
            arrivals.begun("af_heart")
        await settling
        waited = asyncio.get_running_loop().time() - 2.0
        assert waited <= A_WHILE if arrives else PROMISE <= waited <= PROMISE + A_WHILE

    run_virtually(test())


def test_who_finds_no_voice_server_is_not_on_the_way() -> None:
    async def test() -> None:
        arrivals = Arrivals()
        with pytest.raises(OSError), arrivals.locating("af_heart"):
            raise OSError
        await arrivals.settled()
        assert asyncio.get_running_loop().time() == 0.0

    run_virtually(test())


def test_a_voice_server_that_does_not_start_holds_a_drain_up_for_seconds_only() -> None:
    async def test() -> None:
        arrivals = Arrivals()
        with arrivals.locating("af_heart"):
            await arrivals.settled()
        assert asyncio.get_running_loop().time() <= ARRIVAL_LIMIT + A_WHILE

    run_virtually(test())
