from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from common import hub_cache

_THEIRS = """
import json
from huggingface_hub import constants
print(json.dumps([constants.HF_HUB_CACHE, constants.HF_HUB_OFFLINE]))
"""
_PLACES = {
    "HOME": "/h",
    "XDG_CACHE_HOME": "/x",
    "HF_HOME": "~/hf",
    "HUGGINGFACE_HUB_CACHE": "$HOME/older",
    "HF_HUB_CACHE": "~/hub/$NAME",
}


@pytest.mark.parametrize(
    "environment",
    [
        {"HOME": "/h"},
        {"HOME": "/h", "XDG_CACHE_HOME": "/x"},
        {"HOME": "/h", "XDG_CACHE_HOME": "~/x", "HF_HOME": ""},
        {"HOME": "/h", "HF_HOME": "~/hf", "HF_HUB_OFFLINE": "yes"},
        {"HOME": "/h", "HF_HOME": "$HOME/hf", "XDG_CACHE_HOME": "/x", "TRANSFORMERS_OFFLINE": "1"},
        {"HOME": "/h", "HUGGINGFACE_HUB_CACHE": "$HOME/older", "HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "ON"},
        _PLACES | {"NAME": "n", "HF_HUB_OFFLINE": "", "TRANSFORMERS_OFFLINE": "true"},
        _PLACES | {"HF_HUB_OFFLINE": "on"},
    ],
)
def test_cache_and_offline_mode_are_those_of_huggingface_hub(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {"PATH": os.environ["PATH"], **environment}
    theirs = subprocess.run(
        [sys.executable, "-c", _THEIRS], env=whole, capture_output=True, check=True, text=True, timeout=60
    )
    for name in set(os.environ) - set(whole):
        monkeypatch.delenv(name)
    for name, value in whole.items():
        monkeypatch.setenv(name, value)  # expanding `~` and `$NAME` reads the real environment

    assert [str(hub_cache.cache_directory()), hub_cache.is_offline()] == json.loads(theirs.stdout)


def test_a_voice_is_where_huggingface_hub_looks_for_it(tmp_path: Path) -> None:
    from huggingface_hub import try_to_load_from_cache

    file = hub_cache.voice_file("af_heart", "", cache=tmp_path)
    file.parent.mkdir(parents=True)
    file.touch()

    found = try_to_load_from_cache(
        hub_cache.REPO, "voices/af_heart.pt", cache_dir=tmp_path, revision=hub_cache.REVISION
    )

    assert found == str(file)


def test_a_voice_on_disk_is_seen_in_the_hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert not hub_cache.on_disk("af_heart")

    file = hub_cache.voice_file("af_heart", "")
    file.parent.mkdir(parents=True)
    file.touch()

    assert hub_cache.on_disk("af_heart")
    assert not hub_cache.on_disk("af_bella")


def test_model_dir_takes_the_place_of_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine" / "voices").mkdir(parents=True)
    (tmp_path / "mine" / "voices" / "bm_george.pt").touch()

    assert hub_cache.on_disk("bm_george", "~/mine")
    assert not hub_cache.on_disk("af_heart", "~/mine")


def test_looking_imports_nothing_heavy() -> None:
    program = "import sys; from common import hub_cache; hub_cache.on_disk('af_heart'); print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True, timeout=60
    ).stdout.split()

    assert not {"huggingface_hub", "httpx", "httpx2", "json", "typing"} & set(modules)
