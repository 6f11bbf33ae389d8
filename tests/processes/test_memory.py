"""The model server gives memory back when nobody speaks, and takes no more than it may."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from common.errors import EXIT_FAILED, EXIT_OK
from common.messages.control import Status, StatusReport
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.said import lines, message, samples
from tests.fakes.saying import saying

PATIENCE = 60.0  # seconds; torch takes 3 to load where nothing else runs
TEXT = "Hello there."

pytestmark = pytest.mark.timeout(180)


def status(daemon: Daemon) -> StatusReport:
    return daemon.ask(Status(), StatusReport)


def kokoro(daemon: Daemon) -> str:
    """Return what `--status` says of Kokoro."""
    return status(daemon).engines["kokoro"]


@contextmanager
def speaking(daemon: Daemon) -> Iterator[subprocess.Popen[bytes]]:
    """Have a `say` under way whose text may go on, for which Kokoro was loaded."""
    with saying(daemon, "-o", "open.wav", stdin=subprocess.PIPE) as client:
        assert client.stdin is not None
        client.stdin.write(b"Hello there. And on it goes\n")
        client.stdin.flush()
        eventually(lambda: kokoro(daemon).startswith("ready"), "it is loaded", PATIENCE)
        yield client


def end(client: subprocess.Popen[bytes]) -> None:
    """Let its text come to an end."""
    _, said = client.communicate(timeout=PATIENCE)
    assert (client.returncode, said) == (EXIT_OK, b"")


def test_unused_weights_leave_memory_and_come_back_unnoticed(tiny_kokoro: Path, tmp_path: Path) -> None:
    folder = {"model_dir": str(tiny_kokoro), "engine": "kokoro", "threads": 1, "cache": "off"}
    with Daemon(tmp_path, idle_unload=0.1, **folder) as daemon:  # type: ignore[arg-type]  # settings only
        with speaking(daemon) as client:  # else it may be unloaded before it is asked
            loaded = status(daemon).memory
            end(client)
        first = daemon.run_say(TEXT, "-o", "first.wav", timeout=PATIENCE)
        assert (first.returncode, first.stderr) == (EXIT_OK, b"")
        eventually(lambda: kokoro(daemon).startswith("unloaded"), "the weights are unloaded", PATIENCE)
        unloaded = status(daemon).memory

        again = daemon.run_say(TEXT, "-o", "again.wav", timeout=PATIENCE)

        assert (again.returncode, again.stderr) == (EXIT_OK, b"")
        assert samples(tmp_path / "again.wav") == samples(tmp_path / "first.wav")
        assert loaded - unloaded > 100e6  # of 230 MB of weights


def test_an_engine_with_an_open_utterance_keeps_its_weights(tiny_kokoro: Path, tmp_path: Path) -> None:
    folder = {"model_dir": str(tiny_kokoro), "engine": "kokoro", "threads": 1}
    with Daemon(tmp_path, idle_unload=0.1, **folder) as daemon:  # type: ignore[arg-type]  # settings only
        with speaking(daemon) as client:
            with pytest.raises(AssertionError):
                eventually(lambda: kokoro(daemon).startswith("unloaded"), "never", 5.0)  # two looks
            end(client)
        eventually(lambda: kokoro(daemon).startswith("unloaded"), "the weights are unloaded", PATIENCE)


def test_a_ceiling_is_an_error_by_name_and_espeak_goes_on_below_it(tiny_kokoro: Path, tmp_path: Path) -> None:
    with Daemon(tmp_path, memory_limit=150, model_dir=str(tiny_kokoro), engine="auto", threads=1) as daemon:
        by_name = daemon.run_say(TEXT, "-o", "x.wav", "--engine", "kokoro", timeout=PATIENCE)
        instead = daemon.run_say(TEXT, "-o", "y.wav", timeout=PATIENCE)

        assert by_name.returncode == EXIT_FAILED
        assert "'memory_limit' is 150 MiB. Raise 'memory_limit'" in message(by_name)
        assert instead.returncode == EXIT_OK
        assert "speaking with espeak, since loading kokoro would take" in " ".join(lines(instead))
        assert status(daemon).memory < 150 << 20
