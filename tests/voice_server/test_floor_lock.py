from __future__ import annotations

import asyncio
import stat
import subprocess
import sys
from collections.abc import Coroutine
from pathlib import Path

import pytest

from common.errors import DaemonError
from voice_server.floor_lock import FloorLock

ROOT = Path(__file__).parents[2]
HOLDER = """
import asyncio, pathlib, sys
from voice_server.floor_lock import FloorLock
lock = FloorLock(pathlib.Path(sys.argv[1]))
asyncio.run(lock.acquire())
print("held", flush=True)
sys.stdin.read()
"""


def run(test: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 30))


def test_a_second_holder_waits_for_the_first(tmp_path: Path) -> None:
    async def test() -> None:
        first, second = FloorLock(tmp_path / "floor.lock"), FloorLock(tmp_path / "floor.lock")
        await first.acquire()
        waiting = asyncio.create_task(second.acquire())
        await asyncio.sleep(0)
        assert first.held
        assert not waiting.done()
        first.release()
        await waiting
        assert second.held
        second.release()

    run(test())


def test_a_lock_can_be_taken_again(tmp_path: Path) -> None:
    async def test() -> None:
        lock = FloorLock(tmp_path / "floor.lock")
        for _ in range(3):
            await lock.acquire()
            lock.release()
            lock.release()  # once more does no harm

    run(test())


def test_only_its_owner_may_touch_the_file(tmp_path: Path) -> None:
    async def test() -> None:
        lock = FloorLock(tmp_path / "floor.lock")
        await lock.acquire()
        assert stat.S_IMODE((tmp_path / "floor.lock").stat().st_mode) == 0o600
        lock.release()

    run(test())


def test_a_cancelled_wait_holds_nothing(tmp_path: Path) -> None:
    async def test() -> None:
        first, second = FloorLock(tmp_path / "floor.lock"), FloorLock(tmp_path / "floor.lock")
        await first.acquire()
        waiting = asyncio.create_task(second.acquire())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
        first.release()
        assert not second.held
        await first.acquire()
        first.release()

    run(test())


def test_the_death_of_a_holder_frees_the_lock(tmp_path: Path, no_process_left: object) -> None:
    path = tmp_path / "floor.lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )

    async def test() -> None:
        lock = FloorLock(path)
        waiting = asyncio.create_task(lock.acquire())
        await asyncio.sleep(0)
        assert not waiting.done()
        holder.kill()
        await waiting
        lock.release()

    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        run(test())


def test_a_lock_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(DaemonError, match=r"floor\.lock"):
        run(FloorLock(tmp_path / "missing" / "floor.lock").acquire())
