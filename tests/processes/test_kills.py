"""kill -9 of a client, a voice server or the model server: no word is lost, nothing hangs, nothing stays behind."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.daemon import Daemon, eventually
from tests.fakes.lives import (
    FILE_HEADER,
    LONG_TEXT,
    STREAM_HEADER,
    kill,
    model_servers,
    speak_into_the_middle,
    strays,
    tone_wav,
    undisturbed,
    voice_servers,
    within,
)

DELAY = 0.05  # seconds a piece
NO_HANG = 60.0  # seconds in which the whole text is spoken after a kill; it takes 3 where nothing else runs
CLEAN = 20.0  # seconds after a kill until nothing is left of what was in work


def start_long(daemon: Daemon, name: str) -> subprocess.Popen[bytes]:
    (daemon.folder / "long.txt").write_text(LONG_TEXT)
    return daemon.start_say("-f", "long.txt", "-o", name)


def busy(daemon: Daemon) -> int:
    """Return how many utterances are in work, as the daemon says."""
    status = daemon.run_say("--status", "--json").stdout.decode()
    return sum(map(int, re.findall(r'"busy": (\d+)', status)))


def restart_if_new(daemon: Daemon, pid: int) -> int:
    """Put a slow daemon in the place of one that a client has started; return its pid."""
    if model_servers(daemon) == [pid]:
        return pid
    daemon.run_say("--shutdown")
    return daemon.start()


def pid_of(victim: str, client: subprocess.Popen[bytes], daemon: Daemon) -> int | None:
    servers = {"voice": voice_servers, "model": model_servers}
    if victim in servers:
        return next(iter(servers[victim](daemon)), None)
    return client.pid


@pytest.mark.timeout(7200)
def test_a_kill_at_any_moment_costs_no_word(tmp_path: Path, counts: Callable[[int, int], int]) -> None:
    expected = undisturbed(tmp_path / "undisturbed", LONG_TEXT)
    chance = random.Random(7)
    victims = ["client", "voice", "model"]
    with Daemon(tmp_path, tone_delay=DELAY) as daemon:
        pid = daemon.state().pid
        for number in range(counts(12, 200)):
            victim = victims[number % 3]
            path = tmp_path / f"{number}.wav"
            client = start_long(daemon, path.name)
            time.sleep(chance.uniform(0.0, 1.4))  # the random moment, not a wait
            if (target := pid_of(victim, client, daemon)) is not None and client.poll() is None:
                kill(target)

            _, said = client.communicate(timeout=NO_HANG)

            if client.returncode == -9:
                assert not path.exists() or path.read_bytes() == expected  # it may have been on its way out
            else:
                assert (client.returncode, said) == (0, b""), (number, victim)
                assert path.read_bytes() == expected, (number, victim)
            eventually(lambda: not strays(daemon), f"no stray after killing {victim}", CLEAN)
            eventually(lambda: not busy(daemon), "nobody speaks for the dead", CLEAN)

            done = daemon.run_say("-o", "next.wav", "hello")
            assert (done.returncode, done.stderr) == (0, b""), (number, victim)
            assert (tmp_path / "next.wav").read_bytes() == tone_wav("hello")
            pid = restart_if_new(daemon, pid)


@pytest.mark.timeout(7200)
def test_a_kill_during_a_cold_start_costs_no_word(tmp_path: Path, counts: Callable[[int, int], int]) -> None:
    chance = random.Random(11)
    for number in range(counts(3, 100)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with Daemon(folder, start=False) as daemon:
            clients = [daemon.start_say("-o", f"{each}.wav", "hello") for each in range(3)]
            time.sleep(chance.uniform(0.1, 0.9))
            victim = ("client", "voice", "model")[number % 3]
            if (target := pid_of(victim, clients[0], daemon)) is not None:
                kill(target)
            with within(NO_HANG, "the end of all clients"):
                said = [client.communicate(timeout=NO_HANG)[1] for client in clients]
            for each, client in enumerate(clients):
                if client.returncode != -9 or client.pid != target:
                    assert (client.returncode, said[each]) == (0, b""), (number, victim)
                    assert (folder / f"{each}.wav").read_bytes() == tone_wav("hello")
            eventually(lambda: not strays(daemon), "no stray is left", CLEAN)  # noqa: B023  # used at once


@pytest.mark.parametrize("servers", [voice_servers, model_servers])
def test_a_server_told_to_end_in_mid_utterance_costs_no_word(
    tmp_path: Path, servers: Callable[[Daemon], list[int]]
) -> None:
    expected = undisturbed(tmp_path / "undisturbed", LONG_TEXT)
    with Daemon(tmp_path, tone_delay=0.1) as daemon:
        client, begun = speak_into_the_middle(daemon)
        os.kill(servers(daemon)[0], signal.SIGTERM)
        rest, said = client.communicate(timeout=NO_HANG)
        assert (client.returncode, said) == (0, b"")
        assert (begun + rest)[STREAM_HEADER:] == expected[FILE_HEADER:]
        eventually(lambda: not strays(daemon), "no stray is left", CLEAN)


def test_a_voice_server_that_finishes_its_work_may_be_killed_often(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        for number in range(8):  # more than the crashes that count as hopeless, had nothing been spoken
            with within(NO_HANG, f"start {number}"):
                done = daemon.run_say("-o", "out.wav", "hello")
            assert (done.returncode, done.stderr) == (0, b""), number
            time.sleep(0.2)  # a life of its own, but shorter than from one question of the model server to the next
            kill(voice_servers(daemon)[0])


@contextlib.contextmanager
def killing(victims: Callable[[], list[int]]) -> Iterator[list[int]]:
    """Kill whatever `victims` returns, as soon as it appears, while the block runs; yields the pids so far."""
    killed: list[int] = []
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            for pid in victims():
                kill(pid)
                killed.append(pid)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def test_what_was_not_spoken_is_said_when_the_voice_server_dies_every_time(tmp_path: Path) -> None:
    with Daemon(tmp_path, tone_delay=0.2) as daemon:
        client, _ = speak_into_the_middle(daemon)
        with killing(lambda: voice_servers(daemon)) as killed, within(60.0, "giving up"):
            _, said = client.communicate(timeout=60)
        assert client.returncode == 1
        assert len(killed) >= 4
        found = re.search(r"Not spoken: '(.*)' and (\d+) more characters\.", said.decode())
        assert found is not None, said
        begin = LONG_TEXT.index(found[1])
        assert begin > 0
        assert len(LONG_TEXT[begin + len(found[1]) :].lstrip()) in range(int(found[2]) - 1, int(found[2]) + 2)
        eventually(lambda: not strays(daemon), "nothing strays", CLEAN)
        eventually(lambda: not busy(daemon), "nobody speaks for the dead", CLEAN)


def test_what_was_not_spoken_is_said_when_the_model_server_dies_every_time(tmp_path: Path) -> None:
    with Daemon(tmp_path, tone_delay=0.2) as daemon:
        client, _ = speak_into_the_middle(daemon)
        with killing(lambda: model_servers(daemon)), within(60.0, "giving up"):
            _, said = client.communicate(timeout=60)
        assert client.returncode == 1
        assert b"Not spoken: '" in said
        eventually(lambda: not daemon.processes(), "nothing is left", CLEAN)
