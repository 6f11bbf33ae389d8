"""Ranges are those of RFC 9110."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from say.gateways.http.jobs.ranges import Span, Unsatisfiable, holds, known, span_of


@pytest.mark.parametrize(
    "header, span",
    [
        (None, None),
        ("bytes=0-", Span(0, 100)),
        ("bytes=0-0", Span(0, 1)),
        ("BYTES = 10 - 19", Span(10, 20)),
        ("bytes=90-1000", Span(90, 100)),
        ("bytes=-10", Span(90, 100)),
        ("bytes=-1000", Span(0, 100)),
        ("bytes=20-10", None),
        ("bytes=0-1,5-6", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
        ("lines=0-1", None),
        ("bytes=0-" + "9" * 30, Span(0, 100)),
    ],
)
def test_what_is_wanted(header: str | None, span: Span | None) -> None:
    assert span_of(header, 100) == span


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_what_is_not_there(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        span_of(header, 100)


@given(st.text(max_size=20), st.integers(0, 1000))
def test_whatever_it_says_it_stays_within_the_file(header: str, size: int) -> None:
    try:
        span = span_of(f"bytes={header}", size)
    except Unsatisfiable:
        return
    assert span is None or 0 <= span.start < span.end <= size


def test_a_range_counts_only_for_the_same_file() -> None:
    assert holds(None, '"a"', "date")
    assert holds('"a"', '"a"', "date")
    assert holds("date", '"a"', "date")
    assert not holds('W/"a"', '"a"', "date")
    assert not holds('"b"', '"a"', "date")


def test_what_is_known_need_not_be_sent() -> None:
    assert known('"b", W/"a"', '"a"')
    assert known("*", '"a"')
    assert not known(None, '"a"')
    assert not known('"b"', '"a"')
