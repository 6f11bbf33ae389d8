"""The front of a log's line: when, on which machine, how bad. And lines that are JSON."""

from __future__ import annotations

import json

from say.patterns import regex

_CLOCK = r"\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?"
_STAMP = regex(
    rf"[\[(]?(?:"
    rf"\d{{4}}[-/]\d\d[-/]\d\d(?:[T ]|, ){_CLOCK}{_ZONE}"  # ISO 8601, Python's logging, Go's
    rf"|\d\d:\d\d:\d\d(?:[.,]\d{{1,9}})?{_ZONE}"
    rf"|\d\d/[A-Z][a-z]{{2}}/\d{{4}}:\d\d:\d\d:\d\d {_ZONE}"  # Apache's
    rf"|[12]\d{{9}}(?:\d{{3}})?(?:\.\d{{1,9}})?(?=[\]) ])"  # seconds or milliseconds since 1970
    rf")(?![\w:.])[\])]?[ \t:|-]*"
    rf"|\[[ ]*\d+\.\d{{3,6}}\][ \t]*"  # seconds since the kernel's start
)
_SYSLOG = regex(
    rf"(?:[A-Z][a-z]{{2}} [ \d]\d {_CLOCK}|\d{{4}}-\d\d-\d\dT{_CLOCK}{_ZONE}) (?=[\w.-]+ [\w./()@-]+(?:\[\d+\])?: )"
    r"[\w.-]+ ([\w./()@-]+)(?:\[\d+\])?: "
)
_WEEKDAY = regex(
    rf"(?:[A-Z][a-z]{{2}},? )?(?:[A-Z][a-z]{{2}} [ \d]\d|\d\d [A-Z][a-z]{{2}}) (?:\d{{4}} )?{_CLOCK}(?: \d{{4}})?[ \t:|-]*"
)
_ACCESS = regex(r'(\S+) \S+ \S+ \[[^\]]{10,40}\] "([A-Z]+) (\S+)[^"]*" (\d{3}) \S+')
_WORDS = {
    **dict.fromkeys(("fatal", "critical", "crit", "emerg", "alert", "panic"), "fatal error"),
    **dict.fromkeys(("error", "err", "severe"), "error"),
    **dict.fromkeys(("warning", "warn"), "warning"),
    "notice": "notice",
    "info": "info",
    **dict.fromkeys(("debug", "trace", "verbose"), "debug"),
}
_LEVEL_NAMES = "|".join(sorted(map(str.upper, _WORDS), key=len, reverse=True))
_LEVEL = regex(rf"[\[<(]?({_LEVEL_NAMES})\b[\])>]?[ \t]*[:|-]?[ \t]*")
_LOWER_LEVEL = regex(rf"[\[<(]({_LEVEL_NAMES.lower()})[\])>][ \t]*[:|-]?[ \t]*")
_PAIR = regex(r'(?<!\S)(\w{1,30})=("(?:[^"\\]|\\.)*+"|[^\s"]\S*)')
_MESSAGE_KEYS = ("msg", "message", "text", "event", "MESSAGE")
_LEVEL_KEYS = ("level", "lvl", "severity", "levelname")


def without_stamp(line: str) -> tuple[str, bool]:
    """Return the line without the time, machine and process it begins with, and whether there was a time."""
    if found := _SYSLOG.match(line):
        program, message = found.group(1), line[found.end() :]
        message = message.removeprefix(f"{program}: ")
        kernel = _STAMP.match(message)
        return f"{program}: {message[kernel.end() :] if kernel else message}", True
    for pattern in (_STAMP, _WEEKDAY):
        found = pattern.match(line)
        if found and found.end() < len(line):
            return line[found.end() :], True
    return line, False


def with_level(line: str) -> tuple[str, bool]:
    """Return the line with its level as a word, and whether there was one."""
    found = _LEVEL.match(line) or _LOWER_LEVEL.match(line)
    if not found or (found.end() < len(line) and line[found.end() - 1].isalnum()):
        return line, False
    rest = line[found.end() :]
    return f"{_WORDS[found.group(1).lower()]}: {rest}" if rest else _WORDS[found.group(1).lower()], True


def access(line: str) -> str | None:
    """Read a line of a web server's access log: method, path, status."""
    found = _ACCESS.match(line)
    if not found:
        return None
    _, method, path, status = found.groups()
    return f"{method} {path.partition('?')[0]}, status {status}."


def structured(line: str) -> str | None:
    """Read a line that is a JSON object or pairs (`level=info msg="…"`): the level and the message."""
    if line.startswith("{") and line.rstrip().endswith("}"):
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            return None
        fields = {key: value for key, value in found.items() if isinstance(value, (str, int))}
    elif "msg=" in line or "message=" in line:
        fields = {key: value.strip('"').replace('\\"', '"') for key, value in _PAIR.findall(line)}
    else:
        return None
    message = next((str(fields[key]) for key in _MESSAGE_KEYS if key in fields), "")
    level = next((str(fields[key]) for key in _LEVEL_KEYS if key in fields), "")
    if not message:
        return None
    level = _WORDS.get(level.lower(), "")
    return f"{level}: {message}" if level else message
