from __future__ import annotations

import os
import threading

import pytest

from say import console
from say.exits import OutputClosed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("déjà … 🎵", "déjà … 🎵"),
        ("\x1b[2J\x07", "\\x1b[2J\\x07"),
        ("a\nb\r", "a\\nb\\r"),
        ("\u202eevil", "\\u202eevil"),
        ("caf\udce9", "caf\\udce9"),
    ],
)
def test_what_could_confuse_a_terminal_is_escaped(text: str, shown: str) -> None:
    assert console.printable(text) == shown


def test_everything_is_written_to_a_slow_non_blocking_pipe() -> None:
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    data = bytes(range(256)) * 4096
    found = bytearray()

    def read() -> None:
        while chunk := os.read(ours, 1 << 16):
            found.extend(chunk)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    console.write_all(theirs, data)
    os.close(theirs)
    reader.join(10)
    os.close(ours)
    assert bytes(found) == data


def test_a_reader_that_went_away_is_no_ordinary_error() -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with pytest.raises(OutputClosed):
        console.write_all(theirs, b"x")
    os.close(theirs)
