from __future__ import annotations

import os
import pty
import select
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InputFailed
from say.reading import Flush, Input, Utf8Decoder, open_input, pour, words_as_text
from say.spool import Part, TextSpool

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
    found = ""
    while True:
        part = spool.read(offset + len(found), 1 << 20, flushed=offset)
        found += part.text
        if part.ended or (flush and part.flush):
            return found
        if not part.text:
            assert select.select([spool], [], [], WAIT)[0]
            spool.acknowledge()


@given(st.text(st.characters(exclude_categories=["Cs"])), st.lists(st.integers(0, 40), max_size=10))
def test_utf8_is_decoded_wherever_it_is_cut(text: str, cuts: list[int]) -> None:
    warnings: list[None] = []
    decoder = Utf8Decoder(lambda: warnings.append(None))
    data = text.encode()
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    found = "".join(decoder.decode(data[a:b]) for a, b in zip(places, places[1:], strict=False))
    assert found + decoder.decode(b"", final=True) == text.removeprefix("\ufeff")
    assert not warnings


@given(st.lists(st.binary(max_size=12), max_size=12))
def test_any_bytes_become_what_python_makes_of_them_with_one_warning_at_most(chunks: list[bytes]) -> None:
    warnings: list[None] = []
    decoder = Utf8Decoder(lambda: warnings.append(None))
    found = "".join(decoder.decode(chunk) for chunk in chunks) + decoder.decode(b"", final=True)
    data = b"".join(chunks)
    assert found == data.decode("utf-8", "replace").removeprefix("\ufeff")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        assert len(warnings) == 1
    else:
        assert not warnings


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
        pour(source, spool, Flush.AT_PAUSES, pytest.fail)
        os.write(end, b"first")
        assert read_until(spool, 0, flush=True) == "first"
        os.write(end, b"second")
        read_until(spool, 5)
        assert isinstance(spool.error, InputFailed)
        assert spool.error.message == "a pipe cannot be read: input/output error"


def test_a_pipe_is_passed_on_as_it_comes_and_marked_when_its_writer_pauses() -> None:
    with TextSpool() as spool, pipe() as (source, end):
        pour(source, spool, Flush.AT_PAUSES, pytest.fail)
        os.write(end, b"One sentence. And ")
        assert read_until(spool, 0, flush=True) == "One sentence. And "


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
        os.write(end, b"more")
        thread.join(WAIT)
        assert not thread.is_alive()
