from __future__ import annotations

import numpy as np

from common.messages.synthesis import PlannedPiece, WordTime
from voice_server.clips import STEP_BACK, Clip
from voice_server.joins import LEAD, RATE, pause_after

PIECE = PlannedPiece("One two. Three.", "", 100, 115, "sentence", (100, 109))
WORDS = (WordTime(100, 103, 0.1, 0.4), WordTime(104, 108, 0.5, 0.9), WordTime(109, 115, 1.2, 1.9))
SPOKEN = RATE * 2


def clip(words: tuple[WordTime, ...] = WORDS, start: int = 100) -> Clip:
    samples = np.full(SPOKEN + pause_after("sentence", 1.0), 0.5, np.float32)
    return Clip(PIECE, start, 1.0, index=0, samples=samples, words=words)


def test_a_character_sounds_a_little_before_its_word_and_the_first_word_from_the_beginning() -> None:
    assert clip().sample_at(100) == 0
    assert clip().sample_at(104) == round((0.5 - LEAD) * RATE)
    assert clip().sample_at(109) == round((1.2 - LEAD) * RATE)
    assert clip().sample_at(115) == round(1.9 * RATE)


def test_the_lead_never_reaches_into_the_word_before() -> None:
    words = (WordTime(100, 103, 0.1, 0.49), WordTime(104, 108, 0.5, 0.9))
    assert clip(words).sample_at(104) == round(0.49 * RATE)


def test_the_word_that_sounds_is_found_and_in_a_gap_the_next_one() -> None:
    assert clip().character_at(round(0.2 * RATE)) == 100
    assert clip().character_at(round(0.45 * RATE)) == 104
    assert clip().character_at(round(0.6 * RATE)) == 104
    assert clip().character_at(round(1.95 * RATE)) == 115


def test_without_word_times_characters_share_the_sound_but_for_the_pause() -> None:
    one = clip(words=())
    assert one.sample_at(109) == SPOKEN * 9 // 15
    assert one.character_at(SPOKEN * 6 // 15) == 104  # the word's beginning
    assert one.character_at(SPOKEN) == 115


def test_it_goes_on_a_little_earlier_but_never_before_it_began() -> None:
    one = clip(start=104)
    assert one.resume_at() == one.entry
    one.heard = one.entry + 10
    assert one.resume_at() == one.entry
    one.heard = RATE
    assert one.resume_at() == RATE - round(STEP_BACK * RATE)


def test_sound_that_starts_in_its_middle_is_faded_in_and_else_left_alone() -> None:
    one = clip()
    assert one.sound_from(0) is one.samples
    middle = one.sound_from(RATE)
    assert middle[0] == 0.0 and middle[-1] == 0.5 and len(middle) == one.length - RATE
    assert np.all(np.diff(middle[:300]) >= 0)
    assert one.samples is not None and one.samples[RATE] == 0.5
    assert len(one.sound_from(one.length)) == 0


def test_begun_anew_it_is_another_piece_for_the_client() -> None:
    one = clip()
    one.heard, one.told, one.words_told = RATE, True, 2
    one.begin_anew(104)
    assert (one.start, one.index, one.heard, one.told, one.words_told) == (104, -1, -1, False, 0)
    assert not one.ready
