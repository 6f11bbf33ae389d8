"""What the doors share, with a real daemon: sound for asyncio, and what becomes of it when a peer leaves or dawdles."""

from __future__ import annotations

import json
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.daemon import Daemon, eventually
from tests.fakes.shared_daemon import SharedDaemon

TEXT = "This is a sentence of some length, and it goes on for a while. " * 30
PROGRAM = """
import asyncio, json, sys
from say.client import SayClient
from say.gateways.rendering import Rendering, Sound, Wanted

async def listen(client, ahead, most):
    pcm = b""
    async with Rendering(client, Wanted(%r), ahead) as rendering:
        async for item in rendering:
            pcm += item.pcm if isinstance(item, Sound) else b""
            if len(pcm) > most:
                break
    return pcm, rendering.spoken

async def main():
    with SayClient() as client:
%s
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def silent_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedDaemon]:
    """Return the daemon of this module's tests, which plays nothing; pieces take their time."""
    with SharedDaemon(tmp_path_factory.mktemp("shared"), None, tone_delay=0.02) as shared:
        yield shared


@pytest.fixture
def daemon(silent_daemon: SharedDaemon, tmp_path: Path) -> Daemon:
    return silent_daemon.for_test(tmp_path)


def run(daemon: Daemon, *lines: str, text: str = TEXT) -> dict[str, object]:
    """Run the lines as the body of `main`; return what they leave in `found`."""
    body = "\n".join(" " * 8 + line for line in (*lines, "sys.stdout.write(json.dumps(found))"))
    done = daemon.run_python(PROGRAM % (text, body))
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_a_peer_gets_the_sound_that_a_file_gets(daemon: Daemon, tmp_path: Path) -> None:
    found = run(
        daemon,
        "pcm, spoken = await listen(client, 0, 1 << 40)",
        "open('out.pcm', 'wb').write(pcm)",
        "found = {'seconds': spoken.seconds}",
    )
    daemon.run_say("-o", "out.wav", TEXT)

    with wave.open(str(tmp_path / "out.wav")) as file:
        assert (tmp_path / "out.pcm").read_bytes() == file.readframes(file.getnframes())
        assert found["seconds"] == pytest.approx(file.getnframes() / 24_000)


def test_a_peer_that_leaves_takes_its_synthesis_along_and_the_next_is_served(daemon: Daemon) -> None:
    found = run(
        daemon,
        "pcm, spoken = await listen(client, 0, 0)",
        "found = {'ended early': spoken is None}",
        "async with asyncio.timeout(20):",
        "    while client.queue().utterances:",  # the process is there all the time, and its connection kept
        "        await asyncio.sleep(0.01)",
        "found['next'] = len((await listen(client, 0, 0))[0])",
    )

    assert found["ended early"] is True
    assert found["next"] != 0
    eventually(lambda: daemon.queue() == (), "nothing is left in work")


def test_many_peers_are_served_side_by_side(daemon: Daemon) -> None:
    found = run(
        daemon,
        "all = await asyncio.gather(*(listen(client, 48000, 1 << 40) for _ in range(8)))",
        "found = {'kinds': len({pcm for pcm, _ in all}), 'pieces': [spoken.pieces for _, spoken in all]}",
        text=TEXT[:400],
    )

    assert found["kinds"] == 1
    assert len(set(map(int, found["pieces"]))) == 1  # type: ignore[call-overload]  # a list of numbers, from JSON


WARMING = """
import json, os, signal, sys, time
from say.client import SayClient

def voice(client):
    return next(iter(client.status().voices), None)

with SayClient() as client:
    client.warm("af_sky")
    while (first := voice(client)).idle < 0.2:
        time.sleep(0.01)
    began = time.monotonic()
    client.warm("af_sky")
    used = voice(client).idle <= time.monotonic() - began
    os.kill(first.pid, signal.SIGKILL)
    while voice(client) is not None:
        time.sleep(0.01)
    client.warm("af_sky")
    print(json.dumps({"used": used, "other": voice(client).pid != first.pid}))
"""


def test_warming_counts_as_use_of_a_server_and_brings_one_back_that_has_gone(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        done = daemon.run_python(WARMING)
        assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
        assert json.loads(done.stdout) == {"used": True, "other": True}
