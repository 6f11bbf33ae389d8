from __future__ import annotations

import hashlib
import io
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import CorruptFile, DownloadFailed, ModelUnavailable, UnknownVoice, UsageError
from common.hub_cache import CONFIG, WEIGHTS, repo_directory
from common.messages.hello import Progress
from model_server.model_files import ModelFiles
from model_server.release import Pin, load_release
from tests.fakes.hub import FakeHub
from tests.model_server.hub_files import VOICE, Bench, bench, bench_for

_VOICE_BYTES = random.Random(1).randbytes(3000)
_FILES = {CONFIG: b'{"n": 1}', WEIGHTS: random.Random(2).randbytes(5000), VOICE: _VOICE_BYTES}
_BAD_NAMES = [
    "../af_heart",
    "/etc/passwd",
    "af_heart.pt",
    "af_heart\0",
    "af_heart/../af_bella",
    "",
    "AF_HEART",
    "af_һeart",
]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name in ("HF_TOKEN", "HF_ENDPOINT", "HF_HUB_OFFLINE"):
            monkeypatch.delenv(name)


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub(_FILES) as made:
        yield made


@pytest.fixture
def made(hub: FakeHub, tmp_path: Path) -> Iterator[Bench]:
    with bench_for(hub, tmp_path / "cache") as made:
        made.fetch(*_FILES)
        yield made


def _spoil(file: Path, data: bytes) -> None:
    """Change the bytes behind a name of the cache, as a failing disk or another program would."""
    file.resolve().write_bytes(data)


def _flipped(data: bytes, bit: int) -> bytes:
    return (int.from_bytes(data, "big") ^ (1 << bit)).to_bytes(len(data), "big")


# Looking.


def test_missing_is_what_is_absent_or_cut_off(made: Bench) -> None:
    assert made.files.missing(_FILES) == ()

    made.store.file(CONFIG).unlink()
    _spoil(made.store.file(VOICE), _VOICE_BYTES[:-1])

    assert made.files.missing(_FILES) == (CONFIG, VOICE)


def test_missing_reads_no_file(made: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "open", lambda *_, **__: pytest.fail("opened"))

    assert made.files.missing(_FILES) == ()


@pytest.mark.parametrize("path", ["../x", "voices/../../x.pt", "/etc/passwd", "voices/xx_none.pt", "config.json\0", ""])
def test_a_path_outside_the_release_is_never_looked_for(hub: FakeHub, made: Bench, path: str, tmp_path: Path) -> None:
    before = len(hub.requests)
    for files in (made.files, ModelFiles.in_folder(tmp_path)):
        for ask in (files.missing, lambda paths, files=files: files.fetch(paths, print, bool)):
            with pytest.raises(ValueError, match="no file of the model"):
                ask([path])
        with pytest.raises(ValueError, match="no file of the model"):
            files.checked(path)

    assert len(hub.requests) == before


@pytest.mark.parametrize("name", _BAD_NAMES)
def test_only_voices_of_the_catalogue_are_looked_for(made: Bench, name: str, tmp_path: Path) -> None:
    for files in (made.files, ModelFiles.in_folder(tmp_path)):
        with pytest.raises(UnknownVoice):
            files.voice(name)
    with pytest.raises(UnknownVoice):
        made.files.remove([name], model=False)


# Checking.


def test_the_engine_gets_checked_files(made: Bench) -> None:
    files = made.files

    got = [file.read_bytes() for file in (files.config(), files.weights(), files.voice("af_heart"))]

    assert got == list(_FILES.values())


def test_an_absent_file_is_not_given_out(made: Bench) -> None:
    with pytest.raises(ModelUnavailable, match=r"voices/af_bella\.pt"):
        made.files.voice("af_bella")


def test_a_link_to_nowhere_is_an_absent_file(made: Bench) -> None:
    made.store.file(VOICE).resolve().unlink()

    with pytest.raises(ModelUnavailable):
        made.files.voice("af_heart")
    assert made.fetch() == len(_VOICE_BYTES)


