"""Promises of the planner: nothing lost, nothing too long, and the same pieces however the text arrives."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import Unspeakable
from common.messages.synthesis import PLAN_WINDOW, Plan, PlannedPiece
from model_server.text.characters import LONE_SIGNS, speakable
from model_server.text.pace import Manner, Pace
from model_server.text.pieces import CONTEXT, RUSHED
from model_server.text.plain import PlainReader
from model_server.text.planner import plan
from tests.cpu_time import cpu_seconds
from tests.soaking import examples

Phonemes = Callable[[str], str] | None


def longer(text: str) -> str:
    """Read as a phonemizer does that says a digit in three symbols and knows no sound for a "q"."""
    return "".join(letter * 3 if letter.isdigit() else "" if letter == "q" else letter for letter in text)


class Caller:
    """Does what a voice server does: appends text, sends the front of it, and drops what was used."""

    def __init__(self, phonemes: Phonemes) -> None:
        self.phonemes = phonemes
        self.text = ""
        self.start = 0
        self.inside = False
        self.pieces: list[PlannedPiece] = []

    def feed(
        self, text: str = "", *, final: bool = False, flush: bool = False, whole: bool = False
    ) -> list[PlannedPiece]:
        """Append the text and return the pieces that are planned now."""
        self.text += text
        before = len(self.pieces)
        while self.text:
            front = self.text[:PLAN_WINDOW]
            ends = final and len(front) == len(self.text)
            asked = Plan(front, self.start, ends, flush or whole, not self.pieces, whole, self.inside)
            planned = plan(asked, PlainReader(self.phonemes))
            check_spans(planned.pieces, self.start, planned.used, front)
            check_sentences(planned.pieces, front, self.start)
            assert planned.used or not (ends or len(front) == PLAN_WINDOW), "no progress"
            self.pieces += planned.pieces
            self.start += planned.used
            self.inside = planned.inside
            self.text = self.text[planned.used :]
            if not planned.used:
                break
        return self.pieces[before:]


def check_spans(pieces: tuple[PlannedPiece, ...], start: int, used: int, front: str) -> None:
    assert 0 <= used <= len(front)
    at = start
    for piece in pieces:
        assert piece.start == at < piece.end
        assert len(piece.text) == piece.end - piece.start or silent(piece)
        at = piece.end
    assert at <= start + used
    if pieces:
        assert not speakable(longer(front[at - start : used])), "something to say behind the last piece"


def silent(piece: PlannedPiece) -> bool:
    """Return whether the piece is there only to tell what is left out."""
    return bool(piece.left_out) and not piece.text and piece.boundary == "pause"


def check_sentences(pieces: tuple[PlannedPiece, ...], front: str, start: int) -> None:
    for piece in pieces:
        assert sorted(set(piece.sentences)) == list(piece.sentences)
        for at in piece.sentences:
            assert piece.start <= at < piece.end
            assert not front[at - start].isspace()


def planned(text: str, phonemes: Phonemes = None) -> list[PlannedPiece]:
    caller = Caller(phonemes)
    caller.feed(text, final=True)
    assert caller.text == ""
    return caller.pieces


def streamed(chunks: Iterable[str], phonemes: Phonemes = None) -> list[PlannedPiece]:
    caller = Caller(phonemes)
    for chunk in chunks:
        caller.feed(chunk)
    caller.feed(final=True)
    assert caller.text == ""
    return caller.pieces


def texts(pieces: Iterable[PlannedPiece]) -> list[str]:
    return [piece.text.strip() for piece in pieces]


TRICKY = " \n\n\t.,;:!?…—–-=*#>[](){}\"'“”’«»。、！？।abQqZ019%$é\u0301\u00ad\u200b\u200d\u2028\ufeff\u0000\x1b[31m\ud83d\udc69😂👩🇩🇪한字"
WORDS = (
    "the a dog jumped; over, Dr. J. e.g. Mrs. U.S. it. stopped! really? why?! (aside) — yes… no... Then It\n 3.14 1905. "
    '\n\n \n - \n* 1. [12:00] ," ." “Well,” consequences internationally q qq. etc. No. 5 p.m. -----'
)
PROSE = st.lists(st.sampled_from(WORDS.split(" ")), max_size=120).map(" ".join)
ANY = st.one_of(
    st.text(max_size=200),
    st.text(alphabet=st.characters(), max_size=100),  # surrogates included
    st.text(alphabet=TRICKY, max_size=400),
    PROSE,
    st.tuples(st.text(alphabet=TRICKY, max_size=10), st.integers(1, 600))
    .map(lambda pair: pair[0] * pair[1])
    .map(lambda text: text[:6000]),
)
READERS = st.sampled_from([None, longer])
QUICK = settings(max_examples=examples(200))


@QUICK
@given(ANY, READERS)
def test_spans_cover_the_text_and_pieces_are_sound(text: str, phonemes: Phonemes) -> None:
    pieces = planned(text, phonemes)  # the caller checks the spans

    for piece in pieces:
        if silent(piece):
            continue
        assert speakable(piece.text) or piece.text.strip() in LONE_SIGNS
        assert piece.boundary in ("clause", "sentence", "paragraph", "end")
        assert "\n" not in piece.text and "\u2028" not in piece.text
        assert (piece.phonemes != "") == (phonemes is not None)
        assert len(piece.phonemes or " ".join(piece.text.replace("\u00ad", "").split())) <= RUSHED
    assert [piece.boundary for piece in pieces[:-1]].count("end") == 0
    said = "".join(text[piece.start : piece.end] for piece in pieces)
    if phonemes is None and "\x1b" not in text:
        assert [x for x in said if speakable(x)] == [x for x in text if speakable(x)], "a word is lost"


@QUICK
@given(ANY.filter(lambda text: len(text) < PLAN_WINDOW // 2))
def test_the_last_piece_ends_the_text(text: str) -> None:
    pieces = [piece for piece in planned(text) if not silent(piece)]

    if pieces:
        assert pieces[-1].boundary == "end"
        assert pieces[-1].end == len(text)
    assert bool(pieces) == (speakable("".join(piece.text for piece in pieces)) or text.strip() in LONE_SIGNS)


@QUICK
@given(ANY.map(lambda text: text[:250]), READERS)
def test_letter_by_letter_gives_the_pieces_of_the_whole(text: str, phonemes: Phonemes) -> None:
    assert streamed(text, phonemes) == planned(text, phonemes)


@QUICK
@given(st.lists(ANY, max_size=12), READERS, st.lists(st.integers(0, 20_000), max_size=12))
def test_chunks_give_the_pieces_of_the_whole(parts: list[str], phonemes: Phonemes, cuts: list[int]) -> None:
    text = "".join(parts)
    places = [0, *sorted(cut for cut in cuts if cut < len(text)), len(text)]
    chunks = [text[a:b] for a, b in zip(places, places[1:], strict=False)]

    assert streamed(chunks, phonemes) == planned(text, phonemes)


FLUSHES = st.sampled_from(["no", "flush", "whole"])


@QUICK
@given(st.lists(st.tuples(ANY.map(lambda text: text[:100]), FLUSHES), max_size=10), READERS)
def test_flushing_anywhere_loses_nothing(parts: list[tuple[str, str]], phonemes: Phonemes) -> None:
    caller = Caller(phonemes)
    for text, how in parts:
        caller.feed(text, flush=how == "flush", whole=how == "whole")
        assert how != "whole" or not caller.text, "something is kept back though all is to be spoken"
    caller.feed(final=True)

    text = "".join(text for text, _ in parts)
    said = "".join(text[piece.start : piece.end] for piece in caller.pieces)
    assert caller.text == ""
    if phonemes is None and "\x1b" not in text:
        assert [x for x in said if speakable(x)] == [x for x in text if speakable(x)]


@pytest.mark.parametrize("blanks", [2000, PLAN_WINDOW - 7, PLAN_WINDOW - 6, PLAN_WINDOW, 3 * PLAN_WINDOW])
@pytest.mark.parametrize("blank", ["\n", " ", "(", "( ", "-"])
def test_floods_of_nothing_between_two_words(blanks: int, blank: str) -> None:
    text = "Hello." + (blank * blanks)[:blanks] + " World."

    pieces = planned(text, longer)

    assert len(pieces) <= 2
    assert pieces[0].text.startswith("Hello.")
    assert pieces[-1].text.endswith("World.")
    assert streamed([text[at : at + 999] for at in range(0, len(text), 999)], longer) == pieces


@pytest.mark.parametrize("flood", [" ", "\n", ".", "(", "-", "( ", ".\n", "\u200b", "\u0301"])
def test_what_nobody_can_say_is_used_up_without_a_piece(flood: str) -> None:
    assert planned(flood * 3) == []
    assert planned(flood * 10_000) == []


@pytest.mark.parametrize("strange", ["\ud800", "\0", "\ue0b0", "\u0378"])
def test_what_has_no_meaning_is_told_once_a_piece(strange: str) -> None:
    (alone,) = planned(strange * 3)
    (within,) = planned(f"Hello {strange * 2} world{strange}.")

    assert silent(alone) and alone.left_out == within.left_out == (strange,)
    assert all(map(silent, planned(strange * 10_000)))


def test_what_is_left_out_at_the_end_is_told() -> None:
    reader = PlainReader(lambda text: text, reads=lambda unit: unit != "Ꮳ")

    pieces = plan(Plan("Hello to you all, dear people.\n\nᏣ", 0, final=True, flush=False, first=False), reader).pieces

    assert [piece.left_out for piece in pieces] == [(), ("Ꮳ",)]
    assert silent(pieces[-1]) and pieces[-1].end == pieces[0].end + len("\nᏣ")


def test_a_text_of_which_nothing_can_be_said_is_refused_or_told() -> None:
    request = Plan(" \ue0b0\ue0b1\n", 0, final=True, flush=False, first=True)

    with pytest.raises(Unspeakable, match=r"nothing .* U\+E0B0 \(private-use character\), U\+E0B1"):
        plan(request, PlainReader(None), manner=Manner(strict=True))
    (piece,) = plan(request, PlainReader(None)).pieces
    assert silent(piece) and piece.left_out == ("\ue0b0", "\ue0b1")


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "1",
        "a\u0301",
        "👩\u200d💻",
        "a.",
        "a,",
        "a\n",
        "(a",
        "a ",
        "a. ",
        "Dr. ",
        "字",
        "a" + "\u0301" * 50,
        "a-!",
        "\x1b[",
        "1.\n",
    ],
)
def test_a_flood_takes_time_in_proportion_to_its_length(unit: str, counts: Callable[[int, int], int]) -> None:
    length = counts(50_000, 1_000_000)
    text = (unit * (length // len(unit) + 1))[:length]

    def plan_all() -> None:
        caller = Caller(longer)
        for at in range(0, length, PLAN_WINDOW):
            caller.feed(text[at : at + PLAN_WINDOW])
        caller.feed(final=True)
        assert caller.start == length

    limit = length / 5_000  # seconds; loosely: about a twentieth of it
    assert cpu_seconds(plan_all, enough=limit) < limit


def test_the_phonemizer_is_asked_a_bounded_number_of_times() -> None:
    asked: list[str] = []

    def phonemes(text: str) -> str:
        asked.append(text)
        return text

    text = "One two three four, five six seven eight nine ten. " * 80 + "word " * 80 + "x" * 1000

    pieces = planned(text, phonemes)

    assert len(asked) <= 16 * len(pieces)
    assert max(map(len, asked)) <= 1000


def test_an_error_of_the_phonemizer_is_passed_on() -> None:
    def phonemes(text: str) -> str:
        raise Unspeakable("no")

    with pytest.raises(Unspeakable):
        plan(Plan("Hello.", 0, final=True, flush=False, first=True), PlainReader(phonemes, strict=True))


def test_the_pieces_before_what_cannot_be_spoken_come_first() -> None:
    def phonemes(text: str) -> str:
        if "bad" in text:
            raise Unspeakable("no")
        return text

    text = "This is a whole sentence. Here is a second one. A bad one. And one more of them."
    planned = plan(Plan(text, 0, final=True, flush=False, first=False), PlainReader(phonemes, strict=True))

    assert 0 < planned.used <= text.index(" A bad") + 1
    with pytest.raises(Unspeakable):
        plan(
            Plan(text[planned.used :], planned.used, final=True, flush=False, first=False),
            PlainReader(phonemes, strict=True),
        )


def test_a_character_longer_than_any_piece_is_refused() -> None:
    with pytest.raises(Unspeakable):
        planned("ab", lambda text: text * (CONTEXT + 1))


def test_offsets_count_from_the_beginning_of_the_whole_text() -> None:
    got = plan(Plan("Hello there.", 700, final=True, flush=False, first=True), PlainReader(None))

    assert got.pieces == (PlannedPiece("Hello there.", "", 700, 712, "end", (700,)),)
    assert got.used == 12


def test_text_without_phonemes_joins_the_span_of_the_next_piece() -> None:
    pieces = planned("qqq. Hello there.", longer)

    assert [(piece.text, piece.phonemes, piece.start) for piece in pieces] == [("qqq. Hello there.", "Hello there.", 0)]


def test_a_sentence_waits_for_what_follows_it() -> None:
    caller = Caller(None)

    assert caller.feed("Hello, world.") == []
    assert caller.feed(" ") == []
    assert texts(caller.feed("N")) == ["Hello, world."]


def test_flush_speaks_whole_sentences_and_keeps_the_tail() -> None:
    caller = Caller(None)

    assert texts(caller.feed("Hello, world. And th", flush=True)) == ["Hello, world."]
    assert caller.text == "And th"
    assert texts(caller.feed("en.", flush=True)) == ["And then."]
    assert caller.pieces[-1].boundary == "sentence"


def test_flush_speaks_whole_lines() -> None:
    caller = Caller(None)

    assert texts(caller.feed("no stop here\n", flush=True)) == ["no stop here"]
    assert caller.text == ""
    assert texts(caller.feed("one\ntwo\nthr", flush=True)) == ["one", "two"]
    assert caller.text == "thr"


def test_a_line_separator_ends_a_line_that_prose_would_go_on_from() -> None:
    line = "the worker is listening for whatever may come through the socket to it"
    caller = Caller(None)
    caller.feed("start\n", flush=True)
    caller.feed(f"\u2028{line}\n\u2028{line}\n", flush=True)
    caller.feed(f"\u2028{line}\n{line}\n", final=True)
    assert texts(caller.pieces) == ["start", line, line, f"{line} {line}"]


def test_flush_does_not_take_an_abbreviation_for_an_end() -> None:
    caller = Caller(None)

    assert caller.feed("I saw Dr.", flush=True) == []
    assert texts(caller.feed(" Who. ", flush=True)) == ["I saw Dr. Who."]


def test_flush_of_a_full_window_without_an_end_goes_on() -> None:
    caller = Caller(None)
    caller.feed("word " * 2000, flush=True)

    assert caller.start > 5000


def test_ten_thousand_characters_of_prose_take_little_time() -> None:
    text = ("The quick brown fox jumps over the lazy dog, and then it rests. " * 160)[:10_000]
    limit = 2.0  # seconds; loosely: about 0.02 s
    assert cpu_seconds(lambda: planned(text, lambda text: text), enough=limit) < limit


def test_letters_only_and_nothing_else_is_cut_not_dropped() -> None:
    text = string.ascii_lowercase * 100

    assert "".join(piece.text for piece in planned(text)) == text


def begins(text: str, phonemes: Phonemes = None) -> list[list[str]]:
    """Return for each piece the beginnings of the sentences in it, four characters of each."""
    return [[text[at : at + 4] for at in piece.sentences] for piece in planned(text, phonemes)]


def test_sentences_tell_where_they_begin() -> None:
    text = 'One is here. "Two," he said.  (Three is long enough for more.) Four is the last one of the four.'

    assert begins(text, longer) == [["One "], ['"Two', "(Thr"], ["Four"]]


def test_the_rest_of_a_sentence_begins_none() -> None:
    text = "When the rain had stopped, " + "the cat sat on the mat with a hat and a bat " * 6 + ". Next one."

    got = begins(text, longer)

    assert got[0] == ["When"]
    assert got[1:-1] == [[]] * (len(got) - 2)
    assert got[-1] == ["Next"]


def test_lines_of_a_list_are_sentences() -> None:
    assert begins("To buy:\n- milk\n- bread\n- butter\n", longer) == [["To b"], ["milk", "brea", "butt"]]
    assert begins("To buy:\n- milk\n- bread\n- butter\n") == [["To b"], ["milk"], ["brea"], ["butt"]]


def test_sentences_of_a_later_start_count_from_the_beginning_of_the_whole_text() -> None:
    got = plan(Plan("  Hello there. And so on.", 700, final=True, flush=False, first=False), PlainReader(None))

    assert got.pieces[0].sentences == (702, 715)


@pytest.mark.parametrize("text", ["Continue? [y/n] ", "The quick", "50%", "I saw Dr."])
def test_whole_speaks_what_has_no_end(text: str) -> None:
    caller = Caller(None)
    caller.feed("It begins. ", flush=True)

    spoken = caller.feed(text, whole=True)

    assert " ".join(texts(spoken)) == text.strip()
    assert spoken[-1].boundary == "clause"
    assert caller.text == ""


def test_whole_of_a_sentence_or_line_that_ends_has_its_boundary() -> None:
    caller = Caller(None)

    assert [piece.boundary for piece in caller.feed("Hello, world.", whole=True)] == ["sentence"]
    assert [piece.boundary for piece in caller.feed("no stop here\n", whole=True)] == ["sentence"]
    assert not caller.inside


def test_what_follows_a_fragment_goes_on_with_its_sentence() -> None:
    caller = Caller(None)

    assert [piece.sentences for piece in caller.feed("The quick", whole=True)] == [(0,)]
    assert [piece.sentences for piece in caller.feed(" brown fox. Then", whole=True)] == [(21,)]


@pytest.mark.parametrize("after", ["\nProceeding with it.\n", "\n- first\n", "\n\nand so on.\n", "\n42 tests\n"])
def test_a_new_line_after_a_fragment_begins_a_sentence(after: str) -> None:
    caller = Caller(None)
    caller.feed("Continue? [y/n] ", whole=True)

    assert caller.feed(after, flush=True)[0].sentences == (16 + len(after) - len(after.lstrip("\n- ")),)


def test_prose_that_was_cut_at_the_end_of_its_line_goes_on() -> None:
    caller = Caller(None)
    caller.feed("The quick,", whole=True)

    assert caller.feed("\nbrown fox.\n", flush=True)[0].sentences == ()


def test_whole_of_more_than_a_window_cuts_no_word_at_its_end() -> None:
    caller = Caller(None)

    caller.feed("wonderful " * 1000 + "wond", whole=True)

    assert caller.text == ""
    assert {word for piece in caller.pieces for word in piece.text.split()} == {"wonderful", "wond"}


LIVE = (
    "When the train came in, the rain had stopped. The house stood on a hill above the river, and from its tall windows "
    "you could see the boats come home in the evening, one after the other, with their lamps lit. Nobody knew why. "
)


def heard(pace: Pace, sound: float) -> list[str]:
    """Return the pieces of a text that is heard while they are made, behind an opening."""
    request = Plan(LIVE, 100, final=True, flush=False, first=False, sound=sound)
    return [piece.text for piece in plan(request, PlainReader(lambda text: text), manner=Manner(pace=pace)).pieces]


def test_while_somebody_listens_pieces_are_as_long_as_there_is_time_for() -> None:
    pace = Pace(fixed=0.2, each=0.02, sound=0.07)

    hurried, calm = heard(pace, 1.0), heard(pace, 60.0)

    assert hurried[0] == "When the train came in, " and calm[0] == "When the train came in, the rain had stopped. "
    assert max(map(len, hurried)) < max(map(len, calm)) <= 200
    assert "".join(hurried) == "".join(calm) == LIVE


def test_a_machine_slower_than_speech_speaks_sentence_by_sentence() -> None:
    found = heard(Pace(fixed=0.5, each=0.1, sound=0.07), 1.0)

    assert [len(piece.split(".")) - 1 for piece in found] == [1, 1, 1]


def test_the_plan_of_a_file_knows_no_machine() -> None:
    request = Plan(LIVE, 0, final=True, flush=False, first=True)
    reader = PlainReader(lambda text: text)

    fast, slow = Pace(0.001, 0.0001, 0.07), Pace(2.0, 0.2, 0.07)

    assert plan(request, reader, manner=Manner(pace=fast)) == plan(request, reader, manner=Manner(pace=slow))


def test_a_file_begins_with_a_clause_and_its_pieces_grow() -> None:
    caller = Caller(lambda text: text)

    pieces = caller.feed(LIVE + LIVE, final=True)

    lengths = [len(piece.phonemes) for piece in pieces]
    assert lengths[0] <= 60 and max(lengths) > 100
    assert all(length <= 2 * piece.start for length, piece in zip(lengths[1:], pieces[1:], strict=True))
