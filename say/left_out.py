"""What was not spoken because it has no phonemes, with `--skip-unspeakable`: told in one line at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from common.messages.speaking import Piece
from say import units

_NAMED = 5  # words; of more, the first ones are named


class LeftOut:
    """Counts words of pieces, each piece once however often it is announced."""

    def __init__(self) -> None:
        self._counted = -1  # where the last piece begins that was counted
        self._count = 0
        self._words: list[str] = []  # the first of them, as a message quotes them

    def handle(self, event: object) -> None:
        """Take note of what happened."""
        if isinstance(event, Piece):
            self.add(event.start, event.left_out)

    def add(self, start: int, words: Sequence[str]) -> None:
        """Take the words left out of the piece that begins at `start`."""
        if start <= self._counted:
            return
        self._counted = start
        self._count += len(words)
        self._words += words[: _NAMED - len(self._words)]

    def tell(self, line: Callable[[str], None], *, words: bool = True) -> None:
        """Tell the user, if there is something to tell."""
        if warning := self.warning(words=words):
            line(warning)

    def warning(self, *, words: bool = True) -> str:
        """Return the line for the user, "" if there is nothing to tell; without `words` nothing of the text is in it."""
        if not self._count:
            return ""
        sentence = f"{units.plural(self._count, 'word')} could not be spoken and {_were(self._count)} left out"
        if not words:
            return sentence
        more = ", …" if self._count > len(self._words) else ""
        return f"{sentence}: {', '.join(self._words)}{more}"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
