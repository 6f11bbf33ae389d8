"""State files that are stale, torn, foreign, lying, gone or somebody else's: the text goes to nobody but our daemon."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from common import state
from common.handshake import voice_role
from common.paths import model_state_file, voice_state_file
from common.process_identity import start_mark
from common.state import State
from tests.fakes.daemon import ROOT, Daemon, eventually
from tests.fakes.lives import kill, model_servers, strays, tone_wav, whole_log, within
from tests.fakes.strangers import STRANGERS, Stranger

TEXT = "Quite private."
# One of each kind; the connection's own tests meet all of them.
STRANGERS_AT_REDUCED_COUNT = {"http_server", "echo", "silent", "other_secret", "error_frame"}


def assert_speaks(daemon: Daemon) -> None:
    done = daemon.run_say("-o", "out.wav", TEXT)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (daemon.folder / "out.wav").read_bytes() == tone_wav(TEXT)
    (daemon.folder / "out.wav").unlink()


def states_of_one_that_ran(daemon: Daemon) -> tuple[State, State]:
    """Return what a daemon wrote about itself and about its voice server before it was killed; the files are there."""
    assert_speaks(daemon)
    model, voice = daemon.state(), daemon.voice_state()
    kill(model.pid)
    eventually(lambda: not daemon.processes(), "its voice server ends")
    state.write(voice_state_file(daemon.home, "af_heart"), voice)  # which often finds the time to remove its own
    return model, voice


def truncate(path: Path) -> None:
    os.truncate(path, 100)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def scribble(path: Path) -> None:
    path.write_bytes(os.urandom(400))


def nest(path: Path) -> None:
    path.write_bytes(b"[" * 60_000)


def name_another_role(path: Path) -> None:
    path.write_text(path.read_text().replace('"role": "', '"role": "x'))


def open_to_others(path: Path) -> None:
    path.chmod(0o644)


def put_a_link(path: Path) -> None:
    path.symlink_to(path.rename(path.with_suffix(".real")))


def leave(path: Path) -> None:
    """Stale is enough."""


DAMAGES = (leave, truncate, empty, scribble, nest, name_another_role, open_to_others, put_a_link)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_state_file_means_good_to_start(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    with Daemon(tmp_path) as daemon:
        states_of_one_that_ran(daemon)
        damage(model_state_file(daemon.home))
        damage(voice_state_file(daemon.home, "af_heart"))

        assert_speaks(daemon)

        assert len(model_servers(daemon)) == 1
        eventually(lambda: not strays(daemon), "nothing strays")


@pytest.mark.parametrize(
    "stranger",
    [pytest.param(name, marks=[] if name in STRANGERS_AT_REDUCED_COUNT else [pytest.mark.soak]) for name in STRANGERS],
)
def test_a_stranger_on_a_recorded_port_never_sees_the_text(tmp_path: Path, stranger: str) -> None:
    with Daemon(tmp_path) as daemon, Stranger(STRANGERS[stranger]) as listening:
        model, voice = states_of_one_that_ran(daemon)
        state.write(model_state_file(daemon.home), _living(model, listening.port))
        state.write(voice_state_file(daemon.home, "af_heart"), _living(voice, listening.port))

        with within(40.0, "getting past a stranger"):
            assert_speaks(daemon)

        assert listening.connections >= 2
        for secret in (TEXT, model.secret, '"speak"', '"locate"'):
            assert secret.encode() not in listening.received
        assert len(model_servers(daemon)) == 1


def _living(found: State, port: int) -> State:
    """Return that state as if its server lived, at another port."""
    return dataclasses.replace(found, port=port, pid=os.getpid(), started=start_mark(os.getpid()) or "")


def test_the_port_of_one_role_in_the_file_of_the_other_is_noticed(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        assert_speaks(daemon)
        lying = dataclasses.replace(daemon.voice_state(), port=daemon.state().port)
        state.write(voice_state_file(daemon.home, "af_heart"), lying)
        assert_speaks(daemon)
        swapped = dataclasses.replace(daemon.voice_state(), role=voice_role("bm_george"))
        state.write(voice_state_file(daemon.home, "bm_george"), swapped)
        assert daemon.run_say("-v", "bm_george", "-o", "other.wav", TEXT).returncode == 0
        assert (tmp_path / "other.wav").read_bytes() == tone_wav(TEXT, "bm_george")


def test_a_daemon_whose_state_file_is_gone_makes_room_for_the_next(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        assert_speaks(daemon)
        old = daemon.state().pid
        model_state_file(daemon.home).unlink()
        voice_state_file(daemon.home, "af_heart").unlink()

        with within(30.0, "waiting for the old one to go"):
            assert_speaks(daemon)

        assert daemon.state().pid != old
        eventually(lambda: model_servers(daemon) == [daemon.state().pid], "the old one is gone")
        eventually(lambda: not strays(daemon), "nothing strays")


def test_a_daemon_that_finds_a_foreign_state_file_leaves_it_alone(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        path = model_state_file(daemon.home)
        foreign = dataclasses.replace(daemon.state(), secret="0" * 64, port=1)
        state.write(path, foreign)
        eventually(lambda: not daemon.processes(), "it drains and leaves", 30.0)
        assert state.read(path, foreign.role) == foreign
        assert "draining" in whole_log(daemon)


NOBODY = 65534
PYTHON = shutil.which("python3", path="/usr/bin:/usr/local/bin")
PACKAGES = f"{ROOT}:{Path(pytest.__file__).parents[1]}"


def _as_nobody(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return subprocess.run(
        [*become, *command], cwd=folder, env=environment, capture_output=True, check=False, timeout=60
    )


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that every user can reach, unlike pytest's own."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None or PYTHON is None:
        pytest.skip("only root can become another user")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        probe = "import numpy, say.client, voice_server.main, model_server.main"
        if _as_nobody([PYTHON, "-c", probe], folder, {"PYTHONPATH": PACKAGES}).returncode:
            pytest.skip("another user cannot read this program, or has no Python for it")
        yield folder
    finally:
        shutil.rmtree(folder)


def say_as_nobody(daemon: Daemon, home: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    assert PYTHON is not None
    variables = {**daemon.environment, "SAY_HOME": str(home), "HOME": str(folder), "PYTHONPATH": PACKAGES}
    return _as_nobody([PYTHON, "-m", "say", *arguments], folder, variables)


def test_another_user_gets_nothing_of_a_daemon_that_runs(open_folder: Path) -> None:
    theirs = open_folder / "theirs"
    theirs.mkdir(mode=0o755)
    os.chown(theirs, NOBODY, NOBODY)
    with Daemon(open_folder) as daemon:
        assert_speaks(daemon)
        (daemon.home / "config.toml").write_text("")
        found = daemon.state()

        for mode in (0o700, 0o755):  # the second as if somebody had opened it
            daemon.home.chmod(mode)
            done = say_as_nobody(daemon, daemon.home, theirs, "-o", "out.wav", TEXT)
            assert done.returncode == (2 if mode == 0o700 else 1)
            assert (b"cannot be read" if mode == 0o700 else b"belongs to another user (uid 0)") in done.stderr
            assert done.stderr.count(b"\n") == 1
            for fact in (found.secret, str(found.port)):
                assert fact.encode() not in done.stderr + done.stdout
            for option in ("--status", "--stop", "--shutdown"):
                say_as_nobody(daemon, daemon.home, theirs, option)
            assert daemon.state() == found
        assert not (theirs / "out.wav").exists()


def test_another_user_has_a_daemon_of_their_own(open_folder: Path) -> None:
    theirs = open_folder / "theirs"
    theirs.mkdir(mode=0o755)
    os.chown(theirs, NOBODY, NOBODY)
    with Daemon(open_folder) as daemon:
        assert_speaks(daemon)
        done = say_as_nobody(daemon, theirs / "home", theirs, "-o", "out.wav", TEXT)
        try:
            assert (done.returncode, done.stderr) == (0, b"")
            assert (theirs / "out.wav").read_bytes() == tone_wav(TEXT)
            assert (theirs / "home").stat().st_mode & 0o777 == 0o700
        finally:
            ended = say_as_nobody(daemon, theirs / "home", theirs, "--shutdown")
        assert ended.stdout == b"the daemon has ended\n"
        assert len(model_servers(daemon)) == 1
