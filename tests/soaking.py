"""Whether every loop runs at full count, as before a release."""

from __future__ import annotations

import os

SOAK = "SAY_SOAK"


def full_counts() -> bool:
    """Return True under `scripts/soak`."""
    return os.environ.get(SOAK) == "1"


def examples(reduced: int, full: int = 2000) -> int:
    """Return how many examples hypothesis tries; `full` is less than the usual number where each takes long."""
    return full if full_counts() else reduced
