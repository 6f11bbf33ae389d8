"""Where the files of the published model lie on disk. Computes paths and looks whether they exist; opens nothing.

Standard library only: the client shows which voices are on disk, and must not import huggingface_hub for it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

REPO = "hexgrad/Kokoro-82M"
REVISION = "f3ff3571791e39611d31c381e3a41a3af07b4987"  # a commit: what it names never changes

# Paths inside the repository, and inside a folder given as `model_dir`.
CONFIG = "config.json"
WEIGHTS = "kokoro-v1_0.pth"

# What huggingface_hub takes for yes, in any case of letters.
_TRUE = {"1", "ON", "YES", "TRUE"}


def voice_path(voice: str) -> str:
    """Return a voice's path inside the repository. `voice` must be a checked name."""
    return f"voices/{voice}.pt"


def cache_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the hub's cache as `huggingface_hub.constants.HF_HUB_CACHE` (2.4) has it. Nothing is created.

    `HF_HUB_CACHE`, else the older `HUGGINGFACE_HUB_CACHE`, else `hub` below `HF_HOME`, else below `XDG_CACHE_HOME`.
    """
    default_home = os.path.join(
        environment.get("XDG_CACHE_HOME", os.path.join(os.path.expanduser("~"), ".cache")), "huggingface"
    )
    home = _expand(environment.get("HF_HOME", default_home))
    older = environment.get("HUGGINGFACE_HUB_CACHE", os.path.join(home, "hub"))
    return Path(_expand(environment.get("HF_HUB_CACHE", older)))


def is_offline(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether the user forbade the network to everything that uses the hub."""
    said = environment.get("HF_HUB_OFFLINE") or environment.get("TRANSFORMERS_OFFLINE") or ""
    return said.upper() in _TRUE


def repo_directory(cache: Path, repo: str = REPO) -> Path:
    """Return the folder of one repository in the cache: `blobs` with the bytes, `snapshots` with names for them."""
    return cache / "--".join(["models", *repo.split("/")])


def snapshot_file(cache: Path, path: str, repo: str = REPO, revision: str = REVISION) -> Path:
    """Return where the cache has `path` of the repository, whether or not it is there."""
    return repo_directory(cache, repo) / "snapshots" / revision / path


def voice_file(
    voice: str, model_dir: str, repo: str = REPO, revision: str = REVISION, cache: Path | None = None
) -> Path:
    """Return where a voice's file is, or would be. `voice` must be a checked name; `model_dir` is "" for the hub."""
    if model_dir:
        return Path(model_dir).expanduser() / voice_path(voice)
    return snapshot_file(cache or cache_directory(), voice_path(voice), repo, revision)


def on_disk(voice: str, model_dir: str = "") -> bool:
    """Return whether a voice's file is there. Whether its bytes are right is seen only before it is used."""
    file = voice_file(voice, model_dir)
    # The daemon works in another directory and refuses relative paths, so what they lead to from here does not count.
    return file.is_absolute() and file.is_file()


def _expand(path: str) -> str:
    return os.path.expandvars(os.path.expanduser(path))
