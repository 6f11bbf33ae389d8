"""Lines of well-known programs that have a shape of their own: listings, progress, compilers, test runners, diffs."""

from __future__ import annotations

import re
from collections.abc import Callable

from say.forms.words import short_path
from say.patterns import regex

_LISTED = regex(
    r"([-dlcbpsD])[rwxsStTl-]{9}[.+@]?\s+\d+\s+\S+\s+\S+\s+(\d[\d,.]*[KMGTP]?)(?:,\s+\d+)?\s+"
    r"(?:[A-Z][a-z]{2}\s+\d+\s+[\d:]+|\d+\s+[A-Z][a-z]{2}\s+[\d:]+|\d{4}-\d\d-\d\d\s+\d\d:\d\d\S*(?:\s+[+-]\d{4})?)\s+(\S.*)\Z"
)
_DIRECTORY = regex(r"(?:\S*make(?:\[\d+\])?: )(?:Entering|Leaving) directory\b")
_COMPILERS = r"(?:\S*/)?(?:[\w-]+-)?(?:cc|gcc|g\+\+|c\+\+|clang|clang\+\+|cpp|ld|ar|ranlib|rustc|nvcc)(?:-\d+)?"
_COMPILE = regex(rf"\s*({_COMPILERS})(?=.*?\s-(?:[cgoOWIDlLfmSE]|-crate|std))(.+)\Z")
_SOURCE = regex(r"(?<!\S)(?!-)[^\s\"']+\.(?:c|cc|cpp|cxx|C|s|S|m|rs|cu|a)(?!\S)")
_DOTS = regex(r"(?:(\S+\.\w+(?:::\S+)?) )?([.FEsxXR]+)\s*(?:\[ *(\d+)%\])?\s*\Z")
_DOT_NAMES = {"F": "failed", "E": "with errors", "s": "skipped", "x": "expected to fail", "X": "passed unexpectedly"}
_PERCENT = regex(r"\d{1,3}(?:\.\d+)?%")
_BAR = regex(r"\[[=#>.\- *|]{5,}\]|\|[#=\- ]{5,}\||[█▏▎▍▌▋▊▉░▒▓━╸╺─]{3,}")
_RATE = regex(r"\[\d+:\d\d(?::\d\d)?<[^\]]*\]|\beta \S+|\d[\d.]* ?[kKMG]?i?B/s")
_GUTTER = regex(r"\s*(\d*) \|(?: |\Z)")
_CARETS = regex(r"[\s|~_+:.-]*+\^[\s|~^_+-]*+")
_VERDICT = regex(r"(\S+(?: - \S+)?) (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b.*\[ *\d+%\]\s*\Z")
_ASSERTED = regex(r"E {2,}+(?=\S)")
_STAT = regex(r" (\S.{0,300}?) +\| +(\d+)(?: [+-]+)?\s*\Z")
_ARROW = regex(r"\s*(?:-->|:::) (?=\S)")


def listed(line: str) -> str | None:
    """Read a line of `ls -l`: kind unless a file, name, size of a file."""
    found = _LISTED.match(line) if len(line) < 1000 else None
    if not found:
        return None
    kind, size, name = found.groups()
    if kind == "d":
        return "" if name in (".", "..") else f"Directory {short_path(name)}."
    if kind == "l":
        name, _, target = name.partition(" -> ")
        return f"Link {short_path(name)} to {short_path(target)}."
    unit = {"K": " kilobytes", "M": " megabytes", "G": " gigabytes"}.get(
        size[-1], "" if size[-1].isalpha() else " bytes"
    )
    return f"{short_path(name)}, {size.rstrip('KMG')}{unit}."


def moved(line: str) -> str | None:
    """Skip make's notes about directories."""
    return "" if _DIRECTORY.match(line) else None


def compiled(line: str) -> str | None:
    """Read a compiler's command line: its name and the sources."""
    found = _COMPILE.match(line)
    if not found:
        return None
    sources = [short_path(source) for source in _SOURCE.findall(found.group(2))]
    if not sources and " -o " not in line:
        return None
    return " ".join([found.group(1).rpartition("/")[2], ", ".join(sources)]).strip() + "."


