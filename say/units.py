"""Figures as people read them."""

from __future__ import annotations


def size(count: float) -> str:
    """Return a number of bytes as `523 kB`, `4.2 MB` or `327 MB` (powers of ten)."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= unit * 0.9995:
            return f"{count / unit:.1f} {name}" if count < unit * 9.95 else f"{count / unit:.0f} {name}"
    return f"{count:.0f} B"


def clock(seconds: float) -> str:
    """Return a duration as `0:07`, `12:30` or `3:05:00`."""
    hours, rest = divmod(round(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def plural(count: int, noun: str) -> str:
    """Return `1 file`, `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
