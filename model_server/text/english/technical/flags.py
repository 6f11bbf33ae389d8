"""Options of commands: "--dry-run", "-la", "-Wall", "--jobs=8"."""

from __future__ import annotations

import re

from model_server.text.english.technical.names import listed
from model_server.text.english.technical.parts import name, said
from model_server.text.english.technical.reading import before, read
from model_server.text.english.tokens import Found, Manner, letters

_FLAG = re.compile(r"--?([A-Za-z][\w-]{0,60})(?![\w-])(?:=(?=\S)(?!\s))?")
_SHORT_FLAG = 3  # letters
_IN_COMMAND = re.compile(
    r"(?:\A|[\s`$|])(?:gcc|g\+\+|clang|cc|java|find|go|tar|ffmpeg|openssl|ps|make|cmake|ld)(?: [^|;&\n]{0,80})? \Z|\s-\w+ \Z"
)
_NOT_FLAGS = listed("and the but or not so as if in of to is it no yes for we he she an at on by")


def flag(text: str, at: int, manner: Manner) -> Found | None:
    """An option of a command: "--dry-run" is "dash dash dry run", "-la" "dash L A"."""
    if text[at] != "-" or (at and not (text[at - 1].isspace() or text[at - 1] in "([`'\"|/,")):
        return None
    written = _FLAG.match(text, at)
    if not written or written[1].endswith("-"):
        return None
    dashes = 2 if text.startswith("--", at) else 1
    option = written[1]
    if dashes == 1 and (option.lower() in _NOT_FLAGS or not _is_flag(text, at, option, manner)):
        return None
    tokens = list(said("dash " * dashes, at, at + dashes, manner))
    if dashes == 1 and not option.isalpha():  # -j8
        tokens += name(option, at + 1, manner)
    elif dashes == 1 and len(option) > _SHORT_FLAG and (option[1:].islower() and manner.known(option.lower())):
        tokens += read(text, at + 1, written.end(1), {}, manner)  # -name, -Wall
    elif dashes == 1:
        tokens += [
            letters(character, index, index + 1)
            for index, character in enumerate(option, at + 1)
            if character.isalpha()
        ]
    else:
        tokens += read(text, at + dashes, written.end(1), {}, manner)
    if written.group().endswith("="):
        tokens += said("equals", written.end() - 1, written.end(), manner)
    return Found(written.end(), tuple(tokens))


def _is_flag(text: str, at: int, option: str, manner: Manner) -> bool:
    """Return whether letters behind one hyphen are an option: a few, or more that are no word or stand in a command."""
    if len(option) <= _SHORT_FLAG:
        return True
    if text[at - 1 : at] not in (" ", "`"):
        return False
    return bool(_IN_COMMAND.search(before(text, at))) or (
        option.isalpha() and option.islower() and not manner.known(option)
    )
