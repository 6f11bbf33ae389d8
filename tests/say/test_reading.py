from __future__ import annotations

import os
import pty
import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from common.errors import InputFailed
from say.exits import OutputClosed
from say.reading import Flush, Input, open_input, pour, words_as_text
from say.spool import Part, TextSpool
from say.tee import Tee
from say.wrapping import SEPARATOR

WAIT = 10.0  # seconds; a deadline, never a pause


@contextmanager
def pipe() -> Iterator[tuple[Input, int]]:
    """Give a pipe to pour from and the descriptor that writes to it. The reading thread closes its end."""
    ours, theirs = os.pipe()
    try:
        yield Input(ours, "a pipe", terminal=False), theirs
    finally:
        os.close(theirs)


def read_until(spool: TextSpool, offset: int, *, flush: bool = False) -> str:
    """Return the text from `offset` to the end, or to the next flush mark."""
    found, flushed = "", offset
    while True:
        part = spool.read(offset + len(found), 1 << 20, flushed)
        found += part.text
        flushed = offset + len(found) if part.flush else flushed
        if part.ended or (flush and part.flush):
            return found
        if not part.text and not part.flush:
            assert select.select([spool], [], [], WAIT)[0]
            spool.acknowledge()


def test_words_are_joined_with_spaces() -> None:
    assert words_as_text(["these", "words", "tóo"], pytest.fail) == "these words tóo"


def test_good_text_that_an_ascii_locale_escaped_is_put_right_without_a_warning() -> None:
    warnings: list[str] = []

    assert words_as_text(["h\udcc3\udca9"], warnings.append) == "h\u00e9"
    assert warnings == []


def test_words_that_are_not_utf8_are_replaced_with_one_warning() -> None:
    warnings: list[str] = []
    assert words_as_text(["caf\udce9", "na\udcefve"], warnings.append) == "caf\ufffd na\ufffdve"
    assert len(warnings) == 1


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    text = "Ünïcode, ".encode() * 50_000
    (tmp_path / "notes.txt").write_bytes(b"\xef\xbb\xbf" + text)
    with TextSpool() as spool:
        pour(open_input(str(tmp_path / "notes.txt")), spool, Flush.AT_PAUSES, pytest.fail).join(WAIT)
        assert spool.read(0, 1 << 20).text == text.decode()[: 1 << 20]
        assert spool.read(0, 1 << 20).ended
        assert spool.error is None


