"""A machine without a way to make sound: said soon, with what is missing, before anything is fetched; files are written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.errors import EXIT_NO_SOUND, EXIT_OK
from tests.fakes.daemon import Daemon
from tests.fakes.hub import FakeHub
from tests.fakes.hub_daemon import SMALL_FILES, hub_daemon
from tests.fakes.said import message, samples

SOON = 15.0  # seconds, the start of the servers included; 0.7 s on an idle machine

# ALSA with no card to be found, whatever this machine has; PulseAudio's plug-in reaches nobody.
_NO_CARD = "pcm.!default { type hw card 99 }\nctl.!default { type hw card 99 }\n"

# A stand-in that takes the place of the real module and leaves a mark when it is imported.
_POISON = "import os\nopen(os.environ['SAY_TEST_MARK'], 'a').write('imported\\n')\nraise OSError('PortAudio library not found')\n"


@pytest.fixture
def silent_machine(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a login that reaches no sound device."""
    configuration = tmp_path / "asoundrc"
    configuration.write_text(_NO_CARD)
    (tmp_path / "run").mkdir()
    return {
        "ALSA_CONFIG_PATH": str(configuration),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "PULSE_SERVER": str(tmp_path / "run" / "nobody"),
    }


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / "mark"


@pytest.fixture
def poison(tmp_path: Path, mark: Path) -> Path:
    """Return a folder for PYTHONPATH whose sounddevice finds no library."""
    folder = tmp_path / "poison"
    folder.mkdir()
    (folder / "sounddevice.py").write_text(_POISON)
    return folder


def _poisoned(tmp_path: Path, poison: Path, mark: Path) -> Daemon:
    daemon = Daemon(tmp_path, start=False, environment={"SAY_TEST_MARK": str(mark)})
    daemon.environment["PYTHONPATH"] = f"{poison}:{daemon.environment['PYTHONPATH']}"
    return daemon


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub(SMALL_FILES) as served:
        yield served


def test_no_device_is_said_soon_and_again_and_what_helps(tmp_path: Path, silent_machine: dict[str, str]) -> None:
    with Daemon(tmp_path, start=False, environment=silent_machine) as daemon:
        took = []
        for _ in range(2):
            began = time.monotonic()
            done = daemon.run_say("Hello.")
            took.append(time.monotonic() - began)

            said = message(done)
            assert done.returncode == EXIT_NO_SOUND
            assert "sound" in said.partition(". ")[0]
            assert said.endswith("or write a file: say -o out.wav …")
        assert min(took) < SOON


def test_no_library_is_said_with_the_command_that_installs_it(tmp_path: Path, poison: Path, mark: Path) -> None:
    with _poisoned(tmp_path, poison, mark) as daemon:
        done = daemon.run_say("Hello.")

        said = message(done)
        assert done.returncode == EXIT_NO_SOUND
        assert "PortAudio" in said
        assert "portaudio" in said.partition(". ")[2].lower()
        assert said.endswith("or write a file: say -o out.wav …")
        assert mark.exists()


@pytest.mark.parametrize("output", ["hello.wav", "-", "/dev/null"])
def test_writing_a_file_never_imports_sounddevice(tmp_path: Path, poison: Path, mark: Path, output: str) -> None:
    with _poisoned(tmp_path, poison, mark) as daemon:
        done = daemon.run_say("Hello.", "-o", output)

        assert (done.returncode, done.stderr) == (EXIT_OK, b"")
        assert not mark.exists()


def test_a_machine_without_sound_is_told_so_before_anything_is_fetched(
    hub: FakeHub, tmp_path: Path, silent_machine: dict[str, str]
) -> None:
    with hub_daemon(hub, tmp_path, environment=silent_machine) as daemon:
        assert daemon.run_say("Hello.").returncode == EXIT_NO_SOUND
        assert daemon.run_say("Hello.", "--engine", "kokoro").returncode == EXIT_NO_SOUND
    assert hub.requests == []


def test_after_no_sound_a_file_is_written_all_the_same(tmp_path: Path, silent_machine: dict[str, str]) -> None:
    with Daemon(tmp_path, start=False, environment=silent_machine) as daemon:
        assert daemon.run_say("Hello.").returncode == EXIT_NO_SOUND

        done = daemon.run_say("Hello.", "-o", "hello.wav")

        assert (done.returncode, done.stderr) == (EXIT_OK, b"")
        assert samples(tmp_path / "hello.wav")


def test_text_from_a_pipe_fails_the_same_way_and_its_writer_is_let_go(
    tmp_path: Path, silent_machine: dict[str, str]
) -> None:
    with Daemon(tmp_path, start=False, environment=silent_machine) as daemon:
        done = daemon.run_say(input=b"One line of many.\n" * 100_000)

        assert done.returncode == EXIT_NO_SOUND
        assert "say -o out.wav" in message(done)


def test_blank_text_needs_no_sound_device(tmp_path: Path, silent_machine: dict[str, str]) -> None:
    with Daemon(tmp_path, start=False, environment=silent_machine) as daemon:
        assert daemon.run_say("  ").returncode == EXIT_OK
        assert daemon.pids() == []
