"""Promises about how long pieces are and where they are cut."""

from __future__ import annotations

import pytest

from common.errors import Unspeakable
from model_server.text.pace import ENOUGH, MOST, Limits
from model_server.text.pieces import CONTEXT, Cut, Measure, first_piece, next_piece
from model_server.text.plain import PlainReader
from model_server.text.sentences import Window


def cut(text: str, *, first: bool = False, ended: bool = True, expand: int = 1) -> Cut | None:
    window = Window.of(text, ended=ended, line_start=True)
    measure = Measure(PlainReader(lambda said: said * expand))
    return first_piece(window, measure) if first else next_piece(window, measure)


def front(text: str, *, first: bool = False, ended: bool = True) -> str:
    found = cut(text, first=first, ended=ended)
    return text[: found.end].strip() if found else ""


LONG = "the cat sat on the mat with a hat and a bat "  # 44 characters


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("Hi. This is the rest of it.", "Hi."),
        ("A sentence that is short, is spoken whole. Then the next.", "A sentence that is short, is spoken whole."),
        ("When the rain had stopped, " + LONG * 3 + ".", "When the rain had stopped,"),
        ("When the rain had stopped, and the sun was out: " + LONG * 3 + ".", "When the rain had stopped,"),
        ("However, " + LONG + "and, " + LONG * 2 + ", " + LONG + ".", "However, " + LONG + "and,"),
        ("It costs 1,234 or 12:30 " + LONG * 3 + ". Next.", "It costs 1,234 or 12:30 " + LONG * 3 + "."),
        (LONG * 3 + ", " + LONG + ".", LONG * 3 + ","),
        ("昨日の夜はとても寒かったので家で本を読みながらお茶を飲み、" + "それから" * 20 + "。", "昨日の夜はとても寒かったので家で本を読みながらお茶を飲み、"),
    ],
)  # fmt: skip
def test_the_first_piece_is_a_short_sentence_or_an_opening_clause(text: str, opening: str) -> None:
    assert front(text, first=True) == opening


def test_an_opening_is_settled_long_before_its_sentence_ends() -> None:
    text = "When the rain had stopped, the cat sat on the mat with a hat and a bat and a rat and a gnat again"

    assert front(text, first=True, ended=False) == "When the rain had stopped,"
    assert front(text[:60], first=True, ended=False) == ""


def test_sentences_are_packed_until_there_is_enough() -> None:
    text = "This one has about thirty signs. " * 10

    found = cut(text)

    assert found and found.boundary == "sentence"
    assert ENOUGH <= len(found.reading) <= ENOUGH + 33


def test_a_sentence_that_does_not_fit_begins_the_next_piece() -> None:
    assert front("This one has about thirty signs. " + LONG * 4 + ".") == "This one has about thirty signs."


def test_a_very_short_sentence_is_joined_with_its_neighbour() -> None:
    text = "No. " + LONG * 4 + "end. Next."

    assert front(text) == "No. " + LONG * 4 + "end."


def test_a_short_sentence_that_comes_before_one_that_is_too_long_keeps_its_pause() -> None:
    """It was cut off as a clause, and the next one followed as if nothing had ended."""
    text = "The rain is over. " + LONG + ", " + LONG * 4 + "."
    window = Window.of(text, ended=True, line_start=True)

    found = next_piece(window, Measure(PlainReader(lambda said: said)), Limits(30, 30))

    assert found and (text[: found.end], found.boundary) == ("The rain is over. ", "sentence")


def test_a_paragraph_ends_its_piece_unless_it_is_very_short() -> None:
    assert front("This is a paragraph.\n\nThis is the next.") == "This is a paragraph."
    assert front("A title\n\nThis is the next.") == "A title"
    assert front('"No."\n\n"This is the next." Then') == '"No."\n\n"This is the next." Then'


def test_where_an_engine_takes_text_a_paragraph_ends_its_piece_however_short_it_is() -> None:
    text = '"No."\n\n"This is the next."\n\nThen'

    found = next_piece(Window.of(text, ended=True, line_start=True), Measure(PlainReader(None)))

    assert found and (found.reading.sounds, found.boundary) == ('"No."', "paragraph")


def test_lines_of_a_list_are_joined_with_stops_in_phonemes_and_kept_apart_in_text() -> None:
    text = "milk\neggs\nbread\n\nNext"
    window = Window.of(text, ended=True, line_start=True)

    with_phonemes = next_piece(window, Measure(PlainReader(lambda said: said)))
    with_text = next_piece(window, Measure(PlainReader(None)))

    assert with_phonemes and with_phonemes.reading.sounds == "milk. eggs. bread"
    assert with_text and with_text.reading.sounds == "milk"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (LONG * 3 + "; " + LONG + ", " + LONG * 3 + ".", LONG * 3 + ";"),  # a semicolon before a comma
        (LONG * 3 + ", " + LONG * 3 + ".", LONG * 3 + ","),
        (LONG + ", " + LONG * 4 + ".", LONG + ","),  # rather short than whole
        (LONG * 6 + ", " + LONG + ".", LONG * 6 + ","),  # rather long than within a phrase
        (LONG * 8 + ".", LONG * 8 + "."),  # whole up to 400
        (LONG * 10 + ".", (LONG * 5)[:199].strip()),  # at a word
    ],
)
def test_a_long_sentence_is_cut_where_it_hurts_least(text: str, part: str) -> None:
    assert front(text) == part


def test_a_sentence_without_end_is_cut_before_its_end_is_known() -> None:
    assert front(LONG * 20, ended=False) == (LONG * 5)[:199].strip()


def test_an_unbroken_run_of_letters_is_cut_and_nothing_is_dropped() -> None:
    found = cut("x" * 1000)

    assert found and ENOUGH <= found.end == len(found.reading) <= MOST


def test_a_letter_is_not_parted_from_its_accents() -> None:
    text = "e\u0301\u0302" * 300

    found = cut(text)

    assert found and found.end % 3 == 0


def test_emoji_sequences_and_flags_stay_together() -> None:
    for unit in ("👩\u200d💻", "🇩🇪x", "👍🏽"):
        found = cut(unit * 300)
        assert found and found.end % len(unit) in (0, len(unit) - 1 if unit.endswith("x") else 0)


def test_what_reads_longer_than_it_is_written_is_cut_shorter() -> None:
    found = cut("1" * 200, expand=7)

    assert found and found.end == MOST // 7
    assert len(found.reading) <= CONTEXT


def test_marks_after_every_letter_do_not_make_a_piece_too_long() -> None:
    # Found by chance: each letter here was taken for a part of the one before it.
    found = cut("0::\u200d" * 200, expand=2)

    assert found and len(found.reading) <= MOST


def test_one_character_beyond_the_context_is_an_error() -> None:
    with pytest.raises(Unspeakable):
        cut("ab", expand=CONTEXT + 1)
