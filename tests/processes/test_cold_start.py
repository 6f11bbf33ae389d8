"""Starting the daemon: many clients at once, a start that fails, and what lies in the way of one."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from common import state
from common.errors import StartFailed
from common.handshake import MODEL_ROLE
from common.paths import (
    config_file,
    model_state_file,
    phrase_directory,
    pronunciations_file,
    start_lock,
    state_directory,
)
from say import autostart
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.lives import kill, model_servers, stopped, strays, tone_wav, voice_servers, whole_log, within

VOICES = ("af_heart", "bm_george")
CLIENTS = 20
AS_ROOT = os.geteuid() == 0
NOBODY = 65534


def start_clients(daemon: Daemon, count: int) -> dict[Path, subprocess.Popen[bytes]]:
    """Start as many `say` at once, which take turns in voices; return them by the files they write."""
    return {
        daemon.folder / f"{number}.wav": daemon.start_say("-v", VOICES[number % 2], "-o", f"{number}.wav", "hello")
        for number in range(count)
    }


def assert_all_spoke(clients: dict[Path, subprocess.Popen[bytes]]) -> None:
    expected = {voice: tone_wav("hello", voice) for voice in VOICES}
    ends = {path: client.communicate(timeout=60)[1] for path, client in clients.items()}
    for number, (path, client) in enumerate(clients.items()):
        assert (client.returncode, ends[path]) == (0, b"")
        assert path.read_bytes() == expected[VOICES[number % 2]]


def starts(daemon: Daemon) -> int:
    """Return how many model servers have been started so far, in vain or not."""
    return whole_log(daemon).count("listening on port") + whole_log(daemon).count("model_server: ")


@pytest.mark.timeout(3600)
def test_twenty_cold_clients_share_one_model_server(tmp_path: Path, counts: Callable[[int, int], int]) -> None:
    for number in range(counts(3, 50)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with Daemon(folder, start=False) as daemon:
            assert_all_spoke(start_clients(daemon, CLIENTS))
            assert starts(daemon) == 1
            assert len(model_servers(daemon)) == 1
            assert len(voice_servers(daemon)) == len(VOICES)
            eventually(lambda: not strays(daemon), "nothing strays")


def test_clients_of_a_killed_daemon_share_one_new_model_server(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        daemon.run_say("-o", "before.wav", "hello")
        voices = voice_servers(daemon)
        killed = daemon.state().pid
        kill(killed)

        assert_all_spoke(start_clients(daemon, 8))

        assert starts(daemon) == 2  # with the one that was killed
        assert daemon.state().pid != killed
        eventually(lambda: not set(voices) & set(voice_servers(daemon)), "its voice servers end")
        eventually(lambda: not strays(daemon), "nothing strays")


def lock_is_held(daemon: Daemon) -> bool:
    try:
        with start_lock(daemon.home).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def test_a_client_killed_while_it_starts_the_daemon_holds_up_nobody(
    tmp_path: Path, counts: Callable[[int, int], int]
) -> None:
    killed = 0  # on a busy machine some are done first
    for number in range(counts(3, 50)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with Daemon(folder, start=False) as daemon:
            first = daemon.start_say("-o", "first.wav", "hello")
            eventually(
                lambda: lock_is_held(daemon) or first.poll() is not None,  # noqa: B023  # used at once
                "the client takes the lock",
            )
            first.kill()
            first.communicate(timeout=30)
            killed += first.returncode != 0

            assert_all_spoke(start_clients(daemon, 3))

            assert (folder / "first.wav").exists() == (first.returncode == 0)
            assert len(model_servers(daemon)) == 1
            eventually(lambda: not strays(daemon), "nothing strays")
    assert killed


def test_a_client_stopped_while_it_starts_the_daemon_holds_up_nobody(tmp_path: Path) -> None:
    with Daemon(tmp_path, start=False) as daemon:
        # It cannot be through before it is stopped: its text has no end yet.
        first = daemon.start_say("-f", "-", "-o", "first.wav", stdin=subprocess.PIPE)
        assert first.stdin is not None
        first.stdin.write(b"hello.\n")
        first.stdin.flush()
        eventually(lambda: bool(model_servers(daemon)), "the daemon is on its way", 30.0)
        with stopped(first.pid):
            assert_all_spoke(start_clients(daemon, 3))
        assert first.communicate(timeout=60)[1] == b""
        assert daemon.run_say("-f", "-", "-o", "again.wav", input="hello.\n").returncode == 0
        assert (tmp_path / "first.wav").read_bytes() == (tmp_path / "again.wav").read_bytes()
        assert starts(daemon) == 1


def test_a_client_that_keeps_the_lock_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autostart, "TURN_DEADLINE", 0.2)
    with start_lock(tmp_path).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(StartFailed, match="does not go on"):
            autostart.connect_or_start(tmp_path, spawn=lambda _: pytest.fail("it is not our turn"))


def test_a_daemon_that_dies_while_it_starts_shows_its_last_words(tmp_path: Path) -> None:
    (tmp_path / "asyncio.py").write_text("raise RuntimeError('this asyncio is broken')\n")
    with Daemon(tmp_path, start=False) as daemon:
        path = f"{tmp_path}:{daemon.environment['PYTHONPATH']}"
        with within(30.0, "a start that fails"):
            done = daemon.run_say("-o", "out.wav", "hello", env={"PYTHONPATH": path})
        assert done.returncode == 1
        assert b"the model server ended while it started" in done.stderr
        assert b"this asyncio is broken" in done.stderr
        assert not (tmp_path / "out.wav").exists()
        assert daemon.run_say("-o", "out.wav", "hello").returncode == 0  # the next start is none the worse for it


def test_a_setting_that_the_daemon_refuses_reaches_the_user(tmp_path: Path) -> None:
    with Daemon(tmp_path, start=False, model_dir="not/absolute") as daemon:
        done = daemon.run_say("-o", "out.wav", "hello")
        assert done.returncode == 2
        assert b"'not/absolute' is not an absolute path" in done.stderr
        assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("content", [b"model_idle = [", b"\xff\xfe", b"no_such_setting = 1\n", b"model_idle = 'x'\n"])
def test_a_broken_config_file_is_named(tmp_path: Path, content: bytes) -> None:
    with Daemon(tmp_path, start=False) as daemon:
        daemon.home.mkdir(mode=0o700)
        (daemon.home / "config.toml").write_bytes(content)
        done = daemon.run_say("-o", "out.wav", "hello")
        assert done.returncode == 2
        assert b"config.toml" in done.stderr
        assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("setting", ["model_port", "voice_port_base"])
def test_a_fixed_port_that_is_taken_is_said_in_a_sentence(tmp_path: Path, setting: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with Daemon(tmp_path, start=False, **{setting: port}) as daemon, within(30.0, "a port that is taken"):
            done = daemon.run_say("-o", "out.wav", "hello")
            assert done.returncode == 1
            assert f"port {port} is taken by another program".encode() in done.stderr
            assert b"Traceback" not in done.stderr


def free_port() -> int:
    """Return a port that nobody has, below those that Linux gives to the many who ask for any port."""
    while True:
        port = random.randrange(10_000, 32_768)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def test_fixed_ports_are_used(tmp_path: Path) -> None:
    ports = free_port(), free_port()
    with Daemon(tmp_path, start=False, model_port=ports[0], voice_port_base=ports[1]) as daemon:
        for _ in range(2):  # the second life begins while the port is in TIME_WAIT
            assert daemon.run_say("-o", "out.wav", "hello").returncode == 0
            assert (daemon.state().port, daemon.voice_state().port) == ports
            assert daemon.run_say("--shutdown").returncode == 0


def test_without_say_home_the_daemon_finds_what_the_client_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was started with SAY_HOME, and so looked for the user's files, and kept phrases, among those of its state."""
    environment = Daemon(tmp_path, start=False).environment
    del environment["SAY_HOME"]
    for name in ("SAY_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", environment["HOME"])
    config_file().parent.mkdir(parents=True)
    config_file().write_text("idle_unload = 77\n")
    pronunciations_file().write_text("frobctl = frob control\n")

    def say(*arguments: str) -> tuple[int, bytes]:
        done = subprocess.run(
            [sys.executable, "-m", "say", *arguments], env=environment, cwd=tmp_path, capture_output=True, timeout=60
        )
        return done.returncode, done.stderr

    try:
        assert say("-o", "out.wav", "hello") == (0, b"")  # a setting that differs would be told
        assert state.read(model_state_file(state_directory()), MODEL_ROLE).settings["idle_unload"] == 77
        assert say("--check-pronunciations") == (0, b"")
        assert phrase_directory().is_dir()
    finally:
        assert say("--shutdown")[0] == 0


