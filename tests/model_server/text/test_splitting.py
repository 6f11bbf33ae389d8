"""Split patterns of the user's: what they cut, and which are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadSplit
from common.messages.synthesis import PLAN_WINDOW, Plan, PlannedPiece
from model_server.text.plain import PlainReader
from model_server.text.planner import plan
from model_server.text.splitting import PATTERN_MOST, Splitter, splitter_for
from tests.cpu_time import cpu_seconds


def planned(text: str, splitter: Splitter | None, chunk: int = 0) -> list[PlannedPiece]:
    """Return the pieces of a text that comes in chunks of that many characters; 0: at once."""
    pieces: list[PlannedPiece] = []
    start = 0
    known = chunk or len(text)
    while start < len(text):
        window = text[start : min(known, start + PLAN_WINDOW)]
        final = start + len(window) == len(text)
        got = plan(Plan(window, start, final, flush=False, first=not pieces), PlainReader(None), splitter)
        pieces += got.pieces
        start += got.used
        if not got.used:
            known += chunk
    return pieces


def texts(pieces: list[PlannedPiece]) -> list[str]:
    return [piece.text.strip() for piece in pieces]


def test_lines_are_pieces_of_their_own_where_the_seeds_pattern_splits() -> None:
    text = "First line of a text\nthat is wrapped\n\n\nand goes on here."

    pieces = planned(text, Splitter(r"\n+"))

    assert texts(pieces) == ["First line of a text", "that is wrapped", "and goes on here."]
    assert [piece.boundary for piece in pieces] == ["paragraph", "paragraph", "end"]
    assert pieces[0].start == 0 and pieces[-1].end == len(text)


def test_what_separates_is_not_spoken() -> None:
    assert texts(planned("one CUT two cut three", Splitter("(?i)cut"))) == ["one", "two", "three"]


def test_without_a_pattern_there_is_no_splitter() -> None:
    assert splitter_for("") is None


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("(", "cannot be used"),
        (r"(a)\1", "cannot be used"),
        ("(?=a)", "cannot be used"),
        ("a*", "also matches where there is no text"),
        ("", "also matches where there is no text"),
        ("^a", "matches a place"),
        (r"a\b", "matches a place"),
        ("a" * (PATTERN_MOST + 1), f"more than {PATTERN_MOST}"),
        ("((a{1000}){1000}){1000}", "cannot be used"),
        ("[[:alpha:]]$", "matches a place"),
        ("caf\udce9", "is not UTF-8"),  # as an argument in Latin-1 arrives
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_with_the_reason(pattern: str, says: str) -> None:
    with pytest.raises(BadSplit, match=says):
        Splitter(pattern)


def test_a_refused_pattern_is_shown_as_it_was_typed() -> None:
    with pytest.raises(BadSplit) as refused:
        Splitter(r"(\w)\1")
    assert r"'(\w)\1'" in refused.value.message

    with pytest.raises(BadSplit) as refused:
        Splitter(r"end\b")
    assert r"'\b'" in refused.value.message


@pytest.mark.parametrize("pattern", ["[$]+", r"\^", r"\\n", "[^a]b", "[]$]", "[^]^]", "[[:alpha:]$]", r"[\]$]"])
def test_marks_of_places_may_be_text(pattern: str) -> None:
    Splitter(pattern)


def test_a_separator_is_looked_for_once_however_many_pieces_come_before_it() -> None:
    looks: list[int] = []

    class Counted(Splitter):
        def find(self, text: str, start: int, end: int) -> tuple[int, int] | None:
            looks.append(start)
            return super().find(text, start, end)

    text = "This is a sentence of some length, which fills a piece with others of its kind. " * 30
    request = Plan(text + "CUT " + text[:80], 0, final=True, flush=False, first=False)

    pieces = plan(request, PlainReader(None), Counted("CUT")).pieces

    assert len(pieces) == 8  # as many as one answer has
    assert looks == [0]


def test_a_pattern_that_would_keep_others_busy_for_hours_takes_no_time() -> None:
    splitter = Splitter("(a+)+b")

    def find() -> None:
        assert splitter.find("a" * 1_000_000, 0, 1_000_000) is None

    assert cpu_seconds(find, enough=5.0) < 5.0


def test_a_lone_surrogate_does_not_disturb() -> None:
    assert Splitter("x").find("\ud800ax", 0, 3) == (2, 3)


@given(
    st.text(alphabet="aB.,; \n-#", max_size=300), st.sampled_from([r"\n+", "--+", "#a?", "[;,]"]), st.integers(1, 50)
)
def test_text_that_comes_in_parts_is_cut_as_if_it_had_come_at_once(text: str, pattern: str, chunk: int) -> None:
    splitter = Splitter(pattern)

    assert planned(text, splitter, chunk) == planned(text, splitter)


@given(st.text(max_size=300), st.sampled_from([r"\s", r"\d+", "[a-f]"]))
def test_nothing_but_separators_is_lost(text: str, pattern: str) -> None:
    pieces = planned(text, Splitter(pattern))

    at = 0
    for piece in pieces:
        assert piece.start == at
        at = piece.end
    assert at <= len(text)
