"""The folder in which the model server keeps the sound of short phrases: what is in it, and how it is emptied.

The client empties it where no daemon runs, so this is standard library only. What the files hold is the model server's
matter (`model_server/phrase_disk.py`).
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from common.errors import DaemonError
from common.quoting import reason_of

KEY = "key"  # random; names and seals of all other files are made with it
HEARD = "heard"  # which phrases were spoken once

# A keyed hash of what a phrase is made from, so that no name tells anything to who has not got the key.
_PHRASE = re.compile(r"[0-9a-f]{40}")
_UNDER_WAY = re.compile(r"\.[0-9a-f]{40}\.[0-9a-f]{8}|\.(key|heard)\.[0-9a-f]{8}")


class PhraseFile(NamedTuple):
    """One phrase on disk."""

    path: str
    size: int  # bytes
    used: int  # when it was spoken last, nanoseconds since the epoch


class Held(NamedTuple):
    """What a folder holds, or held."""

    phrases: int
    size: int  # bytes, of the phrases


def phrase_files(folder: Path) -> list[PhraseFile]:
    """Return the phrases in the folder, in any order. Raises OSError."""
    found = []
    for entry, status in _regular_files(folder):
        if _PHRASE.fullmatch(entry.name):
            found.append(PhraseFile(entry.path, status.st_size, status.st_mtime_ns))
    return found


def passing_files(folder: Path) -> list[PhraseFile]:
    """Return the files that are being written, or that a crash left behind so. Raises OSError."""
    files = _regular_files(folder)
    return [
        PhraseFile(entry.path, status.st_size, status.st_mtime_ns)
        for entry, status in files
        if _UNDER_WAY.fullmatch(entry.name)
    ]


def held(folder: Path) -> Held:
    """Return what the folder holds; nothing where it is not there, or cannot be read."""
    try:
        files = phrase_files(folder)
    except OSError:
        return Held(0, 0)
    return Held(len(files), sum(file.size for file in files))


def clear(folder: Path) -> Held:
    """Delete all phrases, and what is known of those that were spoken once; return what that freed.

    The key stays: it tells nothing of what was said. Nothing else in the folder is touched. Raises DaemonError where the
    folder is not ours, or something in it could not be deleted.
    """
    remedy = f"Look into {folder}, and delete it by hand."
    try:
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
            raise DaemonError(f"the folder of the cache, {folder}, is not yours, and is left as it is", remedy)
        # A key under way is one that another daemon is about to use.
        others = [file for file in passing_files(folder) if not os.path.basename(file.path).startswith(f".{KEY}.")]
        phrases = phrase_files(folder)
    except FileNotFoundError:
        return Held(0, 0)
    except OSError as error:
        raise DaemonError(f"the cache cannot be read: {reason_of(error)}", remedy) from error
    left: list[OSError] = []
    freed = [file.size for file in phrases if _delete(file.path, left)]
    for path in (*(file.path for file in others), str(folder / HEARD)):
        _delete(path, left)
    if left:
        told = f"{len(freed)} deleted, {len(left)} could not be: {reason_of(left[0])}"
        raise DaemonError(f"the cache was cleared in part: {told}", remedy)
    return Held(len(freed), sum(freed))


def _delete(path: str, left: list[OSError]) -> bool:
    """Return whether the file was there and was deleted; what keeps it from being so goes to `left`."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        left.append(error)
        return False
    return True


def _regular_files(folder: Path) -> Iterator[tuple[os.DirEntry[str], os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):  # deleted meanwhile, by another daemon
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    yield entry, status
