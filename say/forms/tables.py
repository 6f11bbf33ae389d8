"""Rows of tables, and the rulers between them."""

from __future__ import annotations

from say.patterns import regex

# Lines of box drawing, blocks, braille spinners, and of ASCII that stands for them.
_BOX = "\u2500-\u259f\u2800-\u28ff"
_RULER = regex(rf"[\s{_BOX}+|:=_*~#.\-–—]*+\Z")
_BOXES = regex(rf"[{_BOX}]++")
_NO_BARS = regex("[\u2500\u2501\u2504-\u2550\u2552-\u259f\u2800-\u28ff]++")
_BARS = regex(r"[│┃║|]")
_TITLE = regex(r"[=\-_*#~]{3,}+ (?=\S)(.*?\S) ?[=\-_*#~]{3,}+\Z")
_DELIMITER = regex(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*+\|?\s*\Z")
_GAP = regex(r"\t++| {3,}+")
_INDENTED_GAP = regex(r"\t++| {4,}+")
_ANY_GAP = regex(r"\t++| {2,}+")


def is_ruler(line: str) -> bool:
    """Return whether a line only separates others: no letter, no digit, at least three marks."""
    return len(line.strip()) > 2 and bool(_RULER.match(line))


def title(line: str) -> str | None:
    """Return what stands between two rulers on one line (`==== 3 passed ====`), None if the line is no such."""
    found = _TITLE.match(line.strip()) if len(line) < 1000 else None
    return found.group(1) if found else None


def is_delimiter(line: str) -> bool:
    """Return whether a line is Markdown's under the header of a table."""
    return "-" in line and "|" in line and bool(_DELIMITER.match(line))


def cells(line: str) -> list[str]:
    """Return the cells of a row between bars, without blanks around them."""
    line = line.strip().replace("\\|", "\0")
    parts = [part.strip().replace("\0", "|") for part in _BARS.split(line)]
    if parts and not parts[0]:
        del parts[0]
    if parts and not parts[-1]:
        del parts[-1]
    return parts


def row(parts: list[str], *, stop: bool = True) -> str:
    """Return the cells as one sentence, with its stop unless it goes on below."""
    said = ""
    for part in filter(None, parts):
        said += (" " if said[-1:] in ":,;" else ", ") * bool(said) + part
    return said + "." if said and stop and said[-1] not in ".!?:" else said


def columns(line: str) -> str | None:
    """Return what is said of columns set apart by wide gaps; None if there are none.

    Justified prose, which is indented in manuals, has gaps of up to three blanks.
    """
    indented = line[:1] == " "
    line = line.strip()
    wide = _INDENTED_GAP if indented else _GAP
    gaps = len(wide.findall(line))
    if not gaps:
        return None
    cells = (wide if indented or gaps < 2 else _ANY_GAP).split(line)
    return row(cells, stop=not indented)


def without_boxes(line: str, *, bars: bool = True) -> str:
    """Return the line without box drawing, with that of bars if `bars` says so."""
    return " ".join((_BOXES if bars else _NO_BARS).sub(" ", line).split())
