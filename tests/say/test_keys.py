from __future__ import annotations

import pytest

from say.keys import PATIENCE, Key, KeyParser

ALL = (
    (b" ", Key.SPACE),
    (b"q", Key.STOP),
    (b"Q", Key.STOP),
    (b"?", Key.HELP),
    (b"\x1b[A", Key.UP),
    (b"\x1b[B", Key.DOWN),
    (b"\x1b[C", Key.RIGHT),
    (b"\x1b[D", Key.LEFT),
    (b"\x1bOC", Key.RIGHT),  # terminals in application mode
)


def pressed(*presses: bytes, gap: float = 1.0) -> list[Key]:
    """Return the keys in what comes so many seconds apart."""
    parser, keys = KeyParser(), []
    for number, data in enumerate(presses):
        keys += parser.feed(data, number * gap)
    return keys


@pytest.mark.parametrize(("data", "key"), ALL)
def test_each_key_is_known_whole_and_byte_by_byte(data: bytes, key: Key) -> None:
    assert pressed(data) == [key]
    assert pressed(*(bytes([each]) for each in data), gap=PATIENCE / 2) == [key]


def test_a_key_held_down_counts_each_time() -> None:
    assert pressed(b"\x1b[C\x1b[C\x1b[C") == [Key.RIGHT] * 3
    assert pressed(b"  ") == [Key.SPACE] * 2


def test_different_arrows_at_once_all_count() -> None:
    assert pressed(b"\x1b[C\x1b[A\x1b[D") == [Key.RIGHT, Key.UP, Key.LEFT]


def test_escape_alone_does_not_swallow_what_is_pressed_later() -> None:
    assert pressed(b"\x1b", b"q") == [Key.STOP]
    assert pressed(b"\x1b[", b"q") == [Key.STOP]
    assert pressed(b"\x1b\x1b[C") == [Key.RIGHT]


@pytest.mark.parametrize(
    "data",
    [
        b"\x1bq",
        b"\x1b[1;5C",
        b"\x1b[3~",
        b"\x1b[15~",
        b"\x1bOP",
        b"\x1b[?1;2c",
        b"x",
        b"\x00",
        b"\xff\xfe",
        b"\x04",
        b"",
    ],
)
def test_other_keys_mean_nothing_and_leave_the_next_one_alone(data: bytes) -> None:
    assert pressed(data) == []
    assert pressed(data, b" ") == [Key.SPACE]


def test_pasted_text_means_nothing_in_however_many_parts_it_comes() -> None:
    assert pressed(b"quit, please?") == []
    assert pressed(b"a long text ", b"q", b" ", gap=0.01) == []
    assert pressed(b"a long text ", b"q") == [Key.STOP]  # a second later


def test_pasted_text_in_brackets_means_nothing() -> None:
    assert pressed(b"\x1b[200~q\x1b[C\x1b[201~") == []
    assert pressed(b"\x1b[200~", b"q", b"\x1b[201~", b" ", gap=0.5) == [Key.SPACE]
    assert pressed(b"\x1b[200~", b"q", gap=5.0) == [Key.STOP]  # its end was lost


def test_garbage_without_end_is_not_kept() -> None:
    parser = KeyParser()
    for number in range(1000):
        parser.feed(b"\x1b[" + b"1;" * 1000, number * 0.01)
    assert len(parser._pending) <= 16
