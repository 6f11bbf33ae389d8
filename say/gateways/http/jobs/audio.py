"""Where finished sound lies: a folder, or whatever else fsspec reaches. All methods block, and raise OutputFailed."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from uuid import UUID

import fsspec  # type: ignore[import-untyped]  # ships no types
from fsspec.asyn import AsyncFileSystem  # type: ignore[import-untyped]
from fsspec.spec import AbstractFileSystem  # type: ignore[import-untyped]

from common.errors import OutputFailed, SayError, UsageError
from common.quoting import reason_of

if TYPE_CHECKING:
    from typing import Protocol

    class FileSystem(Protocol):
        """What is used of an fsspec file system."""

        def makedirs(self, path: str, exist_ok: bool) -> None: ...
        def put_file(self, lpath: str, rpath: str) -> None: ...
        def mv(self, path1: str, path2: str) -> None: ...
        def rm_file(self, path: str) -> None: ...
        def size(self, path: str) -> int | None: ...
        def open(self, path: str, mode: str) -> BinaryIO: ...
        def invalidate_cache(self) -> None: ...
        def ls(self, path: str, detail: bool) -> Sequence[object]: ...


_TEMPORARY = re.compile(r"/\.([0-9a-f]{32})-[0-9]+\.part$")


class AudioStore:
    """Sound by the id of its job and the attempt that made it, each file there as a whole or not at all."""

    def __init__(self, filesystem: FileSystem, root: str, name: str, *, local: bool) -> None:
        """`name` is how errors call it."""
        self._files = filesystem
        self._root = root.rstrip("/")
        self._name = name
        self._local = local

    def put(self, job: UUID, attempt: int, source: Path) -> None:
        """Copy a file there."""
        target = self._path(job, attempt)
        # One job has one worker at a time: a copy that another one left unfinished is written over.
        temporary = f"{self._root}/.{job.hex}-{attempt}.part"
        with self._translated("written"):
            if self._local:  # a folder that is there is the user's own affair
                Path(self._root).mkdir(0o700, parents=True, exist_ok=True)
            else:
                self._files.makedirs(self._root, exist_ok=True)
            try:
                if self._local:
                    _make_private(temporary)
                self._files.put_file(str(source), temporary)
                self._check_whole(temporary, source)
                if self._local:
                    _make_private(temporary)  # whatever the copying made of it
                    _sync(temporary)
                self._files.mv(temporary, target)
                if self._local:
                    _sync(self._root)
            except BaseException:
                with contextlib.suppress(Exception):  # the first error is the one to tell; this one is its echo
                    self._files.rm_file(temporary)
                raise

    def _check_whole(self, path: str, source: Path) -> None:
        found, expected = self._files.size(path), source.stat().st_size
        if found is not None and found != expected:
            raise OSError(f"{found} of {expected} bytes arrived")

    def size(self, job: UUID, attempt: int) -> int | None:
        """Return how many bytes it has, None if it is not there."""
        with self._translated("read"):
            self._files.invalidate_cache()  # others write there, too
            try:
                return self._files.size(self._path(job, attempt))
            except FileNotFoundError:
                return None

    def open(self, job: UUID, attempt: int) -> BinaryIO:
        """Return it, open for `read`; the caller closes it."""
        with self._translated("read"):
            return self._files.open(self._path(job, attempt), "rb")

    def read(self, file: BinaryIO, start: int, size: int) -> bytes:
        """Return bytes from `start` on of a file that `open` gave."""
        with self._translated("read"):
            file.seek(start)
            return file.read(size)

    def remove(self, job: UUID, attempt: int) -> None:
        """Remove it, if it is there."""
        with self._translated("written"), contextlib.suppress(FileNotFoundError):
            self._files.rm_file(self._path(job, attempt))

    def leftovers(self) -> dict[str, UUID]:
        """Return what copies that were broken off have left, and the job of each."""
        with self._translated("read"):
            self._files.invalidate_cache()
            try:
                names = [str(path) for path in self._files.ls(self._root, detail=False)]
            except FileNotFoundError:
                return {}
        found = {path: _TEMPORARY.search(path) for path in names}
        return {path: UUID(name[1]) for path, name in found.items() if name is not None}

    def remove_leftover(self, path: str) -> None:
        """Remove one of them."""
        with self._translated("written"), contextlib.suppress(FileNotFoundError):
            self._files.rm_file(path)

    def _path(self, job: UUID, attempt: int) -> str:
        return f"{self._root}/{job}-{attempt}.wav" if attempt else f"{self._root}/{job}.wav"

    @contextlib.contextmanager
    def _translated(self, what: str) -> Iterator[None]:
        try:
            yield
        except SayError:
            raise
        except OSError as error:
            raise OutputFailed(f"{self._name} cannot be {what}: {reason_of(error)}") from error
        except Exception as error:  # noqa: BLE001  # a boundary: each of fsspec's file systems has errors of its own
            raise OutputFailed(f"{self._name} cannot be {what}: {type(error).__name__}") from error


def open_store(address: str) -> AudioStore:
    """Return the store at a path or an fsspec address. Raises UsageError for what is none."""
    try:
        filesystem, root = fsspec.url_to_fs(address)
    except Exception as error:  # a boundary, as above
        raise UsageError(
            f"SAY_HTTP_JOBS_FOLDER: {address.partition('://')[0]!r} is no place for files that can be used here",
            f"Name a folder, or an address that fsspec knows and has its library for ({type(error).__name__}).",
        ) from error
    protocols = filesystem.protocol if isinstance(filesystem.protocol, tuple) else (filesystem.protocol,)
    if "memory" in protocols:
        raise UsageError(
            "SAY_HTTP_JOBS_FOLDER: sound in memory would end with this process, and its jobs would not",
            "Name a folder or a store, or leave it out.",
        )
    if not _can_rename(filesystem):
        raise UsageError(
            f"SAY_HTTP_JOBS_FOLDER: files can be read from {protocols[0]!r}, not be kept there",
            "Name a folder, or a store that can be written.",
        )
    local = "file" in protocols
    # Callers are told this: neither passwords nor where things lie on this machine.
    name = "the folder of the jobs' sound" if local else f"the {address.partition('://')[0]} store of the jobs' sound"
    return AudioStore(cast("FileSystem", filesystem), str(root), name, local=local)


def _can_rename(filesystem: object) -> bool:
    """Return whether files can get their name there once they are whole: without that they cannot be put there."""
    base, names = AbstractFileSystem, ("mv", "copy", "cp_file")
    if isinstance(filesystem, AsyncFileSystem):
        base, names = AsyncFileSystem, ("mv", "_mv_file", "_cp_file")
    return any(getattr(type(filesystem), name, None) is not getattr(base, name, None) for name in names)


def _make_private(path: str) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    Path(path).chmod(0o600)


def _sync(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
