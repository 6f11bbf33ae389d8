from __future__ import annotations

import asyncio
import gc
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from say.gateways.http.encoding import Encoder, format_of
from say.gateways.http.encoding_threads import Encoding
from tests.fakes.daemon import eventually
from tests.fakes.http import run
from tests.fakes.speech import sound_of

PCM = sound_of("a sentence of some length")


class Noted:
    """An encoder whose `add` waits to be let go."""

    def __init__(self) -> None:
        self.adding, self.go, self.closed = threading.Event(), threading.Event(), threading.Event()
        self._lock = threading.Lock()

    def add(self, pcm: bytes) -> bytes:
        with self._lock:
            self.adding.set()
            assert self.go.wait(20)
            assert not self.closed.is_set()
        return pcm

    def finish(self) -> bytes:
        return b""

    def close(self) -> None:
        with self._lock:
            self.closed.set()


def own_threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def test_who_leaves_while_a_thread_works_closes_behind_it() -> None:
    encoder = Noted()

    async def scenario() -> None:
        async def work() -> None:
            async with Encoding(replace(format_of("pcm"), make=lambda: encoder)) as encoding:
                await encoding.add(PCM)

        task = asyncio.create_task(work())
        assert await asyncio.to_thread(encoder.adding.wait, 20)
        task.cancel()
        await asyncio.wait([task])
        assert not encoder.closed.is_set()
        encoder.go.set()
        assert await asyncio.to_thread(encoder.closed.wait, 20)

    run(scenario())


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts threads as Linux shows them")
@pytest.mark.parametrize("name", ["mp3", "opus", "aac", "flac"])
def test_a_file_that_nobody_wants_the_rest_of_leaves_no_threads(name: str) -> None:
    def begun() -> Encoder:
        encoder = format_of(name).make()
        encoder.add(PCM)
        return encoder

    begun().close()  # whatever is made once
    gc.disable()
    try:
        before = own_threads()
        for _ in range(5):
            begun().close()
        # The system shows one that has been waited for a moment longer.
        eventually(lambda: own_threads() <= before, "no more threads than before")
    finally:
        gc.enable()
