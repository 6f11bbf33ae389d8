"""Is this pid still the process that it was? A pid alone is never enough to signal anybody."""

from __future__ import annotations

from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boot_mark() -> str:
    """Return a text that stays the same until the system is started anew."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        import psutil  # type: ignore[import-untyped]  # ships no types

        return f"{psutil.boot_time():.0f}"


def start_mark(pid: int) -> str | None:
    """Return a text that stays the same as long as `pid` is the same process; None if there is no such process.

    On Linux the boot and the start in clock ticks since it, which no change of the wall clock moves; elsewhere the
    creation time as psutil tells it.
    """
    try:
        # The command name, in parentheses, may hold anything; field 22 counts from the pid, after it comes field 3.
        after_name = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        boot = _BOOT_ID.read_text().strip()
    except FileNotFoundError:
        return None if Path("/proc/self/stat").exists() else _created(pid)
    except (OSError, IndexError):
        return _created(pid)
    if after_name[0] in "ZX":  # dead, only not reaped yet
        return None
    return f"{boot} {after_name[19]}"


def _created(pid: int) -> str | None:
    import psutil

    try:
        return f"{psutil.Process(pid).create_time():.2f}"
    except psutil.Error:
        return None
