"""What is said in a shell: numbers of options, redirections, the directory itself, modes of files, times of cron."""

from __future__ import annotations

import re
from collections.abc import Iterator

from model_server.text.english.amounts.numerals import cardinal, digit_by_digit
from model_server.text.english.technical.endings import EXTENSIONS
from model_server.text.english.technical.names import listed
from model_server.text.english.technical.parts import code_number, name, said
from model_server.text.english.technical.reading import before, found, opens, read
from model_server.text.english.tokens import Found, Kind, Manner, Token

_NUMBER = re.compile(r"-(\d{1,4})(?![\w.,:/%°-])")
_COUNTING = re.compile(
    r"(?:\A|[\s`$|(;&])(?:kill|pkill|killall|head|tail|gzip|zstd|xz|zip|nice|xargs|git log|git show|ls|fold|curl|ssh|python|column)"
    r"(?: -\w{1,12})* \Z"
)
_INTO = re.compile(r"(&|[012])?(>>|>|<)[ ]?(?=([^\s|;&]{1,60}))")
_PLACE = re.compile(r"(?:/|~/|\.{1,2}/|\$\{?[A-Za-z_])\w|/dev/")
_FILE = re.compile(r"[\w-]{1,40}\.([a-z]{2,6})(?!\w)")
_STREAMS = {"1": "standard out", "2": "standard error", "0": "standard in", "&": "all"}
_BACK = re.compile(r"[~^](\d{0,3})(?!\w)")
_REVISION = re.compile(r"(?<!\w)(?:HEAD|ORIG_HEAD|main|master|develop|@|[0-9a-f]{7,12})\Z")
_HERE = re.compile(r"\.(?=\s|\Z|[;|)`])")
_HERE_BEHIND = re.compile(
    r"(?:\b(?:cd|ls|find|tree|du|code|open|git add|docker build|pip install|install)|\s-\w{1,2}|"
    r"\b(?:cp|mv|rsync|grep|docker build|black|ruff check|mypy|flake8|scp) [^|;&\n]{1,60}) \Z"
)
_UP = re.compile(r"(?:\.\./){1,6}(?:\.\.)?(?![\w./])")
_UP_WINDOWS = re.compile(r"(?:\.\.\\){1,6}(?=\w)")
_STATE = re.compile(r"\$(?:([?@!#$*])|\d(?![\d.,%]))(?!\w)")
_STATE_BEHIND = re.compile(r"(?:\b(?:echo|print|exit|return|test|kill|wait|in|if)|\[|=|\"|[(])[ ]?\Z")
_STATE_NAMES = {
    "?": "question mark",
    "@": "at",
    "!": "exclamation mark",
    "#": "hash",
    "$": "dollar",
    "*": "star",
}
_EDITOR = re.compile(r":(wqa?|qa?|w|x|e|set \w+)(!?)(?=[\s.,;)'\"`]|\Z)")
_ENVIRONMENT = listed("home user path shell lang term editor host hostname display")
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w{0,40})\}|([A-Za-z_]\w{0,40}+))(?!\$)")
_JOINTS = {".": "dot", "->": "arrow", "::": "colon colon", "?.": "question dot", "?->": "question arrow"}
_JOINT = re.compile(r"(?:\??->|::|\?\.)(?=[A-Za-z_])|\.(?=[A-Za-z_]\w{0,40}+(?:[.(\[;,)=]|->|\s?[=+*/<>-]|\s*\Z))")
_MODE = re.compile(r"[0-7]{3,6}(?!\w|[.,]\d)")
_CHMOD = re.compile(r"\b(?:chmod|umask|mode)(?: -\w{1,4})? \Z")
_CRON_FIELD = r"(?:\*(?:/\d{1,2})?|\d{1,2}(?:[-,/]\d{1,2}){0,6}|MON-FRI)"
_CRON = re.compile(rf"{_CRON_FIELD}(?:[ \t]{{1,3}}{_CRON_FIELD}){{4}}(?=\s|\Z|[`'\"])")
_STARS = re.compile(r"\*[ \t]+\*")
_CRON_PART = re.compile(r"\d+|[*/,-]|[A-Z]+|[ \t]+")
_CRON_SIGNS = {"*": "star", "/": "slash", "-": "to", ",": "and"}


