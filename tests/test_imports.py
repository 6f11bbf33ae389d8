"""What each program loads while it speaks: the client must be light, and the heavy libraries stay where they are needed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from common.paths import log_directory
from tests.fakes.daemon import Daemon

# Every module that Python loads, as `-X importtime` tells of it on standard error, which for servers is their log.
TELL = {"PYTHONPROFILEIMPORTTIME": "1"}
_LINE = re.compile(r"^import time: .*\| +(\S+)$", re.MULTILINE)

HEAVY = {"torch", "kokoro", "misaki", "spacy", "transformers", "huggingface_hub"}
# Of the standard library: each costs a start of `say` some milliseconds, and speaking needs none of them.
SLOW = {
    "argparse",
    "asyncio",
    "concurrent",
    "email",
    "http",
    "importlib.metadata",
    "logging",
    "multiprocessing",
    "shutil",
    "ssl",
    "subprocess",
    "tempfile",
    "tomllib",
    "unittest",
    "wave",
}

# Of the client: what only some options need.
RARE = {f"say.{name}" for name in ("beside", "cues", "gloss", "previewing", "subtitles", "timeline", "timings")}

pytestmark = [pytest.mark.usefixtures("no_process_left"), pytest.mark.timeout(180)]  # as tests/processes have it


def loaded(report: str) -> set[str]:
    """Return the modules named in a report, and their top-level packages."""
    modules = set(_LINE.findall(report))
    return modules | {module.split(".")[0] for module in modules}


def log(daemon: Daemon, name: str) -> str:
    return (log_directory(daemon.home) / name).read_text()


def test_a_warm_client_that_speaks_loads_nothing_heavy(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        assert daemon.run_say("Hello.", "-o", "-").returncode == 0

        said = daemon.run_say("Hello.", "-o", "-", env=TELL)

        assert said.returncode == 0
        modules = loaded(said.stderr.decode())
        assert "say.speaking" in modules  # the report can be read
        assert not modules & (HEAVY | SLOW | RARE | {"numpy", "sounddevice", "model_server", "voice_server", "psutil"})


def test_the_model_server_listens_before_it_can_read_or_fetch() -> None:
    script = "import sys, model_server.main; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, timeout=150, check=True)
    modules = set(done.stdout.split())

    assert "model_server.server" in modules
    later = {"planner", "pieces", "sentences", "readers", "pronunciations", "splitting"}
    assert not modules & (HEAVY | {"numpy", "psutil", "zipfile", "http.client", "urllib.request", "importlib.metadata"})
    assert not modules & ({f"model_server.text.{name}" for name in later} | {"model_server.engines.torch_file"})


@pytest.mark.parametrize("engine", ["tone", "espeak"])
def test_torch_is_loaded_by_nobody_without_kokoro(tmp_path: Path, engine: str) -> None:
    with Daemon(tmp_path, environment=TELL, engine=engine) as daemon:
        assert daemon.run_say("Hello.", "-o", "hello.wav").returncode == 0
        model, voice = log(daemon, "model_server.log"), log(daemon, "voice_af_heart.log")

    for report, program in ((model, "model_server"), (voice, "voice_server")):
        modules = loaded(report)
        assert {f"{program}.main", f"{program}.server", "numpy"} <= modules  # from the first to what speaking needs
        assert not modules & (HEAVY | {"say"})
    assert "sounddevice" not in loaded(voice)  # nothing was to be played
