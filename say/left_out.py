"""What was not spoken because nobody can say it: told in one line at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from common.messages.speaking import Piece

_NAMED = 5  # words or characters; of more, the first ones are named


class LeftOut:
    """Counts what is left out of pieces, each piece once however often it is announced.

    Words are there with `--skip-unspeakable` only; signs and characters that have no sound are always left out.
    """

    def __init__(self) -> None:
        self._counted = -1  # where the last piece begins that was counted
        self._words = 0
        self._characters = 0
        self._first: dict[str, None] = {}  # the first of them, each once

    def handle(self, event: object) -> None:
        """Take note of what happened."""
        if isinstance(event, Piece):
            self.add(event.start, event.left_out)

    def add(self, start: int, left_out: Sequence[str]) -> None:
        """Take what is left out of the piece that begins at `start`."""
        if start <= self._counted or not left_out:
            return
        self._counted = start
        words = sum(any(each.isalpha() or each.isdecimal() for each in left) for left in left_out)
        self._words += words
        self._characters += len(left_out) - words
        for each in left_out:
            if len(self._first) <= _NAMED:
                self._first[each] = None

    def tell(self, line: Callable[[str], None], *, words: bool = True) -> None:
        """Tell the user, if there is something to tell."""
        if warning := self.warning(words=words):
            line(warning)

    def warning(self, *, words: bool = True) -> str:
        """Return the line for the user, "" if there is nothing to tell; without `words` nothing of the text is in it."""
        count = self._words + self._characters
        if not count:
            return ""
        from common.character_names import named
        from say.units import plural

        counts = ((self._words, "word"), (self._characters, "character"))
        counted = " and ".join(plural(each, noun) for each, noun in counts if each)
        sentence = f"{counted} could not be spoken and {'was' if count == 1 else 'were'} left out"
        if not words:
            return sentence
        more = ", …" if len(self._first) > _NAMED else ""
        return f"{sentence}: {', '.join(map(named, [*self._first][:_NAMED]))}{more}"
