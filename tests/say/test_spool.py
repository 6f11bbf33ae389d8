from __future__ import annotations

import errno
import os
import select
import threading
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from common.errors import InputFailed
from say.spool import Part, TextSpool
from say.spool_store import Disk
from say.text_source import as_spool

WAIT = 10.0  # seconds; a deadline, never a pause


def everything(spool: TextSpool, limit: int = 1 << 16) -> str:
    """Read an ended spool to its end, forgetting as it goes."""
    found, offset = [], 0
    while True:
        part = spool.read(offset, limit)
        text, ended = part.text, part.ended
        found.append(text)
        offset += len(text)
        spool.forget(offset)
        if ended:
            return "".join(found)


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def write_all(spool: TextSpool, *texts: str) -> None:
    for text in texts:
        spool.append(text)
    spool.finish()


def readable(spool: TextSpool, seconds: float = 0) -> bool:
    return bool(select.select([spool], [], [], seconds)[0])


# Any code point, unpaired surrogates among them: they come from a careless caller and must not be lost.
texts = st.text(st.characters(exclude_categories=()), max_size=12)


class SpoolMachine(RuleBasedStateMachine):
    """The spool, with a memory of 8, a ring of 32 and a history of 5 code points, behaves as a plain string with marks
    does."""

    def __init__(self) -> None:
        super().__init__()
        self.spool = TextSpool(disk_limit=128, memory_limit=8, history=5)
        self.text = ""
        self.start = self.kept = 0
        self.marks: dict[int, bool] = {}  # whole or not
        self.ended = False

    @precondition(lambda self: not self.ended)
    @rule(text=texts)
    def append(self, text: str) -> None:
        text = text[: max(0, 32 - (len(self.text) - self.start))]  # more would wait
        assert self.spool.append(text)
        self.text += text

    @rule(whole=st.booleans())
    def mark_flush(self, whole: bool) -> None:
        self.spool.mark_flush(whole)
        if self.text:
            self.marks[len(self.text)] = self.marks.get(len(self.text), False) or whole

    @rule(share=st.floats(0, 1))
    def forget(self, share: float) -> None:
        before = self.kept + int(share * (len(self.text) - self.kept))
        self.spool.forget(before)
        self.start = before
        self.kept = max(self.kept, before - 5)

    @rule(share=st.floats(0, 1), limit=st.integers(0, 40), acted=st.booleans())
    def read(self, share: float, limit: int, acted: bool) -> None:
        offset = self.kept + int(share * (len(self.text) - self.kept))
        ahead = sorted(mark for mark in self.marks if mark > offset or (mark == offset and not acted))
        end = min([offset + limit, len(self.text), *ahead[:1]])
        part = self.spool.read(offset, limit, flushed=offset if acted else -1)
        assert part.text == self.text[offset:end]
        assert part.flush == (end in ahead)
        assert part.ended == (self.ended and end == len(self.text))
        assert part.whole == (part.flush and self.marks[end])

    @rule()
    def finish(self) -> None:
        self.spool.finish()
        self.ended = True

    @invariant()
    def length_is_known(self) -> None:
        assert (self.spool.length, self.spool.played, self.spool.kept) == (len(self.text), self.start, self.kept)

    def teardown(self) -> None:
        self.spool.close()


SpoolMachine.TestCase.settings = settings(stateful_step_count=40)
TestSpoolAgainstAString = SpoolMachine.TestCase


@given(st.lists(texts, max_size=30), st.integers(1, 40))
def test_whatever_is_written_is_read_although_the_writer_has_to_wait(chunks: list[str], limit: int) -> None:
    with TextSpool(disk_limit=16 * 4, memory_limit=8) as spool:
        writer = in_thread(lambda: write_all(spool, *chunks))
        found, offset, ended = "", 0, False
        while not ended:
            assert readable(spool, WAIT)
            spool.acknowledge()
            while True:
                part = spool.read(offset, limit)
                text, ended = part.text, part.ended
                found, offset = found + text, offset + len(text)
                spool.forget(offset)
                if not text:
                    break
        writer.join(WAIT)
        assert found == "".join(chunks)


def test_a_large_string_is_held_as_it_is() -> None:
    text = "word " * 500_000
    with TextSpool.of(text) as spool:
        assert everything(spool) == text