_PORTS = re.compile(r"(\d{2,5}):(\d{2,5})(?:/(?:tcp|udp))?(?![\w:])")
_PORTS_BEHIND = re.compile(
    r"(?:\s-p|--publish|--port|\bports?)(?:[ =]|: ?)(?:[\"'\[]|- ?)?(?:[\d.]{7,15}:)?\Z|- [\"']\Z"
)
_FEWEST_PORTS = 4  # digits of a port that is known by itself: "8080:80"


def ports(text: str, at: int, manner: Manner) -> Found | None:
    """A port of the machine and one of a container: "-p 8080:80" is "dash P eighty eighty to eighty"."""
    if not opens(text, at) or not (written := _PORTS.match(text, at)):
        return None
    if not _PORTS_BEHIND.search(before(text, at, 28)) and not all(len(p) >= _FEWEST_PORTS for p in written.groups()):
        return None
    end = written.end(2)
    spoken = [*said(code_number(written[1]), *written.span(1), manner), *said("to", at, end, manner)]
    return Found(end, (*spoken, *said(code_number(written[2]), *written.span(2), manner)))


def number_option(text: str, at: int, manner: Manner) -> Found | None:
    """An option that is a number: the "-9" of "kill -9"."""
    if text[at] != "-" or not (written := _NUMBER.match(text, at)) or not _COUNTING.search(before(text, at, 40)):
        return None
    return found(written.end(), said(f"dash {cardinal(written[1])}", at, written.end(), manner))


def redirection(text: str, at: int, manner: Manner) -> Found | None:
    """Where a command's output goes: "> out.txt", "2>/dev/null", ">> log"."""
    if text[max(0, at - 1) : at].strip() or not (written := _INTO.match(text, at)):
        return None
    if written[2] == "<" and text[written.end(2)] != " ":  # a tag
        return None
    target = written[3]
    file = _FILE.match(target)
    if not _PLACE.match(target) and not (file and file[1] in EXTENSIONS):
        return None
    spoken = {">": "to", ">>": "append to", "<": "from"}[written[2]]
    end = written.end(2)
    return found(end, said(f"{_STREAMS[written[1]] if written[1] else ''} {spoken}", at, end, manner))


def ancestor(text: str, at: int, manner: Manner) -> Found | None:
    """Which commit before another one: the "~3" of "HEAD~3"."""
    if text[at] not in "~^" or not _REVISION.search(before(text, at, 24)) or not (written := _BACK.match(text, at)):
        return None
    spoken = "tilde" if text[at] == "~" else "caret"
    return found(
        written.end(), said(f"{spoken} {cardinal(written[1])}" if written[1] else spoken, at, written.end(), manner)
    )


def here(text: str, at: int, manner: Manner) -> Found | None:
    """The directory itself and those above it behind a command: "find . -name x", "cd ../..", "docker build ."."""
    if text[at] != "." or not opens(text, at):
        return None
    if (above := _UP.match(text, at)) and len(above.group()) > len("../"):
        end = above.end()
        spoken = " slash ".join(["dot dot"] * above.group().count(".."))
        return found(end, said(spoken, at, end, manner))
    if windows := _UP_WINDOWS.match(text, at):
        count = windows.group().count("\\")
        return found(windows.end(), said(" ".join(["dot dot backslash"] * count), at, windows.end(), manner))
    if not _HERE.match(text, at) or not _HERE_BEHIND.search(before(text, at, 80)):
        return None
    return found(at + 1, said("dot", at, at + 1, manner))


