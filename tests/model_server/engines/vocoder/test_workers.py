"""Chunks are shared: each is done once, whoever does it, and a failure reaches the caller."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
import torch

from model_server.engines.vocoder.workers import Workers


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("chunks", [0, 1, 2, 50])
def test_each_chunk_is_done_once(count: int, chunks: int) -> None:
    done: list[int] = []

    Workers(count).each(done.append, chunks)

    assert sorted(done) == list(range(chunks))


def test_who_is_free_takes_the_next_one() -> None:
    workers, held, done = Workers(2), threading.Event(), []

    def task(chunk: int) -> None:
        if chunk == 0:
            assert held.wait(30)
        else:
            done.append(chunk)
        if len(done) == 19:
            held.set()

    workers.each(task, 20)  # with halves, the one that is held up would have nine others behind it

    assert done == list(range(1, 20))


def test_torch_works_alone_in_each_and_as_before_elsewhere() -> None:
    before = torch.get_num_threads()
    seen: list[tuple[int, bool]] = []

    Workers(2).each(lambda chunk: seen.append((torch.get_num_threads(), torch.is_inference_mode_enabled())), 4)

    assert seen == [(1, True)] * 4
    assert torch.get_num_threads() == before and not torch.is_inference_mode_enabled()


def test_a_failure_reaches_the_caller_and_the_next_job_is_done() -> None:
    workers = Workers(2)

    def fail(chunk: int) -> None:
        raise MemoryError(f"chunk {chunk}")

    with pytest.raises(MemoryError, match="chunk"):
        workers.each(fail, 3)
    done: list[int] = []
    workers.each(done.append, 3)
    assert sorted(done) == [0, 1, 2]


def started(before: set[threading.Thread]) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread not in before]


def ended(threads: list[threading.Thread]) -> bool:
    for thread in threads:
        thread.join(30)
    return not any(thread.is_alive() for thread in threads)


class Sound:
    """Stands for what a task works with."""


def test_the_threads_end_with_their_workers_though_their_last_job_knew_them() -> None:
    before = set(threading.enumerate())
    workers = Workers(2)
    threads = started(before)

    def task(chunk: int, known: Workers = workers) -> None: ...

    workers.each(task, 2)
    assert len(threads) == 2
    del task, workers
    gc.collect()

    assert ended(threads)


def test_a_thread_that_waits_holds_nothing_of_its_last_job() -> None:
    workers, sound = Workers(2), Sound()
    gone = threading.Event()
    weakref.finalize(sound, gone.set)

    def task(chunk: int, held: Sound = sound) -> None: ...

    workers.each(task, 2)
    del task, sound

    assert gone.wait(30)


def test_where_a_thread_cannot_be_started_none_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    before, torchs = set(threading.enumerate()), torch.get_num_threads()
    first: list[threading.Thread] = []
    start = threading.Thread.start

    def start_one(thread: threading.Thread) -> None:
        if first:
            raise RuntimeError("can't start new thread")
        first.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_one)
    with pytest.raises(RuntimeError, match="new thread"):
        Workers(2)

    assert len(first) == 1 and ended(first)
    assert started(before) == [] and torch.get_num_threads() == torchs
