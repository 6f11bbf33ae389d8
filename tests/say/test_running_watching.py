"""Of all that a command writes its first error is kept, or what comes nearest."""

from __future__ import annotations

import itertools
import tracemalloc

from say.alerts import Alert
from say.running.watching import OutputWatch


def found(*blocks: bytes) -> tuple[Alert, str]:
    watch = OutputWatch()
    feed = watch.stream()
    for block in blocks:
        feed(block)
    return watch.found


def test_the_first_error_is_found() -> None:
    assert found(b"a\nx: warning: w\nx: error: one\nx: error: two\n") == (Alert.ERROR, "x: error: one")


def test_a_warning_does_where_there_is_no_error() -> None:
    assert found(b"a\nx: warning: w\nb\n") == (Alert.WARNING, "x: warning: w")


def test_the_last_line_does_where_there_is_neither() -> None:
    assert found(b"a\n\x1b[1mlast\x1b[0m \r\n\n  \n") == (Alert.NONE, "last")
    assert found(b"a\nno end") == (Alert.NONE, "no end")
    assert found() == (Alert.NONE, "")


def test_lines_may_come_in_any_pieces() -> None:
    text = "a\nfoo.c:1:2: \x1b[31merror:\x1b[0m no ü\nb\n".encode()
    for size in range(1, len(text)):
        blocks = [text[at : at + size] for at in range(0, len(text), size)]
        assert found(*blocks) == (Alert.ERROR, "foo.c:1:2: error: no ü"), size


def test_a_bar_drawn_over_and_over_is_many_lines() -> None:
    assert found(b"10%\r20%\rerror: full\r30%") == (Alert.ERROR, "error: full")


def test_streams_are_not_mixed_within_a_line() -> None:
    watch = OutputWatch()
    out, err = watch.stream(), watch.stream()
    out(b"all ")
    err(b"error: ")
    out(b"fine\n")
    err(b"x\n")
    assert watch.found == (Alert.ERROR, "error: x")


def test_the_traceback_s_last_line_counts() -> None:
    trace = b'Traceback (most recent call last):\n  File "x", line 1\n    f()\nOops: 3\n'
    assert found(trace[:40], trace[40:]) == (Alert.ERROR, "Oops: 3")


def test_what_an_editor_shows_is_nobody_s_error() -> None:
    assert found(b"start\n\x1b[?1049h", b"x: error: shown\n", b"\x1b[?1049l", b"end\n") == (Alert.NONE, "end")
    assert (
        found(b"\x1b[?10", b"49h", b"x: error: shown\n", b"\x1b[?1049", b"l", b"\nx: error: real\n")[1]
        == "x: error: real"
    )


def test_a_line_without_end_and_much_text_keep_memory_flat() -> None:
    watch = OutputWatch()
    feed = watch.stream()
    tracemalloc.start()
    try:
        for _ in range(200):
            feed(b"x" * 65536)
            feed(b"word\n" * 13000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20
    assert watch.found == (Alert.NONE, "word")


def test_a_flood_is_not_held_up() -> None:
    clock = itertools.count(0, 0.1)  # each look at the clock finds it 0.1 s later
    watch = OutputWatch(now=lambda: next(clock))
    feed = watch.stream()
    for _ in range(100):
        feed(b"line\n")
    feed(b"error: x\n")
    assert watch.found == (Alert.NONE, "error: x")
