"""JSON for files and pipes that others read: always UTF-8, whatever the locale, and unpaired surrogates as escapes."""

from __future__ import annotations

import json


def json_bytes(value: object) -> bytes:
    """Return a value as JSON in one line."""
    # A surrogate cannot be encoded; what takes its place, \ud800, is how JSON writes it.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")