@pytest.mark.parametrize("name", ["missing.txt", "folder", "folder/missing.txt", "notes.txt/x", "bad\nname"])
def test_a_file_that_cannot_be_read_is_an_error_at_once(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("notes.txt").touch()
    with pytest.raises(InputFailed) as caught:
        open_input(name)
    assert "\n" not in caught.value.message


def test_a_failure_while_reading_comes_after_the_text_that_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    real_read = os.read
    with TextSpool() as spool, pipe() as (source, end):

        def read(descriptor: int, count: int) -> bytes:
            if descriptor != source.descriptor or spool.length == 0:
                return real_read(descriptor, count)
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(os, "read", read)
        pour(source, spool, Flush.AT_PAUSES, pytest.fail, pause=0.05)
        os.write(end, b"first")
        assert read_until(spool, 0, flush=True) == "first"
        os.write(end, b"second")
        read_until(spool, 5)
        assert isinstance(spool.error, InputFailed)
        assert spool.error.message == "a pipe cannot be read: input/output error"


def test_of_a_pipe_whole_sentences_are_marked_at_once_and_the_rest_when_its_writer_pauses() -> None:
    with TextSpool() as spool, pipe() as (source, end):
        pour(source, spool, Flush.AT_PAUSES, pytest.fail)
        os.write(end, b"One sentence. And ")
        assert read_until(spool, 0, flush=True) == "One sentence."
        assert not spool.read(13, 0).whole
        assert read_until(spool, 13, flush=True) == " And "
        assert spool.read(18, 0).whole


def test_each_line_of_a_pipe_is_marked_as_soon_as_it_is_there() -> None:
    with TextSpool() as spool, pipe() as (source, end):
        pour(source, spool, Flush.AT_PAUSES, pytest.fail, pause=WAIT)
        at = 0
        for number in range(3):
            os.write(end, b"a line %d\r\n" % number)
            read = read_until(spool, at, flush=True)
            at += len(read)
            assert read.strip(SEPARATOR) == f"a line {number}\n"


def test_lines_that_come_in_one_go_have_one_mark() -> None:
    with TextSpool() as spool, pipe() as (source, end):
        pour(source, spool, Flush.AT_PAUSES, pytest.fail, pause=WAIT)
        os.write(end, b"".join(b"Line %d of prose, wrapped\n" % number for number in range(100)))
        assert read_until(spool, 0, flush=True).count("\n") == 100


def test_a_pipe_is_folded_and_a_file_is_not(tmp_path: Path) -> None:
    text = b"10%\r20%\r\nagain\nagain\nagain\n"
    (tmp_path / "notes.txt").write_bytes(text)
    with TextSpool() as spool:
        pour(open_input(str(tmp_path / "notes.txt")), spool, Flush.AT_PAUSES, pytest.fail).join(WAIT)
        assert spool.read(0, 1000) == Part(text.decode(), flush=False, ended=True)
    with TextSpool() as spool:
        with pipe() as (source, end):
            thread = pour(source, spool, Flush.AT_PAUSES, pytest.fail)
            os.write(end, text)
        thread.join(WAIT)
        assert read_until(spool, 0) == f"20%\n{SEPARATOR}again\nrepeated 2 more times.\n"


def test_a_fifo_that_is_named_is_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    descriptor = os.open(tmp_path / "fifo", os.O_RDWR)
    try:
        with TextSpool() as spool:
            source = open_input(str(tmp_path / "fifo"))
            assert source.piped
            os.write(descriptor, b"again\nagain\nagain\n")
            pour(source, spool, Flush.AT_PAUSES, pytest.fail)
            assert read_until(spool, 0, flush=True) == "again\n"
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(
    ("behind", "said"),
    [("latest", "one\nlast"), ("summary", "one\n2 lines skipped.\nlast"), ("errors", "error: two\nlast\n")],
)
def test_the_last_line_of_a_pipe_is_always_spoken(behind: str, said: str) -> None:
    with TextSpool() as spool:
        with pipe() as (source, end):
            pour(source, spool, Flush.AT_PAUSES, pytest.fail, behind=behind)
            os.write(end, b"one\nerror: two\nthree\nlast")
        assert read_until(spool, 0) == said


class Shout:
    """A filter that holds lines back until it is flushed."""

    def __init__(self) -> None:
        self.held = ""

    def feed(self, text: str) -> str:
        self.held += text
        return ""

    def flush(self) -> str:
        text, self.held = self.held.upper(), ""
        return text

    def finish(self) -> str:
        return self.flush() + "!"


def test_a_filter_lies_between_the_lines_and_the_spool() -> None:
    with TextSpool() as spool:
        with pipe() as (source, end):
            pour(source, spool, Flush.AT_PAUSES, pytest.fail, text_filter=Shout())
            os.write(end, b"one\ntwo\none\r\n")
            assert read_until(spool, 0, flush=True) == "ONE\nTWO\nONE\n"
            os.write(end, b"three")
        assert read_until(spool, 12) == f"{SEPARATOR}THREE!"


def test_text_is_in_the_pipe_or_on_its_way_or_in_the_spool() -> None:
    """Once, what had just been read from a pipe was lost when speech was stopped in that moment."""
    begun, go_on = threading.Event(), threading.Event()

    class Slow(Shout):
        def feed(self, text: str) -> str:
            begun.set()
            assert go_on.wait(WAIT)
            return text

    with TextSpool() as spool, pipe() as (source, end):
        os.write(end, b"one\n")
        assert source.readable
        pour(source, spool, Flush.AT_END, pytest.fail, text_filter=Slow())
        assert begun.wait(WAIT)
        assert (source.readable, spool.pouring, spool.length) == (False, True, 0)
        go_on.set()
        assert select.select([spool], [], [], WAIT)[0]
        deadline = time.monotonic() + WAIT
        while spool.pouring and time.monotonic() < deadline:
            time.sleep(0.001)
        assert (spool.pouring, spool.length) == (False, 4)


def test_a_filter_that_fails_is_no_silent_end() -> None:
    class Broken(Shout):
        def feed(self, text: str) -> str:
            raise ZeroDivisionError

    with TextSpool() as spool, pipe() as (source, end):
        os.write(end, b"one")
        pour(source, spool, Flush.AT_END, pytest.fail, text_filter=Broken()).join(WAIT)
        with pytest.raises(ZeroDivisionError):
            spool.wait_for_words()


def test_a_closed_spool_ends_the_reading_of_a_pipe_that_is_still_open() -> None:
    with pipe() as (source, _):
        spool = TextSpool()
        thread = pour(source, spool, Flush.AT_PAUSES, pytest.fail)
        spool.close()
        thread.join(WAIT)
        assert not thread.is_alive()


@contextmanager
def teed(*, read: bool = True) -> Iterator[tuple[TextSpool, threading.Thread, int, int]]:
    """Give the spool, the thread, the writer's end and the reader's end of a pipe that passes through."""
    out, ours = os.pipe()
    try:
        with TextSpool() as spool, pipe() as (source, end):
            if not read:
                os.close(out)
            yield spool, pour(source, spool, Flush.AT_PAUSES, lambda _: None, tee=Tee(ours)), end, out
    finally:
        os.close(ours)
        if read:
            os.close(out)


def test_the_tee_passes_every_byte_as_it_comes() -> None:
    with teed() as (spool, _, end, out):
        for data in (b"line\r\n", bytes(range(256)), b"half a lin"):
            os.write(end, data)
            assert os.read(out, 1000) == data
        assert read_until(spool, 0, flush=True).startswith("line\n")


def test_a_reader_that_is_slow_holds_up_the_writer_and_not_the_speech() -> None:
    with teed() as (spool, _, end, out):
        os.set_blocking(end, False)
        written = 0
        while select.select([], [end], [], 0.3)[1]:
            written += os.write(end, b"many lines\n" * 100)
        assert read_until(spool, 0, flush=True).startswith("many lines\n")
        assert written < 1 << 19
        found = 0
        while found < written:
            found += len(os.read(out, 1 << 16))


def test_a_reader_of_the_tee_that_is_gone_ends_the_utterance() -> None:
    with teed(read=False) as (spool, thread, end, _):
        os.write(end, b"one\n")
        thread.join(WAIT)
        with pytest.raises(OutputClosed):
            spool.read(0, 1)


def test_the_tee_goes_on_when_nobody_speaks_any_more() -> None:
    with teed() as (spool, thread, end, out):
        os.write(end, b"one\n")
        assert os.read(out, 100) == b"one\n"
        spool.close()
        os.write(end, b"two\n")
        assert os.read(out, 100) == b"two\n"
        assert thread.is_alive()


def test_what_is_written_to_a_file_later_is_not_marked() -> None:
    with TextSpool() as spool:
        with pipe() as (source, end):
            thread = pour(source, spool, Flush.AT_END, pytest.fail)
            os.write(end, b"One.\n")
        thread.join(WAIT)
        assert spool.read(0, 100) == Part("One.\n", flush=False, ended=True)


def test_each_line_of_a_terminal_is_marked() -> None:
    ours, theirs = pty.openpty()
    try:
        with TextSpool() as spool:
            source = Input(theirs, "a terminal", terminal=True)
            thread = pour(source, spool, Flush.AT_LINES, pytest.fail)
            os.write(ours, b"first\nsecond\n")
            assert read_until(spool, 0, flush=True) == "first\n"
            assert read_until(spool, 6, flush=True) == "second\n"
            os.write(ours, b"\x04")
            thread.join(WAIT)
            assert spool.read(13, 1).ended
    finally:
        os.close(ours)


def test_reading_stops_when_nobody_wants_more() -> None:
    with pipe() as (source, end):
        spool = TextSpool()
        thread = pour(source, spool, Flush.AT_END, pytest.fail)
        spool.close()
        with suppress(BrokenPipeError):  # it may be gone already
            os.write(end, b"more")
        thread.join(WAIT)
        assert not thread.is_alive()


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    with pytest.raises(InputFailed, match="does not look like text"):
        open_input(str(path))


def test_a_file_in_utf16_is_text(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes("Ünï".encode("utf-16"))
    source = open_input(str(path))
    with TextSpool() as spool:
        pour(source, spool, Flush.AT_END, lambda text: None).join(10.0)
        assert spool.read(0, 100).text == "Ünï"