def test_text_that_does_not_fit_in_memory_lies_in_a_file_without_a_name(
    tmp_path: os.PathLike[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with TextSpool(memory_limit=100) as spool:
        spool.append("é" * 1000)
        spool.finish()
        assert os.listdir(tmp_path) == []
        assert everything(spool, 30) == "é" * 1000


def test_full_spool_lets_the_writer_wait_and_says_so_once() -> None:
    told: list[str] = []
    full = threading.Event()

    def on_full() -> None:
        told.append("full")
        full.set()

    with TextSpool(disk_limit=16 * 4, memory_limit=8, on_full=on_full) as spool:
        writer = in_thread(lambda: write_all(spool, "a" * 100))
        assert full.wait(WAIT)
        assert spool.length == 16
        assert not spool.read(16, 1).ended
        found, offset = "", 0
        while offset < 100:
            assert readable(spool, WAIT)
            spool.acknowledge()
            text = spool.read(offset, 5).text
            while text:
                found, offset = found + text, offset + len(text)
                spool.forget(offset)
                text = spool.read(offset, 5).text
        writer.join(WAIT)
        assert found == "a" * 100
        assert told == ["full"]


@pytest.mark.parametrize("room", [0, 11, 64])
def test_full_disk_costs_no_text(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """`room` code points fit on the disk; the rest waits with the writer until memory is free again."""

    real_write = Disk.write

    def write(disk: Disk, offset: int, text: str) -> None:
        if (offset % disk.capacity) + len(text) > room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real_write(disk, offset, text)

    monkeypatch.setattr(Disk, "write", write)
    text = "".join(chr(0x100 + n) for n in range(500))
    with TextSpool(disk_limit=4000, memory_limit=10) as spool:
        writer = in_thread(lambda: write_all(spool, *(text[at : at + 7] for at in range(0, len(text), 7))))
        found, offset, ended = "", 0, False
        while not ended:
            assert readable(spool, WAIT)
            spool.acknowledge()
            while True:
                read = spool.read(offset, 3)
                part, ended = read.text, read.ended
                found, offset = found + part, offset + len(part)
                spool.forget(offset)
                if not part:
                    break
        writer.join(WAIT)
        assert found == text


def test_no_temporary_folder_means_that_memory_must_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(disk: Disk, capacity: int) -> None:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(Disk, "__init__", refuse)
    with TextSpool(memory_limit=10) as spool:
        writer = in_thread(lambda: write_all(spool, "x" * 35))
        found = 0
        while found < 35:
            assert readable(spool, WAIT)
            spool.acknowledge()
            found += len(spool.read(found, 100).text)
            spool.forget(found)
        writer.join(WAIT)
        assert spool.read(35, 1) == Part("", flush=False, ended=True)


def test_news_is_announced_once_and_again_after_it_was_acknowledged() -> None:
    with TextSpool() as spool:
        assert not readable(spool)
        spool.append("one")
        spool.append("two")
        assert readable(spool)
        spool.acknowledge()
        assert not readable(spool)
        spool.acknowledge()
        spool.mark_flush()
        assert readable(spool)
        spool.acknowledge()
        spool.finish()
        assert readable(spool)


def test_a_mark_is_met_again_by_a_retry() -> None:
    with TextSpool() as spool:
        spool.append("one\n")
        spool.mark_flush()
        spool.append("two")
        assert spool.read(0, 100) == Part("one\n", flush=True, ended=False)
        assert spool.read(4, 100, flushed=4) == Part("two", flush=False, ended=False)
        assert spool.read(1, 100) == Part("ne\n", flush=True, ended=False)


def test_a_mark_tells_whether_it_asks_for_what_is_incomplete() -> None:
    with TextSpool() as spool:
        spool.append("one\n")
        spool.mark_flush()
        spool.append("and tw")
        spool.mark_flush()
        spool.mark_flush(whole=True)
        spool.mark_flush()
        assert not spool.read(0, 100).whole
        assert not spool.read(4, 3, flushed=4).whole
        assert spool.read(4, 100, flushed=4) == Part("and tw", flush=True, ended=False, whole=True)


def test_what_was_played_can_be_read_again_as_far_as_the_history_goes() -> None:
    with TextSpool(history=10) as spool:
        spool.append("0123456789" * 3)
        spool.forget(15)
        assert (spool.played, spool.kept) == (15, 5)
        assert spool.read(5, 100).text == ("0123456789" * 3)[5:]
        with pytest.raises(ValueError):
            spool.read(4, 1)


def test_marks_in_the_history_are_met_again() -> None:
    with TextSpool() as spool:
        spool.append("one\n")
        spool.mark_flush(whole=True)
        spool.append("two\n")
        spool.forget(8)
        assert spool.read(0, 100) == Part("one\n", flush=True, ended=False, whole=True)


def test_what_speech_went_back_to_counts_as_unplayed() -> None:
    with TextSpool(disk_limit=64, memory_limit=8, history=6) as spool:
        assert spool.append("0123456789abcdef")
        spool.forget(16)
        spool.forget(12)
        assert (spool.played, spool.kept) == (12, 10)
        spool.forget(2)
        assert spool.played == 10
        assert spool.append("g" * 10)
        assert spool.read(10, 100).text == "abcdef" + "g" * 10


def test_memory_and_history_together_bound_what_is_held() -> None:
    with TextSpool(disk_limit=64, memory_limit=1 << 15, history=1 << 15) as spool:
        for _ in range(100):
            spool.append("x" * 10_000)
            spool.forget(spool.length)
        assert spool.kept == spool.length - (1 << 15)


def test_a_watcher_learns_of_what_was_played_and_of_the_end() -> None:
    calls: list[str] = []
    with TextSpool() as spool:
        spool.append("one")
        spool.watch(lambda: calls.append("told"))
        spool.forget(3)
        assert calls == ["told"]
    assert calls == ["told"] * 2 and spool.closed
    with TextSpool() as spool:
        spool.watch(lambda: calls.append("told"))
        spool.watch(None)
        spool.forget(0)
    assert len(calls) == 2


def test_an_utterance_that_is_broken_off_ends_its_reader_at_once() -> None:
    with TextSpool() as spool:
        spool.append("unspoken")
        spool.acknowledge()
        spool.break_off(KeyboardInterrupt())
        assert readable(spool)
        with pytest.raises(KeyboardInterrupt):
            spool.read(0, 1)
        with pytest.raises(KeyboardInterrupt):
            spool.wait_for_words()


def test_a_reader_that_waits_for_words_learns_that_all_is_broken_off() -> None:
    with TextSpool() as spool, pytest.raises(InputFailed):
        in_thread(lambda: spool.break_off(InputFailed("gone")))
        spool.wait_for_words()


@pytest.mark.parametrize(("text", "words"), [("", False), (" \n\t", False), (" x", True)])
def test_blank_text_is_told_from_words(text: str, words: bool) -> None:
    with TextSpool.of(text) as spool:
        assert spool.wait_for_words() is words


def test_endless_blanks_are_not_waited_for() -> None:
    with TextSpool(disk_limit=64, memory_limit=8) as spool:
        in_thread(lambda: spool.append("\n" * 1000))
        assert spool.wait_for_words()


def test_words_are_waited_for() -> None:
    with TextSpool() as spool:
        spool.append("  ")
        in_thread(lambda: spool.append("word"))
        assert spool.wait_for_words()


def test_closing_lets_a_waiting_writer_go() -> None:
    spool = TextSpool(disk_limit=16 * 4, memory_limit=8)
    took: list[bool] = []
    writer = in_thread(lambda: took.append(spool.append("a" * 100)))
    assert readable(spool, WAIT)
    spool.close()
    writer.join(WAIT)
    assert took == [False]
    spool.finish()
    spool.mark_flush()
    spool.acknowledge()


def test_an_iterable_is_drawn_from() -> None:
    def chunks() -> Iterator[str]:
        yield "one "
        yield "two"

    with as_spool(chunks()) as spool:
        while not spool.read(0, 100).ended:
            assert readable(spool, WAIT)
            spool.acknowledge()
        assert spool.read(0, 100).text == "one two"
        assert spool.error is None


def test_an_iterable_that_raises_ends_the_text_with_its_error() -> None:
    def chunks() -> Iterator[str]:
        yield "one"
        raise RuntimeError("the model hung up")

    with as_spool(chunks()) as spool:
        while not spool.read(0, 100).ended:
            assert readable(spool, WAIT)
            spool.acknowledge()
        assert spool.read(0, 100).text == "one"
        assert isinstance(spool.error, InputFailed)
        assert isinstance(spool.error.__cause__, RuntimeError)


def test_a_spool_stays_the_spool_it_is() -> None:
    with TextSpool.of("x") as spool:
        assert as_spool(spool) is spool


def test_ten_megabytes_are_swallowed_with_flat_memory() -> None:
    import tracemalloc

    chunk = "All work and no play makes Jack a dull boy.\n" * 1490  # 64 KiB
    with TextSpool() as spool:
        tracemalloc.start()
        try:
            for _ in range(160):
                spool.append(chunk)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert spool.length == 160 * len(chunk)
        assert peak < 12 << 20
