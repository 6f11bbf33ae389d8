"""Which lines of a program's output a person would call an error, which a warning. Pure, and linear in the line's length.

The first marker of a line decides (`error:`, `[WARN]`, `level=info`, `note:`); without one certain phrases do (`command
not found`), then words, after phrases that mean the opposite (`0 errors`) were taken out.
"""

from __future__ import annotations

import re
from enum import IntEnum

LONGEST_LINE = 4096  # characters looked at; what is wrong stands near the front


class Alert(IntEnum):
    """How bad a line is; the greater the worse."""

    NONE = 0
    WARNING = 1
    ERROR = 2


def is_alert(line: str) -> bool:
    """Return whether `line` looks like an error or a warning."""
    return alert_of(line) is not Alert.NONE


def alert_of(line: str) -> Alert:
    """Return how bad `line` looks; control sequences of a terminal in it do not matter."""
    line = without_sequences(line[: 2 * LONGEST_LINE])[:LONGEST_LINE].strip()
    lower = line.lower()
    if not any(hint in lower for hint in _HINTS) and not _WITHOUT_WORDS.match(line):
        return Alert.NONE
    if _FINE.search(line):
        return Alert.NONE
    marker = _MARKER.search(line)
    if marker is not None and not _NOTHING.search(line, marker.start()):
        return _LEVELS[marker.lastgroup or ""]
    if _CERTAIN.search(line):
        return Alert.ERROR
    rest = _HARMLESS.sub(" ", line)
    if _ERROR_NAME.search(rest) or _ERROR_WORD.search(rest):
        return Alert.WARNING if "(ignored)" in rest else Alert.ERROR
    return Alert.WARNING if _WARNING_NAME.search(rest) or _WARNING_WORD.search(rest) else Alert.NONE


def may_alert(block: bytes) -> bool:
    """Return False if no line of `block`, whole lines of output, can be an alert: a quick look at a lot of text."""
    lower = block.lower()
    return any(hint in lower for hint in _BYTE_HINTS) or any(each.search(block) for each in _BYTES_WITHOUT_WORDS)


def without_sequences(line: str) -> str:
    """Return `line` without the control sequences that colour it or move the cursor."""
    return _SEQUENCE.sub("", line) if "\x1b" in line else line


class FirstAlert:
    """The first error of a program's output, or its first warning where there is no error. Keeps those two lines alone."""

    def __init__(self) -> None:
        self._found: dict[Alert, str] = {}
        self._in_traceback = False

    @property
    def line(self) -> str:
        """Return the line as it came, without control sequences; "" if there was none."""
        return self._found.get(Alert.ERROR) or self._found.get(Alert.WARNING) or ""

    @property
    def alert(self) -> Alert:
        """Return how bad that line is."""
        return max(self._found, default=Alert.NONE)

    @property
    def unfinished(self) -> bool:
        """Return whether the next line matters, whatever it is."""
        return self._in_traceback

    @property
    def settled(self) -> bool:
        """Return whether nothing that follows can change it."""
        return Alert.ERROR in self._found and not self._in_traceback

    def feed(self, line: str) -> None:
        """Look at the next line of the output."""
        if self.settled:
            return
        if self._in_traceback:
            self._go_on_in_traceback(line)
            return
        alert = alert_of(line)
        if alert is not Alert.NONE and alert not in self._found:
            text = without_sequences(line[: 2 * LONGEST_LINE])[:LONGEST_LINE].strip()
            self._found[alert] = text
            self._in_traceback = alert is Alert.ERROR and text.endswith("Traceback (most recent call last):")

    def _go_on_in_traceback(self, line: str) -> None:
        """Wait for the line at the end of a Python traceback: it names the error."""
        text = without_sequences(line[: 2 * LONGEST_LINE])[:LONGEST_LINE].rstrip()
        if text and not text[0].isspace():
            self._found[Alert.ERROR] = text
            self._in_traceback = False


# CSI, OSC (also one that is cut off), and the two-character sequences.
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")

# A line has one of these, or it is matched by `_WITHOUT_WORDS`, or it is fine: most lines end here.
_HINTS = (
    "err", "fail", "*** ", "warn", "fatal", "panic", "exception", "denied", "refused", "abort", "crash", "critical", "emerg",
    "alert", "traceback", "killed", "fault", "dumped", "not ", "n't", "no such", "unable", "undefined", "timed out",
    "out of memory", "no space", "exceeded", "exit", "status=", "unrecogni", "unknown", "invalid", "bad gateway", "unavailable", "too many", "illegal instruction", "reset by",
    "broken pipe", "conflict", "rejected", "severe", "smashing", "overflow", "deprecat",
)  # fmt: skip

