"""How a command went, in words. Pure.

Its name is made of words that are no secret: no values of options, nothing that looks like a password, a key or an address.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from common.errors import UsageError
from say.alerts import Alert
from say.values import parse_seconds

ALWAYS, FAILURE = "always", "failure"
LONGEST_LINE = 200  # characters of a line of output that are spoken

_MOST_WORDS = 3
_LONGEST_NAME = 40  # characters
# A subcommand or a target: letters, and - _ . : between them.
_PLAIN_WORD = re.compile(r"[A-Za-z]+(?:[-_.:][A-Za-z]+)*")
_FILE = re.compile(r"[\w-]{1,30}\.[A-Za-z]{1,4}")
_LONGEST_WORD = 20  # characters; what is longer is hardly a word that somebody would say
_SECRET = re.compile(r"(?i)pass(?:word|wd|phrase)?|token|secret|key|login|auth|credentials?")
_MODULE_RUNNERS = re.compile(r"python[\d.]*|pypy[\d.]*")

_SIGNALS = {
    1: "signal hangup", 2: "signal interrupt", 3: "signal quit", 4: "an illegal instruction", 6: "signal abort",
    7: "a bus error", 8: "an arithmetic error", 9: "signal kill", 11: "a segmentation fault", 13: "a broken pipe",
    14: "signal alarm", 15: "signal terminate",
}  # fmt: skip

_PLACE = re.compile(r"(?P<file>[^\s:()]{1,200})[:(](?P<line>\d{1,7})(?:[:,]\d{1,7})?(?:\):|:)(?: -)?\s+(?P<rest>.*)")
_KIND = re.compile(r"(?:fatal )?(?:error|warning)(?:\[\w+\])?(?: [A-Z]+\d+)?:\s+(?=\S)")


def is_told(tell: str, status: int, seconds: float) -> bool:
    """Return whether the outcome shall be spoken. Raises UsageError for what `--tell` does not know."""
    if tell == ALWAYS:
        return True
    if tell == FAILURE:
        return status != 0
    longer_than = parse_seconds(tell)
    if longer_than is None:
        raise UsageError(f"--tell: {tell!r} is none of {ALWAYS}, {FAILURE}, 30s")
    return seconds > longer_than


def sentence(words: Sequence[str], status: int, signal: int, seconds: float, found: tuple[Alert, str]) -> str:
    """Return what is spoken: the name, success or failure, the time it took, and what was found in the output."""
    name, took = command_name(words), _took(seconds)
    if status == 0:
        return f"{name} succeeded{took}."
    alert, line = found
    if signal:
        ended = f"{name} was ended by {_SIGNALS.get(signal, f'signal {signal}')}{took}."
        return ended if alert is not Alert.ERROR else f"{ended} {_quoted(alert, line)}"
    return f"{name} failed with status {status}{took}. {_quoted(alert, line)}".strip()


def _took(seconds: float) -> str:
    return f" after {in_words(seconds)}" if seconds >= 1 else ""


def in_words(seconds: float) -> str:
    """Return a duration as `2 minutes 3 seconds`, in the two greatest units."""
    rest = round(seconds)
    parts: list[str] = []
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count, rest = divmod(rest, size)
        if count or (unit == "second" and not parts):
            parts.append(f"{count} {unit}" + ("s" if count != 1 else ""))
        elif parts:
            parts.append("")
    return " ".join(part for part in parts[:2] if part)


def command_name(words: Sequence[str]) -> str:
    """Return the words by which a person would call the command: `make test`, `python -m pytest` as `pytest`."""
    name = [os.path.basename(words[0]) or words[0]]
    rest = list(words[1:])
    if _MODULE_RUNNERS.fullmatch(name[0]) and rest[:1] == ["-m"] and rest[1:] and _plain(rest[1]):
        name, rest = [rest[1]], rest[2:]
    for word in rest:
        if word.startswith("-") and ("=" in word or (len(word) > 2 and word[1] != "-")):
            continue  # an option with its value, of which nothing is said
        base = os.path.basename(word)
        if word.startswith("-") or not _plain(base) or _SECRET.search(base) or len(name) == _MOST_WORDS:
            break  # an option may take the next word as its value
        if len(" ".join((*name, base))) > _LONGEST_NAME:
            break
        name.append(base)
    return " ".join(name)[:_LONGEST_NAME]


def _plain(word: str) -> bool:
    return len(word) <= _LONGEST_WORD and (_PLAIN_WORD.fullmatch(word) or _FILE.fullmatch(word)) is not None


def _quoted(alert: Alert, line: str) -> str:
    if not line:
        return ""
    head = {Alert.ERROR: "First error", Alert.WARNING: "First warning", Alert.NONE: "Its last line"}[alert]
    text = _spoken(line)
    return f"{head}: {text}" if text.endswith((".", "!", "?", "…")) else f"{head}: {text}."


def _spoken(line: str) -> str:
    """Return a line as it would be read out: `src/foo.c:12:5: error: no x` as `foo.c, line 12: no x`."""
    text = "".join(each if each.isprintable() else " " for each in line)
    text = re.sub(r"^E {3,}", "", text)
    if (place := _PLACE.match(text)) is not None:
        text = f"{os.path.basename(place['file'])}, line {place['line']}: {_KIND.sub('', place['rest'], count=1)}"
    else:
        text = _KIND.sub("", text, count=1) if _KIND.match(text) else text
    text = re.sub(r"[=_*#~-]{3,}", " ", text)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_LINE else text[:LONGEST_LINE].rsplit(" ", 1)[0] + " …"
