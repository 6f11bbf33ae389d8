"""Subtitles as a viewer reads them: which words stand on the screen together, in which lines, and when. Pure.

At most two lines of 42 columns and 1 to 7 seconds, as Netflix's and the BBC's guidelines for subtitles have it; where a
cue ends, a sentence or a clause should, and none goes on beyond a paragraph. The words are those of the text, with blanks and line ends folded.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator

from wcwidth import iter_graphemes

from common.markup import TRANSCRIBED
from common.records import dataclass, replace
from say.columns import width_of
from say.timeline import TimedPiece

COLUMNS = 42
SHORTEST = 1.0  # seconds
LONGEST = 7.0  # seconds

# What breaks cost, against 1 for each cue.
_AT_SENTENCE, _AT_CLAUSE, _ANYWHERE = 0.0, 1.0, 3.0
_SENTENCE_WITHIN = 1.5
_TOO_SHORT = 8.0  # for each second that a cue is short of `SHORTEST`
_FULL = 0.5  # for a cue of two full lines, so that cues of one sentence are about as long as each other

_MARKS = re.compile(r"[,;:.!?…、。，；：！？]+")  # noqa: RUF001  # as it is written
_CLAUSE_END = re.compile(r"[,;:—–、，；：][\"'”’»)\]」』]*\Z")  # noqa: RUF001  # as it is written
_CLOSING = frozenset("、。，．！？；：」』）〉》】〕…ー")  # noqa: RUF001  # never at the beginning of a line
_BLANK_LINE = re.compile(r"\n[^\S\n]*+\n")
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f]")
# A rule or the like, between blanks.
_ORNAMENT = re.compile(r"([\W_])\1{3,}")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Cue:
    """What stands on the screen for a while."""

    at: float  # seconds
    until: float  # seconds
    lines: tuple[str, ...]  # one or two
    text: str  # all of it in one line


@dataclass(frozen=True)
class _Token:
    """What is not broken: a word with its punctuation, or one character of a script without blanks."""

    text: str
    width: int  # columns
    spaced: bool  # a blank stands before it
    at: float  # seconds
    until: float  # seconds
    break_cost: float  # of a cue that begins here
    opens: bool = False  # a paragraph begins here, within its piece


class Cues:
    """Makes cues of pieces as they come, and gives each to `take` as soon as it is known when the next one begins."""

    def __init__(self, take: Callable[[Cue], None], *, markup: bool = True) -> None:
        """`markup` tells that what says how a word is pronounced was followed, so it is not shown."""
        self._take = take
        self._markup = markup
        self._tokens: list[_Token] = []  # that no cue has yet
        self._closed = False  # a paragraph ends with what waits
        self._last: Cue | None = None  # waits for the beginning of the next one

    def add(self, piece: TimedPiece) -> None:
        """Take the next piece."""
        if piece.silent:
            self._make(keep=False)
            return
        tokens = list(_tokens(piece, self._markup))
        if self._closed:
            self._close(tokens)
        for token in tokens:
            if token.opens:
                self._make(keep=False)
            self._tokens.append(token)
        self._make(keep=True)
        self._closed = piece.closing

    def _close(self, following: list[_Token]) -> None:
        """End a paragraph, with the marks ahead of `following`: what a user has pieces end at belongs to the next piece."""
        while self._tokens and following and _MARKS.fullmatch(following[0].text):
            last = self._tokens[-1]
            self._tokens.append(
                replace(following.pop(0), spaced=False, at=last.until, until=last.until, break_cost=_ANYWHERE)
            )
        self._make(keep=False)

    def finish(self, seconds: float) -> None:
        """Give the rest, of sound that lasts so long."""
        self._make(keep=False)
        if self._last is not None:
            self._take(_lasting(self._last, seconds))
            self._last = None

    def _make(self, *, keep: bool) -> None:
        """Make cues of what there is. If `keep`, the last one waits: what follows may still go with it."""
        begins = _divide(self._tokens)
        for begin, end in zip(begins, [*begins, len(self._tokens)][1:], strict=True):
            if keep and end == len(self._tokens):
                del self._tokens[:begin]
                return
            self._give(_cue(self._tokens[begin:end]))
        self._tokens.clear()

    def _give(self, cue: Cue) -> None:
        if self._last is not None:
            self._take(_lasting(self._last, cue.at))
        self._last = cue


def _lasting(cue: Cue, limit: float) -> Cue:
    """Return a cue as long as it can be read, and no longer than until `limit`."""
    until = min(max(cue.until, cue.at + SHORTEST), cue.at + LONGEST, limit)
    return Cue(cue.at, max(until, cue.at), cue.lines, cue.text)


# What belongs together


def _divide(tokens: list[_Token]) -> list[int]:
    """Return where the cues begin for which all of it costs least."""
    cheapest = [0.0] + [float("inf")] * len(tokens)  # of all in front of a token
    begins = [0] * (len(tokens) + 1)  # of the last cue in front of it
    for begin in range(len(tokens)):
        lines, sentences = _Lines(), 0
        for end in range(begin + 1, len(tokens) + 1):
            token = tokens[end - 1]
            alone = end == begin + 1
            lines.add(token)
            if not alone and (lines.too_long or token.until - tokens[begin].at > LONGEST):
                break
            sentences += not alone and token.break_cost == _AT_SENTENCE
            following = tokens[end] if end < len(tokens) else None
            cost = cheapest[begin] + _cost(tokens[begin], token, following, lines.columns)
            cost += sentences * _SENTENCE_WITHIN
            if cost < cheapest[end]:
                cheapest[end], begins[end] = cost, begin
    found, end = [], len(tokens)
    while end:
        end = begins[end]
        found.append(end)
    return found[::-1]


class _Lines:
    """How much of two lines is taken, with as much as fits in the first."""

    def __init__(self) -> None:
        self.columns = 0
        self._first = 0  # columns of the first line
        self._second = 0  # columns of the second line

    @property
    def too_long(self) -> bool:
        return self._second > COLUMNS

    def add(self, token: _Token) -> None:
        gap = int(token.spaced)
        self.columns += token.width + (gap if self.columns else 0)
        if self._second:
            self._second += token.width + gap
        elif self.columns <= COLUMNS:
            self._first = self.columns
        else:
            self._second = token.width


def _cost(first: _Token, last: _Token, following: _Token | None, columns: int) -> float:
    until = last.until if following is None else max(last.until, min(first.at + SHORTEST, following.at))
    short = max(0.0, SHORTEST - (until - first.at)) * _TOO_SHORT
    ending = 0.0 if following is None else following.break_cost
    return 1.0 + short + ending + _FULL * (columns / (2 * COLUMNS)) ** 2


def _cue(tokens: list[_Token]) -> Cue:
    at, until = tokens[0].at, max(token.until for token in tokens)
    whole = _joined(tokens)
    middle = 0 if width_of(whole) <= COLUMNS else _line_break(tokens)
    lines = (_joined(tokens[:middle]), _joined(tokens[middle:])) if middle else (whole,)
    return Cue(at, until, lines, whole)


def _line_break(tokens: list[_Token]) -> int:
    """Return the token that begins the second of two lines; 0 where two do not suffice. A clause should end there, and
    lines be about as long as each other."""
    whole = _columns(tokens)
    best, least, first = 0, float("inf"), 0
    for middle in range(1, len(tokens)):
        first += tokens[middle - 1].width + (tokens[middle - 1].spaced and middle > 1)
        second = whole - first - tokens[middle].spaced
        if first > COLUMNS:
            break
        if second <= COLUMNS:
            cost = abs(first - second) + 6 * tokens[middle].break_cost
            if cost < least:
                best, least = middle, cost
    return best


def _columns(tokens: list[_Token]) -> int:
    return sum(token.width + token.spaced for token in tokens) - tokens[0].spaced


def _joined(tokens: list[_Token]) -> str:
    return "".join(" " * token.spaced + token.text for token in tokens).strip()


# What is not broken, and its times


def _tokens(piece: TimedPiece, markup: bool) -> Iterator[_Token]:
    """Yield the tokens of a piece. What has no time of its own shares that of its neighbours, by characters."""
    shown = _shown(piece.text) if markup else list(range(len(piece.text)))
    time_at = _clock(piece)
    sentences = [begin - piece.start for begin in piece.sentences]
    passed, clause, behind = 0, True, 0  # of a piece that begins within a sentence, something has come to its end
    for start, end, spaced in _unbroken(piece.text, shown):
        text = "".join(piece.text[at] for at in shown[start:end])
        text = _SURROGATE.sub("\ufffd", text)
        first, last = shown[start], shown[end - 1] + 1
        begins = passed < len(sentences) and sentences[passed] < last
        while passed < len(sentences) and sentences[passed] < last:
            passed += 1
        cost = _AT_SENTENCE if begins else _AT_CLAUSE if clause else _ANYWHERE
        opens = _BLANK_LINE.search(piece.text, behind, first) is not None
        yield _Token(text, width_of(text), spaced, time_at(first, False), time_at(last, True), cost, opens)
        clause, behind = _CLAUSE_END.search(text) is not None, last


def _shown(text: str) -> list[int]:
    """Return which characters of a text are shown: not what says how a word is pronounced."""
    hidden: set[int] = set()
    if "](/" in text:
        for found in TRANSCRIBED.finditer(text):
            hidden.update(range(found.start(), found.start(1)), range(found.end(1), found.end()))
    return [at for at in range(len(text)) if at not in hidden] if hidden else list(range(len(text)))


def _unbroken(text: str, shown: list[int]) -> Iterator[tuple[int, int, bool]]:
    """Yield where each token begins and ends in `shown`, and whether a blank stands before it."""
    visible = _UNSHOWN.sub(" ", "".join(text[at] for at in shown))
    for word in re.finditer(r"\S+", visible):
        start, end = word.span()
        if _ORNAMENT.fullmatch(word[0]):
            continue
        if word[0].isascii() and end - start <= COLUMNS:
            yield start, end, True
            continue
        spaced, columns = True, 0
        at = begin = start
        wide_before = False
        for grapheme in iter_graphemes(word[0]):
            width = width_of(grapheme)
            wide = width == 2 and grapheme[0] not in _CLOSING
            broken = wide or (wide_before and width > 0 and grapheme[0] not in _CLOSING) or columns + width > COLUMNS
            if broken and at > begin:
                yield begin, at, spaced
                begin, spaced, columns = at, False, 0
            at += len(grapheme)
            columns += width
            wide_before = wide or (wide_before and grapheme[0] in _CLOSING)
        yield begin, at, spaced


def _clock(piece: TimedPiece) -> Callable[[int, bool], float]:
    """Return what tells the time of an offset in the piece's text: along its words, evenly between them."""
    lead = len(piece.text) - len(piece.text.lstrip())
    offsets, times = [lead], [min([piece.sound_at, *(word.at for word in piece.words[:1])])]

    def note(offset: int, time: float) -> None:
        offsets.append(max(offset, offsets[-1]))
        times.append(min(max(time, times[-1]), piece.until))

    for word in piece.words:
        note(word.start - piece.start, word.at)
        note(word.end - piece.start, word.until)
    note(len(piece.text.rstrip()), piece.sound_until)

    def time_at(offset: int, end: bool) -> float:
        """Return when something begins or ends there: words may touch each other."""
        after = (bisect_left if end else bisect_right)(offsets, offset)
        if after in (0, len(offsets)):
            return times[0] if not after else times[-1]
        share = (offset - offsets[after - 1]) / (offsets[after] - offsets[after - 1])
        return times[after - 1] + share * (times[after] - times[after - 1])

    return time_at
