"""What `-i` and `--progress` show while an utterance sounds: the text with the word marked, a bar with the time left."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from common.messages.speaking import Accepted, Moved, Piece, Played, Playing, Standing, Word
from say import units
from say.pace import Pace

MOST_ROWS = 8  # of text
LONGEST_PAGE = 800  # characters
_NARROWEST_SCREEN = 3  # columns: one wide character, and the last column stays free
# Seconds after a word's end during which it stays marked: pauses within a sentence shall not flicker.
_LINGER = 0.5
_HEAD = "say: "
_WIDEST_BAR = 30
_NARROWEST_BAR = 8
# States in which speech stands still in the midst of a word, which stays marked.
_STANDING_STILL = ("paused", "held")

ReadText = Callable[[int, int], str]  # the characters from one offset to another
KnownText = Callable[[], tuple[int, bool]]  # characters so far, and whether more may come
Show = Callable[[list[str]], None]


class Watching:
    """Takes the events of one utterance and keeps the panel true. `tick` is called a few times a second in between."""

    def __init__(
        self,
        show: Show,
        size: Callable[[], tuple[int, int]],
        read_text: ReadText,
        known_text: KnownText,
        *,
        text: bool,
        bar: bool,
        speed: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._show = show
        self._size = size  # columns and rows of the terminal
        self._read_text = read_text
        self._known_text = known_text
        self._with_text = text
        self._with_bar = bar
        self._clock = clock
        self._pace = Pace(speed)
        self._pieces: dict[int, Piece] = {}
        self._page = ""  # the text of the piece that sounds
        self._page_start = 0
        self._page_end = 0
        self._sounding_to = 0  # where the word that sounds ends; without word times, the piece
        self._furthest = 0.0  # place that the bar showed, since speech last moved
        self._mark = (0, 0)
        self._mark_until = math.inf  # seconds, of the clock
        self._state = ""
        self._begun = False

    def handle(self, event: object) -> None:
        """Take note of what happened, and show it."""
        if isinstance(event, Piece):
            self._pieces[event.index] = event
            return
        now = self._clock()
        if isinstance(event, Playing) and (piece := self._pieces.get(event.index)) is not None:
            self._begin(piece, now)
        elif isinstance(event, Word):
            self._put_mark(event.start, event.end, now + event.until - event.at + _LINGER)
            self._pace.reached(event.start, now)
            self._sounding_to = event.end  # the pause behind it may be long, and the bar would go back at the next word
        elif isinstance(event, Played):
            self._pace.reached(event.end, now)
            self._forget(event.index)
        elif isinstance(event, Moved):
            self._pieces.clear()
            self._pace.moved(event.start)
            self._sounding_to = event.start
            self._furthest = 0.0
            self._put_mark(event.start, event.start)
        elif isinstance(event, Accepted):  # a server begins, or another one after a crash
            self._pieces.clear()
            self._pace.rested()
            self._furthest = 0.0
        elif isinstance(event, Standing):
            self._stand(event)
        else:
            return
        self.tick()

    def _put_mark(self, start: int, end: int, until: float = math.inf) -> None:
        self._mark, self._mark_until = (start, end), until

    def _begin(self, piece: Piece, now: float) -> None:
        self._begun = True
        self._sounding_to = piece.end
        self._turn_page(self._beginning(piece), piece.end)
        self._put_mark(piece.start, piece.start)
        self._pace.reached(piece.start, now)

    def _beginning(self, piece: Piece) -> int:
        """Return where the sentence begins in whose midst the piece may begin: its first words stay on the screen."""
        first = piece.sentences[0] if piece.sentences else piece.end
        blanks = self._read_text(piece.start, first) if self._with_text else ""
        goes_on = bool(blanks.strip()) and self._page_start <= piece.start <= self._page_end
        return self._page_start if goes_on and piece.end - self._page_start <= LONGEST_PAGE else piece.start

    def _turn_page(self, start: int, end: int) -> None:
        text = self._read_text(start, end) if self._with_text else ""
        self._page = text.strip()
        # A line end ahead of the text would cost a row.
        self._page_start = start + len(text) - len(text.lstrip())
        self._page_end = end

    def _forget(self, index: int) -> None:
        for old in [each for each in self._pieces if each <= index]:
            del self._pieces[old]

    def _stand(self, event: Standing) -> None:
        self._state = event.state
        self._pace.set_speed(event.speed)
        if event.state != "speaking":
            self._pace.rested()
        if event.state in _STANDING_STILL:
            self._mark_until = math.inf

    def tick(self) -> None:
        """Draw anew, if there is anything to show."""
        if not self._begun:
            return
        if self._clock() >= self._mark_until:
            self._put_mark(self._mark[1], self._mark[1])
        columns, rows = self._size()
        shown: list[str] = []
        if columns >= _NARROWEST_SCREEN:
            room = max(1, rows - 1)  # one stays for what stands above
            if self._with_text:
                from say.highlight import page  # brings the tables of character widths

                most = min(MOST_ROWS, max(1, room - self._with_bar))
                shown += page(self._page, self._page_start, self._mark, columns - 1, most)
            if self._with_bar and len(shown) < max(room, min(rows, 2)):
                shown.append(self._bar(columns - 1))
        self._show(shown)

    def _bar(self, columns: int) -> str:
        total, more = self._known_text()
        now = self._clock()
        place = self._pace.place(now, min(total, self._sounding_to))  # what comes behind may be late
        place = self._furthest = max(place, self._furthest)  # a guess that was too bold waits for the truth
        share = min(place / total, 1.0) if total else 1.0
        state = f"{self._state}  " if self._state not in ("", "speaking") else ""
        if more:
            figures = f"{state}{int(place):,} of {total:,} characters so far"
        else:
            left = units.clock(self._pace.seconds_for(total - place))
            figures = f"{state}{math.floor(share * 100):3}%  {left} left"
        return bar_line(figures, share, columns)


def bar_line(figures: str, share: float, columns: int) -> str:
    """Return a bar of which this share is filled, with figures behind it, in at most `columns` columns."""
    room = min(columns - len(_HEAD) - len(figures) - 4, _WIDEST_BAR)
    bar = "[" + ("#" * math.floor(share * room)).ljust(room) + "]  " if room >= _NARROWEST_BAR else ""
    line = f"{_HEAD}{bar}{figures}"
    return line if len(line) <= columns else figures.strip()[: max(columns, 0)]