# What begins with a sign, a place or a letter in place of a word: ✗ and ⚠, `E   assert …` of pytest, `x.go:3:2: …` of go,
# `x.py:1:1: F401 …` of linters, `E: …` of apt, `E1120 13:00:00` of glog, a status of 500 or more in an access log.
_WITHOUT_WORDS = re.compile(
    r"[✗✘✖✕❌⛔🔥💥⚠]|[EWF] {3}|\S{1,200}:\d+:\d+: |[EW]: |[EWF]\d{4} \d\d:\d\d:\d\d|[EWF]/\w|[^\"]{0,300}\"[^\"]{0,2000}\" 5\d\d\b"
)

_BYTE_HINTS = tuple(hint.encode() for hint in _HINTS)
# The same for a block of bytes, and a little more; a colour may stand in between. The last two are where the signs begin.
_BYTES_WITHOUT_WORDS = tuple(
    re.compile(pattern)
    for pattern in (rb":\d+: ", rb"[EWF](?: {3}|: |/|\d{4} )", rb"\" 5\d\d", rb"\xe2[\x98-\x9e]", rb"\xf0\x9f")
)

# Passed tests, headings, and source code that is shown.
_FINE = re.compile(
    r"^(?:ok \d|[✓✔☑✅]|PASS(?:ED)?\b)|\.\.\. ?ok$|\bPASSED\b(?!.*\b(?:FAILED|ERROR)\b)|# (?:TODO|SKIP)\b"
    r"|^[=_*#~-]{2,}\s*(?:FAILURES|ERRORS|warnings summary)\b"
    r"|^(?:class \w+[(:]|except\b|raise [A-Z\w]|throw\b|catch\b|\} ?catch\b|import [\w.]+$|from \S+ import\b|def \w+\(|return\b)"
)

_SEVERE = (
    r"error|errors?(?= in )|fatal(?: error)?|failure|failed|fail|panic|critical|crit|severe|emerg(?:ency)?|alert|ERR"
)
_MILD = r"warning|warn|deprecated"
_IDLE = r"note|help|hint|debug|trace|verbose"
_IN_FORM = r"(?i:(?<![\w./\\-])(?:{words})(?:\[\w+\])?(?: [A-Z]{{1,6}}\d+)?:(?!:)|\[ ?(?:{words}) ?\]|<(?:{words})>|\b(?:level|lvl|severity)\"?[=:] ?\"?(?:{words})\b)"

# `error:`, `error[E0382]:`, `error TS2304:`, `[error]`, `<err>`, `level=error`, `"level":"error"`, a log's ` ERROR `.
_MARKER = re.compile(
    rf"(?P<error>{_IN_FORM.format(words=_SEVERE)}|^[EF]\d{{4}} \d\d:|^[EF]/\w|^[EF]: |\b(?:ERR!|(?<=npm )error\b)|(?<![\w./\\=-])(?:ERROR|FATAL|FAIL|CRITICAL|SEVERE|PANIC)(?![\w./\\:-]))"
    rf"|(?P<warning>{_IN_FORM.format(words=_MILD)}|^W\d{{4}} \d\d:|^W/\w|^W: |(?<![\w./\\=-])(?:WARN|WARNING)(?![\w./\\:-]))"
    rf"|(?P<note>{_IN_FORM.format(words=_IDLE)}|(?<![\w./\\=-])(?:DEBUG|TRACE)(?![\w./\\:-]))"
)
_LEVELS = {"error": Alert.ERROR, "warning": Alert.WARNING, "note": Alert.NONE}

_COUNTED = r"err(?:ors?)?|warnings?|fail(?:ures?|ed|s)?|exceptions?|crash(?:es|ed)?|faults?|panics?|alerts?|aborted|denied|refused"
_ZERO = r"[\"']?\s*[:=]\s*[\"']?(?:0+(?:\.0+)?(?![\w.])|null\b|nil\b|<nil>|none\b|false\b|no\b|\[\]|\{\}|[\"']|$)"

# `errors: 0`, `"error": null`, `error=<nil>` from the marker on. A marker that ends the line is a heading, and means it.
_NOTHING = re.compile(
    rf"(?i)\b(?:{_COUNTED}|fatal|severe|critical)[\"']?\s*[:=]\s*[\"']?(?:0+(?:\.0+)?(?![\w.])|null\b|nil\b|<nil>|none\b|false\b|\[\]|\{{\}})"
)

