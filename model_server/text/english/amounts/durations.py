"""Durations of several units run together: 1h30m, 2d 4h, 1m23.4s; and minutes ago."""

from __future__ import annotations

import re

from model_server.text.english.amounts.numerals import cardinal, decimal
from model_server.text.english.amounts.speech import Part, apart, attributive, before, ends, found
from model_server.text.english.tokens import Found, Manner

_UNIT = r"(?P<y>y|yrs?)|(?P<w>w|wks?)|(?P<d>d|days?)|(?P<h>h|hrs?|hours?)|(?P<m>m|mins?|minutes?)|(?P<s>s|secs?|seconds?)|(?P<ms>ms)"
_STEP = re.compile(rf"([0-9]{{1,4}}+)(?:\.([0-9]{{1,6}}+))?[ ]?(?:{_UNIT})(?=[0-9\s,.;:!?)\]]|\Z)")
_NAMES = {"y": "year", "w": "week", "d": "day", "h": "hour", "m": "minute", "s": "second", "ms": "millisecond"}
_ORDER = ["y", "w", "d", "h", "m", "s", "ms"]
_WEEKS = re.compile(r"([0-9]{1,3})w(?![A-Za-z0-9/])")
_WITHIN = frozenset(("in", "every", "after", "for", "past", "last", "next"))
_LATER = re.compile(r"[ ](?:ago|later|old|left)\b")
_MOST = len(_ORDER)
_AGO = re.compile(
    r"([0-9]{1,4})m(?=[ ](?:ago|left|remaining|later|until|elapsed|timeout|interval|delay)\b|[ ](?:or|and|to)[ ][0-9]{1,3}[hs]\b)"
)


def match_duration(text: str, at: int, manner: Manner) -> Found | None:
    """Read two steps or more, each smaller than the one before it."""
    if not apart(text, at):
        return None
    if ago := _AGO.match(text, at):
        single = attributive(text, at, ago.end())
        return found(ago.end(), (_counted(ago[1], None, "minute", single), at, ago.end()))
    if (weeks := _WEEKS.match(text, at)) and (before(text, at) in _WITHIN or _LATER.match(text, weeks.end())):
        return found(weeks.end(), (_counted(weeks[1], None, "week", False), at, weeks.end()))
    steps = _steps(text, at)
    if len(steps) < 2 or not ends(text, steps[-1].end()):
        return None
    single = attributive(text, at, steps[-1].end())
    parts: list[Part] = []
    for step in steps:
        name = _NAMES[step.lastgroup or "s"]
        parts.append((_counted(step[1], step[2], name, single), step.start(), step.end()))
    return found(steps[-1].end(), *parts)


def _steps(text: str, at: int) -> list[re.Match[str]]:
    steps: list[re.Match[str]] = []
    while len(steps) < _MOST and (step := _STEP.match(text, at)):
        if steps and _ORDER.index(step.lastgroup or "s") <= _ORDER.index(steps[-1].lastgroup or "s"):
            break
        steps.append(step)
        at = step.end() + (text[step.end() : step.end() + 1] == " ")
    return steps


def _counted(whole: str, fraction: str | None, name: str, single: bool) -> str:
    said = decimal(whole, fraction) if fraction else cardinal(whole)
    return f"{said} {name}{'' if single or said == 'one' else 's'}"
