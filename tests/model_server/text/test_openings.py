"""Promises about where the first piece ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_server.text.openings import AT_CONJUNCTION, LEAST, places_at_words
from model_server.text.pace import REFERENCE, Pace
from model_server.text.pieces import OPENING_MOST, Measure, first_piece
from model_server.text.plain import PlainReader
from model_server.text.sentences import Window

FAST = Pace(fixed=0.03, each=0.0005, sound=0.07)
SLOW = Pace(fixed=0.5, each=0.1, sound=0.07)
NEXT = " And so it went on."


def opening(text: str, pace: Pace = REFERENCE, *, english: bool = True) -> str:
    window = Window.of(text + NEXT, ended=True, line_start=True)
    found = first_piece(window, Measure(PlainReader(lambda said: said)), pace, english)
    assert found
    return text[: found.end].strip()


COMMA = "It was a bright cold day in April, and the clocks were striking thirteen."


@pytest.mark.parametrize(
    ("pace", "heard"), [(FAST, COMMA), (REFERENCE, "It was a bright cold day in April,"), (SLOW, COMMA)]
)
def test_a_clause_comes_first_unless_a_whole_sentence_takes_no_time_or_sound_breaks_off_anyway(
    pace: Pace, heard: str
) -> None:
    assert opening(COMMA, pace) == heard


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Nobody in the village remembered who had built it, or why.", "Nobody in the village remembered who had built it, or why."),
        ("The house stood on a hill above the river, and from its tall windows you could see the boats come home in the evening.", "The house stood on a hill above the river,"),
        ("Warning: the disk is almost full; only 3 gigabytes of 512 are left, and the nightly backup needs ten.", "Warning: the disk is almost full;"),
        ("When he came home, the dog that had been waiting for him since the morning ran to the door.", "When he came home,"),
        ("Well, the report that was to be published in spring is late again, as everybody had expected of it.", "Well, the report that was to be published in spring is late again,"),
        ("The tests have passed.", "The tests have passed."),
        ("Yes.", "Yes."),
    ],
)  # fmt: skip
def test_the_first_sound_is_a_clause_or_a_short_sentence(text: str, heard: str) -> None:
    assert opening(text) == heard


@pytest.mark.parametrize(
    "text", [COMMA, "Nobody remembered who had built it, or why.", f"{'It rained all day, ' * 9}and then it stopped."]
)
def test_where_sound_breaks_off_in_any_case_it_does_so_at_the_end_of_a_sentence(text: str) -> None:
    assert opening(text, SLOW) == text


LONG_MAIN = (
    "The committee that was appointed by the president last year to look into the matter has not published its report"
)


def test_a_long_english_sentence_without_a_mark_is_cut_before_a_word_that_begins_a_clause() -> None:
    text = f"{LONG_MAIN} because its members could not agree on a single word of what had been written there."

    assert opening(text) == LONG_MAIN
    assert opening(text, english=False) == text
    assert opening(text, FAST) == text


# What belongs together is never parted, however slow the machine is.
TIGHT = (
    "Please make sure that all the changes that you have made to the files in the working directory are committed soon.",
    "The build finished with three warnings and no errors after twelve minutes and thirty seconds on the new machine.",
    "He would not look up the word in the big old dictionary on the shelf beside the window of the room on the left.",
    "I have no idea what he was talking about when he told us that the thing would be over by the end of the week.",
    "The man who had been sitting in the corner of the room for more than an hour got up and left without a word to us.",
    "They asked when the next train to the city with a stop at the airport would leave from the platform on the left.",
    "She went to bed early even though everybody else in the house was still up and talking in the kitchen downstairs.",
    "The price of bread and butter and milk and eggs has gone up again for the third time in a row this past winter.",
    "You may know which of the two roads through the mountains was closed by the snow that fell in the last few days.",
)


@pytest.mark.parametrize("text", TIGHT)
@pytest.mark.parametrize("pace", [REFERENCE, SLOW, FAST])
def test_no_phrase_is_parted(text: str, pace: Pace) -> None:
    assert opening(text, pace) == text


def test_what_belongs_to_the_word_before_it_begins_no_clause() -> None:
    text = "just as when any one who even if to where he knows which way but they left while it rained so we stayed"
    ends = [at for at, letter in enumerate(text) if letter == " "]

    found = places_at_words(text, 0, ends)
    assert [text[place.end + 1 :].split(maxsplit=1)[0] for place in found] == ["but", "while", "so"]
    assert {place.cost for place in found} == {AT_CONJUNCTION}


BUILD = "The build finished with three warnings and no errors after twelve minutes and thirty seconds on the new machine in the corner."
BUSY = Pace(fixed=0.4, each=0.045, sound=0.07)


def test_who_would_wait_for_seconds_hears_what_is_complete_without_the_rest_of_its_sentence() -> None:
    assert opening(BUILD) == BUILD
    assert opening(BUILD, BUSY) == "The build finished with three warnings and no errors"
    assert opening(BUILD, BUSY, english=False) == BUILD


@pytest.mark.parametrize(
    "text",
    [
        "He would not look up the word in the big old dictionary on the shelf beside the window of the room on the left side.",
        "The price of bread and butter and milk and eggs has gone up again for the third time in a row since last winter came.",
        "They talked about what had been the matter with it for the better part of an hour in the kitchen of the old house.",
    ],
)
def test_even_then_no_phrase_is_parted(text: str) -> None:
    found = opening(text, BUSY)
    assert found == text or text[len(found) :].startswith(" since ")


WORDS = st.lists(
    st.sampled_from(["the", "cat", "sat,", "down;", "while", "I", "was", "out", "and", "it", "rained:", "but"]),
    min_size=1,
    max_size=60,
)


@given(WORDS, st.sampled_from([FAST, REFERENCE, SLOW]), st.booleans())
def test_an_opening_ends_at_a_mark_a_clause_or_the_sentence(words: list[str], pace: Pace, english: bool) -> None:
    text = " ".join(words).rstrip(",;:") + "."

    found = opening(text, pace, english=english)

    if found != text and len(found) < 190:  # longer ones are cut for their length
        assert len(found) >= LEAST
        following = text[len(found) :].split(maxsplit=1)[0]
        assert found[-1] in ",;:" or following in ("while", "and", "but")


@given(WORDS)
def test_on_a_machine_that_keeps_up_what_follows_the_first_clauses_does_not_matter(words: list[str]) -> None:
    text = " ".join(words) + " x" * OPENING_MOST
    found = opening(text, english=False)

    if found[-1] in ",;:" and len(found) <= OPENING_MOST:
        assert opening(text[:OPENING_MOST] + " y" * 100, english=False) == found
