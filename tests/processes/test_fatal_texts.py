"""A text that crashes the model server is tried twice; then it is refused, and the server lives."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from common.errors import EXIT_FAILED, ConnectionLost
from common.messages.hello import Error, Heartbeat
from common.messages.speaking import Audio
from common.messages.synthesis import Begin, Begun, Synthesize, Synthesized
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.said import message

CRASHING = "BOOM goes the engine."
ANSWER = 30.0  # seconds for one, on a busy machine


def synthesize(daemon: Daemon, text: str) -> Error | Synthesized | None:
    """Ask for a piece as a voice server does; return the last answer, None if the server died of it."""
    with suppress(ConnectionLost), daemon.connect() as connection:
        connection.send(Begin("af_heart", "tone", "", "client"))
        while not isinstance(connection.receive(ANSWER)[0], Begun):
            pass
        connection.send(Synthesize(0, text, "", 0, 1.0))
        while True:
            answer = connection.receive(ANSWER)[0]
            if isinstance(answer, (Error, Synthesized)):
                return answer
            assert isinstance(answer, (Audio, Heartbeat)), answer
    return None


def crash(daemon: Daemon) -> None:
    """Let the server meet the text, and start another in its place."""
    pid = daemon.state().pid
    assert synthesize(daemon, CRASHING) is None
    eventually(lambda: pid not in daemon.pids(), "the server has died")
    daemon.start()


@pytest.mark.timeout(120)
def test_a_text_that_crashed_twice_is_refused_and_others_are_spoken(tmp_path: Path) -> None:
    with Daemon(tmp_path, arguments=("--tone-crash-on", "BOOM")) as daemon:
        crash(daemon)
        crash(daemon)
        pid = daemon.state().pid

        refused = daemon.run_say(CRASHING, "-o", "refused.wav")
        spoken = daemon.run_say("Peace.", "-o", "spoken.wav")

        assert refused.returncode == EXIT_FAILED
        assert message(refused).startswith(f"{CRASHING!r} crashed the model server 2 times")
        assert (spoken.returncode, spoken.stderr) == (0, b"")
        assert daemon.state().pid == pid
        assert "Fatal Python error: Aborted" in (daemon.home / "logs" / "model_server.log").read_text()


@pytest.mark.timeout(120)
def test_a_server_that_was_killed_blames_no_text(tmp_path: Path) -> None:
    with Daemon(tmp_path, tone_delay=3.0) as daemon:  # long enough to be seen at work on a busy machine
        for _ in range(3):
            with daemon.connect() as connection:
                connection.send(Begin("af_heart", "tone", "", "client"))
                while not isinstance(connection.receive(ANSWER)[0], Begun):
                    pass
                connection.send(Synthesize(0, "Killed.", "", 0, 1.0))
                notes = daemon.home / "crashes"
                eventually(lambda: any(map(speaks_now, notes.glob("in_work_*"))), "the piece is being spoken")  # noqa: B023  # used at once
                os.kill(daemon.state().pid, signal.SIGKILL)
            eventually(lambda: not daemon.pids(), "the server is gone")
            daemon.start()

        assert isinstance(synthesize(daemon, "Killed."), Synthesized)


def speaks_now(note: Path) -> bool:
    return any(note.read_bytes())


def test_a_server_that_leaves_in_mid_piece_leaves_no_note(tmp_path: Path) -> None:
    with Daemon(tmp_path, tone_delay=5.0) as daemon:
        with daemon.connect() as connection:
            connection.send(Begin("af_heart", "tone", "", "client"))
            while not isinstance(connection.receive(ANSWER)[0], Begun):
                pass
            connection.send(Synthesize(0, "Left.", "", 0, 1.0))
            notes = daemon.home / "crashes"
            eventually(lambda: any(map(speaks_now, notes.glob("in_work_*"))), "the piece is being spoken")
            daemon.run_say("--shutdown")
        eventually(lambda: not daemon.pids(), "the server is gone")

        assert not list(notes.glob("in_work_*"))