def refusal(daemon: Daemon, home: Path) -> bytes:
    """Return what `say` says to this state directory, which it must refuse in a sentence."""
    done = daemon.run_say("-o", "out.wav", "hello", env={"SAY_HOME": str(home)})
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1, done.stderr
    assert b"Traceback" not in done.stderr
    assert not (daemon.folder / "out.wav").exists()
    return done.stderr


def test_a_state_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    daemon = Daemon(tmp_path, start=False)
    assert b"cannot be made" in refusal(daemon, tmp_path / "file" / "home")
    assert b"cannot be made" in refusal(daemon, tmp_path / "file")


@pytest.mark.parametrize("name", ["logs", "start.lock", "model_server.lock", "model_server.json"])
def test_a_state_directory_with_something_odd_in_it_is_said(tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    if name == "logs":
        (home / name).touch()
    else:
        (home / name).mkdir()
    assert b"state directory" in refusal(Daemon(tmp_path, start=False), home)


def test_a_state_directory_that_others_may_write_to_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o777)
    assert b"others may write to" in refusal(Daemon(tmp_path, start=False), home)
    assert not list(home.iterdir())


def test_a_state_directory_that_others_may_read_is_closed_to_them(tmp_path: Path) -> None:
    with Daemon(tmp_path, start=False) as daemon:
        daemon.home.mkdir()
        daemon.home.chmod(0o755)
        assert daemon.run_say("-o", "out.wav", "hello").returncode == 0
        assert daemon.home.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(not AS_ROOT, reason="only root can give a directory away")
