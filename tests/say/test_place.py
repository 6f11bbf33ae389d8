from __future__ import annotations

from common.messages.speaking import Accepted, Moved, Piece, Played, Playing, Word
from say.place import Place

# Two sentences and a half: "One two. Three, four. Five" in pieces that begin within sentences, too.
FIRST = Piece("id", 0, 0, 9, sentences=(0,))
SECOND = Piece("id", 1, 9, 16, sentences=(9,))  # "Three, "
THIRD = Piece("id", 2, 16, 26, sentences=(22,))  # "four. Five"


def after(*events: Piece | Playing | Word | Played | Moved | Accepted) -> Place:
    place = Place()
    for event in (Accepted("id", "tone", 24_000), FIRST, SECOND, THIRD, *events):
        place.note(event)
    return place


def played(*pieces: Piece) -> list[Playing | Played]:
    return [event for piece in pieces for event in (Playing("id", piece.index), Played("id", piece.index, piece.end))]


def test_nothing_heard_is_all_unheard() -> None:
    assert Place().unheard() == 0
    assert after().unheard() == 0


def test_the_sentence_that_sounds_counts_from_its_beginning() -> None:
    assert after(Playing("id", 0), Word("id", 4, 7, 0.2, 0.4)).unheard() == 0
    assert after(*played(FIRST), Playing("id", 1)).unheard() == 9


def test_a_sentence_counts_from_its_beginning_in_an_earlier_piece() -> None:
    assert after(*played(FIRST, SECOND), Playing("id", 2)).unheard() == 9
    assert after(*played(FIRST, SECOND), Playing("id", 2), Word("id", 16, 20, 0, 1)).unheard() == 9


def test_words_tell_which_sentence_of_a_piece_sounds() -> None:
    assert after(*played(FIRST, SECOND), Playing("id", 2), Word("id", 22, 26, 0, 1)).unheard() == 22


def test_between_two_pieces_of_a_sentence_it_counts_from_its_beginning() -> None:
    assert after(*played(FIRST, SECOND)).unheard() == 9


def test_between_two_sentences_only_the_next_one_counts() -> None:
    assert after(*played(FIRST)).unheard() == 9


def test_when_all_was_heard_nothing_is_left() -> None:
    assert after(*played(FIRST, SECOND, THIRD)).unheard() == 26


def test_the_end_of_a_piece_that_is_told_late_does_not_hide_the_one_that_sounds() -> None:
    late = [Playing("id", 0), Playing("id", 1), Playing("id", 2), Word("id", 22, 26, 0, 1), Played("id", 1, 16)]
    assert after(*late).unheard() == 22


def test_blanks_in_front_of_a_sentence_belong_to_neither() -> None:
    place = Place()
    for event in (Piece("id", 0, 0, 9, sentences=(0,)), Piece("id", 1, 9, 20, sentences=(12,)), *played(FIRST)):
        place.note(event)
    assert place.unheard(blanks=3) == 12


def test_it_follows_where_speech_goes() -> None:
    place = after(*played(FIRST), Playing("id", 1), Moved("id", 22))
    assert (place.start, place.unheard()) == (22, 22)
    place.note(Moved("id", 0))
    assert (place.start, place.unheard()) == (0, 0)
    place.note(Piece("id", 0, 0, 9, sentences=(0,)))
    place.note(Playing("id", 0))
    assert place.unheard() == 0


def test_a_retry_numbers_its_pieces_anew() -> None:
    place = after(*played(FIRST), Playing("id", 1), Accepted("other", "tone", 24_000))
    place.note(Piece("other", 0, 9, 22, sentences=(9,)))
    assert place.unheard() == 9
    place.note(Playing("other", 0))
    place.note(Played("other", 0, 22))
    assert place.unheard() == 22


def test_another_speed_in_the_midst_of_a_sentence_leaves_its_beginning_where_it_was() -> None:
    place = after(*played(FIRST), Playing("id", 1), Moved("id", 16), Piece("id", 3, 16, 26, sentences=(22,)))
    place.note(Playing("id", 3))
    assert place.unheard() == 9
