"""What cannot be spoken as a message names it, also where the screen has no picture for it."""

from __future__ import annotations

import unicodedata

from common.quoting import quoted

# General categories of Unicode of what has no shape of its own.
_SHAPELESS = {
    "Cc": "control character",
    "Cn": "unassigned character",
    "Co": "private-use character",
    "Cs": "unpaired surrogate",
}


def named(text: str) -> str:
    """Return a text in quotes, a single sign with its name: "U+E0B0 (private-use character)", "'→' (rightwards arrow)"."""
    category = unicodedata.category(text) if len(text) == 1 else ""
    if category in _SHAPELESS:
        return f"U+{ord(text):04X} ({_SHAPELESS[category]})"
    if (category.startswith("S") or category == "No") and (name := unicodedata.name(text, "")):
        return f"{quoted(text)} ({name.lower()})"
    return quoted(text)
