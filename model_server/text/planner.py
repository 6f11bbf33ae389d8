"""The plan of an utterance: which pieces the front of a text is spoken in. Pure: no state between calls, no engine.

Every piece is settled by text that is already there, so that a plan asked for letter by letter and one asked for at
once give the same pieces (`flush` apart, which asks for less patience).
"""

from __future__ import annotations

from common.character_names import named
from common.errors import Unspeakable
from common.messages.synthesis import PLAN_WINDOW, Plan, Planned, PlannedPiece
from model_server.text.characters import LONE_SIGNS, SPEAKABLE, speakable
from model_server.text.cleaning import reflow, with_known_digits
from model_server.text.flushing import before_word, complete_part
from model_server.text.markup import without_given
from model_server.text.pace import REFERENCE, USUAL, Limits, Manner, limits_for_file, limits_while_heard
from model_server.text.pieces import Cut, Measure, first_piece, next_piece
from model_server.text.reading import Reader, Reading
from model_server.text.sentences import Window, begins_line
from model_server.text.splitting import SEPARATOR_MOST, Splitter
from model_server.text.stops import Stop, next_stop
from model_server.text.unsaid import unsaid

# Most pieces are settled by this many characters; only when they are not is the whole window looked at.
_GLANCE = 1024
# Most pieces of one answer. Phonemes for a full window take a third of a second, which the first piece must not wait
# for, nor another utterance's; asking again costs next to nothing.
_PIECES_MOST = 8
# Silence of a piece that is there only to say what is left out, in seconds.
_NEXT_TO_NONE = 0.01
_NAMED = 5  # of what is left out, in a message
_NOTHING = Reading("")


def plan(request: Plan, reader: Reader, splitter: Splitter | None = None, manner: Manner = USUAL) -> Planned:
    """Cut the front of a text into pieces.

    `reader` says how text is spoken, and with it how long it is. Where `splitter` or a pause in the text says so, a
    piece ends. Raises what the reader raises, and Unspeakable for a character too long for any piece; if `manner` is strict, also
    where all that the text has is left out.

    Returns pieces that follow each other without a gap from `request.start`, and `used`, the characters that are done
    with, spoken or not. Blanks between pieces belong to the one before or after them; the text of a piece that has no
    `words` has one character for each of its span. A pause of the text's own is a piece, with nothing to say.

    What cannot be said (blanks, punctuation, what the phonemizer knows no sound for) belongs to the span of the next
    piece, or to that of the last one when the text ends with blanks and punctuation. It is used up with no piece of
    its own (`pieces` may be empty though `used` is not 0) in three cases: nothing speakable is left when the text
    ends or is flushed, no phonemes are left when it ends, or it fills half a window. If something is left out there,
    a piece of next to no silence says so.

    Ask again with the rest as long as `used` is not 0: an answer holds a few pieces, the `first` one alone. In the end
    all of a `final` text is used, and of one to `flush` all up to the last line end or end of a sentence. Otherwise
    `used` is 0 when more text is wanted; a full window always yields something. `first` stays true until there was a
    piece. The last piece of the text has the boundary "end", unless half a
    window or more of blanks follow it or it was flushed.

    With `whole` beside `flush` all of a text that does not fill the window is used; what has no end as far as one can
    tell has the boundary "clause", and what follows later is planned as if nothing had been between.

    A piece's `sentences` tell where in the whole text sentences begin that begin in it. The rest of a sentence begins
    none: whether the text begins with such a rest, only the caller can tell, by handing back `inside`.
    """
    planning = _Planning(request, Measure(reader), splitter, manner)
    planning.run()
    return Planned(tuple(planning.pieces), planning.used, planning.inside)


