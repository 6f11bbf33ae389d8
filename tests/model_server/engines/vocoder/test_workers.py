"""Chunks are shared: each is done once, whoever does it, and a failure reaches the caller."""

from __future__ import annotations

import gc
import threading

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
            assert held.wait(10)
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


def test_the_threads_end_with_their_workers() -> None:
    workers = Workers(2)
    threads = [thread for thread in threading.enumerate() if thread.name.startswith("vocoder-")]
    del workers
    gc.collect()

    for thread in threads[-2:]:
        thread.join(10)
        assert not thread.is_alive()
