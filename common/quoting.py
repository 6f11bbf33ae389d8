"""A user's text, and the system's words, as a message quotes them."""

from __future__ import annotations

MOST = 60  # characters


def quoted(text: str, most: int = MOST) -> str:
    """Return a text in quotes, not in full where it has more than `most` characters."""
    return repr(text if len(text) <= most else text[:most] + "…")


def reason_of(error: Exception) -> str:
    """Return why the system refused, as it stands in the midst of a sentence."""
    reason = getattr(error, "strerror", None) or str(error)
    return f"{reason[:1].lower()}{reason[1:]}"
