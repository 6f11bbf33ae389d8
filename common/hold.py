"""The hold on all speech (`say --pause`) as a file: it outlives the daemon that was asked for it, and every version knows it.

What it holds is the mark of the system's start: silence was not promised for longer than that.
"""

from __future__ import annotations

import os
from pathlib import Path

from common.paths import hold_file
from common.process_identity import boot_mark


def is_held(home: Path) -> bool:
    """Return whether all speech is held."""
    try:
        return hold_file(home).read_text(encoding="ascii") == boot_mark()
    except (OSError, UnicodeDecodeError):
        return False


def hold(home: Path) -> None:
    """Hold all speech, whichever daemon serves it. Raises OSError."""
    path = hold_file(home)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with open(temporary, "w", opener=_private, encoding="ascii") as file:
        file.write(boot_mark())
    temporary.replace(path)


def lift(home: Path) -> bool:
    """Let speech go on; return whether it was held. Raises OSError."""
    held = is_held(home)
    hold_file(home).unlink(missing_ok=True)
    return held


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)
