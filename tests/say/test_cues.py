from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from say.columns import width_of
from say.cues import COLUMNS, LONGEST, SHORTEST, Cue, Cues
from say.timeline import TimedPiece, TimedWord

PROSE = (
    "It was a bright cold day in April, and the clocks were striking thirteen; nobody in the street took any notice. "
    "Really? Yes. The rest of the day passed as such days do, slowly, and with a wind that would not end."
)


def piece(
    text: str, at: float, *, start: int = 0, rate: float = 0.06, pause: float = 0.3, words: bool = True
) -> TimedPiece:
    """Return a piece as an engine speaks it that takes so many seconds for each character."""
    timed = [
        TimedWord(
            start + found.start(), start + found.end(), found[0], at + found.start() * rate, at + found.end() * rate
        )
        for found in re.finditer(r"\w[\w']*", text)
    ]
    sentences = tuple(start + found.start(1) for found in re.finditer(r"(?:^|[.?!] )\s*(\S)", text))
    until = at + len(text.rstrip()) * rate
    return TimedPiece(
        start, start + len(text), text, at, until + pause, at, until, False, sentences, tuple(timed) if words else ()
    )


def silence(at: float, seconds: float, start: int = 0) -> TimedPiece:
    text = "[pause 3s]"
    return TimedPiece(start, start + len(text), text, at, at + seconds, at, at + seconds, silent=True)


def cues_of(*pieces: TimedPiece) -> list[Cue]:
    found: list[Cue] = []
    cues = Cues(found.append)
    for each in pieces:
        cues.add(each)
    cues.finish(pieces[-1].until if pieces else 0.0)
    return found


def following(*texts: str, words: bool = True) -> list[TimedPiece]:
    """Return pieces one behind the other."""
    made: list[TimedPiece] = []
    for text in texts:
        at, start = (made[-1].until, made[-1].end) if made else (0.0, 0)
        made.append(piece(text, at, start=start, words=words))
    return made


def test_a_short_text_is_one_cue_of_one_line() -> None:
    (cue,) = cues_of(piece("Good morning, all.", 0.0))
    assert cue.lines == ("Good morning, all.",)
    assert (cue.at, cue.until) == pytest.approx((0.0, 18 * 0.06))


def test_a_cue_ends_where_a_sentence_does_and_its_lines_are_about_as_long_as_each_other() -> None:
    cues = cues_of(
        *following("The first sentence is long enough to fill a line and then some. ", "The second is short.")
    )
    assert [cue.lines for cue in cues] == [
        ("The first sentence is long enough", "to fill a line and then some."),
        ("The second is short.",),
    ]


def test_what_is_too_short_to_be_read_goes_with_a_neighbour_across_pieces() -> None:
    cues = cues_of(*following("No. ", "That is not what I have ever said to you."))
    assert cues[0].text.startswith("No. That is")


def test_a_pause_of_the_text_ends_a_cue_and_is_not_shown() -> None:
    before = piece("Wait for it.", 0.0)
    after = piece(" Now.", before.until + 3.0, start=22)
    cues = cues_of(before, silence(before.until, 3.0, 12), after)
    assert [cue.text for cue in cues] == ["Wait for it.", "Now."]
    assert cues[0].until < before.until + 1.0 and cues[1].at >= before.until + 3.0


def test_no_cue_goes_on_beyond_a_paragraph() -> None:
    heading, prose = following("Chapter 1\n\n", "No. That is not what I have ever said to you.")
    cues = cues_of(replace(heading, closing=True), prose)
    assert [cue.text for cue in cues] == ["Chapter 1", "No. That is not what I have ever said to you."]
    assert cues[0].until <= cues[1].at


def test_no_cue_goes_on_beyond_a_short_paragraph_that_shares_its_piece() -> None:
    cues = cues_of(piece("Soon.\n \nA new day.\nIt rains.", 0.0))
    assert [cue.text for cue in cues] == ["Soon.", "A new day. It rains."]


def test_a_word_that_is_over_at_once_stays_as_long_as_it_takes_to_read() -> None:
    first = piece("No.", 0.0)
    cue = cues_of(first, silence(first.until, 5.0))[0]
    assert cue.until - cue.at == pytest.approx(SHORTEST)


def test_a_word_that_never_ends_does_not_stay_for_ever() -> None:
    (cue,) = cues_of(piece("Aaaaargh", 0.0, rate=3.0))
    assert cue.until - cue.at == pytest.approx(LONGEST)


