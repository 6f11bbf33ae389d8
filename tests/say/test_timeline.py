from __future__ import annotations

import pytest

from common.messages.speaking import Accepted, Piece, Played, Word
from say.timeline import SECOND, TimedPiece, Timeline

TEXT = "One two. [pause 1s] Three."
LOUD = b"\1\0"


def sound(ahead: float, loud: float, behind: float) -> bytes:
    """Return so many seconds of silence, sound and silence."""
    return b"\0" * round(ahead * SECOND) + LOUD * round(loud * SECOND / 2) + b"\0" * round(behind * SECOND)


def timeline(text: str = TEXT) -> tuple[Timeline, list[TimedPiece]]:
    told: list[TimedPiece] = []
    return Timeline(lambda start, end: text[start:end], [told.append]), told


def play(line: Timeline, index: int, end: int, pcm: bytes, *words: Word) -> None:
    """Report a piece as `SayClient.render` does."""
    for word in words:
        line.handle(word)
    line.write(pcm)
    line.handle(Played("id", index, end))


def test_pieces_and_words_have_their_place_in_text_and_file() -> None:
    line, told = timeline()
    line.handle(Accepted("id", "tone", 24_000))
    line.handle(Piece("id", 0, 0, 9, sentences=(0,)))
    line.handle(Piece("id", 1, 9, 19, pause=1.0))
    play(line, 0, 9, sound(0.0, 0.5, 0.25), Word("id", 0, 3, 0.0, 0.2), Word("id", 4, 7, 0.25, 0.5))
    line.handle(Piece("id", 2, 19, 26, sentences=(20,)))
    play(line, 1, 19, sound(0.0, 0.0, 1.0))
    play(line, 2, 26, sound(0.125, 0.5, 0.125), Word("id", 20, 25, 1.875, 2.375))

    assert [(piece.text, piece.at, piece.until) for piece in told] == [
        ("One two. ", 0.0, 0.75),
        ("[pause 1s]", 0.75, 1.75),
        (" Three.", 1.75, 2.5),
    ]
    assert [piece.silent for piece in told] == [False, True, False]
    assert [(piece.sound_at, piece.sound_until) for piece in told] == [(0.0, 0.5), (0.75, 1.75), (1.875, 2.375)]
    assert [(word.text, word.at, word.until) for piece in told for word in piece.words] == [
        ("One", 0.0, 0.2),
        ("two", 0.25, 0.5),
        ("Three", 1.875, 2.375),
    ]
    assert told[2].sentences == (20,)
    assert line.seconds == 2.5


def test_a_piece_tells_whether_a_paragraph_ends_with_it() -> None:
    line, told = timeline("One.\n\nTwo. Three.")
    for index, (start, end, boundary) in enumerate([(0, 6, "paragraph"), (6, 11, "sentence"), (11, 17, "end")]):
        line.handle(Piece("id", index, start, end, boundary=boundary))
        play(line, index, end, sound(0.0, 0.5, 0.0))
    assert [piece.closing for piece in told] == [True, False, False]


def test_after_a_crash_pieces_are_numbered_anew_and_times_go_on() -> None:
    line, told = timeline("One. Two.")
    line.handle(Accepted("id", "tone", 24_000))
    line.handle(Piece("id", 0, 0, 5))
    line.handle(Piece("id", 1, 5, 9))
    play(line, 0, 5, sound(0, 1, 0))
    line.handle(Accepted("id", "tone", 24_000))
    line.handle(Piece("id", 0, 5, 9))
    play(line, 0, 9, sound(0, 1, 0), Word("id", 5, 8, 1.0, 2.0))
    assert [(piece.text, piece.at, piece.until, len(piece.words)) for piece in told] == [
        ("One. ", 0.0, 1.0, 0),
        ("Two.", 1.0, 2.0, 1),
    ]


def test_what_an_engine_tells_beyond_the_sound_is_held_within_it() -> None:
    line, told = timeline("One.")
    line.handle(Piece("id", 0, 0, 4))
    play(line, 0, 4, sound(0, 1, 0), Word("id", 0, 3, -0.01, 1.5))
    assert [(word.at, word.until) for word in told[0].words] == [(0.0, 1.0)]


@pytest.mark.parametrize("pcm", [b"", b"\0" * SECOND], ids=["nothing", "silence"])
def test_a_piece_without_sound_has_all_of_its_time(pcm: bytes) -> None:
    line, told = timeline("…")
    line.handle(Piece("id", 0, 0, 1))
    play(line, 0, 1, pcm)
    assert (told[0].sound_at, told[0].sound_until) == (0.0, len(pcm) / SECOND)
