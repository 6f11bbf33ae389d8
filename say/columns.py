"""How wide text is on a terminal: East Asian characters take two columns, accents and joined emoji none of their own."""

from __future__ import annotations

from wcwidth import iter_graphemes, wcswidth


def width_of(text: str) -> int:
    """Return the columns that `text` takes. It must hold no controls."""
    return max(wcswidth(text), 0)


def cut(text: str, columns: int) -> str:
    """Return `text`, shortened to at most so many columns; what is left out is marked by an ellipsis."""
    if len(text) * 2 <= columns or width_of(text) <= columns:
        return text
    kept, used = [], 1  # the ellipsis
    for grapheme in iter_graphemes(text):
        if (used := used + width_of(grapheme)) > columns:
            break
        kept.append(grapheme)
    return "".join(kept).rstrip() + "…" if columns > 0 else ""
