from __future__ import annotations

from common.messages.synthesis import PieceWord, PlannedPiece
from say.columns import width_of
from say.gloss import gloss
from say.previewing import PreviewedPiece

PRICE = PreviewedPiece(
    " It's $5, 日本!",
    "af_heart",
    PlannedPiece(
        "It's five dollars, 日本!",
        "ɪts fˈIv dˈɑləɹz, nˈɪp!",
        10,
        23,
        "end",
        words=(
            PieceWord(11, 15, 0, 4, 0, 3),
            PieceWord(16, 18, 5, 17, 4, 16),
            PieceWord(20, 22, 19, 21, 18, 22),
        ),
    ),
)


def test_each_word_stands_above_what_is_said_for_it_and_its_phonemes() -> None:
    assert gloss(PRICE, 80).splitlines() == [
        "10–23",  # noqa: RUF001  # a span
        "  text      It's  $5,            日本!",
        "  said      It's  five dollars,  日本!",
        "  phonemes  ɪts   fˈIv dˈɑləɹz,  nˈɪp!",
    ]


def test_a_narrow_terminal_gets_more_rows() -> None:
    lines = gloss(PRICE, 36).splitlines()
    assert lines[1:4] == ["  text      It's  $5,", "  said      It's  five dollars,", "  phonemes  ɪts   fˈIv dˈɑləɹz,"]
    assert lines[4:] == ["  text      日本!", "  said      日本!", "  phonemes  nˈɪp!"]
    assert all(width_of(line) <= 36 for line in lines)


def test_an_engine_that_takes_text_has_no_phonemes_and_no_columns() -> None:
    piece = PreviewedPiece("One\ntwo. ", "af_heart", PlannedPiece("One two.", "", 0, 9, "end"))
    assert gloss(piece, 80).splitlines() == ["0–9", "  text      One two.", "  said      One two."]  # noqa: RUF001


def test_a_pause_says_how_long_it_is() -> None:
    piece = PreviewedPiece("[pause 500ms]", "af_heart", PlannedPiece("", "", 3, 16, "pause", pause=0.5))
    assert gloss(piece, 80) == "3–16  a pause of 0.5 s"  # noqa: RUF001


def test_what_cannot_be_spoken_is_named_and_nothing_can_confuse_a_terminal() -> None:
    planned = PlannedPiece("a \x1b[31m", "ɐ", 0, 7, "end", left_out=("\u202ex",))
    shown = gloss(PreviewedPiece("a \x1b[31m", "af_heart", planned), 80)
    assert "left out: '\\u202ex'" in shown and "\x1b" not in shown and "\u202e" not in shown
