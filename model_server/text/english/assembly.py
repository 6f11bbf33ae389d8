"""From tokens and their phonemes to a reading: one line of text, one of phonemes, and where each written word is in both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from common.messages.synthesis import PieceWord
from model_server.text.english.tokens import Kind, Token
from model_server.text.reading import Reading


def assemble(tokens: Sequence[Token], sounds: Sequence[str] | None, left_out: tuple[str, ...] = ()) -> Reading:
    """Return the reading of tokens; `sounds` are their phonemes, None for an engine that takes text."""
    text = _Line([token.text for token in tokens], tokens)
    phonemes = _Line(sounds, tokens) if sounds is not None else None
    words = []
    for begin, end in _written_words(tokens):
        said = text.span(begin, end)
        sound = phonemes.span(begin, end) if phonemes else (0, 0)
        words.append(PieceWord(tokens[begin].start, tokens[begin].end, *said, *sound))
    return Reading(phonemes.text if phonemes else text.text, text.text, tuple(words), left_out)


class _Line:
    """Parts in a row, a blank after each that asks for it, and where each part is."""

    def __init__(self, parts: Sequence[str], tokens: Sequence[Token]) -> None:
        self._begins: list[int] = []
        self._ends: list[int] = []
        row: list[str] = []
        length, blank = 0, False
        for part, token in zip(parts, tokens, strict=True):
            if part and blank:
                row.append(" ")
                length += 1
            self._begins.append(length)
            row.append(part)
            length += len(part)
            self._ends.append(length)
            blank = length > 0 and (token.space or (blank and not part))
        self.text = "".join(row)

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Return where the parts `begin` to `end` (exclusive) are; a span of no length where they say nothing."""
        if end - begin == 1:
            return self._begins[begin], self._ends[begin]
        loud = [index for index in range(begin, end) if self._ends[index] > self._begins[index]]
        return (self._begins[loud[0]], self._ends[loud[-1]]) if loud else (self._begins[begin], self._begins[begin])


def _written_words(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield for each written word which tokens are said for it: those of one span, marks at its end excepted."""
    begin = 0
    for index, token in enumerate(tokens, start=1):
        if index < len(tokens) and (token.start, token.end) == (tokens[index].start, tokens[index].end):
            continue
        end = index
        while end > begin and tokens[end - 1].kind is Kind.MARK:
            end -= 1
        if end > begin:
            yield begin, end
        begin = index