_HARMLESS = re.compile(
    rf"(?i)(?<![\w.-])(?:0|no|zero|without|without any|any|not an?|never|free of)\s+(?:[a-z-]+\s+){{0,2}}?(?:{_COUNTED})\b(?: (?:or|and|nor) (?:{_COUNTED})\b)?"
    rf"|(?<![\w./-])(?:{_COUNTED}){_ZERO}"
    r"|\b(?:check|scan|look|watch|test|search|grep)\w* for (?:[a-z-]+ ){0,2}?(?:errors?|warnings?|failures?)\b"
    r"|\b(?:fix(?:es|ed)?|recovered from|handles?|caught) (?:an? |the |all |any )?(?:[a-z-]+ ){0,1}?(?:errors?|warnings?|failures?)\b"
    r"|\b(?:error|exception|failure|warning|crash)s?[ -](?:handl(?:ing|ers?)|report(?:ing|s|er)|recovery|correct(?:ion|ing)|messages?(?!:)"
    r"|rates?|bars?|margins?|logs?|pages?|boundar(?:y|ies)|class(?:es)?|types?|check(?:s|ing)|detection|tolerance|budget"
    r"|free|codes? 0\b|codes?(?= (?:are|table|list))|flags?|level|mode|threshold)\b"
)

_CERTAIN = re.compile(
    r"(?i)\b(?:command|file|module|package|symbol|host|library|key|device|program|image|target|class) not found\b|: not found$"
    r"|\bno such (?:file|device|host|process|container|image|module|command|option|user|table|column)\b"
    r"|\b(?:permission|access) denied\b|\boperation not permitted\b|\bnot a git repository\b"
    r"|\bsegmentation fault\b|\bsegfault\b|\bcore dumped\b|\bbus error\b|\billegal instruction\b|\bgeneral protection fault\b"
    r"|\bkernel panic\b|\bpanicked at\b|\bout of memory\b|\boom-killer\b|^killed$|\bkilled process\b|\bstack smashing\b"
    r"|\bstack overflow\b|\bno space left\b|\btoo many open files\b|\bundefined (?:reference|symbol|variable|method|function)\b"
    r"|\bconnection (?:refused|reset|timed out)\b|\bbroken pipe\b|\btimed out\b|\bdeadline exceeded\b|\breset by peer\b"
    r"|(?:^|: |\) )(?:cannot|can't|could not|couldn't|unable to)\b|\bdoes not exist$|\bassertion [^:]{0,200} ?failed\b"
    r"|\bexit(?:ed)?(?: with)? (?:status|code):? [1-9]|\bexited (?:with )?[1-9]|\bnon-zero exit\b|\breturned [1-9]\d* exit\b|\bstatus=[1-9]"
    r"|\b(?:unrecognized|unknown|invalid) (?:option|argument)\b|\b(?:bad gateway|service unavailable)\b"
    r"|\bmake(?:\[\d+\])?: \*\*\* |^not ok \d|^--- FAIL|^CONFLICT \(|^ ?! \[\w+ ?rejected\]|! \[rejected\]|\bTraceback \(most recent call last\)"
    r"|^[✗✘✖✕❌⛔🔥💥]|^E {3}|^\S{1,200}\.go:\d+:\d+: |^[^\"]{0,300}\"[^\"]{0,2000}\" 5\d\d\b"
)

# `ValueError: …`, `java.io.IOException: …`, but no `class SomeError` and no file called Error.
_ERROR_NAME = re.compile(r"(?<=[A-Za-z0-9_])(?:Error|Exception)(?=:(?!:)|\s*$| \[)|\bException in thread\b")
_WARNING_NAME = re.compile(r"(?<=[a-z])Warning(?=:(?!:)|\s*$)|^⚠|^W {3}|^\S{1,200}:\d+:\d+: [A-Z]{1,4}\d{2,5}\b")

_ALONE = r"(?i)(?<![\w./\\@$-])(?:{words})(?![\w/\\-]|\.\w|::|\(|=\"|'(?! ?:))"
_ERROR_WORD = re.compile(
    _ALONE.format(
        words=r"errors?|err|fail(?:ed|ures?|s)|fatal|panicked|denied|refused|exceptions?|abort(?:ed|ing)|crash(?:ed|es)|faults?"
    )
)
_WARNING_WORD = re.compile(_ALONE.format(words=r"warnings?|deprecated"))
