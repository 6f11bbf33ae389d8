"""The published release: which files it has, how long they are and what their digests are. Touches no model file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from common.errors import UsageError
from common.hub_cache import CONFIG, WEIGHTS, voice_path
from common.voices import VOICES

_BUILT_IN = Path(__file__).with_name("release.json")

# Every path that may ever be asked for; nothing else is joined to a folder or a URL.
PATHS = frozenset({CONFIG, WEIGHTS, *map(voice_path, VOICES)})


@dataclass(frozen=True)
class Pin:
    """What a file must be."""

    bytes: int
    sha256: str  # 64 lower-case hex digits


@dataclass(frozen=True)
class Release:
    """One revision of the repository on the hub."""

    repo: str  # "owner/name"
    revision: str  # commit, 40 hex digits
    pins: Mapping[str, Pin]  # path in the repository -> what is there


def load_release(path: Path | None = None) -> Release:
    """Return the release described by a JSON file; without `path`, the one this program was made for.

    The file is `{"repo": …, "revision": …, "files": {path: {"bytes": …, "sha256": …}}}`. Raises UsageError where it
    cannot be read, says something else, or names files that no release has.
    """
    source = path or _BUILT_IN
    try:
        table = json.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"the release file {source} cannot be read: {error}") from error
    try:
        return _release(table)
    except _Unlike as error:
        raise UsageError(f"the release file {source}: {error}") from None


class _Unlike(Exception):
    """Something in the file is not as it must be."""


def _release(table: object) -> Release:
    if not isinstance(table, dict) or not isinstance(table.get("files"), dict):
        raise _Unlike("it must be an object with 'repo', 'revision' and 'files'")
    return Release(
        repo=_matching(table, "repo", r"[\w.-]+/[\w.-]+"),
        revision=_matching(table, "revision", r"[0-9a-f]{40}"),
        pins=MappingProxyType({name: _pin(name, entry) for name, entry in table["files"].items()}),
    )


def _pin(name: str, entry: object) -> Pin:
    if name not in PATHS:
        raise _Unlike(f"{name[:60]!r} is no file of the model")
    if not isinstance(entry, dict) or type(entry.get("bytes")) is not int or entry["bytes"] < 0:
        raise _Unlike(f"{name} needs 'bytes', a whole number")
    return Pin(entry["bytes"], _matching(entry, "sha256", r"[0-9a-f]{64}"))


def _matching(table: Mapping[str, object], key: str, pattern: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
        raise _Unlike(f"{key!r} must be text like {pattern}")
    return value
