from __future__ import annotations

from common.messages.speaking import Accepted, Piece
from say.left_out import LeftOut


def piece(start: int, *words: str) -> Piece:
    return Piece("id", 0, start, start + 10, left_out=words)


def told(*pieces: Piece, words: bool = True) -> list[str]:
    left_out = LeftOut()
    lines: list[str] = []
    for each in pieces:
        left_out.handle(each)
    left_out.tell(lines.append, words=words)
    return lines


def test_nothing_left_out_is_nothing_told() -> None:
    assert told(piece(0), piece(10)) == []


def test_one_word_is_named() -> None:
    assert told(piece(0, "𒀀")) == ["1 word could not be spoken and was left out: '𒀀'"]


def test_words_are_counted_and_the_first_ones_named() -> None:
    assert told(piece(0, "a", "b"), piece(10, "c"), piece(20, "d", "e", "f")) == [
        "6 words could not be spoken and were left out: 'a', 'b', 'c', 'd', 'e', …"
    ]


def test_a_piece_that_is_spoken_again_counts_once() -> None:
    assert told(piece(0, "a"), piece(10, "b"), piece(0, "a"), piece(10, "b")) == [
        "2 words could not be spoken and were left out: 'a', 'b'"
    ]


def test_a_log_gets_nothing_of_the_text() -> None:
    assert told(piece(0, "a"), words=False) == ["1 word could not be spoken and was left out"]


def test_other_events_are_none_of_its_business() -> None:
    left_out = LeftOut()
    left_out.handle(Accepted("id", "tone", 24_000))
    assert left_out.warning() == ""
