"""Output of programs: logs, compilers, test runners, listings, diffs, stack traces, terminal sessions."""

from __future__ import annotations

from say.forms import tables
from say.forms.shapes import SHAPES, Diff
from say.forms.stamps import access, structured, with_level, without_stamp
from say.forms.traces import Traces
from say.forms.words import shorten
from say.patterns import regex

_PROMPT = regex(
    r"(?:\([\w.-]+\) )?(?:\[?[\w.-]+@[\w.-]+[: ][^\s$#%>]*\]?[$#%] ?|\$ |>>> |In \[\d+\]: |[A-Z]:\\[^>]*> ?|PS [^>]*> )"
)
_MARKS = regex(r"\s*([✓✔✗✘✖×●○•▶►➜→ℹ⚠])\s*")
_MARK_WORDS = {**dict.fromkeys("✓✔", "ok: "), **dict.fromkeys("✗✘✖×", "failed: "), "⚠": "warning: "}
_LOGGER = regex(r"\[[\w.:/-]{1,60}\] ")
_EMAIL = regex(r" ?<[\w.+-]{1,64}@[\w.-]{1,255}>")
_TREE = regex(r"[│| \xa0]*(?:[├└]|[|`]--)")
_BOX = regex("[\u2500-\u259f\u2800-\u28ff]")


class Log:
    """A reader of lines, see `say.forms.lines.Reader`."""

    def __init__(self) -> None:
        self._traces = Traces()
        self._diff = Diff()

    @property
    def open(self) -> bool:
        """Whether the next line is part of something that has begun."""
        return self._traces.open or self._diff.open

    def cuts(self, head: str) -> bool:
        return False

    def certain(self, head: str, *, begins: bool) -> int:
        return 0 if begins and self.open else len(head)

    def read(self, text: str, *, begins: bool, ends: bool) -> str | None:
        if not begins:
            return shorten(text)
        line = text.rstrip()
        said = self.structure(line)
        if said is not None:
            return said or None
        ended = self.close()
        said = self._line(line)
        if said is None:
            return ended or None
        if not line:
            return ended
        blank = text[len(line) :] if not ends else ""  # the line goes on
        return (f"{ended}\n" if ended else "") + said + blank

    def structure(self, line: str) -> str | None:
        """Return what to say for a line of a trace or diff, None for any other."""
        said = self._traces.take(line)
        if said is None and not self._traces.open:
            said = self._diff.take(line)
        return said

    def pause(self) -> str:
        said = self._traces.pause()
        return said + "\n" if said else ""

    def close(self) -> str:
        return self._traces.close()

    def _line(self, line: str) -> str | None:
        if not line:
            return ""
        if tables.is_ruler(line):
            return None
        said = shaped(line)
        return (shorten(said) or None) if said is not None else shorten(line.strip())


def shaped(line: str) -> str | None:
    """Return how a line is read that has the shape of a program's output; None if it has none, "" for nothing."""
    for shape in SHAPES:
        if (said := shape(line)) is not None:
            return said
    if found := tables.title(line):
        return found + ("" if found[-1] in ".!?:" else ".")
    indent = line[: len(line) - len(line.lstrip())]
    line = line.strip()
    if (said := access(line) or structured(line)) is not None:
        return said
    bare, fronted = _fronts(line)
    if tables.is_ruler(bare):
        return ""
    if _TREE.match(bare):
        return tables.without_boxes(bare)
    if (bare.count("|") > 1 and bare.startswith("|")) or "│" in bare or "┃" in bare:
        return tables.row(tables.cells(tables.without_boxes(bare, bars=False)))
    if _BOX.search(bare):
        return tables.without_boxes(bare)
    if (said := tables.columns(indent + bare)) is not None:
        return said
    without = _EMAIL.sub("", bare) if "@" in bare else bare
    return without if fronted or without != bare else None


def _fronts(line: str) -> tuple[str, bool]:
    """Take off what a line begins with: prompt, time, logger, level, mark. Return the rest and whether there was any."""
    bare, prompted = _PROMPT.sub("", line, count=1) if _PROMPT.match(line) else line, bool(_PROMPT.match(line))
    bare, stamped = without_stamp(bare)
    found = _LOGGER.match(bare) if stamped else None
    bare, levelled = with_level(bare[found.end() :] if found and not with_level(bare)[1] else bare)
    if stamped and not levelled:
        again, stamped_again = without_stamp(bare)
        bare = again if stamped_again else bare
    if stamped and levelled and (logger := _LOGGER.match(bare.partition(": ")[2])):
        level, _, rest = bare.partition(": ")
        bare = f"{level}: {rest[logger.end() :]}"
    marked = _MARKS.match(bare)
    if marked:
        bare = _MARK_WORDS.get(marked.group(1), "") + bare[marked.end() :]
    return bare, prompted or stamped or levelled or bool(marked)
