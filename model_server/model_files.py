"""The files of the model, checked before use: from the hub's cache, or from a folder that the user names.

Kokoro's loader and the handlers of `download` and `remove` ask here and nowhere else for a path.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol, Self

from common.errors import ModelUnavailable, UsageError
from common.hub_cache import CONFIG, WEIGHTS, cache_directory, is_offline, voice_path
from common.messages.hello import Progress
from common.voices import VOICES, find_voice, unknown_voice
from model_server.downloads import Downloads, HubMemory
from model_server.hub import Hub
from model_server.hub_store import HubStore
from model_server.release import PATHS, Release

Report = Callable[[Progress], None]


class Source(Protocol):
    """A place that files come from. It is asked for known paths only."""

    def is_there(self, path: str) -> bool: ...

    def checked(self, path: str) -> Path: ...

    def identity(self, path: str) -> str: ...

    def fetch(self, paths: Sequence[str], report: Report, cancelled: Callable[[], bool], again: bool) -> int: ...

    def remove(self, paths: Sequence[str]) -> tuple[int, int]: ...

    def stop(self) -> None: ...

    def close(self) -> None: ...


class ModelFiles:
    """Threads may use it together. Paths are those in the repository: `common.hub_cache.CONFIG`, …"""

    def __init__(self, source: Source) -> None:
        self._source = source

    @classmethod
    def of_hub(cls, release: Release, *, connect_timeout: float = 3.0) -> Self:
        """Return the files of the hub's cache, which are fetched as needed. `connect_timeout` is in seconds."""
        hub = Hub(release, connect_timeout=connect_timeout)
        return cls(HubFiles(hub, HubStore(release, cache_directory()), HubMemory()))

    @classmethod
    def in_folder(cls, folder: Path) -> Self:
        """Return the files of a folder of the user's: nothing is known of their bytes, fetched or removed."""
        return cls(FolderFiles(folder.expanduser()))

    def missing(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return which of them are not on disk in full length, reading none."""
        return tuple(path for path in _known(paths) if not self._source.is_there(path))

    def checked(self, path: str) -> Path:
        """Return a file that may be used. Raises ModelUnavailable or CorruptFile; never touches the network."""
        (path,) = _known([path])
        return self._source.checked(path)

    def identity(self, path: str) -> str:
        """Return what tells this content of a file from any other, "" if it is not there. Reads nothing of it.

        Once `checked` gave a file away, it is what was there then: whoever loaded it has that. Never raises.
        """
        (path,) = _known([path])
        return self._source.identity(path)

    def config(self) -> Path:
        """Return the checked `config.json`. Raises as `checked`."""
        return self.checked(CONFIG)

    def weights(self) -> Path:
        """Return the checked weights. Raises as `checked`."""
        return self.checked(WEIGHTS)

    def voice(self, name: str) -> Path:
        """Return a voice's checked file. Raises UnknownVoice, or as `checked`."""
        if name not in VOICES:
            raise unknown_voice(name)
        return self.checked(voice_path(name))

    def fetch(self, paths: Iterable[str], report: Report, cancelled: Callable[[], bool], again: bool = False) -> int:
        """Have all of them on disk and right, blocking; return how many bytes came.

        `report` is called on this thread about ten times a second, with the bytes of all files together. A failure
        of the last 10 minutes is raised again at once, unless `again` says that the user asked explicitly.
        Raises DownloadFailed, CorruptFile, ModelUnavailable, or Cancelled once `cancelled()` is true.
        """
        return self._source.fetch(_known(paths), report, cancelled, again)

    def remove(self, voices: Iterable[str], model: bool) -> tuple[int, int]:
        """Delete these voices, and the model if `model`, from disk; return how many files, and the bytes freed.

        Of a blend all its voices go.

        Raises UnknownVoice, UsageError or ModelUnavailable.
        """
        paths = [voice_path(part.name) for name in voices for part in find_voice(name).parts]
        paths += [CONFIG, WEIGHTS] if model else []
        return self._source.remove(_known(paths))

    def stop(self) -> None:
        """Give up downloads under way: those who wait get Stopped."""
        self._source.stop()

    def close(self) -> None:
        """Give up downloads under way, and wait a moment until no half file is left."""
        self._source.close()


class HubFiles:
    """The published files, in the hub's cache."""

    def __init__(self, hub: Hub, store: HubStore, memory: HubMemory) -> None:
        self._store = store
        self._memory = memory
        self._downloads = Downloads(hub, store, memory)

    def is_there(self, path: str) -> bool:
        return self._store.is_there(path)

    def checked(self, path: str) -> Path:
        return self._store.checked(path)

    def identity(self, path: str) -> str:
        pins = self._store.release.pins
        try:
            return pins[path].sha256 if path in pins and self._store.is_there(path) else ""
        except OSError:
            return ""

    def fetch(self, paths: Sequence[str], report: Report, cancelled: Callable[[], bool], again: bool) -> int:
        if not self._store.cache.is_absolute():
            raise ModelUnavailable(
                f"the hub's cache {str(self._store.cache)!r} is not an absolute path",
                "Set HF_HOME to one, then 'say --shutdown': the daemon has no working directory of its own.",
            )
        wanted = [path for path in paths if not self._is_good(path, report)]
        if not wanted:
            return 0
        if is_offline():
            raise ModelUnavailable(
                f"{_list(wanted)} cannot be fetched: HF_HUB_OFFLINE is set",
                "Unset it, then 'say --shutdown' and 'say --download'; or set model_dir.",
            )
        if not again and (failure := self._memory.recall(wanted)) is not None:
            raise failure
        total = sum(self._store.pin(path).bytes for path in wanted)
        done = 0
        for path in wanted:
            self._downloads.fetch(path, _report_from(report, path, done, total), cancelled)
            done += self._store.pin(path).bytes
        return done

    def remove(self, paths: Sequence[str]) -> tuple[int, int]:
        try:
            freed = [size for path in paths if (size := self._store.remove(path)) is not None]
        except OSError as error:
            raise ModelUnavailable(f"{error.filename} cannot be removed: {error.strerror}") from error
        return len(freed), sum(freed)

    def stop(self) -> None:
        self._downloads.stop()

    def close(self) -> None:
        self._downloads.close()

    def _is_good(self, path: str, report: Report) -> bool:
        if self._store.is_there(path):
            report(Progress("checking", path, total=self._store.pin(path).bytes))
        return self._store.is_good(path)


class FolderFiles:
    """The files in a folder of the user's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._given: dict[str, str] = {}  # identities of the files that were given away, by path

    def is_there(self, path: str) -> bool:
        return self._file(path).is_file()

    def checked(self, path: str) -> Path:
        file = self._file(path)
        try:
            with file.open("rb") as opened:
                self._given[path] = _identity(file, os.fstat(opened.fileno()))
            return file
        except OSError as error:
            hint = "model_dir must hold config.json, kokoro-v1_0.pth and voices/NAME.pt."
            raise ModelUnavailable(f"{file} cannot be read: {error.strerror}", hint) from error

    def identity(self, path: str) -> str:
        if path in self._given:
            return self._given[path]
        file = self._file(path)
        try:
            return _identity(file, file.stat())
        except OSError:
            return ""

    def fetch(self, paths: Sequence[str], report: Report, cancelled: Callable[[], bool], again: bool) -> int:
        hint = "Put it there, or unset model_dir to use the hub."
        if not self._folder.is_dir():
            raise ModelUnavailable(f"model_dir {self._folder} is no folder that can be read", hint)
        if missing := [path for path in paths if not self.is_there(path)]:
            raise ModelUnavailable(f"model_dir {self._folder} has no {_list(missing)}", hint)
        return 0

    def remove(self, paths: Sequence[str]) -> tuple[int, int]:
        raise UsageError(f"the files in model_dir {self._folder} are your own and are not removed")

    def stop(self) -> None:
        pass

    def close(self) -> None:
        pass

    def _file(self, path: str) -> Path:
        if path == WEIGHTS and not (self._folder / WEIGHTS).is_file():
            others = sorted(self._folder.glob("*.pth"))
            if len(others) == 1:
                return others[0]
        return self._folder / path


def _identity(file: Path, status: os.stat_result) -> str:
    """Return what changes whenever the file does. Not the device's number, which may differ after each start."""
    return f"{file} {status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


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
