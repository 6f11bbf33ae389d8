"""The hub's cache on disk: files of one release are looked up, put in place whole, and taken away. Knows no network.

Layout, as huggingface_hub has it: the bytes are `blobs/<digest>`, and `snapshots/<revision>/<path>` links to them, so
that other programs find what was fetched here and the other way round.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from common.errors import CorruptFile, ModelUnavailable
from common.hub_cache import repo_directory, snapshot_file
from model_server import hub_faults
from model_server.release import Pin, Release

# A file under way grows or is given up within seconds; one that has been still for so long was left by a crash.
ORPHANED = 600.0  # seconds
_SUFFIX = ".say-incomplete"

_State = tuple[int, int, int, int, int]


class Digests:
    """SHA-256 of files, computed once for each state of a file, whoever asks meanwhile. Threads may use it together."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[_State, str]] = {}
        self._turns: dict[Path, threading.Lock] = {}

    def sha256(self, path: Path) -> str:
        """Return the digest of a file's bytes, 64 hex digits. Raises OSError."""
        with self._turns.setdefault(path, threading.Lock()), path.open("rb") as file:
            state = _state(os.fstat(file.fileno()))
            if (known := self._known.get(path)) is not None and known[0] == state:
                return known[1]
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            if _state(os.fstat(file.fileno())) == state:  # otherwise it was written to meanwhile
                self._known[path] = (state, digest)
        return digest


class HubStore:
    """The cache folder of one release. Threads may use it together."""

    def __init__(self, release: Release, cache: Path) -> None:
        self.release = release
        self.cache = cache
        self._blobs = repo_directory(cache, release.repo) / "blobs"
        self._digests = Digests()
        self._placing = threading.Lock()

    def file(self, path: str) -> Path:
        """Return where the release's `path` is, or would be."""
        return snapshot_file(self.cache, path, self.release.repo, self.release.revision)

    def pin(self, path: str) -> Pin:
        """Return what a file must be. Raises ModelUnavailable for one that the release does not have."""
        if (pin := self.release.pins.get(path)) is None:
            raise ModelUnavailable(f"the release has no file {path!r}")
        return pin

    def is_there(self, path: str) -> bool:
        """Return whether a file of that name and length exists. Reads none of it."""
        file = self.file(path)
        return file.is_file() and file.stat().st_size == self.pin(path).bytes

    def checked(self, path: str) -> Path:
        """Return a file whose bytes are those that were published. Raises ModelUnavailable or CorruptFile."""
        file, pin = self.file(path), self.pin(path)
        hint = "'say --download' fetches it."
        try:
            if not file.is_file():
                raise ModelUnavailable(f"{path} of {self.release.repo} is not on disk", hint)
            if file.stat().st_size == pin.bytes and self._digests.sha256(file) == pin.sha256:
                return file
        except OSError as error:
            raise ModelUnavailable(f"{file} cannot be read: {error.strerror}") from error
        raise CorruptFile(f"{file} is not the published file: it was cut off or altered", hint)

    def is_good(self, path: str) -> bool:
        """Return whether `checked` would succeed. A good blob that only lacks its name gets it."""
        try:
            self.checked(path)
            return True
        except (ModelUnavailable, CorruptFile):
            return self._adopt(path)

    def _adopt(self, path: str) -> bool:
        pin = self.pin(path)
        blob = self._blobs / pin.sha256
        try:
            if not blob.is_file() or blob.stat().st_size != pin.bytes or self._digests.sha256(blob) != pin.sha256:
                return False
            self._link(path, blob)
        except OSError:
            return False  # fetching it again says what is wrong
        return True

    @contextlib.contextmanager
    def part(self, path: str) -> Iterator[Part]:
        """Open a file under way, and remove it at the end unless it was placed. Raises HubFault."""
        pin = self.pin(path)
        try:
            self._blobs.mkdir(parents=True, exist_ok=True)
            self._sweep()
            free = shutil.disk_usage(self._blobs).free
            if free < pin.bytes:
                raise hub_faults.disk(path, pin.bytes, self._blobs, None)
            part = Part(path, pin, self._blobs / f"{pin.sha256}.{secrets.token_hex(4)}{_SUFFIX}")
        except OSError as error:
            raise hub_faults.disk(path, pin.bytes, self._blobs, error) from error
        try:
            yield part
        finally:
            part.close()

    def place(self, part: Part) -> None:
        """Give a finished part its names. Its bytes reach the disk before the names do. Raises HubFault."""
        blob = self._blobs / part.pin.sha256
        before = self._blob_of(part.path)
        try:
            part.settle()
            with self._placing:
                part.file.replace(blob)
                _sync_directory(self._blobs)
                self._link(part.path, blob)
                if before is not None and before != blob:
                    self._remove_unnamed(before)
        except OSError as error:
            raise hub_faults.disk(part.path, 0, self._blobs, error) from error

    def remove(self, path: str) -> int | None:
        """Delete a file, and its bytes unless another revision needs them. Return the bytes freed, None if absent.

        Raises OSError. Bytes that huggingface_hub keeps in a store shared by several repositories stay there.
        """
        file, blob = self.file(path), self._blob_of(path)
        with self._placing:
            if not os.path.lexists(file):
                return None
            freed = 0 if file.is_symlink() else file.lstat().st_size
            file.unlink()
            if blob is not None:
                freed += self._remove_unnamed(blob)
            for folder in (file.parent, self.file("x").parent):
                with contextlib.suppress(OSError):  # not empty
                    folder.rmdir()
        return freed

    def _blob_of(self, path: str) -> Path | None:
        """Return the blob that a name in the snapshot points to, None where it is a file itself or is absent."""
        try:
            target = Path(os.path.normpath(self.file(path).parent / self.file(path).readlink()))
        except OSError:
            return None
        # A link to anywhere else was made by hand: what it points to is not ours to delete.
        return target if target.parent == Path(os.path.normpath(self._blobs)) else None

    def _remove_unnamed(self, blob: Path) -> int:
        """Delete a blob that no snapshot names any more. Return the bytes freed."""
        for folder, _, names in os.walk(self._blobs.parent / "snapshots"):
            for name in names:
                link = Path(folder) / name
                if link.is_symlink() and link.readlink().name == blob.name:
                    return 0
        if not os.path.lexists(blob):
            return 0
        freed = 0 if blob.is_symlink() else blob.lstat().st_size
        blob.unlink()
        return freed

    def _link(self, path: str, blob: Path) -> None:
        """Make `path` of the snapshot name the blob, replacing what was there in one step. Raises OSError."""
        file = self.file(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f".{file.name}.{secrets.token_hex(4)}{_SUFFIX}")
        try:
            try:
                new.symlink_to(os.path.relpath(blob, file.parent))
            except OSError:  # a file system without symbolic links: huggingface_hub moves the bytes there as well
                blob.rename(new)
            new.replace(file)
        finally:
            new.unlink(missing_ok=True)
        _sync_directory(file.parent)

    def _sweep(self) -> None:
        for leftover in self._blobs.glob(f"*{_SUFFIX}"):
            with contextlib.suppress(OSError):  # another process was faster
                if time.time() - leftover.stat().st_mtime > ORPHANED:
                    leftover.unlink()


