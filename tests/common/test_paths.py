from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import platformdirs
import pytest

from common import paths
from common.errors import DaemonError
from common.paths import ensure_private_directory
from common.voices import VOICES


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_say_home_decides_where_all_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAY_HOME", str(tmp_path))

    assert paths.state_directory() == tmp_path
    assert paths.config_file() == tmp_path / "config.toml"


def test_a_relative_say_home_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAY_HOME", "here")

    assert paths.state_directory() == tmp_path / "here"


def test_without_it_the_platform_decides_and_nothing_is_created(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAY_HOME", "")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    assert paths.state_directory().name == "say"
    assert paths.config_file().name == "config.toml"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("told", [None, "", "relative", "/absolute", "/absolute/"])
@pytest.mark.parametrize("home", [None, "", "relative", "/home/me", "/home/me/"])
def test_without_it_all_lies_where_platformdirs_has_it(
    told: str | None, home: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SAY_HOME", raising=False)
    for variable in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
        if told is not None:
            monkeypatch.setenv(variable, told)
    monkeypatch.delenv("HOME")
    if home is not None:
        monkeypatch.setenv("HOME", home)

    assert paths.state_directory() == Path(platformdirs.user_state_dir("say", appauthor=False))
    assert paths.config_file().parent == Path(platformdirs.user_config_dir("say", appauthor=False))
    assert paths.phrase_directory().parent == Path(platformdirs.user_cache_dir("say", appauthor=False))


def test_it_is_made_with_its_parents_and_private_whatever_the_umask(tmp_path: Path) -> None:
    home = tmp_path / "a" / "b" / "say"
    before = os.umask(0)
    try:
        ensure_private_directory(home)
    finally:
        os.umask(before)

    assert mode(home) == 0o700
    ensure_private_directory(home)


def test_one_that_others_may_read_is_tightened(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    ensure_private_directory(tmp_path)

    assert mode(tmp_path) == 0o700


@pytest.mark.parametrize("bits", [0o770, 0o702, 0o777])
def test_one_that_others_may_write_to_is_refused_and_left_as_it_is(tmp_path: Path, bits: int) -> None:
    tmp_path.chmod(bits)
    with pytest.raises(DaemonError, match="others may write"):
        ensure_private_directory(tmp_path)

    assert mode(tmp_path) == bits


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give directories away")
def test_one_of_another_user_is_refused(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    with pytest.raises(DaemonError, match="another user"):
        ensure_private_directory(tmp_path)


def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(DaemonError, match="not a directory"):
        ensure_private_directory(tmp_path / "link")


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_where_a_file_is_in_the_way_it_says_so_and_how_to_go_on(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DaemonError) as refused:
        ensure_private_directory(tmp_path / name)

    assert "SAY_HOME" in refused.value.hint


def test_no_two_files_share_a_path(tmp_path: Path) -> None:
    files = [
        paths.model_state_file(tmp_path),
        paths.voice_state_file(tmp_path, "af_heart"),
        paths.voice_state_file(tmp_path, "bf_emma"),
        paths.start_lock(tmp_path),
        paths.life_lock(tmp_path),
        paths.floor_lock(tmp_path),
        paths.log_directory(tmp_path),
    ]

    assert len(set(files)) == len(files)
    assert all(file.parent == tmp_path for file in files)


@pytest.mark.parametrize(
    "voice",
    [
        "af_bella(2)+af_heart(1)",
        "af_bella+af_heart+af_sky",
        "mine#0123456789abcdef",
        "../../etc/passwd",
        "AF_HEART",
        "gr\u00f6\u00dfe#0123456789abcdef",
        "\udcff",
        "x" * 10_000,
    ],
)
def test_any_name_of_a_voice_gives_short_and_safe_file_names(tmp_path: Path, voice: str) -> None:
    for path in (paths.voice_state_file(tmp_path, voice), paths.voice_log(tmp_path, voice)):
        assert re.fullmatch(r"voice_[0-9a-f]{32}\.(json|log)", path.name)
        assert path.parent in (tmp_path, paths.log_directory(tmp_path))


def test_voices_of_the_catalogue_have_files_by_their_names(tmp_path: Path) -> None:
    for voice in VOICES:
        assert paths.voice_state_file(tmp_path, voice).name == f"voice_{voice}.json"
        assert paths.voice_log(tmp_path, voice).name == f"voice_{voice}.log"


def test_the_logs_of_other_voices_can_be_told_from_theirs(tmp_path: Path) -> None:
    logs = paths.log_directory(tmp_path)
    logs.mkdir()
    passing = [paths.voice_log(tmp_path, name) for name in ("af_bella+af_sky", "mine#0123456789abcdef")]
    for path in (*passing, paths.voice_log(tmp_path, "af_bella"), logs / "model_server.log"):
        path.touch()

    assert sorted(paths.passing_logs(tmp_path)) == sorted(passing)
