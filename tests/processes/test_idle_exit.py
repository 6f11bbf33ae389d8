"""Servers that leave as soon as nobody uses them, against clients that keep coming: none of these is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from common.paths import log_directory
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.lives import FILE_HEADER, strays, tone_wav, whole_log

SLOWEST = 30.0  # seconds for one client, a cold start and a busy machine included
IDLE = 0.05  # seconds

# Renders again and again with a SayClient that keeps its connections, and prints how long each took.
KEPT = """
import json, random, sys, time
from say import SayClient
count, seed, voices = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
chance = random.Random(seed)
took, sizes = [], set()
with SayClient() as client:
    for number in range(count):
        pcm = bytearray()
        begun = time.monotonic()
        client.render("hello", voice=voices[number % len(voices)], write=pcm.extend)
        took.append(time.monotonic() - begun)
        sizes.add(len(pcm))
        time.sleep(chance.choice((0.0, 0.03, 0.05, 0.06, 0.1, 0.3)) * chance.random() * 2)
print(json.dumps([took, sorted(sizes)]))
"""


@pytest.mark.timeout(7200)
@pytest.mark.parametrize(("voice_idle", "model_idle"), [(IDLE, IDLE), (IDLE, 0), (0, IDLE)])
def test_no_client_is_lost_to_servers_that_are_leaving(
    tmp_path: Path, counts: Callable[[int, int], int], voice_idle: float, model_idle: float
) -> None:
    processes, each = 2, counts(20, 330)
    runs = counts(4, 40)
    size = len(tone_wav("hello")) - FILE_HEADER
    with Daemon(tmp_path, start=False, voice_idle=voice_idle, model_idle=model_idle) as daemon:
        (tmp_path / "kept.py").write_text(KEPT)
        kept = [
            daemon.start_python("kept.py", str(each), str(number), "af_heart", *["bm_george"] * number)
            for number in range(processes)
        ]
        for number in range(runs):
            done = daemon.run_say("-o", f"{number}.wav", "hello", timeout=SLOWEST)
            assert (done.returncode, done.stderr) == (0, b"")
            assert (tmp_path / f"{number}.wav").read_bytes() == tone_wav("hello")
        for process in kept:
            printed, said = process.communicate(timeout=each * SLOWEST)
            assert (process.returncode, said) == (0, b"")
            took, sizes = json.loads(printed)
            assert len(took) == each
            assert sizes == [size]
            assert max(took) < SLOWEST, sorted(took)
        if model_idle:
            eventually(lambda: not daemon.processes(), "all leave")
            assert daemon.run_say("-o", "last.wav", "hello").returncode == 0
            assert lives(daemon) > 1
            eventually(lambda: not daemon.processes(), "the last one leaves, too")
        else:
            assert lives(daemon) == 1
        eventually(lambda: not strays(daemon), "nothing strays")
        assert "Traceback" not in whole_log(daemon)


def lives(daemon: Daemon) -> int:
    """Return how many daemons there have been."""
    return whole_log(daemon).count("listening on port")


def test_a_voice_server_leaves_when_it_is_idle_and_the_model_server_stays(tmp_path: Path) -> None:
    with Daemon(tmp_path, voice_idle=IDLE) as daemon:
        assert daemon.run_say("-o", "out.wav", "hello").returncode == 0
        pid = daemon.state().pid
        eventually(lambda: daemon.pids() == [pid], "the voice server leaves")
        assert [path.name for path in daemon.home.glob("*.json")] == ["model_server.json"]


def test_an_idle_model_server_takes_its_voice_servers_along(tmp_path: Path) -> None:
    with Daemon(tmp_path, start=False, model_idle=IDLE) as daemon:
        assert daemon.run_say("-o", "out.wav", "hello").returncode == 0
        eventually(lambda: not daemon.processes(), "all leave")
        assert not list(daemon.home.glob("*.json"))


def test_no_server_leaves_while_an_utterance_waits_for_its_text(tmp_path: Path) -> None:
    code = """
import sys, threading, time
from pathlib import Path
from say import SayClient
def lives():
    return sum(path.read_text().count("listening on port") for path in Path(sys.argv[1]).glob("*"))
begun, came, counted = threading.Event(), [], []
def text():
    yield "One sentence.\\n\\nAnother one, so that the first is known to be over.\\n\\n"
    came.append(begun.wait(30))
    counted.append(lives())
    time.sleep(1.0)
    counted.append(lives())
    yield "Two."
with SayClient() as client:
    client.render(text(), write=lambda pcm: begun.set())
print(came[0], counted[1] - counted[0])
"""
    with Daemon(tmp_path, start=False, model_idle=IDLE, voice_idle=IDLE) as daemon:
        (tmp_path / "waits.py").write_text(code)
        client = daemon.start_python("waits.py", str(log_directory(daemon.home)))
        printed, said = client.communicate(timeout=60)
        assert (client.returncode, said) == (0, b"")
        # On a busy machine some may have left before it came; from its first sound on none did.
        assert printed.split() == [b"True", b"0"]
