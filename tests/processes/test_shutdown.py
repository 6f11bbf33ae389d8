"""Servers that hang, and ending the daemon: asked, told, killed, and never anybody else."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from common import state
from common.paths import model_state_file
from common.process_identity import start_mark
from say.ending import end_daemon
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.lives import (
    FILE_HEADER,
    LONG_TEXT,
    STREAM_HEADER,
    speak_into_the_middle,
    stopped,
    strays,
    tone_wav,
    undisturbed,
    voice_servers,
    whole_log,
    within,
)

HEARD_OUT = 60.0  # seconds until a client knows what to do about a server that hangs: about 10, and a busy machine


def test_a_voice_server_that_hangs_is_replaced_and_no_word_is_lost(tmp_path: Path) -> None:
    expected = undisturbed(tmp_path / "undisturbed", LONG_TEXT)
    with Daemon(tmp_path, tone_delay=0.1) as daemon:
        client, begun = speak_into_the_middle(daemon)
        hung = voice_servers(daemon)[0]
        with stopped(hung), within(HEARD_OUT, "getting over it"):
            rest, said = client.communicate(timeout=90)
        assert (client.returncode, said) == (0, b"")
        assert (begun + rest)[STREAM_HEADER:] == expected[FILE_HEADER:]
        eventually(lambda: hung not in voice_servers(daemon), "the one that hung is gone")
        eventually(lambda: not strays(daemon), "nothing strays")


def test_a_model_server_that_hangs_is_told_of_and_can_be_ended_though_all_hang(tmp_path: Path) -> None:
    with Daemon(tmp_path, tone_delay=0.1) as daemon:
        client, _ = speak_into_the_middle(daemon)
        with stopped(daemon.state().pid):
            with within(HEARD_OUT, "telling of it"):
                _, said = client.communicate(timeout=90)
            assert client.returncode == 1
            assert b"a model server runs but does not answer" in said
            assert b"Not spoken: '" in said
            assert b"'say --shutdown'" in said
            asked = daemon.run_say("--status", timeout=60)
            assert (asked.returncode, asked.stdout) == (1, b"")
            assert b"the daemon runs but does not answer. End it with 'say --shutdown'." in asked.stderr

            with stopped(voice_servers(daemon)[0]), within(HEARD_OUT, "the ladder"):
                done = daemon.run_say("--shutdown", timeout=60)
        assert (done.returncode, done.stdout) == (0, b"the daemon has ended\n")
        assert not daemon.processes()
        assert daemon.run_say("-o", "next.wav", "hello").returncode == 0
        assert (tmp_path / "next.wav").read_bytes() == tone_wav("hello")


def test_shutdown_ends_all_at_once_even_in_the_middle_of_speech(tmp_path: Path) -> None:
    with Daemon(tmp_path, tone_delay=1.0) as daemon:  # half a minute in all
        client, _ = speak_into_the_middle(daemon)
        with within(20.0, "the end"):
            assert daemon.run_say("--shutdown").returncode == 0
        assert not daemon.processes()
        _, said = client.communicate(timeout=30)
        assert client.returncode == 4, said
        assert not list(daemon.home.glob("*.json"))


def test_shutdown_ends_speech_whose_server_got_no_processor_until_it_was_terminated(tmp_path: Path) -> None:
    """The signal overtook the word that speech was stopped, and the client started a new daemon to go on."""
    with Daemon(tmp_path, tone_delay=0.3) as daemon:
        client, _ = speak_into_the_middle(daemon)
        with stopped(voice_servers(daemon)[0]):
            ending = daemon.start_say("--shutdown")
            eventually(lambda: "does not leave: terminate" in whole_log(daemon), "it is terminated", 40.0)
        assert ending.wait(60) == 0
        _, said = client.communicate(timeout=30)
        assert client.returncode == 4, said
        assert not daemon.processes()
        ending.communicate()


@pytest.mark.parametrize("option", ["--shutdown", "--stop", "--status"])
def test_asking_about_a_daemon_that_does_not_run_starts_none(tmp_path: Path, option: str) -> None:
    with Daemon(tmp_path, start=False) as daemon:
        done = daemon.run_say(option)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"no daemon is running\n", b"")
        assert not daemon.home.exists()


def test_sigterm_with_many_idle_connections_ends_soon(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        assert daemon.run_say("-o", "out.wav", "hello").returncode == 0
        connections = [daemon.connect() for _ in range(20)] + [daemon.connect_voice() for _ in range(20)]
        os.kill(daemon.state().pid, signal.SIGTERM)
        eventually(lambda: not daemon.processes(), "all servers end")
        for connection in connections:
            connection.close()
        assert not list(daemon.home.glob("*.json"))


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """A program of somebody else, which by chance has the pid that the state file names."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as process:
        yield process
        assert process.poll() is None, "it was signalled"
        process.kill()


@pytest.mark.parametrize("mark", ["of the daemon", "of the bystander"])
def test_a_pid_of_another_program_is_never_signalled(
    tmp_path: Path, bystander: subprocess.Popen[bytes], mark: str
) -> None:
    with Daemon(tmp_path) as daemon:
        found = daemon.state()
        os.kill(found.pid, signal.SIGKILL)
        eventually(lambda: start_mark(found.pid) is None, "the daemon is gone")
        lying = dataclasses.replace(found, pid=bystander.pid)
        if mark == "of the bystander":
            lying = dataclasses.replace(lying, started=start_mark(bystander.pid) or "")
        state.write(model_state_file(daemon.home), lying)

        end_daemon(daemon.home)

        assert psutil.pid_exists(bystander.pid)
        assert daemon.run_say("-o", "out.wav", "hello").returncode == 0
        assert daemon.state().pid != bystander.pid