class Part:
    """A file under way, under a name that nobody takes for a finished one."""

    def __init__(self, path: str, pin: Pin, file: Path) -> None:
        """Raises OSError."""
        self.path = path
        self.pin = pin
        self.file = file
        self.size = 0  # bytes so far
        self._hash = hashlib.sha256()
        self._sink = file.open("xb", buffering=0)

    def write(self, data: bytes) -> None:
        """Append. Raises HubFault."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._sink.write(rest) :]
        except OSError as error:
            raise hub_faults.disk(self.path, self.pin.bytes - self.size, self.file.parent, error) from error
        self._hash.update(data)
        self.size += len(data)

    def restart(self) -> None:
        """Forget everything written. Raises HubFault."""
        try:
            self._sink.seek(0)
            self._sink.truncate()
        except OSError as error:
            raise hub_faults.disk(self.path, self.pin.bytes, self.file.parent, error) from error
        self._hash = hashlib.sha256()
        self.size = 0

    def is_right(self) -> bool:
        """Return whether the bytes are those that were published."""
        return self.size == self.pin.bytes and self._hash.hexdigest() == self.pin.sha256

    def settle(self) -> None:
        """Have the bytes on the disk itself. Raises OSError."""
        os.fsync(self._sink.fileno())

    def close(self) -> None:
        self._sink.close()
        self.file.unlink(missing_ok=True)


def _state(status: os.stat_result) -> _State:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _sync_directory(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
