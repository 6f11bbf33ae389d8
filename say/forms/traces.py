"""Stack traces of Python, Java and its kin, JavaScript, Rust and Go: the error, the innermost frame of the user's own
code, and how many others there were.

Frames are counted, not kept, so a trace may be of any length.
"""

from __future__ import annotations

from say.forms.words import place
from say.patterns import regex

_PYTHON_START = regex(r"[\s|+]*(?:Exception Group )?Traceback \(most recent call last\):\s*\Z")
_PYTHON_FRAME = regex(r'[\s|]*File "([^"]*)", line (\d+)(?:, in (.*))?\Z')
_PYTHON_REPEAT = regex(r"\s*\[Previous line repeated (\d+) more times?\]")
_AT_FRAME = regex(r"\s+at (\S.*)\Z")
_MORE_FRAMES = regex(r"\s+\.\.\. (\d+) (?:more|common frames omitted)")
_AT_PLACE = regex(r"(?:(?:async |new )?([^\s(]+)[^(]*\()?([^()\s]+?):(\d+)(?::(\d+))?\)?\s*\Z")
_RUST_START = regex(r"\s*stack backtrace:\s*\Z")
_RUST_FRAME = regex(r"\s*\d+: +(?:0x[0-9a-f]+ - )?(\S.*)\Z")
_RUST_PLACE = regex(r"\s+at ([^\s:]+):(\d+)(?::(\d+))?\Z")
_RUST_NOTE = regex(r"note: (?:Some details are omitted|run with `RUST_BACKTRACE)")
_GO_START = regex(r"goroutine \d+ \[[^\]]*\]:\s*\Z")
_GO_PLACE = regex(r"\s+(\S+):(\d+)(?: \+0x[0-9a-f]+)?\s*\Z")
_GO_CALL = regex(r"(?:created by )?([\w./*()\[\]{}-]+?)(?:\(.*\))?(?: in goroutine \d+)?\Z")

# What is not the user's own code: standard libraries and installed packages.
_FOREIGN = regex(
    r"site-packages|dist-packages|lib/python\d|<frozen|<string>|node_modules|\bnode:|^internal/|/rustc/|\.cargo/"
    r"|/go/src/|/usr/lib/go|/go/pkg/mod/|/usr/local/go|rust/library/"
)
_FOREIGN_CALL = regex(r"(?:java|javax|jdk|sun|com\.sun|kotlin|scala|clojure|std|core|alloc|rust_begin|__rust)\b")


class _Frames:
    """What is known of a trace."""

    def __init__(self, *, innermost_first: bool = True) -> None:
        self.count = 0
        self.said = ""  # the innermost of the user's own so far
        self.innermost_first = innermost_first
        self.own = False

    def add(self, where: str, foreign: bool) -> None:
        self.count += 1
        if foreign and (self.own or (self.innermost_first and self.said)):
            return
        if not foreign and self.own and self.innermost_first:
            return
        self.said, self.own = where, self.own or not foreign

    def sentence(self) -> str:
        if not self.count:
            return ""
        if not self.said:
            return f"{self.count} more frame{'s' * (self.count > 1)}."
        others = self.count - 1
        more = f", and {others} more frame{'s' * (others > 1)}" if others else ""
        return f"At {self.said}{more}."


class Traces:
    """Takes the lines that belong to a stack trace out of a text."""

    def __init__(self) -> None:
        self._kind = ""
        self._frames = _Frames()
        self._call = ""  # the function of the frame whose place is on the next line

    @property
    def open(self) -> bool:
        return bool(self._kind)

    def take(self, line: str) -> str | None:
        """Return what to say instead of a line of a trace ("" for nothing), None for a line that belongs to none.

        Ask `close` first for what is to be said before a line that belongs to none.
        """
        if not self._kind and not self._starts(line):
            return None
        taken: str | None = getattr(self, f"_{self._kind}")(line)
        return taken

    def close(self) -> str:
        """Return what is to be said of the trace that has ended, if there was one."""
        frames, self._frames, self._kind = self._frames, _Frames(), ""
        return frames.sentence()

    def pause(self) -> str:
        """Return what is known of a trace whose error was said before it, "" for one that still has to tell it."""
        return self.close() if self._kind == "at" else ""

    def _starts(self, line: str) -> bool:
        if _PYTHON_START.match(line):
            self._kind = "python"
            self._frames = _Frames(innermost_first=False)
        elif (_AT_FRAME.match(line) and _AT_PLACE.search(line[-500:])) or _MORE_FRAMES.match(line):
            self._kind = "at"
        elif _RUST_START.match(line):
            self._kind = "rust"
        elif _GO_START.match(line):
            self._kind = "go"
        return bool(self._kind)

    def _python(self, line: str) -> str | None:
        if frame := _PYTHON_FRAME.match(line):
            path, number, function = frame.groups()
            where = place(path, number) + (f", in {function}" if function and function[0] != "<" else "")
            self._frames.add(where, bool(_FOREIGN.search(path)))
            return ""
        if repeat := _PYTHON_REPEAT.match(line):
            self._frames.count += int(repeat.group(1))
            return ""
        if line[:1] in (" ", "\t", "") or _PYTHON_START.match(line):
            return ""  # the code of a frame, and the marks beneath it
        error = line.strip(" |+-")
        sentence = self.close()
        return f"{error}{'' if error[-1:] in '.!?' else '.'} {sentence}".rstrip()

    def _at(self, line: str) -> str | None:
        if frame := _AT_FRAME.match(line):
            self._at_frame(frame.group(1).strip())
            return ""
        if more := _MORE_FRAMES.match(line):
            self._frames.count += int(more.group(1))
            return ""
        return None

    def _at_frame(self, where: str) -> None:
        found = _AT_PLACE.match(where) if len(where) < 1000 else None
        if not found:
            self._frames.add(where[:80], foreign=True)
            return
        call, path, line, column = found.groups()
        said = place(path, line, column)
        if call:
            said += f", in {'.'.join(call.split('/')[-1].split('.')[-2:])}"
        self._frames.add(said, bool(_FOREIGN.search(where) or (call and _FOREIGN_CALL.match(call.split("/")[-1]))))

    def _rust(self, line: str) -> str | None:
        if found := _RUST_PLACE.match(line):
            self._frames.add(place(*found.groups()) + f", in {self._call}", bool(_FOREIGN.search(line)))
            return ""
        if found := _RUST_FRAME.match(line):
            self._call = "::".join(found.group(1).split("::")[-2:])
            return ""
        return "" if _RUST_START.match(line) or _RUST_NOTE.match(line) else None

    def _go(self, line: str) -> str | None:
        if found := _GO_PLACE.match(line):
            path, number = found.groups()
            said = place(path, number) + (f", in {self._call}" if self._call else "")
            self._frames.add(said, bool(_FOREIGN.search(path)))
            return ""
        if _GO_START.match(line) or not line.strip():
            return ""
        if "(" in line[:1000] and (call := _GO_CALL.match(line[:1000])):
            self._call = call.group(1).rpartition("/")[2]
            return ""
        return "" if line.startswith("created by ") else None