class _Planning:
    """One call of `plan`: how far it has come."""

    def __init__(self, request: Plan, measure: Measure, splitter: Splitter | None, manner: Manner) -> None:
        self.pieces: list[PlannedPiece] = []
        self.used = 0
        self.inside = request.inside  # at `used`: what follows is the rest of a sentence
        self._request = request
        self._measure = measure
        self._splitter = splitter
        self._manner = manner
        self._pace = manner.pace if request.sound >= 0 else REFERENCE  # the plan of a file knows no machine
        self._text = request.text[:PLAN_WINDOW]
        self._final = request.final and len(request.text) <= PLAN_WINDOW
        self._open = False  # the text has no end, but all of it is spoken
        self._flushed = request.flush and not self._final and self._hold_back()
        self._position = 0  # where the next piece is looked for: `used`, and what follows it without phonemes
        self._silent = ""  # normalised text between the two
        self._goes_on = request.inside  # as `inside`, at `_position`
        self._sentences: tuple[int, ...] = ()  # begin between `used` and `_position`
        self._left_out: tuple[str, ...] = ()  # between the two, by the reader
        self._break: Stop | None = None  # the first behind `_position`, if it was looked for
        self._looked = False

    def run(self) -> None:
        most = 1 if self._request.first else _PIECES_MOST
        try:
            while len(self.pieces) < most:
                if not self._advance():
                    break
            else:
                return  # there may be more
        except Unspeakable:
            if not self.pieces:
                raise
            return  # asked again for what follows, it is raised
        if self._ended():
            self._position, self._goes_on = len(self._text), self.inside
            self._use_silently()

    def _advance(self) -> bool:
        """Plan one more piece, or go on without one; return False where nothing more is settled."""
        before = self._next_break()
        if found := self._find(before):
            self._take(*found, before)
        elif before:
            self._pass(before)
        elif self._full() and not self._ended():
            self._force()
        else:
            return False
        return True

    def _hold_back(self) -> bool:
        """Return whether something can be flushed, and keep only that."""
        complete = complete_part(self._text)
        if self._request.whole and not self._full():
            self._open = complete < len(self._text)
            return True
        if not complete and self._full():
            return False
        self._text = self._text[:complete]
        return True

    def _full(self) -> bool:
        return not self.used and len(self._request.text) >= PLAN_WINDOW

    def _ended(self) -> bool:
        # When the text arrives bit by bit, one cannot tell of a full window that nothing will follow. Whether it is
        # known already must make no difference.
        return self._flushed or (self._final and not self._full())

    def _next_break(self) -> Stop | None:
        """Return the first break behind the position, as far as it is known for good.

        One is looked for once, not for each piece before it: a user's expression may take half a second for a window.
        """
        if not self._looked or (self._break is not None and self._break.start < self._position):
            self._break, self._looked = self._look_for_break(), True
        return self._break

    def _look_for_break(self) -> Stop | None:
        end = len(self._text) if self._ended() else self._settled()
        return next_stop(self._text, self._position, end, self._splitter)

    def _settled(self) -> int:
        """Return how much of the text can be judged: a separator that begins there is there to its end."""
        known = len(self._text)
        return max(0, known - SEPARATOR_MOST) if self._splitter and known < PLAN_WINDOW else known

    def _window(self, most: int, ended: bool, before: Stop | None = None) -> Window:
        end = len(self._text) if self._ended() else self._settled()
        if before is not None:
            end, ended = before.start, True
        raw = self._text[self._position : min(self._position + most, end)]
        ended = ended and self._position + most >= end
        # What was flushed before ended with a line end more often than not.
        line_start = not self._position and (self._request.start == 0 or (self._request.flush and not self.inside))
        return Window.of(raw, ended=ended, line_start=line_start)

    def _find(self, before: Stop | None) -> tuple[Cut, Window] | None:
        for most in (_GLANCE, PLAN_WINDOW):
            window = self._window(most, self._ended(), before)
            if cut := self._next_piece(window):
                return cut, window
        return None

    def _next_piece(self, window: Window) -> Cut | None:
        if self._request.first and not self.pieces:
            return first_piece(window, self._measure, self._pace, self._manner.english)
        return next_piece(window, self._measure, self._limits())

    def _limits(self) -> Limits:
        request = self._request
        if request.sound < 0:
            return limits_for_file(request.start + self._position)
        planned = (len(piece.phonemes or piece.text) for piece in self.pieces)
        return limits_while_heard(self._pace, request.sound, (*request.unmade, *planned), request.speed)

    def _take(self, cut: Cut, window: Window, before: Stop | None = None) -> None:
        boundary = "clause" if cut.last and self._open else cut.boundary
        if cut.last and before is not None:
            boundary = "pause" if before.pause else "paragraph"
        self._begin_sentences(cut, window)
        self._goes_on = boundary == "clause"
        lead = len(self._silent)
        self._silent += reflow(window.text[: cut.end])
        self._position += cut.end
        if not speakable(cut.reading.sounds):
            # A step to a sentence that nobody hears is none, unless its sounds are yet to come.
            self._sentences = self._sentences[-1:] if self._goes_on else ()
            self._left_out += cut.reading.left_out
            return
        if cut.last and before is None and self._final and self._ended():
            boundary = "end"
        self._add(cut.reading, lead, boundary)

    def _add(self, reading: Reading, lead: int, boundary: str) -> None:
        """Put a piece behind the others. `lead` characters of its span come before what the reading is of."""
        start, end = self._request.start + self.used, self._request.start + self._position
        reading = reading.shifted(start + lead)
        self.pieces.append(
            PlannedPiece(
                text=reading.text if reading.words else with_known_digits(without_given(self._silent)),
                phonemes="" if self._measure.takes_text else reading.sounds,
                start=start,
                end=end,
                boundary=boundary,
                sentences=self._sentences,
                words=reading.words,
                left_out=self._all_left_out(reading),
            )
        )
        self._sentences = ()
        self._use()

    def _pass(self, before: Stop) -> None:
        """Go on behind a break before which nothing is left to say."""
        if before.pause:
            self._position = before.end
            self._add_silence(before.pause, self._all_left_out())
        else:
            self._silent += " " * (before.end - self._position)
            self._position = before.end
        self._goes_on = False

    def _begin_sentences(self, cut: Cut, window: Window) -> None:
        """Note which of the cut's sentences begin in it; the first may be the rest of one that was cut before."""
        begins = cut.sentences
        if self._goes_on and begins:
            lead = SPEAKABLE.search(window.classes)
            begins = begins if lead and begins_line(window, lead.start()) else begins[1:]
        offset = self._request.start + self._position
        self._sentences += tuple(offset + begin for begin in begins)

    def _add_silence(self, seconds: float, left_out: tuple[str, ...]) -> None:
        start, end = self._request.start + self.used, self._request.start + self._position
        self.pieces.append(PlannedPiece("", "", start, end, "pause", pause=seconds, left_out=left_out))
        self._sentences = ()
        self._use()

    def _all_left_out(self, reading: Reading = _NOTHING) -> tuple[str, ...]:
        """Return what is left out of the text that is about to be used."""
        strange = unsaid(self._text[self.used : self._position])
        return (*self._left_out, *reading.left_out, *strange)

    def _use(self) -> None:
        self.used, self.inside, self._silent = self._position, self._goes_on, ""
        self._left_out = ()

    def _use_silently(self) -> None:
        """Use text of which there is nothing to say; what is left out of it is told all the same. Raises Unspeakable."""
        nothing_said = self._final and self._request.first and not self.pieces
        if nothing_said and self._text.strip() in LONE_SIGNS and self._add_sign():
            return
        if not (left_out := self._all_left_out()):
            self._use()
            return
        if self._manner.strict and nothing_said:
            names = ", ".join(map(named, left_out[:_NAMED]))
            raise Unspeakable(
                f"nothing of the text can be spoken: {names}",
                "'--skip-unspeakable' (setting skip_unspeakable) makes it a warning.",
            )
        self._add_silence(_NEXT_TO_NONE, left_out)

    def _add_sign(self) -> bool:
        """Say the only sign of a text by its name, since there it draws nothing; return whether it has one."""
        self._silent = reflow(self._text)
        reading = self._measure(self._silent)
        has_name = bool(reading.sounds) if self._measure.takes_text else speakable(reading.sounds)
        if has_name:
            self._add(reading, 0, "end")
        else:
            self._left_out = (self._text.strip(),)
        return has_name

    def _force(self) -> None:
        """Get on with a window that is full and settles nothing: it holds next to nothing speakable."""
        if self._position:
            self._use_silently()
            return
        window = self._window(PLAN_WINDOW, ended=True)
        lead = SPEAKABLE.search(window.classes)
        if lead is None or lead.start() >= PLAN_WINDOW // 2:
            self._position = before_word(window, lead.start()) if lead else len(self._text)
            self._use_silently()
            return
        cut = self._next_piece(window)
        assert cut is not None, "a text that has ended and says something has a piece"
        self._take(cut, window)
        if self._position > self.used:
            self._use_silently()