def test_without_word_times_a_long_piece_is_divided_by_its_characters() -> None:
    made = piece(PROSE, 10.0, words=False)
    cues = cues_of(made)
    assert " ".join(cue.text for cue in cues) == PROSE
    for cue in cues:
        assert cue.at == pytest.approx(10.0 + PROSE.index(cue.text) * 0.06, abs=0.07)


def test_what_says_how_a_word_is_pronounced_is_not_shown() -> None:
    (cue,) = cues_of(piece("Ask [Kokoro](/kˈOkəɹO/) now, or see [menu](/café/).", 0.0))
    assert cue.text == "Ask Kokoro now, or see [menu](/café/)."


def test_markup_that_is_not_followed_is_shown() -> None:
    taken: list[Cue] = []
    cues = Cues(taken.append, markup=False)
    cues.add(piece("Ask [Kokoro](/kˈOkəɹO/) now.", 0.0))
    cues.finish(9.0)
    assert [cue.text for cue in taken] == ["Ask [Kokoro](/kˈOkəɹO/) now."]


def test_blanks_line_ends_and_controls_are_folded_and_rules_left_out() -> None:
    cues = cues_of(piece("\tOne\r\n\x1btwo\u2028three\n\n----------\n\ud800four  ", 0.0))
    assert " ".join(cue.text for cue in cues) == "One two three \ufffdfour"


def test_japanese_is_broken_without_blanks_and_never_before_its_marks() -> None:
    text = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所でニャーニャー泣いていた事だけは記憶している。"
    cues = cues_of(piece(text, 0.0, rate=0.15, words=False))
    assert "".join(cue.text for cue in cues) == text
    lines = [line for cue in cues for line in cue.lines]
    assert all(line[0] not in "、。ー" for line in lines)
    assert all(width_of(line) <= COLUMNS for line in lines)


def test_a_word_longer_than_a_line_is_cut_and_nothing_of_it_lost() -> None:
    cues = cues_of(piece("x" * 500, 0.0))
    assert "".join(cue.text for cue in cues) == "x" * 500


def checked(cues: Sequence[Cue], end: float) -> None:
    """Hold what is true of all subtitles."""
    for cue, next_cue in zip(cues, [*cues[1:], None], strict=True):
        limit = end if next_cue is None else next_cue.at
        assert 0.0 <= cue.at <= cue.until <= limit + 1e-9
        assert cue.until - cue.at <= LONGEST + 1e-9
        assert cue.until - cue.at >= SHORTEST - 1e-9 or cue.until == limit
        assert 1 <= len(cue.lines) <= 2
        assert all(line and line == line.strip() and width_of(line) <= COLUMNS for line in cue.lines)


ALPHABET = [
    "word",
    "a",
    "Straße",
    "12,000",
    "é",
    "日本",
    "語。",
    "x" * 60,
    "—",
    "...",
    "🎉",
    "\u0301" * 5,
    "\N{RIGHT-TO-LEFT MARK}\u05e9\u05dc\u05d5\u05dd",
    "Mr.",
]


def test_whatever_the_text_cues_follow_each_other_fit_and_show_every_word(counts: Callable[[int, int], int]) -> None:
    for seed in range(counts(60, 3000)):
        source = random.Random(seed)
        texts = [
            source.choice(["", " ", "\n\n"])
            + source.choice([" ", " ", "\n"]).join(source.choices(ALPHABET, k=source.randint(1, 40)))
            + source.choice([".", ", ", "! ", "\n"])
            for _ in range(source.randint(1, 6))
        ]
        made = following(*texts, words=source.random() < 0.7)
        cues = cues_of(*made)
        checked(cues, made[-1].until)
        shown = re.sub(r"\s", "", "".join(cue.text for cue in cues))
        assert shown == "".join(re.sub(r"\s|(?<!\S)([\W_])\1{3,}(?!\S)", "", text) for text in texts), seed
        for word in (word for each in made for word in each.words):
            assert (
                any(cue.at <= word.at + 1e-6 and word.at <= cue.until + 1e-6 for cue in cues) or word.until == word.at
            )


def test_of_a_long_text_only_the_last_cue_waits() -> None:
    pieces = following(*[PROSE] * 50)
    taken: list[Cue] = []
    cues = Cues(taken.append)
    for number, each in enumerate(pieces):
        cues.add(each)
        assert len(cues._tokens) < 60  # what waits does not grow
        assert len(taken) >= number * 4