def dotted(line: str) -> str | None:
    """Read the progress of a test runner: the file, and what was not a pass."""
    found = _DOTS.match(line) if len(line) < 1000 else None
    if not found or (not found.group(1) and not found.group(3) and len(found.group(2)) < 10):
        return None
    name, dots, percent = found.groups()
    said = [short_path(name)] if name else []
    said += [f"{dots.count(mark)} {what}" for mark, what in _DOT_NAMES.items() if mark in dots]
    said += [f"{percent}%"] if percent else []
    return ", ".join(said) + "." if said else ""


def progress(line: str) -> str | None:
    """Read a progress bar: its words and the percentage; not the bar itself nor its rate."""
    if not _BAR.search(line):
        return None
    rest = _RATE.sub(" ", _BAR.sub(" ", line))
    if not (_PERCENT.search(line) or re.search(r"\d/\d", line)):
        return None
    words = [word.strip("|") for word in rest.split() if re.search(r"\w", word)]
    return " ".join(words).strip(" :,") + "." if words else ""


def pointed(line: str) -> str | None:
    """Read the source that a compiler quotes without its gutter, and of the marks beneath it what they say."""
    if found := _GUTTER.match(line):
        if found.group(1):
            return line[found.end() :].strip()
        return line[found.end() :].strip("|^~_+- ")
    if (marks := _CARETS.match(line)) and not line[marks.end() :].strip():
        return ""
    if found := _ARROW.match(line):
        return line[found.end() :]
    return None


def tested(line: str) -> str | None:
    """Read a test runner's verdict without how far it is, and the lines that it marks with E."""
    if found := _VERDICT.match(line):
        return f"{found.group(1)}: {found.group(2).lower()}."
    if found := _ASSERTED.match(line):
        return line[found.end() :]
    return None


def changed(line: str) -> str | None:
    """Read a line of `git diff --stat`: the file, and how much of it changed."""
    found = _STAT.match(line) if "|" in line and len(line) < 1000 else None
    if not found:
        return None
    name, count = found.groups()
    return f"{short_path(name)}, {count} line{'s' * (count != '1')} changed."


SHAPES: tuple[Callable[[str], str | None], ...] = (
    *(listed, moved, compiled, dotted, pointed, tested, changed, progress),
)


class Diff:
    """Reads the output of `git diff` and `diff -u`: the file, the place, and what is added or removed."""

    _HUNK = regex(r"@@+ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@+ ?(.*)")
    _FILE = regex(r"diff --git a/.* b/(\S.*)|diff (?:-\S+ )*\S+ (\S+)")
    _HEADER = regex(
        r"(?:index [0-9a-f]+\.\.|(?:---|\+\+\+) (?:[ab]/|/dev/null|\S+\t)|similarity index|old mode|new mode)"
    )

    def __init__(self) -> None:
        self._old = self._new = 0  # lines of the hunk still to come
        self._headers = False

    @property
    def open(self) -> bool:
        return self._old > 0 or self._new > 0

    def take(self, line: str) -> str | None:
        """Return what to say for a line of a diff, "" for nothing; None for any other line."""
        if self.open and line[:1] in "+- \\":
            return self._changed(line)
        self._old = self._new = 0
        if found := self._HUNK.match(line):
            old, at, new, context = found.groups()
            self._old, self._new = int(old or 1), int(new or 1)
            return f"At line {at}" + (f", {context.rstrip(':')}:" if context else ":")
        if found := self._FILE.match(line):
            return f"Changes in {short_path(found.group(1) or found.group(2))}."
        return "" if self._HEADER.match(line) else None

    def _changed(self, line: str) -> str:
        mark, text = line[:1], line[1:].strip()
        self._old -= mark != "+"
        self._new -= mark != "-"
        if mark == "\\":
            self._old, self._new = self._old + 1, self._new + 1
            return ""
        if not text:
            return ""
        return {"+": "plus: ", "-": "minus: "}.get(mark, "") + text
