"""A daemon whose hub is the fake one, in a cache of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from common.hub_cache import CONFIG, WEIGHTS, snapshot_file
from tests.fakes.daemon import Daemon
from tests.fakes.hub import FakeHub

# Stand-ins for the model where only the way to the disk matters: they are pinned like the real files, and load never.
VOICE = "voices/af_heart.pt"
OTHER_VOICE = "voices/bm_george.pt"
SMALL_FILES: Mapping[str, bytes] = {
    CONFIG: b"{}",
    WEIGHTS: bytes(range(256)) * 4096,
    VOICE: b"heart" * 500,
    OTHER_VOICE: b"george" * 500,
}


def hub_daemon(
    hub: FakeHub,
    folder: Path,
    *,
    start: bool = True,
    environment: Mapping[str, str] | None = None,
    **settings: str | float,
) -> Daemon:
    """Return a daemon for `with`, whose files are pinned to those of the hub. Its engine is `auto`."""
    release = hub.write_release(folder / "release.json")
    surroundings = {
        "HF_ENDPOINT": hub.endpoint,
        "HF_HOME": str(folder / "hf"),
        "HF_HUB_OFFLINE": "",
        **(environment or {}),
    }
    return Daemon(
        folder,
        start=start,
        arguments=("--release", str(release)),
        environment=surroundings,
        **{"engine": "auto", **settings},
    )


def cached(daemon: Daemon, path: str) -> Path:
    """Return where the daemon's cache has a file of the release."""
    return snapshot_file(Path(daemon.environment["HF_HOME"]) / "hub", path)


def halves(daemon: Daemon) -> list[str]:
    """Return the names of all that lies in the cache and is no finished file."""
    known = {cached(daemon, path).resolve().name for path in SMALL_FILES} | {Path(path).name for path in SMALL_FILES}
    files = [path for path in Path(daemon.environment["HF_HOME"]).rglob("*") if path.is_file()]
    return [path.name for path in files if path.name not in known]
