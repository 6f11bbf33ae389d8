"""Where espeak-ng's library and data lie, under a path that espeak-ng can hold. Loads neither.

libespeak-ng keeps its data path in 160 bytes. One that does not fit is dropped without a word for the path of the machine
that built the library. So a long path gets a short name: a link in the state directory, or in a private temporary one.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from common.errors import DaemonError, EngineError
from common.paths import ensure_private_directory, state_directory

# 158 bytes work and 165 fail, measured with espeak-ng 1.52.0; the rest is margin.
LONGEST_PATH = 150

_REINSTALL = "Install it again with 'pip install --force-reinstall espeakng-loader'."
# Without these nothing can be said; espeak-ng itself prints a complaint and goes on.
_NEEDED = ("phontab", "phonindex", "phondata", "intonations", "en_dict", "lang", "voices")


@dataclass(frozen=True)
class EspeakFiles:
    """What is needed to open espeak-ng."""

    library: str  # path of the shared library
    data: str  # path of espeak-ng-data


def espeak_files() -> EspeakFiles:
    """Return the files that come with `espeakng_loader`, the data under a short path.

    Raises EngineError where the package is missing or incomplete, or no short path can be made.
    """
    try:
        import espeakng_loader  # type: ignore[import-untyped]  # it ships no types
    except ImportError as error:
        raise EngineError("the package espeakng-loader is not installed", "'pip install espeakng-loader'.") from error
    # Not get_data_path(), which raises where the folder is missing.
    data = Path(espeakng_loader.__file__).with_name("espeak-ng-data")
    return EspeakFiles(library=str(espeakng_loader.get_library_path()), data=short_data_path(data))


def check_data(data: Path) -> None:
    """Raise EngineError where a file is missing without which espeak-ng cannot speak."""
    if missing := [name for name in _NEEDED if not (data / name).exists()]:
        raise EngineError(f"espeak-ng's data in {data} is incomplete: {missing[0]} is missing", _REINSTALL)


def short_data_path(data: Path) -> str:
    """Return `data` where its path is short enough, else a short name for the same folder.

    Raises EngineError where the data is incomplete, or where no directory of ours has a short enough path.
    """
    check_data(data)
    if _fits(data):
        return str(data)
    name = _name(data)
    for home in (_state_home, _temporary_home):
        directory = home()
        if directory is None or not _fits(directory / name):
            continue
        try:
            return str(_alias(data, directory / name))
        except OSError:  # a full or read-only disk: the next place may do
            continue
    raise EngineError(
        f"the path of espeak-ng's data is too long for it ({len(os.fsencode(data))} bytes)",
        "Install under a shorter path, or set SAY_HOME to a directory with a short one.",
    )


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= LONGEST_PATH


def _name(data: Path) -> str:
    """Return a name that no other data, nor an older release under the same path, would get."""
    status = (data / "phontab").stat()
    facts = f"{data}\0{status.st_size}\0{status.st_mtime_ns}".encode(errors="surrogateescape")
    return f"espeak-{hashlib.sha256(facts).hexdigest()[:12]}"


def _state_home() -> Path | None:
    """Return the state directory, which is ours alone, or None where it cannot be used."""
    home = state_directory()
    try:
        ensure_private_directory(home)
    except DaemonError:
        return None
    return home


@cache
def _temporary_home() -> Path | None:
    """Return a private directory with an unguessable name, removed at exit; the same one for the whole process."""
    try:
        directory = Path(tempfile.mkdtemp(prefix="say-"))
    except OSError:
        return None
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


def _alias(data: Path, alias: Path) -> Path:
    """Make `alias` stand for `data`, by a link, or by a copy where links are not allowed. Raises OSError."""
    if alias.is_dir() and (not alias.is_symlink() or alias.resolve() == data.resolve()):
        return alias
    # Made beside it and renamed: another process may be doing the same, and a copy takes time.
    fresh = Path(tempfile.mkdtemp(prefix="new-", dir=alias.parent))
    try:
        made = fresh / "data"
        try:
            made.symlink_to(data, target_is_directory=True)
        except (OSError, NotImplementedError):  # Windows without the privilege, file systems without links
            shutil.copytree(data, made)
        try:
            made.replace(alias)
        except OSError:
            if not alias.is_dir():  # otherwise another process was first
                raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return alias
