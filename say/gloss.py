"""`say --phonemes` for people: each word above what is said for it and its phonemes, in columns. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from common.character_names import named
from common.messages.synthesis import PieceWord
from say.columns import width_of
from say.console import printable
from say.previewing import PreviewedPiece

_TEXT, _SAID, _PHONEMES = "text", "said", "phonemes"
_INDENT = 2  # columns
_LABEL = len(_PHONEMES) + 2  # columns
_GAP = 2  # columns between two words
_NARROWEST = 20  # columns of words, however narrow the terminal is

_Column = tuple[str, ...]  # a word, what is said, its phonemes


def gloss(piece: PreviewedPiece, width: int) -> str:
    """Return the block of a piece, in lines of at most `width` columns where its words are not longer themselves."""
    planned = piece.planned
    head = f"{piece.start}–{piece.end}"  # noqa: RUF001  # a span
    if planned.pause:
        head += f"  a pause of {planned.pause:g} s"
    if planned.left_out:
        head += f"  left out: {', '.join(map(named, planned.left_out))}"
    if planned.pause:
        return head
    labels = (_TEXT, _SAID, _PHONEMES) if piece.phonemes else (_TEXT, _SAID)
    columns = [column[: len(labels)] for column in _columns(piece)]
    room = max(width - _INDENT - _LABEL, _NARROWEST)
    blocks = ["\n".join(_rows(labels, row)) for row in _wrapped(columns, room)]
    return "\n".join([head, *blocks])


def _columns(piece: PreviewedPiece) -> list[_Column]:
    """Return each word with the punctuation behind it. Without words, the text word by word, and nothing aligned."""
    words = piece.planned.words
    if not words:
        return [tuple(map(_folded, (piece.text, piece.normalised, piece.phonemes)))]
    begins = [_Begins(word, piece) for word in words]
    begins[0].text = begins[0].said = begins[0].sound = 0  # what stands in front of the first word belongs to it
    columns: list[_Column] = []
    for index, begin in enumerate(begins):
        following = begins[index + 1] if index + 1 < len(begins) else None
        columns.append(
            (
                _folded(piece.text[begin.text : following.text if following else None]),
                _folded(piece.normalised[begin.said : following.said if following else None]),
                _folded(piece.phonemes[begin.sound : following.sound if following else None]),
            )
        )
    return columns


class _Begins:
    """Where a word begins in a piece's three texts."""

    def __init__(self, word: PieceWord, piece: PreviewedPiece) -> None:
        self.text = word.start - piece.start
        self.said = word.said
        self.sound = word.sound


def _folded(text: str) -> str:
    return printable(" ".join(text.split()))


def _wrapped(columns: Sequence[_Column], room: int) -> Iterator[list[_Column]]:
    row: list[_Column] = []
    used = 0
    for column in columns:
        width = _width(column) + _GAP
        if row and used + width - _GAP > room:
            yield row
            row, used = [], 0
        row.append(column)
        used += width
    if row:
        yield row


def _width(column: _Column) -> int:
    return max(map(width_of, column))


def _rows(labels: Sequence[str], columns: Sequence[_Column]) -> Iterator[str]:
    for number, label in enumerate(labels):
        cells = [column[number] + " " * (_width(column) - width_of(column[number])) for column in columns]
        yield f"{' ' * _INDENT}{label:<{_LABEL}}{(' ' * _GAP).join(cells)}".rstrip()
