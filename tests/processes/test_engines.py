"""Engines as a user of `say` meets them: Kokoro from the hub or a folder, espeak in its place, and what stops either."""

from __future__ import annotations

import json
import pickle
import resource
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from common.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE
from common.hub_cache import CONFIG, WEIGHTS, voice_path
from common.messages.speaking import AS_USUAL
from common.voices import find_voice
from tests.fakes.daemon import Daemon
from tests.fakes.hub import FakeHub
from tests.fakes.hub_daemon import SMALL_FILES, VOICE, hub_daemon
from tests.fakes.said import lines, message, samples
from tests.fakes.tiny_kokoro import FolderOfFiles

TEXT = "Hello there. A second sentence, with \u201cmarks\u201d in it!"
PATIENCE = 90  # seconds; torch takes 3 to load where nothing else runs

Harm = Callable[[Path], object]  # spoils the file of that path

pytestmark = pytest.mark.timeout(300)


def _write(daemon: Daemon, name: str, *arguments: str) -> bytes:
    """Return the PCM of TEXT, spoken without a word on standard error."""
    done = daemon.run_say(TEXT, "-o", name, *arguments, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (EXIT_OK, b"")
    return samples(daemon.folder / name)


def _engines(daemon: Daemon) -> dict[str, str]:
    engines: dict[str, str] = json.loads(daemon.run_say("--status", "--json").stdout)["engines"]
    return engines


# Kokoro from the hub


def test_the_first_use_fetches_kokoro_and_later_ones_need_no_hub(tiny_kokoro: Path, tmp_path: Path) -> None:
    files = {str(path.relative_to(tiny_kokoro)): path.read_bytes() for path in tiny_kokoro.rglob("*.*")}
    with FakeHub(files) as hub:
        with hub_daemon(hub, tmp_path, threads=1) as daemon:
            first = daemon.run_say(TEXT, "-o", "first.wav", timeout=PATIENCE)
            assert first.returncode == EXIT_OK
            assert all(line.startswith("downloading") for line in lines(first))
            assert sorted(request.path.rpartition("/")[2] for request in hub.requests) == [
                "af_heart.pt",
                CONFIG,
                WEIGHTS,
            ]
            assert _engines(daemon) == {"kokoro": "ready on cpu", "espeak": "not loaded", "tone": "not loaded"}

            hub.requests.clear()
            other = _write(daemon, "other.wav", "-v", "bm_george")
            assert [request.path.rpartition("/")[2] for request in hub.requests] == ["bm_george.pt"]
            assert daemon.run_say("--download", "af_bella").returncode == EXIT_OK
            hub.stop()
            hub.requests.clear()
            assert _write(daemon, "third.wav", "-v", "af_bella") != other
            assert daemon.run_say("--shutdown").returncode == EXIT_OK

        with hub_daemon(hub, tmp_path, threads=1, environment={"HF_HUB_OFFLINE": "1"}) as offline:
            assert _write(offline, "again.wav") == samples(tmp_path / "first.wav")
        assert hub.requests == []


# Kokoro from a folder


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub(SMALL_FILES) as served:
        yield served


def _expected(folder: Path, voice_name: str, speed: float) -> bytes:
    """Return the PCM of TEXT, made of the same pieces in this process, with one thread."""
    import torch

    from model_server.engines.base import EnginePiece
    from model_server.engines.kokoro import KokoroEngine
    from model_server.text.planner import plan
    from model_server.text.readers import reader_for
    from model_server.text.reading import PHONEMES
    from voice_server.joins import join_piece, kind_of_pause, to_s16le
    from voice_server.text_window import TextWindow

    voice = find_voice(voice_name)
    threads = torch.get_num_threads()
    engine = KokoroEngine(FolderOfFiles(folder), "cpu", threads=1)
    reader = reader_for(voice.language, PHONEMES, AS_USUAL)
    window, pcm = TextWindow(0), b""
    window.append(TEXT)
    window.end()
    try:
        while not window.finished:
            planned = plan(window.request(first=not pcm), reader)
            window.use(planned.used)
            for piece in planned.pieces:
                speech = engine.speak(
                    EnginePiece(piece.text, piece.phonemes, voice, voice.language, speed, piece.start)
                )
                sound = (speech.samples, speech.speech_start, speech.speech_end)
                pcm += to_s16le(join_piece(*sound, kind_of_pause(piece.boundary, piece.text), speed, 1.0, not pcm))
    finally:
        torch.set_num_threads(threads)
    return pcm


def test_what_the_program_writes_is_what_the_engine_makes(hub: FakeHub, tiny_kokoro: Path, tmp_path: Path) -> None:
    with hub_daemon(hub, tmp_path, model_dir=str(tiny_kokoro), threads=1) as daemon:
        written = _write(daemon, "heart.wav", "--engine", "kokoro")
        assert written == _expected(tiny_kokoro, "af_heart", 1.0)
        assert len(written) > 24_000

        assert _write(daemon, "george.wav", "-v", "bm_george", "-s", "1.3") == _expected(tiny_kokoro, "bm_george", 1.3)
        assert _write(daemon, "again.wav") == written
        assert daemon.run_say("--download", "af_heart").stdout == b"everything is on disk already\n"
    assert hub.requests == []


def test_a_folder_without_the_files_is_said_and_no_hub_is_asked(hub: FakeHub, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    missing = tmp_path / "missing"
    for folder, cause in ((empty, f"has no {CONFIG}, {WEIGHTS}, {VOICE}"), (missing, "is no folder that can be read")):
        with hub_daemon(hub, tmp_path, model_dir=str(folder)) as daemon:
            by_name = daemon.run_say("Hello.", "-o", "x.wav", "--engine", "kokoro")
            assert by_name.returncode == EXIT_FAILED
            assert message(by_name).startswith(f"model_dir {folder} {cause}. Put it there, or unset model_dir")

            instead = daemon.run_say("Hello.", "-o", "x.wav")
            assert instead.returncode == EXIT_OK
            assert message(instead).startswith(f"speaking with espeak, since model_dir {folder} {cause}. Put it there")

            assert daemon.run_say("--download", "af_heart").returncode == EXIT_FAILED
            assert b"yes" not in daemon.run_say("--voices").stdout
    assert hub.requests == []


def test_the_files_of_a_folder_are_never_removed(tiny_kokoro: Path, tmp_path: Path) -> None:
    with Daemon(tmp_path, model_dir=str(tiny_kokoro)) as daemon:
        done = daemon.run_say("--remove", "all")

        assert done.returncode == EXIT_USAGE
        assert "are your own and are not removed" in message(done)
    assert (tiny_kokoro / WEIGHTS).is_file()


class _Burglar:
    """What, unpickled, writes a file."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self._mark), "w")


def _crafted(mark: Path, path: Path) -> None:
    import torch

    torch.save({"bert": _Burglar(mark)}, path)


def _flipped(good: Path, path: Path) -> None:
    data = bytearray(good.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _refused(daemon: Daemon, name: str) -> None:
    """Check that a bad file is named, that nothing speaks with it, and that espeak does under auto."""
    by_name = daemon.run_say("Hello.", "-o", "bad.wav", "--engine", "kokoro", timeout=PATIENCE)
    assert by_name.returncode == EXIT_FAILED
    assert message(by_name).startswith(f"{name} is damaged or is not Kokoro's: ")
    assert "copy it there anew" in message(by_name)
    assert not (daemon.folder / "bad.wav").exists()

    instead = daemon.run_say("Hello.", "-o", "instead.wav")
    assert instead.returncode == EXIT_OK
    assert message(instead).startswith(f"speaking with espeak, since {name} is damaged or is not Kokoro's: ")
    assert "copy it there anew" in message(instead)


@pytest.fixture
def folder(tiny_kokoro: Path, tmp_path: Path) -> Path:
    """Return a copy of the tiny Kokoro, to be spoiled; its weights are a link."""
    copy = tmp_path / "model"
    (copy / "voices").mkdir(parents=True)
    shutil.copy(tiny_kokoro / CONFIG, copy)
    shutil.copy(tiny_kokoro / VOICE, copy / VOICE)
    (copy / WEIGHTS).symlink_to(tiny_kokoro / WEIGHTS)
    return copy


def test_spoiled_weights_and_voices_are_never_loaded(tiny_kokoro: Path, folder: Path, tmp_path: Path) -> None:
    mark = tmp_path / "burglary"
    with Daemon(tmp_path, model_dir=str(folder), threads=1) as daemon:
        daemon.environment["SAY_ENGINE"] = "auto"
        for harm in _harms_of_weights(tiny_kokoro, mark):
            (folder / WEIGHTS).unlink()
            harm(folder / WEIGHTS)
            _refused(daemon, WEIGHTS)
            assert _engines(daemon)["kokoro"].startswith("cannot load: ")

        (folder / WEIGHTS).unlink()
        (folder / WEIGHTS).symlink_to(tiny_kokoro / WEIGHTS)
        for harm in _harms_of_voice(tiny_kokoro / VOICE, mark):
            harm(folder / VOICE)
            _refused(daemon, Path(VOICE).name)

        shutil.copy(tiny_kokoro / VOICE, folder / VOICE)
        assert len(_write(daemon, "good.wav", "--engine", "kokoro")) > 24_000
    assert not mark.exists()


def _harms_of_weights(tiny_kokoro: Path, mark: Path) -> list[Harm]:
    good = tiny_kokoro / WEIGHTS

    def cut(path: Path) -> None:
        with good.open("rb") as file:
            path.write_bytes(file.read(1_000_000))

    return [
        lambda path: _crafted(mark, path),
        lambda path: path.write_bytes(pickle.dumps(_Burglar(mark))),
        lambda path: path.write_text("<html>Please log in.</html>"),
        cut,
        lambda path: _flipped(good, path),
        lambda path: shutil.copy(tiny_kokoro / VOICE, path),
    ]


def _harms_of_voice(good: Path, mark: Path) -> list[Harm]:
    import torch

    return [
        lambda path: torch.save(torch.full((510, 1, 256), float("nan")), path),
        lambda path: torch.save(torch.zeros((510, 1, 255)), path),
        lambda path: torch.save(torch.zeros((510, 1, 256), dtype=torch.float64), path),
        lambda path: path.write_bytes(good.read_bytes()[:1000]),
        lambda path: _flipped(good, path),
        lambda path: path.write_text("<html>Please log in.</html>"),
        lambda path: _crafted(mark, path),
    ]


# Languages


def test_what_kokoro_does_not_read_yet_is_said_and_espeak_speaks_what_it_can(tmp_path: Path) -> None:
    with Daemon(tmp_path) as daemon:
        daemon.environment["SAY_ENGINE"] = "auto"
        for voice, language, text in (("jf_alpha", "Japanese", "こんにちは"), ("zf_xiaobei", "Chinese", "你好")):
            by_name = daemon.run_say("-v", voice, text, "-o", "x.wav", "--engine", "kokoro")
            assert by_name.returncode == EXIT_FAILED
            assert f"kokoro does not read {language} here yet. '--engine espeak'" in message(by_name)

            done = daemon.run_say("-v", voice, text, "-o", f"{voice}.wav")
            assert done.returncode == EXIT_OK
            assert message(done) == f"speaking with espeak, since kokoro does not read {language} here yet"
            assert len(samples(tmp_path / f"{voice}.wav")) > 5_000

        kanji = daemon.run_say("-v", "jf_alpha", "日本語", "-o", "kanji.wav")
        assert kanji.returncode == EXIT_FAILED
        assert "no phonemes for '日本語'. espeak reads no kanji: write hiragana" in lines(kanji)[-1]
        assert _engines(daemon) == {"kokoro": "not loaded", "espeak": "ready on cpu", "tone": "not loaded"}


# Memory


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits of another process are a matter of Linux")
def test_without_memory_for_kokoro_the_daemon_says_so_and_lives(tiny_kokoro: Path, tmp_path: Path) -> None:
    """OpenBLAS ended the daemon, and the client started another one for each of its tries."""
    with Daemon(tmp_path, model_dir=str(tiny_kokoro)) as daemon:
        daemon.environment["SAY_ENGINE"] = "auto"
        pid = daemon.state().pid
        resource.prlimit(pid, resource.RLIMIT_AS, (700 << 20, resource.RLIM_INFINITY))

        by_name = daemon.run_say("Hello.", "-o", "x.wav", "--engine", "kokoro")
        assert by_name.returncode == EXIT_FAILED
        assert message(by_name).startswith("there is no memory for torch. Close other programs")
        instead = daemon.run_say("Hello.", "-o", "x.wav")
        assert instead.returncode == EXIT_OK
        assert message(instead).startswith("speaking with espeak, since there is no memory for torch. Close other")
        assert daemon.state().pid == pid


def test_a_voice_of_the_folder_counts_as_on_disk(tiny_kokoro: Path, tmp_path: Path) -> None:
    with Daemon(tmp_path, start=False, model_dir=str(tiny_kokoro)) as daemon:
        rows = daemon.run_say("--voices").stdout.decode().splitlines()
        there = {row.split()[0] for row in rows if row.endswith("yes")}
        assert there == {
            name for name in ("af_heart", "af_bella", "bm_george") if (tiny_kokoro / voice_path(name)).is_file()
        }
        assert daemon.pids() == []
