"""The files of the model, checked before use: from the hub's cache, or from a folder that the user names.

Kokoro's loader and the handlers of `download` and `remove` ask here and nowhere else for a path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from common.errors import ModelUnavailable, UsageError
from common.hub_cache import CONFIG, WEIGHTS, cache_directory, is_offline, voice_path
from common.messages.hello import Progress
from common.voices import find_voice
from model_server.downloads import Downloads, HubMemory
from model_server.hub import Hub
from model_server.hub_store import HubStore
from model_server.release import PATHS, Release

Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Fetched:
    """What a `fetch` brought."""

    files: int
    bytes: int


@dataclass(frozen=True)
class Removed:
    """What a `remove` took away."""

    files: int
    bytes: int


class ModelFiles(Protocol):
    """Threads may use it together. Paths are those in the repository: `common.hub_cache.CONFIG`, …"""

    def missing(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return which of them are not on disk in full length, reading none."""

    def checked(self, path: str) -> Path:
        """Return a file that may be used. Raises ModelUnavailable or CorruptFile; never touches the network."""

    def fetch(
        self, paths: Iterable[str], report: Report, cancelled: Callable[[], bool], again: bool = False
    ) -> Fetched:
        """Have all of them on disk and right; blocks. Raises DownloadFailed, CorruptFile, ModelUnavailable, Cancelled.

        `report` is called on this thread about ten times a second, with the bytes of all files together. A failure
        of the last 10 minutes is raised again at once, unless `again` says that the user asked explicitly.
        """

    def remove(self, voices: Iterable[str], model: bool) -> Removed:
        """Delete these voices, and the model if `model`, from disk. Raises UsageError or ModelUnavailable."""

    def config(self) -> Path:
        """Return the checked `config.json`. Raises as `checked`."""

    def weights(self) -> Path:
        """Return the checked weights. Raises as `checked`."""

    def voice(self, name: str) -> Path:
        """Return a voice's checked file. Raises UnknownVoice, or as `checked`."""

    def close(self) -> None:
        """Give up downloads under way."""


def open_model_files(model_dir: str, release: Release, connect_timeout: float) -> ModelFiles:
    """Return the files in `model_dir`, or those of the hub if it is "". Touches neither disk nor network."""
    if model_dir:
        return FolderFiles(Path(model_dir).expanduser())
    hub = Hub(release, connect_timeout=connect_timeout)
    return HubFiles(hub, HubStore(release, cache_directory()), HubMemory())


class HubFiles:
    """The published files, in the hub's cache."""

    def __init__(self, hub: Hub, store: HubStore, memory: HubMemory) -> None:
        self._store = store
        self._memory = memory
        self._downloads = Downloads(hub, store, memory)

    def missing(self, paths: Iterable[str]) -> tuple[str, ...]:
        return tuple(path for path in _known(paths) if not self._store.is_there(path))

    def checked(self, path: str) -> Path:
        _known([path])
        return self._store.checked(path)

    def config(self) -> Path:
        return self.checked(CONFIG)

    def weights(self) -> Path:
        return self.checked(WEIGHTS)

    def voice(self, name: str) -> Path:
        return self.checked(voice_path(find_voice(name).name))

    def fetch(
        self, paths: Iterable[str], report: Report, cancelled: Callable[[], bool], again: bool = False
    ) -> Fetched:
        wanted = [path for path in _known(paths) if not self._is_good(path, report)]
        if not wanted:
            return Fetched(0, 0)
        if is_offline():
            raise ModelUnavailable(
                f"{_list(wanted)} cannot be fetched: HF_HUB_OFFLINE is set",
                "Unset it for one 'say --download', or set model_dir.",
            )
        if not again and (failure := self._memory.recall(wanted)) is not None:
            raise failure
        total = sum(self._store.pin(path).bytes for path in wanted)
        done = 0
        for path in wanted:
            self._downloads.fetch(path, _report_from(report, path, done, total), cancelled)
            done += self._store.pin(path).bytes
        return Fetched(len(wanted), done)

    def remove(self, voices: Iterable[str], model: bool) -> Removed:
        paths = [voice_path(find_voice(name).name) for name in voices] + ([CONFIG, WEIGHTS] if model else [])
        try:
            freed = [size for path in _known(paths) if (size := self._store.remove(path)) is not None]
        except OSError as error:
            raise ModelUnavailable(f"{error.filename} cannot be removed: {error.strerror}") from error
        return Removed(len(freed), sum(freed))

    def close(self) -> None:
        self._downloads.close()

    def _is_good(self, path: str, report: Report) -> bool:
        if self._store.is_there(path):
            report(Progress("checking", path, total=self._store.pin(path).bytes))
        return self._store.is_good(path)


class FolderFiles:
    """The files in a folder of the user's: nothing is known of their bytes, nothing is fetched, nothing removed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def missing(self, paths: Iterable[str]) -> tuple[str, ...]:
        return tuple(path for path in _known(paths) if not self._file(path).is_file())

    def checked(self, path: str) -> Path:
        _known([path])
        file = self._file(path)
        try:
            with file.open("rb"):
                return file
        except OSError as error:
            hint = "model_dir must hold config.json, kokoro-v1_0.pth and voices/NAME.pt."
            raise ModelUnavailable(f"{file} cannot be read: {error.strerror}", hint) from error

    def config(self) -> Path:
        return self.checked(CONFIG)

    def weights(self) -> Path:
        return self.checked(WEIGHTS)

    def voice(self, name: str) -> Path:
        return self.checked(voice_path(find_voice(name).name))

    def fetch(
        self, paths: Iterable[str], report: Report, cancelled: Callable[[], bool], again: bool = False
    ) -> Fetched:
        if missing := self.missing(paths):
            raise ModelUnavailable(
                f"model_dir {self._folder} has no {_list(missing)}",
                "Put it there, or unset model_dir to use the hub.",
            )
        return Fetched(0, 0)

    def remove(self, voices: Iterable[str], model: bool) -> Removed:
        raise UsageError(f"the files in model_dir {self._folder} are your own and are not removed")

    def close(self) -> None:
        pass

    def _file(self, path: str) -> Path:
        if path == WEIGHTS and not (self._folder / WEIGHTS).is_file():
            others = sorted(self._folder.glob("*.pth"))
            if len(others) == 1:
                return others[0]
        return self._folder / path


def _report_from(report: Report, path: str, before: int, total: int) -> Callable[[str, int], None]:
    """Return a report about one file that counts on from the bytes of those before it."""

    def tell(stage: str, done: int) -> None:
        report(Progress(stage, path, done=before + done, total=total))

    return tell


def _known(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the paths, each once. No other path may be joined to a folder or a URL, whoever asks."""
    known = tuple(dict.fromkeys(paths))
    for path in known:
        if path not in PATHS:
            raise ValueError(f"{path!r} is no file of the model")
    return known


def _list(paths: Iterable[str]) -> str:
    names = tuple(paths)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
