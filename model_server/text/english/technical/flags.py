"""Options of commands: "--dry-run", "-la", "-Wall", "--jobs=8"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from model_server.text.english.technical.names import listed
from model_server.text.english.technical.parts import name, said
from model_server.text.english.technical.reading import before, read
from model_server.text.english.tokens import Found, Manner, Token, letters

_FLAG = re.compile(r"--?([A-Za-z][\w-]{0,60})(?![\w-])(?:=(?=\S)(?!\s))?")
_TO_STANDARD = re.compile(r"-[A-Za-z]{1,4}-(?=\s|\Z)")
_ATTACHED = re.compile(r"\b(?:docker|podman|kubectl|nerdctl)(?: compose)? (?:exec|run)(?: --?[\w-]{1,12})* \Z")
_SIGNAL = re.compile(r"(?:SIG)?(?:TERM|KILL|STOP|CONT|QUIT|USR[12])|SIG[A-Z]{3,5}")
_SHORT_FLAG = 3  # letters
_IN_COMMAND = re.compile(
    r"(?:\A|[\s`$|])(?:gcc|g\+\+|clang|cc|java|find|go|tar|ffmpeg|openssl|ps|make|cmake|ld)(?: [^|;&\n]{0,80})? \Z|\s-\w+ \Z"
)
_COMPILER = re.compile(r"[WfmR][a-z]{1,20}(?:-[a-z0-9+]{1,20}){1,6}|W[a-z]{3,20}")  # -Wunused-variable
_HYPHENED = re.compile(r"[a-z]{2,20}(?:-[a-z]{2,20}){1,4}")  # -auto-approve
_STREAM = re.compile(r":[avs](?![\w])")  # -c:v
_NOT_FLAGS = listed("and the but or not so as if in of to is it no yes for we he she an at on by")


def flag(text: str, at: int, manner: Manner) -> Found | None:
    """An option of a command: "--dry-run" is "dash dash dry run", "-la" "dash L A"."""
    if text[at] != "-" or (at and not (text[at - 1].isspace() or text[at - 1] in "([`'\"|/,")):
        return None
    if last := _TO_STANDARD.match(text, at):  # "wget -qO-"
        tokens = [*said("dash", at, at + 1, manner)]
        tokens += [letters(text[index], index, index + 1) for index in range(at + 1, last.end() - 1)]
        return Found(last.end(), (*tokens, *said("dash", last.end() - 1, last.end(), manner)))
    written = _FLAG.match(text, at)
    if not written or written[1].endswith("-"):
        return None
    dashes = 2 if text.startswith("--", at) else 1
    option = written[1]
    if option == "it" and _ATTACHED.search(before(text, at, 32)):
        return Found(written.end(), (*said("dash", at, at + 1, manner), *_spelled(text, at + 1, written.end(1))))
    if dashes == 1 and (option.lower() in _NOT_FLAGS or not _is_flag(text, at, option, manner)):
        return None
    tokens = [*said("dash " * dashes, at, at + dashes, manner)]
    tokens += _option(text, at + dashes, written.end(1), dashes == 1, manner)
    if stream := _STREAM.match(text, written.end()):
        tokens += said("colon", written.end(), written.end() + 1, manner)
        tokens.append(letters(text[stream.end() - 1], stream.end() - 1, stream.end()))
        return Found(stream.end(), tuple(tokens))
    if written.group().endswith("="):
        tokens += said("equals", written.end() - 1, written.end(), manner)
    return Found(written.end(), tuple(tokens))


def _option(text: str, start: int, end: int, short: bool, manner: Manner) -> Iterator[Token]:
    """Yield what stands behind the hyphens: letters that are options each, or words."""
    option = text[start:end]
    if not short:
        yield from read(text, start, end, {}, manner)
    elif "-" in option and _COMPILER.fullmatch(option):
        yield letters(option[0], start, start + 1)
        yield from read(text, start + 1, end, {}, manner)
    elif _SIGNAL.fullmatch(option):
        if option.startswith("SIG"):
            yield Token("sig", start, start + 3)
        yield from name(option.removeprefix("SIG").lower(), start + 3 * option.startswith("SIG"), manner)
    elif not option.isalpha():  # -j8
        yield from name(option, start, manner)
    elif len(option) > _SHORT_FLAG and option[1:].islower() and manner.known(option.lower()):
        yield from read(text, start, end, {}, manner)  # -name, -Wall
    elif len(option) > _SHORT_FLAG + 1 and option.islower() and manner.known(option[1:]):
        yield letters(option[0], start, start + 1)  # -mtime
        yield from name(option[1:], start + 1, manner)
    else:
        yield from _spelled(text, start, end)


def _spelled(text: str, start: int, end: int) -> Iterator[Token]:
    return (letters(text[index], index, index + 1) for index in range(start, end))


def _is_flag(text: str, at: int, option: str, manner: Manner) -> bool:
    """Return whether letters behind one hyphen are an option: a few, or more that are no word or stand in a command."""
    if len(option) <= _SHORT_FLAG or _SIGNAL.fullmatch(option):
        return True
    if at and text[at - 1] not in " `[(\"'":
        return False
    if _COMPILER.fullmatch(option) or (
        _HYPHENED.fullmatch(option) and text[at - 2 : at].strip(" \n") == text[at - 2 : at - 1]
    ):
        return bool(_COMPILER.fullmatch(option)) or at > 2
    return bool(_IN_COMMAND.search(before(text, at, 80))) or (
        option.isalpha() and option.islower() and not manner.known(option)
    )
