"""What was not spoken of an utterance that was stopped: told to the user, and kept for `say --continue`.

Decides what is kept and how it is told; `say.rests` has the files.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from common.errors import SayError
from common.quoting import reason_of
from common.records import replace
from say.console import write_all
from say.place import Place
from say.rests import Manner, Origin, Recipe, Rest, remove, store
from say.spool import TextSpool
from say.spool_view import CHUNK, chunks, is_complete, read_text

_QUOTED = 60  # characters, of what was not spoken
# Seconds for the thread that reads to empty a pipe, or to come to a file's end: some hundred kilobytes, as what is read
# is also put into words (say/forms). Nobody waits longer for Ctrl-C: of what is larger the file itself is kept.
READING_LIMIT = 0.3
_LOOK = 0.01  # seconds between two looks whether it is there


def keep(
    home: Path,
    spool: TextSpool,
    place: Place,
    manner: Manner,
    *,
    origin: Origin | None,
    rest: Rest | None,
    unread: Callable[[], bool] = lambda: False,
) -> str:
    """Keep what was not heard, and return it in words for the user; "" if all was heard.

    `origin` is the file that the text comes from, if any: what was not read of it yet belongs to the text. `rest` is
    what was kept before and is spoken now: it goes once what is left of it is kept, or its last words were heard.
    `unread` tells whether a pipe, or who reads it, holds what is not in the spool yet: it belongs to the text too.
    """
    follows = origin is not None and not _waited_for(lambda: is_complete(spool))
    if origin is None:
        _waited_for(lambda: is_complete(spool) or not unread())
    begin = _beginning(spool, place)
    front = read_text(spool, begin, begin + CHUNK)
    length = max(spool.length - begin, len(front))
    if not (follows or front.strip() or length > len(front)):
        if rest is not None:
            remove(rest)
        return ""
    sentence = f"Not spoken: {quoted(front, length, follows=follows)}"
    try:
        if origin is not None and follows and origin.can_be_copied():
            store(home, manner, replace(origin.recipe, skip=origin.recipe.skip + begin), origin.copy_to, rest)
            follows = False
        else:
            store(home, manner, Recipe(), _writer(spool, begin, begin + length), rest)
    except (OSError, SayError) as error:
        return f"{sentence}. It could not be kept: {reason_of(error)}."
    limit = f" What follows the first {length:,} characters is not kept." if follows else ""
    return f"{sentence}; 'say --continue' goes on there.{limit}"


def _beginning(spool: TextSpool, place: Place) -> int:
    start = max(place.start, spool.kept)
    front = read_text(spool, start, start + CHUNK)
    return max(place.unheard(len(front) - len(front.lstrip())), spool.kept)


def _waited_for(condition: Callable[[], bool]) -> bool:
    """Return whether it holds, having given the thread that reads the text a little time."""
    deadline = time.monotonic() + READING_LIMIT
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(_LOOK)
    return holds


def _writer(spool: TextSpool, begin: int, end: int) -> Callable[[int], None]:
    def write(descriptor: int) -> None:
        for text in chunks(spool, begin, end):
            write_all(descriptor, text.encode("utf-8", "replace"))

    return write


def quoted(text: str, characters: int, *, follows: bool = False) -> str:
    """Return how a text of so many characters begins, `text` being its front: '"One two…" and 1,234 more characters'.

    `follows` tells that it is a file's, of which more follows than those characters.
    """
    words = " ".join(text[: _QUOTED * 4].split())
    if follows and not words:
        return "what follows of the file"
    if characters <= _QUOTED * 4 and len(words) <= _QUOTED:
        return f'"{words}" and what follows of the file' if follows else f'"{words}"'
    shown = words[:_QUOTED]
    if " " in shown and not words[_QUOTED : _QUOTED + 1].isspace():
        shown = shown.rsplit(" ", 1)[0]  # no word in part
    more = max(characters - len(shown), 1)
    if follows:
        return f'"{shown}…" and more than {more:,} more characters'
    return f'"{shown}…" and {more:,} more character{"s" if more > 1 else ""}'
