"""A file that appears under its name only when it is whole: written beside its place, then moved there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from common.errors import OutputFailed
from common.quoting import reason_of
from say.console import printable, write_all


def existing_mode(path: str) -> int | None:
    """Return `st_mode` of what lies at `path`, None if nothing does. Raises OutputFailed, also for a directory."""
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        return None
    except OSError as error:
        raise failed(path, error) from error
    if stat.S_ISDIR(mode):
        raise OutputFailed(f"{printable(path)} is a directory", "Name a file in it.")
    return mode


class WholeFile:
    """Bytes for a file that `finish` moves to its place; `close` is always the last word."""

    def __init__(self, path: str, mode: int | None = None, head: bytes = b"") -> None:
        """Create the temporary file, which begins with `head`. `mode` is that of the file to be replaced, None where
        there is none.

        Raises OutputFailed, as all methods do.
        """
        self._path = path
        self._target = Path(os.path.realpath(path))  # a link stays a link
        try:
            if mode is not None and not os.access(self._target, os.W_OK):
                raise PermissionError(0, "Permission denied")
            self._descriptor, self._temporary = _temporary_file(self._target.parent)
        except OSError as error:
            raise failed(path, error) from error
        try:
            if mode is not None:
                os.fchmod(self._descriptor, stat.S_IMODE(mode))
            write_all(self._descriptor, head)
        except OSError as error:
            self.close()
            raise failed(path, error) from error

    def write(self, data: bytes) -> None:
        """Add `data`."""
        try:
            write_all(self._descriptor, data)
        except OSError as error:
            raise failed(self._path, error) from error

    def write_at(self, offset: int, data: bytes) -> None:
        """Write over what was written before."""
        try:
            os.pwrite(self._descriptor, data, offset)
        except OSError as error:
            raise failed(self._path, error) from error

    def finish(self) -> None:
        """Move it to its place."""
        try:
            os.fsync(self._descriptor)
            if self._temporary is None:
                hidden = _hidden_name(self._target.parent)
                # Only with a folder's descriptor given does Python follow the link; an absolute path ignores its value.
                os.link(_link_of(self._descriptor), hidden, src_dir_fd=self._descriptor, follow_symlinks=True)
                self._temporary = hidden
            self._temporary.replace(self._target)
            self._temporary = None
        except OSError as error:
            raise failed(self._path, error) from error

    def close(self) -> None:
        """Throw it away, unless it is finished."""
        os.close(self._descriptor)
        if self._temporary is not None:
            self._temporary.unlink()


def failed(path: str, error: OSError) -> OutputFailed:
    """Return the error of a file that cannot be written."""
    return OutputFailed(f"{printable(path)} cannot be written: {reason_of(error)}")


def _temporary_file(folder: Path) -> tuple[int, Path | None]:
    """Return (descriptor, path) of a new file in `folder`; the path is None where the system can do without a name.

    A file without a name vanishes with the process, even one that is killed.
    """
    if hasattr(os, "O_TMPFILE"):
        try:
            descriptor = os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o666)
        except OSError:
            pass  # not on every file system; a real obstacle shows itself again just below
        else:
            if _link_of(descriptor).exists():
                return descriptor, None
            os.close(descriptor)  # without /proc it could never get a name
    name = _hidden_name(folder)
    return os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666), name


def _hidden_name(folder: Path) -> Path:
    return folder / f".say-{os.urandom(8).hex()}.part"


def _link_of(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}")
