from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InputFailed
from say.gateways.bridge.incoming import LineReader, read_block


def lines_of(parts: list[bytes], most: int = 100) -> list[bytes | None]:
    reader = LineReader(most)
    found = [line for part in parts for line in reader.feed(part)]
    return [*found, *reader.end()]


@given(st.lists(st.binary(max_size=8), max_size=6), st.integers(1, 7))
def test_lines_are_the_same_however_they_come(lines: list[bytes], size: int) -> None:
    lines = [line.replace(b"\n", b"") for line in lines]
    data = b"\n".join(lines)
    parts = [data[at : at + size] for at in range(0, len(data), size)]

    assert lines_of(parts) == [line for line in lines if line.strip()]


def test_a_line_that_is_too_long_costs_no_other() -> None:
    assert lines_of([b"a\n", b"x" * 60, b"x" * 60, b"x" * 60, b"\nb\n", b"c"]) == [b"a", None, b"b", b"c"]


def test_a_line_that_is_too_long_is_told_once_and_as_soon_as_that_is_known() -> None:
    reader = LineReader(10)

    assert list(reader.feed(b"x" * 11)) == [None]
    assert list(reader.feed(b"x" * 1000)) == []
    assert list(reader.end()) == []


def test_a_line_of_the_greatest_length_passes() -> None:
    assert lines_of([b"x" * 10, b"\n"], most=10) == [b"x" * 10]


def test_what_cannot_be_read_is_an_error_of_ours(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        with pytest.raises(InputFailed, match="standard input cannot be read"):
            read_block(folder)
    finally:
        os.close(folder)
