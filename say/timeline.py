"""When each piece and word of a text sounds in the file that it is written to, from what is reported meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from common.messages.speaking import Accepted, Piece, Played, Word
from common.records import dataclass
from say.wav import RATE, SAMPLE_BYTES

SECOND = RATE * SAMPLE_BYTES  # bytes of sound


@dataclass(frozen=True)
class TimedWord:
    """A word as it is written, and when it sounds. Seconds count from the file's first sample."""

    start: int  # characters from the beginning of the text
    end: int  # characters
    text: str
    at: float
    until: float


@dataclass(frozen=True)
class TimedPiece:
    """A piece of the text, and when it sounds. Pieces follow each other without a gap, in the text and in the file."""

    start: int  # characters from the beginning of the text
    end: int  # characters
    text: str
    at: float  # seconds from the file's first sample
    until: float  # seconds; the pause behind it included
    sound_at: float  # seconds, without silence ahead
    sound_until: float  # seconds, without the silence behind
    silent: bool = False  # it is a pause that the text asks for
    sentences: tuple[int, ...] = ()  # where sentences begin in it, characters from the beginning of the text
    words: tuple[TimedWord, ...] = ()  # in order; engines do not tell all
    closing: bool = False  # a paragraph ends with it, or whatever the user has pieces end at


class Timeline:
    """Takes an utterance's events and sound in the order in which `SayClient.render` gives them, and tells of each piece
    when it is complete.
    """

    def __init__(self, text_of: Callable[[int, int], str], takers: Sequence[Callable[[TimedPiece], None]]) -> None:
        """`text_of` returns the text between two offsets, of pieces that are announced."""
        self._text_of = text_of
        self._takers = takers
        # By index. The spool forgets the text before the piece is told of.
        self._announced: dict[int, tuple[Piece, str]] = {}
        self._words: list[Word] = []
        self._pcm = b""  # of the piece that is next to be told of
        self._bytes = 0  # written before that

    @property
    def seconds(self) -> float:
        """Return how much was written."""
        return (self._bytes + len(self._pcm)) / SECOND

    def write(self, pcm: bytes) -> None:
        """Take the sound of the next piece."""
        self._bytes += len(self._pcm)
        self._pcm = pcm

    def handle(self, event: object) -> None:
        """Take note of what was reported."""
        if isinstance(event, Piece):
            self._announced[event.index] = event, self._text_of(event.start, event.end)
        elif isinstance(event, Word):
            self._words.append(event)
        elif isinstance(event, Accepted):  # perhaps once more: pieces are numbered anew
            self._announced.clear()
        elif isinstance(event, Played):
            self._tell(event.index)

    def _tell(self, index: int) -> None:
        words, self._words = self._words, []
        if (announced := self._announced.pop(index, None)) is None:
            return
        piece, text = announced
        at, until = self._bytes / SECOND, self.seconds
        ahead, behind = _silence(self._pcm)
        timed = TimedPiece(
            piece.start,
            piece.end,
            text,
            at,
            until,
            at + ahead,
            until - behind,
            piece.pause > 0,
            piece.sentences,
            tuple(_timed(word, piece, text, until) for word in words),
            closing=piece.boundary == "paragraph",
        )
        for take in self._takers:
            take(timed)


def _timed(word: Word, piece: Piece, text: str, until: float) -> TimedWord:
    """Return a word within its piece: what engines tell may be off by a sample or two."""
    end = min(max(word.until, 0.0), until)
    written = text[max(word.start - piece.start, 0) : max(word.end - piece.start, 0)]
    return TimedWord(word.start, word.end, written, min(max(word.at, 0.0), end), end)


def _silence(pcm: bytes) -> tuple[float, float]:
    """Return the seconds of silence at the beginning and at the end; none where there is nothing else."""
    ahead, behind = len(pcm) - len(pcm.lstrip(b"\0")), len(pcm) - len(pcm.rstrip(b"\0"))
    if ahead == len(pcm):
        return 0.0, 0.0
    return ahead // SAMPLE_BYTES / RATE, behind // SAMPLE_BYTES / RATE
