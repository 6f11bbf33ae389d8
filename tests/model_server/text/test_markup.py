"""Markup of speech: what is recognised, what is not, and that it makes no difference how the text arrives."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.messages.speaking import AS_USUAL
from common.messages.synthesis import PLAN_WINDOW, Plan, PlannedPiece
from model_server.text.markup import LONGEST_PAUSE, given_at, given_in, next_pause, without_given, without_markup
from model_server.text.plain import PlainReader
from model_server.text.planner import plan
from model_server.text.readers import reader_for
from model_server.text.reading import PHONEMES, SAID, Reader
from tests.cpu_time import cpu_seconds
from tests.soaking import examples

PLAIN = PlainReader(None)
WORD = "[phoneme](/fəˈnoʊm/)"


def test_without_markup_nothing_is_followed_and_every_character_keeps_its_place() -> None:
    text = f"A [pause 2s] b {WORD}, [PAUSE 3 ms](/ˈa/) [1] [guide](/guide/)"
    literal = without_markup(text)
    assert literal == "A (pause 2s) b (phoneme)(/fəˈnoʊm/), (PAUSE 3 ms)(/ˈa/) [1] [guide](/guide/)"
    assert next_pause(literal, 0, len(literal)) is None and not list(given_in(literal))


@given(st.text(alphabet="[]()/ˈa1s pause\n", max_size=80))
def test_without_markup_any_text_is_as_long_as_before(text: str) -> None:
    literal = without_markup(text)
    assert len(literal) == len(text) and without_markup(literal) == literal


def pieces_of(chunks: Iterable[str], reader: Reader) -> list[PlannedPiece]:
    """Plan a text that arrives in chunks, as a voice server has it planned."""
    text, start, inside = "", 0, False
    pieces: list[PlannedPiece] = []
    ending = [*((chunk, False) for chunk in chunks), ("", True)]
    for chunk, final in ending:
        text += chunk
        while text:
            front = text[:PLAN_WINDOW]
            ends = final and len(front) == len(text)
            planned = plan(Plan(front, start, ends, flush=False, first=not pieces, inside=inside), reader)
            pieces += planned.pieces
            text, start, inside = text[planned.used :], start + planned.used, planned.inside
            if not planned.used:
                break
    assert text == ""
    for one, other in zip(pieces, pieces[1:], strict=False):
        assert one.end == other.start
    return pieces


def sketch(text: str, reader: Reader = PLAIN) -> list[str | float]:
    """Return what is said, and how long each pause is."""
    return [piece.pause or " ".join(piece.text.split()) for piece in pieces_of([text], reader)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (WORD, ("phoneme", "fəˈnoʊm")),
        ("[New York](/ njuː jɔːk /)", ("New York", "njuː jɔːk")),
        ("[k8s](/ˈkeɪts/)", ("k8s", "ˈkeɪts")),
        ("[cat](/kæt/)", ("cat", "kæt")),
        ("[guide](/guide/)", None),  # links
        ("[café](/café/)", None),
        ("[страница](/страница/)", None),
        ("[a](/ə/ɪ/)", None),
        ("[a](/ə)", None),
        ("[a](ə/)", None),
        ("[a] (/ə/)", None),
        ("[](/ə/)", None),
        ("[ - ](/ə/)", None),  # no word
        ("[a](//)", None),
        ("[a](/ˈː/)", None),  # nothing to say
        ("[a\nb](/ə/)", None),
        (f"[{'a' * 60}](/{'ə' * 60}/)", ("a" * 60, "ə" * 60)),
        (f"[{'a' * 61}](/ə/)", None),
        (f"[a](/{'ə' * 61}/)", None),
    ],
)
def test_words_with_phonemes(text: str, found: tuple[str, str] | None) -> None:
    given = given_at(text, 0)
    assert (given and (given.word, given.phonemes)) == found
    assert len(without_given(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("[pause 500ms]", 0.5),
        ("[pause 500 ms]", 0.5),
        ("[pause  1s]", 1.0),
        ("[PAUSE 1.25 S]", 1.25),
        ("[pause 1 sec]", 1.0),
        ("[pause 2secs]", 2.0),
        ("[pause 1 second]", 1.0),
        ("[Pause 1.5 Seconds]", 1.5),
        ("[pause 1,5s]", 1.5),
        ("[pause 0,25 s]", 0.25),
        ("[pause 0s]", 0.001),
        ("[pause 3600s]", LONGEST_PAUSE),
        ("[pause]", None),
        ("[pause s]", None),
        ("[pause500ms]", None),
        ("[pause 500]", None),
        ("[pause 1,000ms]", None),  # a second, or a millisecond
        ("[pause 1.s]", None),
        ("[pause 1 min]", None),
        ("[pause 1 secondss]", None),
        ("[pause -1s]", None),
        ("[pause ٣s]", None),
        ("[pause 1 ſ]", None),  # a long s, which is an s for those who ignore case
        ("[pause 1s", None),
        ("[ pause 1s]", None),
        ("[pause 1\ns]", None),
        ("(pause 1s)", None),
    ],
)
def test_pauses(text: str, seconds: float | None) -> None:
    found = next_pause(text, 0, len(text))
    assert (found and found.seconds) == seconds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("One [pause 500ms] two.", ["One", 0.5, "two."]),
        ("[pause 1s] One.", [1.0, "One."]),
        ("One. [pause 1s]", ["One.", 1.0]),
        ("One. [pause 1s]\n\n", ["One.", 1.0]),
        ("[pause 1s]", [1.0]),
        ("[pause 1s][pause 200ms]", [1.0, 0.2]),
        ("One [pause 1s] [pause 2s] two.", ["One", 1.0, 2.0, "two."]),
        ("One [pause 1s], [pause 2s] two.", ["One", 1.0, 2.0, "two."]),
        ("un[pause 1s]done", ["un", 1.0, "done"]),
        ("One [pause] two.", ["One [pause] two."]),
    ],
)
def test_a_pause_is_a_piece_of_its_own(text: str, said: list[str | float]) -> None:
    assert sketch(text) == said


@pytest.mark.parametrize("takes", [PHONEMES, SAID])
def test_the_sound_before_a_pause_has_no_pause_of_its_own(takes: str) -> None:
    pieces = pieces_of(["It costs $5. [pause 1s] Good."], reader_for("en-us", takes, AS_USUAL))
    assert [(piece.boundary, piece.pause, bool(piece.text)) for piece in pieces] == [
        ("pause", 0.0, True),
        ("pause", 1.0, False),
        ("end", 0.0, True),
    ]
    assert not pieces[1].phonemes and not pieces[1].words and not pieces[1].sentences


def test_a_language_without_a_front_end_says_the_word() -> None:
    assert sketch("Un [gato](/ˈɡato/) negro.", reader_for("es", SAID, AS_USUAL)) == ["Un gato negro."]


def test_a_word_with_phonemes_is_never_torn() -> None:
    text = " ".join(["[New. York! City](/njuː ˈjɔːk/)"] * 60)
    pieces = pieces_of([text], reader_for("en-us", PHONEMES, AS_USUAL))
    assert len(pieces) > 1
    for piece in pieces:
        said = text[piece.start : piece.end].split()
        assert said[0] == "[New." and said[-1] == "ˈjɔːk/)"
        assert set(piece.phonemes) == set("nju jˈɔk")


MARKUP = (
    WORD,
    "[New York](/njuː jɔːk/)'s",
    "[k8s](/ˈkeɪts/),",
    "[guide](/guide/)",
    "[pause 500ms]",
    "[pause 2s]",
    "[pause 1,5 seconds]",
    "[pause]",
    "[pause 1",
    "[a](/ʘ/)",
    "[x](/",
    "](/ə/)",
    "[[pause 10ms]]",
    "[" * 70,
    "\x1b[31m",
    "[" + "a b. " * 12 + "](/" + "ə " * 29 + "/)",
)
PROSE = (
    *["One", "sentence.", "Is", "it?", "yes,", "Dr.", "Who", "said", "$5", "and", "3.14", "to", "e.g.", "me!"],
    "\n\n",
    "\n",
    "- ",
    "consequences " * 9,
)
TEXTS = st.lists(st.sampled_from((*MARKUP, *PROSE, " ", "")), max_size=40).map(" ".join) | st.lists(
    st.sampled_from((*MARKUP, *PROSE, " ", *"[]()/ə \n")), max_size=40
).map("".join)
READERS = st.sampled_from([PLAIN, reader_for("en-us", SAID, AS_USUAL)])


@settings(max_examples=examples(150, 500))
@given(TEXTS.map(lambda text: text[:250]), READERS)
def test_letter_by_letter_gives_the_pieces_of_the_whole(text: str, reader: Reader) -> None:
    assert pieces_of(text, reader) == pieces_of([text], reader)


@settings(max_examples=examples(100, 1000))
@given(TEXTS, st.lists(st.integers(0, 2000), max_size=12), READERS)
def test_chunks_give_the_pieces_of_the_whole(text: str, cuts: list[int], reader: Reader) -> None:
    places = [0, *sorted(cut for cut in cuts if cut < len(text)), len(text)]
    chunks = [text[one:other] for one, other in zip(places, places[1:], strict=False)]
    assert pieces_of(chunks, reader) == pieces_of([text], reader)


@settings(max_examples=examples(40, 200))
@given(TEXTS.map(lambda text: text[:300]))
def test_phonemes_come_the_same_way(text: str) -> None:
    reader = reader_for("en-gb", PHONEMES, AS_USUAL)
    whole = pieces_of([text], reader)
    assert pieces_of(text, reader) == whole
    assert all(piece.pause or piece.phonemes for piece in whole)


@pytest.mark.parametrize(
    "flood", ["[", "[a", "[a](/", "[a](/ə", "[pause ", "[pause 1", "[pause 1s]", "[a](/ə/)", "[pause 0s] a "]
)
def test_floods_take_time_with_their_length(flood: str) -> None:
    text = (flood * 30_000)[:30_000]
    assert cpu_seconds(lambda: pieces_of([text], PLAIN), enough=5.0) < 5.0