def test_a_folder_in_the_place_of_a_file_is_an_absent_file(made: Bench) -> None:
    made.store.file(VOICE).unlink()
    made.store.file(VOICE).mkdir()

    with pytest.raises(ModelUnavailable):
        made.files.voice("af_heart")
    with pytest.raises(DownloadFailed, match="cannot be written"):
        made.fetch()


@given(bit=st.integers(0, 8 * len(_VOICE_BYTES) - 1), length=st.integers(0, len(_VOICE_BYTES) - 1))
def test_a_flipped_bit_or_a_cut_off_end_is_always_noticed(bit: int, length: int) -> None:
    with tempfile.TemporaryDirectory() as cache, bench(FakeHub.release_of(_FILES), "http://x", Path(cache)) as made:
        file = made.store.file(VOICE)
        file.parent.mkdir(parents=True)
        for data in (_flipped(_VOICE_BYTES, bit), _VOICE_BYTES[:length], _VOICE_BYTES + b"\0"):
            file.write_bytes(data)
            with pytest.raises(CorruptFile, match="cut off or altered"):
                made.files.voice("af_heart")
        file.write_bytes(_VOICE_BYTES)
        assert made.files.voice("af_heart") == file


def test_a_file_is_read_once_for_each_of_its_states(made: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    digest = hashlib.file_digest

    def counted(file: io.BufferedReader, name: str) -> object:
        read.append(1)
        return digest(file, name)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    made.files.voice("af_heart")
    made.files.voice("af_heart")
    assert len(read) == 1

    _spoil(made.store.file(VOICE), _flipped(_VOICE_BYTES, 7))
    for _ in range(2):
        with pytest.raises(CorruptFile):
            made.files.voice("af_heart")
    assert len(read) == 2


def test_an_alteration_that_restores_the_time_stamp_is_noticed(made: Bench) -> None:
    file = made.files.voice("af_heart").resolve()
    before = file.stat()
    time.sleep(0.02)  # longer than the kernel's clock tick, which is the resolution of the time of change
    file.write_bytes(_flipped(_VOICE_BYTES, 9))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    with pytest.raises(CorruptFile):
        made.files.voice("af_heart")


# Mending.


@pytest.mark.parametrize("data", [_flipped(_VOICE_BYTES, 100), _VOICE_BYTES[:1000], b"", _VOICE_BYTES + b"x"])
def test_a_spoiled_file_is_fetched_again(hub: FakeHub, made: Bench, data: bytes) -> None:
    _spoil(made.store.file(VOICE), data)

    assert made.fetch(*_FILES) == len(_VOICE_BYTES)

    assert made.files.voice("af_heart").read_bytes() == _VOICE_BYTES
    assert len(hub.gets(VOICE)) == 2


def test_a_spoiled_file_is_removed_if_the_hub_has_no_better_one(hub: FakeHub, made: Bench) -> None:
    _spoil(made.store.file(VOICE), _flipped(_VOICE_BYTES, 100))
    hub.wrong_bytes(VOICE)

    with pytest.raises(CorruptFile):
        made.fetch()

    assert made.files.missing([VOICE]) == (VOICE,)
    blobs = repo_directory(made.store.cache) / "blobs"
    assert len(list(blobs.iterdir())) == 2  # the config and the weights
    assert made.files.weights().read_bytes() == _FILES[WEIGHTS]


def test_a_spoiled_file_stays_unused_while_the_hub_is_away(hub: FakeHub, made: Bench) -> None:
    _spoil(made.store.file(VOICE), b"spoiled")
    hub.stop()

    with pytest.raises(DownloadFailed):
        made.fetch()
    with pytest.raises(CorruptFile):
        made.files.voice("af_heart")


def test_bytes_that_another_revision_brought_are_used(hub: FakeHub, made: Bench) -> None:
    made.store.file(VOICE).unlink()
    hub.stop()

    assert made.fetch() == 0
    assert made.files.voice("af_heart").read_bytes() == _VOICE_BYTES


def test_a_file_system_without_links_serves_as_well(
    hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    with bench_for(hub, tmp_path) as made:
        made.fetch()
        assert made.files.voice("af_heart").read_bytes() == _VOICE_BYTES
        assert not made.files.voice("af_heart").is_symlink()

        assert made.files.remove(["af_heart"], model=False) == (1, len(_VOICE_BYTES))
        assert made.names() == []


def test_what_a_crash_left_is_swept_away(made: Bench) -> None:
    blobs = repo_directory(made.store.cache) / "blobs"
    old, young = blobs / "a.1.0.say-incomplete", blobs / "b.1.0.say-incomplete"
    for half in (old, young):
        half.write_bytes(b"half")
    os.utime(old, (time.time() - 3600,) * 2)

    made.files.remove(["af_heart"], model=False)
    made.fetch()

    assert made.halves() == [young]  # perhaps another daemon's, under way


# The network.

_OFFLINE = """
import sys
sys.path.insert(0, sys.argv[1])
asked = []
sys.addaudithook(lambda event, _: asked.append(event) if event.startswith(("socket.", "subprocess.")) else None)
from pathlib import Path
from model_server.model_files import ModelFiles
from model_server.release import load_release
from common.errors import ModelUnavailable
files = ModelFiles.of_hub(load_release(Path(sys.argv[2])))
print(files.fetch(["config.json", "kokoro-v1_0.pth", "voices/af_heart.pt"], lambda _: None, lambda: False))
files.config(), files.weights(), files.voice("af_heart")
if sys.argv[3] == "offline":
    try:
        files.fetch(["voices/af_bella.pt"], lambda _: None, lambda: False, again=True)
    except ModelUnavailable:
        print("unavailable")
print(asked, {"huggingface_hub", "torch", "httpx2"} & set(sys.modules))
"""


@pytest.mark.parametrize("mode", ["complete", "offline"])
def test_no_socket_is_made_when_nothing_is_missing_or_offline(
    hub: FakeHub, made: Bench, tmp_path: Path, mode: str
) -> None:
    hub.files["voices/af_bella.pt"] = b"bella"
    release = hub.write_release(tmp_path / "release.json")
    environment = {**os.environ, "HF_HUB_CACHE": str(made.store.cache), "HF_ENDPOINT": hub.endpoint}
    if mode == "offline":
        environment["HF_HUB_OFFLINE"] = "1"
    root = str(Path(__file__).parents[2])

    ran = subprocess.run(
        [sys.executable, "-c", _OFFLINE, root, str(release), mode],
        env=environment,
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )

    expected = ["0", *(["unavailable"] if mode == "offline" else []), "[] set()"]
    assert ran.stdout.splitlines() == expected


def test_checking_is_told_as_progress(made: Bench) -> None:
    made.reports.clear()

    made.fetch(WEIGHTS)

    assert made.reports == [Progress("checking", WEIGHTS, total=len(_FILES[WEIGHTS]))]


# Removing.


def test_removing_frees_the_disk(made: Bench) -> None:
    assert made.files.remove(["af_heart", "af_bella"], model=False) == (1, len(_VOICE_BYTES))
    assert made.files.missing(_FILES) == (VOICE,)

    assert made.files.remove([], model=True) == (2, len(_FILES[CONFIG]) + len(_FILES[WEIGHTS]))
    assert made.names() == []


def test_removing_keeps_bytes_that_another_revision_names(made: Bench) -> None:
    other = made.store.file(VOICE).parents[2] / "another" / "voices" / "x.pt"
    other.parent.mkdir(parents=True)
    other.symlink_to(os.path.relpath(made.store.file(VOICE).resolve(), other.parent))

    assert made.files.remove(["af_heart"], model=False) == (1, 0)

    assert other.read_bytes() == _VOICE_BYTES
    assert made.files.missing([VOICE]) == (VOICE,)


def test_removing_spares_what_a_link_of_the_users_points_to(made: Bench, tmp_path: Path) -> None:
    precious = tmp_path / "precious.pt"
    precious.write_bytes(_VOICE_BYTES)
    made.store.file(VOICE).unlink()
    made.store.file(VOICE).symlink_to(precious)

    made.files.remove(["af_heart"], model=False)

    assert precious.exists()
    assert not made.store.file(VOICE).is_symlink()


# A folder of the user's.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, data in _FILES.items():
        file = tmp_path / "mine" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return tmp_path / "mine"


def test_a_folder_serves_in_place_of_the_hub(folder: Path) -> None:
    files = ModelFiles.in_folder(folder)

    got = [files.config(), files.weights(), files.voice("af_heart")]

    assert got == [folder / path for path in _FILES]
    assert files.missing([*_FILES, "voices/af_bella.pt"]) == ("voices/af_bella.pt",)
    assert files.fetch(_FILES, lambda _: None, lambda: False) == 0


def test_the_only_weights_of_a_folder_may_have_any_name(folder: Path) -> None:
    (folder / WEIGHTS).rename(folder / "mine.pth")
    assert ModelFiles.in_folder(folder).weights() == folder / "mine.pth"

    (folder / "other.pth").touch()
    with pytest.raises(ModelUnavailable, match="model_dir must hold"):
        ModelFiles.in_folder(folder).weights()
    assert ModelFiles.in_folder(folder).missing([WEIGHTS]) == (WEIGHTS,)


def test_what_a_folder_lacks_is_named_and_not_fetched(folder: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"has no voices/af_bella\.pt"):
        ModelFiles.in_folder(folder).fetch(["voices/af_bella.pt"], lambda _: None, lambda: False, again=True)


def test_the_files_of_a_folder_are_not_removed(folder: Path) -> None:
    with pytest.raises(UsageError, match="your own"):
        ModelFiles.in_folder(folder).remove(["af_heart"], model=True)
    assert (folder / VOICE).exists()


def test_a_file_in_a_folder_that_is_changed_or_replaced_is_another_one(folder: Path) -> None:
    files = ModelFiles.in_folder(folder)
    seen = [files.identity(VOICE)]
    assert seen[0] and files.identity(VOICE) == seen[0] == ModelFiles.in_folder(folder).identity(VOICE)
    for change in (
        lambda file: file.write_bytes(b"x" * len(_VOICE_BYTES)),
        lambda file: file.with_suffix(".new").write_bytes(b"x") and file.with_suffix(".new").replace(file),
        lambda file: os.utime(file, (1, 1)),
    ):
        change(folder / VOICE)
        seen.append(files.identity(VOICE))
    assert len(set(seen)) == len(seen)
    (folder / VOICE).unlink()
    assert files.identity(VOICE) == ""


def test_whoever_loaded_a_file_has_what_was_there_then(folder: Path) -> None:
    files = ModelFiles.in_folder(folder)
    before = files.identity(WEIGHTS)
    files.weights()
    (folder / WEIGHTS).write_bytes(b"replaced")
    assert files.identity(WEIGHTS) == before
    assert ModelFiles.in_folder(folder).identity(WEIGHTS) != before
    files.weights()  # loaded again
    assert files.identity(WEIGHTS) != before


def test_the_hubs_files_go_by_their_pins_while_they_are_there(made: Bench) -> None:
    assert made.files.identity(VOICE) == hashlib.sha256(_VOICE_BYTES).hexdigest()
    made.store.file(VOICE).unlink()
    assert made.files.identity(VOICE) == made.files.identity("voices/af_bella.pt") == ""


def test_a_folder_may_be_given_relative_to_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))

    assert ModelFiles.in_folder(Path("~/mine")).config() == folder / CONFIG


def test_the_hubs_files_are_the_published_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    files = ModelFiles.of_hub(load_release())

    assert files.missing([CONFIG]) == (CONFIG,)
    assert load_release().pins[CONFIG] == Pin(2351, "5abb01e2403b072bf03d04fde160443e209d7a0dad49a423be15196b9b43c17f")
