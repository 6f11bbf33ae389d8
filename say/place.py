"""Where in its text an utterance is, by what is reported of it. Pure."""

from __future__ import annotations

from common.messages.speaking import Accepted, Moved, Piece, Played, Playing, Word
from say.utterance import Event


class Place:
    """Follows the reports of one utterance. Offsets are characters from the beginning of the text."""

    def __init__(self) -> None:
        self.accepted = False
        self._start = 0  # what lies before this was heard, or skipped
        self._pieces: dict[int, Piece] = {}  # announced and not played to their ends
        self._sounding: Piece | None = None
        self._word = 0  # the last one heard
        self._sentences: set[int] = {0}  # where those begin that are not over, as far as is known

    def note(self, event: Event) -> None:
        """Take note of a report."""
        if isinstance(event, Piece):
            self._pieces[event.index] = event
            self._sentences.update(event.sentences)
        elif isinstance(event, Playing):
            self._sounding = self._pieces.get(event.index)
        elif isinstance(event, Word):
            self._word = event.start
        elif isinstance(event, Played):
            if self._pieces.pop(event.index, None) is self._sounding:  # the next one may have begun already
                self._sounding = None
            self._go_on_from(event.end)
        elif isinstance(event, Moved):
            self._void()  # the pieces that come say whether a sentence begins there: another speed begins within one
            self._start = self._word = event.start
        elif isinstance(event, Accepted):
            self._void()  # a retry numbers its pieces anew
            self.accepted = True

    def _void(self) -> None:
        self._pieces.clear()
        self._sounding = None

    def _go_on_from(self, start: int) -> None:
        self._start = start
        current = self._sentence_at(start)
        self._sentences = {each for each in self._sentences if each >= current}

    def _sentence_at(self, offset: int) -> int:
        return max((each for each in self._sentences if each <= offset), default=offset)

    def unheard(self, blanks: int = 0) -> int:
        """Return where that begins that was not heard: with the sentence in which speech was cut off.

        `blanks` is how many characters at `start` say nothing: a sentence begins behind them.
        """
        if self._sounding is not None:
            return self._sentence_at(max(self._sounding.start, self._word))
        at = self._start + blanks
        if any(piece.start <= at < piece.end for piece in self._pieces.values()):
            return self._sentence_at(at)
        return at  # nobody has said yet whether a sentence begins here

    @property
    def start(self) -> int:
        """Return where the first piece begins that was not played to its end."""
        return self._start
