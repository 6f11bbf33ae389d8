"""`say --warm` as a user meets it: servers and engine stand ready, and what cannot be had is an error."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from common.errors import EXIT_FAILED, EXIT_OK
from tests.fakes.daemon import ROOT, Daemon
from tests.fakes.said import message

pytestmark = [pytest.mark.usefixtures("no_process_left"), pytest.mark.timeout(180)]


def _status(daemon: Daemon) -> dict[str, object]:
    status: dict[str, object] = json.loads(daemon.run_say("--status", "--json").stdout)
    return status


@pytest.mark.parametrize("engine", ["tone", "espeak"])
def test_servers_voices_and_the_engine_are_ready_before_anybody_speaks(tmp_path: Path, engine: str) -> None:
    with Daemon(tmp_path, start=False, engine=engine) as daemon:
        done = daemon.run_say("--warm", "af_heart", "bm_george", timeout=60)
        assert (done.returncode, done.stderr) == (EXIT_OK, b"")
        assert done.stdout.decode() == f"af_heart is ready: {engine}\nbm_george is ready: {engine}\n"
        status = _status(daemon)
        engines, voices = status["engines"], status["voices"]
        assert isinstance(engines, dict) and engines[engine] == "ready on cpu"
        assert isinstance(voices, list) and {voice["voice"] for voice in voices} == {"af_heart", "bm_george"}
        assert daemon.run_say("Hello.", "-o", "hello.wav").returncode == EXIT_OK
        assert _status(daemon)["pid"] == status["pid"]


def test_a_library_that_takes_the_daemon_down_while_it_is_loaded_ahead_is_named(
    tiny_kokoro: Path, tmp_path: Path
) -> None:
    (tmp_path / "libraries" / "torch").mkdir(parents=True)
    (tmp_path / "libraries" / "torch" / "__init__.py").write_text("import os; os._exit(9)")
    environment = {"PYTHONPATH": f"{tmp_path / 'libraries'}{os.pathsep}{ROOT}"}
    with Daemon(tmp_path, start=False, environment=environment, engine="kokoro", model_dir=str(tiny_kokoro)) as daemon:
        done = daemon.run_say("Hello.", "-o", "hello.wav", timeout=100)
        assert (done.returncode, done.stdout) == (EXIT_FAILED, b"")
        assert "while it was loading torch" in message(done) and "Not spoken: 'Hello.'" in message(done)


def test_what_cannot_be_loaded_is_told_with_its_status(tmp_path: Path) -> None:
    with Daemon(tmp_path, engine="kokoro", model_dir=str(tmp_path / "nothing")) as daemon:
        done = daemon.run_say("--warm")
        assert (done.returncode, done.stdout) == (EXIT_FAILED, b"")
        assert "model_dir" in message(done)
