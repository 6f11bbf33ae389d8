"""What to say of an option that does not exist: the one that was meant, also by those who know another program's."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from common.errors import UsageError
from common.settings import shortened
from say.arguments import DASH_HINT

# Options of espeak, of speech-dispatcher's spd-say and of macOS' say that have another name here. None: nothing alike.
ELSEWHERE: dict[str, str | None] = {
    "w": "output",  # espeak; spd-say's, to wait, is what `say` does anyway
    "p": None,  # the pitch, of both
    "S": "stop",
    "C": "stop",  # there: of all programs
    "P": "priority",
    "e": "tee",
    "l": "language",
    "L": "voices",
    "y": "voice",
    "t": "voice",
    "input-file": "file",
}


def unknown_option(argument: str, name: str, known: Iterable[str]) -> UsageError:
    """Return the error for `argument`, whose name without dashes and value is `name`; `known` are the long names."""
    meant = ELSEWHERE[name] if name in ELSEWHERE else _nearest(name, list(known))
    hint = f"Did you mean --{meant}? {DASH_HINT}" if meant else f"'say --help' lists them all. {DASH_HINT}"
    return UsageError(f"there is no option {shortened(argument)!r}", hint)


def _nearest(name: str, known: list[str]) -> str | None:
    near = [long for long in known if name in long.split("-")]  # --cache: --clear-cache, not --cancel
    near = near or difflib.get_close_matches(name, known, n=1)
    near = near or [long for long in known if name and long.startswith(name)]
    return near[0] if near else None
