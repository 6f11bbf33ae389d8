"""The user's own words in English: said as the dictionary says, and still where they stand in the text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.messages.speaking import AS_USUAL
from model_server.text.pronunciations import NONE, parse
from model_server.text.readers import reader_for
from model_server.text.reading import PHONEMES, SAID, Reading
from tests.cpu_time import cpu_seconds
from tests.model_server.text.test_markup import pieces_of

OWN = parse(
    """
frobctl = frob control
GIF = /dʒɪf/
nguyen = /ŋˈwiən/
New York Times = the $5 Frobctl
C++ = see plus plus
k8s = kates
en-gb: schedule = /ˈʃɛdjuːl/
St. John = /ˈsɪndʒən/
FBI = FBI
five = fifth
""".encode()
)


def reading(text: str, language: str = "en-us", takes: str = PHONEMES) -> Reading:
    return reader_for(language, takes, AS_USUAL, OWN).read(text)


def test_the_dictionary_is_sound() -> None:
    assert not OWN.faults


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Run frobctl now.", "Run frob control now."),
        ("Frobctl's config", "frob control's config"),
        ("The New York Times", "The the five dollars Frobctl"),  # numbers are read in it, entries are not
        ("C++, and k8s!", "see plus plus, and kates!"),
        ("https://frobctl.io", "frob control dot I O"),
        ("Run `frobctl's get`.", "Run frob control's get."),
        ("Run `frobctl get`.", "Run frob control get."),
        ("/opt/frobctl", "slash opt slash frob control"),
        ("FROBCTL_HOME", "frob control home"),
        ("frobctl-based, my-Frobctl's", "frob control based, my frob control's"),
        ("well-known", "well-known"),
        ("Nguyen-Smith", "Nguyen Smith"),
        ("frobctls", "frobctls"),
        ("five $5", "fifth five dollars"),
        ("[k8s](/ˈkeɪts/) `k8s`", "k8s kates"),
        ("GIF and gif", "GIF and gif"),
        ("the FBI's", "the F B I's"),
        ("[frobctl](/ˈkjuːb/)", "frobctl"),  # the text has the last word
    ],
)
def test_what_is_said(text: str, said: str) -> None:
    assert reading(text).text == said


@pytest.mark.parametrize(
    ("text", "american", "british"),
    [
        ("GIF", "ʤɪf", "ʤɪf"),
        ("Nguyen's", "ŋwˈiənz", "ŋwˈiənz"),
        ("schedule", "skˈɛʤˌul", "ʃˈɛdjuːl"),
        ("St. John", "sˈɪnʤən", "sˈɪnʤən"),
        ("Nguyen-Nguyen", "ŋwˈiən ŋwˈiən", "ŋwˈiən ŋwˈiən"),
    ],
)
def test_transcriptions(text: str, american: str, british: str) -> None:
    assert (reading(text).sounds, reading(text, "en-gb").sounds) == (american, british)


def test_an_engine_that_takes_text_gets_respellings_and_words_without_transcription() -> None:
    assert reading("A GIF for frobctl", takes=SAID).sounds == "A GIF for frob control"


def test_each_word_knows_where_it_is_written() -> None:
    text = "My frobctl’s $5 GIF.".replace("’", "'")
    found = reading(text)
    assert [
        (text[word.start : word.end], found.text[word.said : word.said_end], found.sounds[word.sound : word.sound_end])
        for word in found.words
    ] == [
        ("My", "My", "mˌI"),
        ("frobctl's", "frob control's", "fɹˈɑb kəntɹˈOlz"),
        ("$5", "five dollars", "fˈIv dˈɑləɹz"),
        ("GIF", "GIF", "ʤɪf"),
    ]


@pytest.mark.parametrize("language", ["es", "fr"])
def test_other_languages_take_respellings(language: str) -> None:
    own = parse(b"gato = perro\nel = /x/\n")
    text = "El gato\u00ad, Gato y gatos."
    found = reader_for(language, SAID, AS_USUAL, own).read(text)
    assert found.sounds == found.text == "El perro, perro y gatos."
    assert [(text[word.start : word.end], found.text[word.said : word.said_end]) for word in found.words] == [
        ("El", "El"),
        ("gato\u00ad", "perro"),
        ("Gato", "perro"),
        ("y", "y"),
        ("gatos.", "gatos."),
    ]
    plain = reader_for(language, PHONEMES, AS_USUAL, NONE).read("El perro, perro y gatos.")
    assert reader_for(language, PHONEMES, AS_USUAL, own).read(text).sounds == plain.sounds


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["frobctl", "'s", "GIF", "C++", ".", "-", "\n", "$5", "St.", "John", "[x](/ə/)"])).map(
        "".join
    )
)
def test_spans_follow_each_other_whatever_the_text(text: str) -> None:
    for takes in (PHONEMES, SAID):
        found = reading(text, takes=takes)
        for before, after in zip(found.words, found.words[1:], strict=False):
            assert before.end <= after.start
        assert all(0 <= word.start < word.end <= len(text) for word in found.words)


PARTS = st.sampled_from(
    ["a", "b", "'s", "-", " ", ".", "$5", "[a](/ə/)", "`", "/", "é", "🙂", "5", "A", "_", "\u00ad", "st. "]
)
SOME = st.lists(PARTS, max_size=8).map("".join)


@given(st.lists(st.tuples(SOME, SOME | st.just("/əˈb/")), max_size=4), st.lists(PARTS, max_size=30).map("".join))
def test_any_dictionary_can_be_used(lines: list[tuple[str, str]], text: str) -> None:
    own = parse("\n".join(f"{written} = {said}" for written, said in lines).encode())
    for takes in (PHONEMES, SAID):
        found = reader_for("en-us", takes, AS_USUAL, own).read(text)
        for before, after in zip(found.words, found.words[1:], strict=False):
            assert before.end <= after.start
        for word in found.words:
            assert 0 <= word.start < word.end <= len(text)
            assert 0 <= word.said <= word.said_end <= len(found.text)


@given(
    st.lists(st.sampled_from(["New York", "Times", "frobctl's", "St. John.", "C++", "GIF", "so it goes", "\n", ","]))
)
def test_letter_by_letter_gives_the_pieces_of_the_whole(words: list[str]) -> None:
    text = " ".join(words)
    reader = reader_for("en-us", PHONEMES, AS_USUAL, OWN)
    assert pieces_of(text, reader) == pieces_of([text], reader)


def test_an_entry_of_which_nothing_is_said_takes_the_word_away() -> None:
    own = parse("smile = 😀".encode())
    options = replace(AS_USUAL, emoji="drop")
    for text, said in (("A smile here", "A here"), ("`smile` ex-smile", "ex")):
        assert reader_for("en-us", SAID, options, own).read(text).text == said


def test_time_is_linear() -> None:
    read = reader_for("en-us", SAID, AS_USUAL, OWN)
    assert cpu_seconds(lambda: read.read("New York frobctl's " * 2_000), enough=5.0) < 5.0
