"""Blends and users' own voices, as a user of `say` meets them."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from common.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE
from common.hub_cache import CONFIG, WEIGHTS, voice_path
from model_server.engines.voice_pack import SHAPE
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.hub import FakeHub
from tests.fakes.hub_daemon import hub_daemon
from tests.fakes.lives import tone_wav, voice_servers
from tests.fakes.said import lines, message, samples

PATIENCE = 80  # seconds; torch takes 3 to load where nothing else runs

pytestmark = pytest.mark.timeout(180)


def write_pack(path: Path, seed: int = 0) -> Path:
    torch.save(torch.randn(SHAPE, generator=torch.Generator().manual_seed(seed)), path)
    return path


def voices_of(daemon: Daemon) -> list[str]:
    """Return the names of the voice servers, as the daemon knows them."""
    report = json.loads(daemon.run_say("--status", "--json").stdout)
    return sorted(voice["voice"] for voice in report["voices"])


def test_every_spelling_of_a_blend_meets_one_voice_server(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        for number, spelling in enumerate(
            ("af_bella(4)+af_heart(2)", " af_heart , af_bella(2.0)", "af_bella(2)+af_heart(1)")
        ):
            done = daemon.run_say("-v", spelling, "-o", f"{number}.wav", "hello")
            assert (done.returncode, done.stderr) == (EXIT_OK, b"")
            assert (tmp_path / f"{number}.wav").read_bytes() == tone_wav("hello", "af_bella(2)+af_heart(1)")
        assert voices_of(daemon) == ["af_bella(2)+af_heart(1)"]
        assert daemon.voice_state("af_bella(2)+af_heart(1)").pid == voice_servers(daemon)[0]

        table = daemon.run_say("--status").stdout.decode()
        assert table.count("af_bella(2)+af_heart(1)") == 4  # its server, and three utterances
        daemon.run_say("-v", "af_bella(3)", "-o", "one.wav", "hello")
        assert voices_of(daemon) == ["af_bella", "af_bella(2)+af_heart(1)"]


def test_the_setting_takes_a_blend(tmp_path: Path) -> None:
    with Daemon(tmp_path, voice="bf_emma,af_sky") as daemon:
        assert daemon.run_say("-o", "x.wav", "hello").returncode == EXIT_OK
        assert voices_of(daemon) == ["bf_emma+af_sky"]


def test_a_blend_of_nobody_starts_nothing(tmp_path: Path) -> None:
    with Daemon(tmp_path, start=False) as daemon:
        refused = daemon.run_say("-v", "af_bella(2)+af_hart(1)", "hello")
        assert refused.returncode == EXIT_USAGE
        assert "'af_hart'" in message(refused) and "af_heart" in message(refused)
        assert daemon.run_say("--download", "af_bella+af_hart").returncode == EXIT_USAGE
        assert daemon.pids() == []


def test_a_killed_daemon_leaves_no_server_of_a_blend(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        assert daemon.run_say("-v", "af_bella+af_sky", "-o", "x.wav", "hello").returncode == EXIT_OK
        (server,) = voice_servers(daemon)
        os.kill(server, signal.SIGSTOP)  # it cannot leave by itself
        os.kill(daemon.state().pid, signal.SIGSTOP)
        assert daemon.run_say("--shutdown", timeout=60).returncode == EXIT_OK
        eventually(lambda: not daemon.pids(), "both are gone")


def test_a_changed_file_is_another_voice_and_an_equal_one_the_same(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        path = write_pack(tmp_path / "bf_mine.pt")

        def speak(name: str, *arguments: str) -> bytes:
            done = daemon.run_say("--voice-file", "bf_mine.pt", "-o", name, *arguments, "hello")
            assert (done.returncode, done.stderr) == (EXIT_OK, b"")
            return samples(tmp_path / name)

        first = speak("1.wav")
        assert speak("2.wav") == first
        (before,) = voices_of(daemon)
        path.touch()
        assert speak("3.wav") == first

        write_pack(path, seed=1)
        assert speak("4.wav") != first
        assert len(voices_of(daemon)) == 2 and before in voices_of(daemon)
        table = daemon.run_say("--status").stdout.decode()
        assert "bf_mine" in table and "#" not in table

        write_pack(path)
        assert speak("5.wav") == first
        assert len(voice_servers(daemon)) == 2


def _folder(path: Path) -> None:
    path.mkdir()


BAD_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "cannot be read: no such file or directory"),
    "a folder": (_folder, "is no file but a directory"),
    "a fifo": (os.mkfifo, "is no file but something else"),
    "empty": (Path.touch, "is no voice file"),
    "text": (lambda path: path.write_text("hello " * 100), "is no voice file"),
    "too large": (lambda path: path.write_bytes(b"PK\x03\x04" + bytes(1 << 20)), "larger than 1 MiB"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_what_cannot_be_a_voice_file_is_refused_before_anything_is_started(tmp_path: Path, kind: str) -> None:
    make, reason = BAD_FILES[kind]
    make(tmp_path / "mine.pt")
    with Daemon(tmp_path, start=False) as daemon:
        for arguments in (["hello"], ["-o", "x.wav", "hello"], ["--run", "true"], ["--background", "hello"]):
            refused = daemon.run_say("--voice-file", "mine.pt", *arguments)
            assert refused.returncode == EXIT_FAILED
            assert reason in message(refused) and "mine.pt" in message(refused)
        assert daemon.pids() == []
        assert not (tmp_path / "x.wav").exists()


def test_a_voice_file_beside_another_voice_or_for_espeak_is_refused(tmp_path: Path) -> None:
    write_pack(tmp_path / "mine.pt")
    with Daemon(tmp_path, start=False, engine="espeak") as daemon:
        both = daemon.run_say("--voice-file", "mine.pt", "-v", "af_sky", "hello")
        espeak = daemon.run_say("--voice-file", "mine.pt", "hello")
        assert (both.returncode, espeak.returncode) == (EXIT_USAGE, EXIT_USAGE)
        assert "--voice-file" in message(both)
        assert "espeak cannot speak with a voice file" in message(espeak)
        assert daemon.pids() == []


# With Kokoro


def test_a_blend_and_a_users_own_voice_speak_with_what_the_hub_has(tiny_kokoro: Path, tmp_path: Path) -> None:
    files = {str(path.relative_to(tiny_kokoro)): path.read_bytes() for path in tiny_kokoro.rglob("*.*")}
    with FakeHub(files) as hub, hub_daemon(hub, tmp_path, threads=1) as daemon:

        def speak(*arguments: str) -> bytes:
            hub.requests.clear()
            done = daemon.run_say(*arguments, "-o", "x.wav", "Hello there.", timeout=PATIENCE)
            assert done.returncode == EXIT_OK, done.stderr
            assert all(line.startswith("downloading") for line in lines(done))
            return samples(tmp_path / "x.wav")

        def asked() -> set[str]:
            return {request.path.rpartition("/resolve/")[2].partition("/")[2] for request in hub.requests}

        own = write_pack(tmp_path / "mine.pt")
        speak("--voice-file", str(own))
        assert asked() == {CONFIG, WEIGHTS}  # nothing of the user's own

        blend = speak("-v", "af_bella(2)+af_heart(1)")
        assert asked() == {voice_path("af_bella"), voice_path("af_heart")}
        assert speak("-v", "af_heart,af_bella,af_bella") == blend
        assert asked() == set()
        assert speak("-v", "af_bella") != blend

        hub.requests.clear()
        assert daemon.run_say("--download", "bm_george+af_bella", timeout=PATIENCE).returncode == EXIT_OK
        assert asked() == {voice_path("bm_george")}
        assert message_of_removal(daemon, "bm_george,af_bella").startswith("removed 2 files")


def message_of_removal(daemon: Daemon, voice: str) -> str:
    return daemon.run_say("--remove", voice).stdout.decode()


WRONG_PACKS: dict[str, object] = {
    "another shape": torch.zeros(511, 1, 256),
    "another kind": torch.zeros(SHAPE, dtype=torch.float16),
    "not finite": torch.full(SHAPE, float("nan")),
    "no tensor": {"voice": torch.zeros(2)},
}


def test_a_file_that_holds_no_voice_is_refused_and_espeak_does_not_speak_instead(
    tiny_kokoro: Path, tmp_path: Path
) -> None:
    with Daemon(tmp_path, engine="auto", model_dir=str(tiny_kokoro), threads=1) as daemon:
        path = tmp_path / "mine.pt"
        for pack in WRONG_PACKS.values():
            torch.save(pack, path)
            _assert_refused(daemon)
        whole = write_pack(path).read_bytes()
        path.write_bytes(whole[:-1000])
        _assert_refused(daemon)

        path.write_bytes(whole)
        done = daemon.run_say("--voice-file", "mine.pt", "-o", "x.wav", "Hello there.", timeout=PATIENCE)
        assert (done.returncode, done.stderr) == (EXIT_OK, b"")


def _assert_refused(daemon: Daemon) -> None:
    refused = daemon.run_say("--voice-file", "mine.pt", "-o", "x.wav", "Hello there.", timeout=PATIENCE)
    assert refused.returncode == EXIT_FAILED
    assert "mine.pt" in message(refused) and "510" in message(refused)
    assert not (daemon.folder / "x.wav").exists()


def test_from_python_too(tmp_path: Path) -> None:
    write_pack(tmp_path / "mine.pt")
    with Daemon(tmp_path) as daemon:
        code = (
            "from say import BadVoiceFile, SayClient\n"
            "with SayClient() as client:\n"
            "    client.render('hello', write=lambda pcm: None, voice_file='mine.pt')\n"
            "    client.render('hello', write=lambda pcm: None, voice='af_sky,af_bella')\n"
            "    try:\n"
            "        client.render('hello', write=lambda pcm: None, voice_file='none.pt')\n"
            "    except BadVoiceFile as error:\n"
            "        print(error.code)\n"
        )
        done = daemon.run_python(code)
        assert (done.returncode, done.stdout.strip(), done.stderr) == (EXIT_OK, b"bad_voice_file", b"")
        assert len(voices_of(daemon)) == 2