def state(text: str, at: int, manner: Manner) -> Found | None:
    """What a shell keeps under a sign: the "$?" of "echo $?"."""
    if text[at] != "$" or not (written := _STATE.match(text, at)) or not _STATE_BEHIND.search(before(text, at, 12)):
        return None
    spoken = _STATE_NAMES[written[1]] if written[1] else cardinal(text[at + 1])
    return found(at + 2, said(f"dollar {spoken}", at, at + 2, manner))


def variable(text: str, at: int, manner: Manner) -> Found | None:
    """A variable of the environment: "$HOME" is "dollar home"."""
    if text[at] != "$" or (at and text[at - 1].isalnum()) or not (written := _VARIABLE.match(text, at)):
        return None
    group = 1 if written[1] else 2
    tokens = [*said("dollar", at, at + 1, manner)]
    inner = written[group]
    if inner.isupper() and "_" not in inner:
        known = inner.lower() in _ENVIRONMENT or manner.known(inner.lower())  # "$AAPL" is spelled
        tokens += name(inner.lower() if known else inner, written.start(group), manner)
    else:
        tokens += read(text, *written.span(group), {}, manner)
    end = written.end()
    if inner[0].islower() and (joint := _JOINT.match(text, end)):  # "$scope.items", "$this->name"
        tokens += said(_JOINTS[joint.group()], *joint.span(), manner)
        end = joint.end()
    return Found(end, tuple(tokens))


def editor(text: str, at: int, manner: Manner) -> Found | None:
    """A command of vi: ":wq", ":q!"."""
    if text[at] != ":" or (at and text[at - 1] not in " \t\n`'\"(") or not (written := _EDITOR.match(text, at)):
        return None
    tokens = [*said("colon", at, at + 1, manner)]
    if " " in written[1]:
        verb, what = written[1].split(" ")
        tokens += [Token(verb, at + 1, at + 1 + len(verb)), *name(what, at + 2 + len(verb), manner)]
    else:
        tokens += said(written[1].upper(), *written.span(1), manner)
    tokens += said("bang", written.start(2), written.end(), manner) if written[2] else ()
    return Found(written.end(), tuple(tokens))


def interpreter(text: str, at: int, manner: Manner) -> Found | None:
    """The beginning of a script: "#!/bin/sh" is "hash bang slash bin slash S H"."""
    if not text.startswith("#!/", at) or text[max(0, at - 1) : at].strip("\n `'\""):
        return None
    return found(at + 2, said("hash bang", at, at + 2, manner))


def mode(text: str, at: int, manner: Manner) -> Found | None:
    """The mode of a file: the "755" of "chmod 755"."""
    if not (written := _MODE.match(text, at)) or not _CHMOD.search(before(text, at, 16)):
        return None
    return found(written.end(), said(digit_by_digit(written.group()), at, written.end(), manner))


def schedule(text: str, at: int, manner: Manner) -> Found | None:
    """When cron runs something: "*/5 * * * *"."""
    if not opens(text, at) or not (written := _CRON.match(text, at)) or not _STARS.search(written.group()):
        return None
    tokens = [*_fields(text, *written.span(), manner)]
    if text.startswith(" ", written.end()):
        tokens.append(Token(",", tokens[-1].start, tokens[-1].end, Kind.MARK))
    return Found(written.end(), tuple(tokens))


def _fields(text: str, at: int, end: int, manner: Manner) -> Iterator[Token]:
    for part in _CRON_PART.finditer(text, at, end):
        written = part.group()
        if written.isspace():
            yield Token(",", *part.span(), Kind.MARK)
        elif written.isdecimal():
            yield from said(cardinal(written), *part.span(), manner)
        elif written in _CRON_SIGNS:
            yield from said(_CRON_SIGNS[written], *part.span(), manner)
        else:
            yield from said({"MON": "Monday", "FRI": "Friday"}.get(written, written), *part.span(), manner)