def test_a_state_directory_of_another_user_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    os.chown(home, NOBODY, NOBODY)
    assert b"belongs to another user (uid 65534)" in refusal(Daemon(tmp_path, start=False), home)


SECRET_TEXT = "Nobody else shall read this."


def test_a_daemon_holds_nothing_of_the_client_that_started_it(tmp_path: Path) -> None:
    with Daemon(tmp_path, start=False) as daemon:
        client = daemon.start_say("-f", "-", "-o", "out.wav", stdin=subprocess.PIPE)
        _, said = client.communicate(SECRET_TEXT.encode(), timeout=60)  # both pipes reach their end with the client
        assert (client.returncode, said) == (0, b"")
        with daemon.connect_voice():
            for process in daemon.processes():
                assert_alone(process)


def assert_alone(process: psutil.Process) -> None:
    proc = Path(f"/proc/{process.pid}")
    assert process.cwd() == "/"
    assert os.getsid(process.pid) != os.getsid(0)
    assert "Umask:\t0077" in (proc / "status").read_text()
    targets = [os.readlink(link) for link in (proc / "fd").iterdir()]
    assert not [target for target in targets if "tty" in target or "out.wav" in target]
    assert os.readlink(proc / "fd/1") == "/dev/null"
    assert os.readlink(proc / "fd/2").endswith(".log")
    assert process.terminal() is None


def test_text_and_secrets_are_seen_neither_in_processes_nor_in_logs_nor_in_files(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(SECRET_TEXT)
    with Daemon(tmp_path, start=False) as daemon:
        assert daemon.run_say("-f", "text.txt", "-o", "out.wav").returncode == 0
        secret = daemon.state().secret
        for process in daemon.processes():
            seen = [" ".join(process.cmdline()), str(process.environ())]
            assert not [where for where in seen if secret in where or "Nobody else" in where]
        for path in daemon.home.rglob("*"):
            assert path.stat().st_mode & 0o077 == 0, path
            if path.is_file():
                assert b"Nobody else" not in path.read_bytes()
                assert path.suffix == ".json" or secret.encode() not in path.read_bytes()
                assert "Nobody" not in path.name
