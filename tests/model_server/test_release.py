from __future__ import annotations

import json
from pathlib import Path

import pytest

from common import hub_cache
from common.errors import UsageError
from common.voices import VOICES
from model_server.release import PATHS, Pin, load_release
from tests.fakes.hub import FakeHub

_GOOD = {
    "repo": "a/b",
    "revision": "0" * 40,
    "files": {"config.json": {"bytes": 3, "sha256": "a" * 64}},
}


def test_built_in_release_is_the_one_the_client_looks_for() -> None:
    release = load_release()

    assert (release.repo, release.revision) == (hub_cache.REPO, hub_cache.REVISION)


def test_built_in_release_has_the_model_and_every_voice_of_the_catalogue() -> None:
    release = load_release()

    assert set(release.pins) == PATHS
    assert len(release.pins) == 2 + len(VOICES) == 56
    assert len({pin.sha256 for pin in release.pins.values()}) == 56
    assert release.pins["kokoro-v1_0.pth"] == Pin(
        327_212_226, "496dba118d1a58f5f3db2efc88dbdc216e0483fc89fe6e47ee1f2c53f18ad1e4"
    )


def test_another_release_is_read_from_a_file(tmp_path: Path) -> None:
    files = {"config.json": b"{}", "voices/af_heart.pt": b"voice"}
    with FakeHub(files, repo="me/mine", revision="1" * 40) as hub:
        assert load_release(hub.write_release(tmp_path / "release.json")) == hub.release()


@pytest.mark.parametrize(
    "change",
    [
        {"repo": "no-owner"},
        {"repo": None},
        {"revision": "main"},
        {"revision": "٠" * 40},
        {"files": []},
        {"files": {"../../etc/passwd": {"bytes": 3, "sha256": "a" * 64}}},
        {"files": {"config.json": {"bytes": -1, "sha256": "a" * 64}}},
        {"files": {"config.json": {"bytes": True, "sha256": "a" * 64}}},
        {"files": {"config.json": {"bytes": 3, "sha256": "A" * 64}}},
        {"files": {"config.json": {"bytes": 3}}},
        {"files": {"config.json": 3}},
    ],
)
def test_a_bad_release_file_is_refused_by_name(tmp_path: Path, change: dict[str, object]) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(_GOOD), encoding="utf-8")
    load_release(file)
    file.write_text(json.dumps(_GOOD | change), encoding="utf-8")

    with pytest.raises(UsageError, match=r"mine\.json"):
        load_release(file)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b"null"])
def test_a_file_that_is_no_json_object_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "mine.json"
    file.write_bytes(content)

    with pytest.raises(UsageError, match=r"mine\.json"):
        load_release(file)


def test_an_absent_release_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_release(tmp_path / "none.json")
