"""A user's text as a message quotes it."""

from __future__ import annotations

MOST = 60  # characters


def quoted(text: str, most: int = MOST) -> str:
    """Return a text in quotes, not in full where it has more than `most` characters."""
    return repr(text if len(text) <= most else text[:most] + "…")
