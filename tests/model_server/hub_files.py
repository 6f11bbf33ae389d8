"""The hub's files as the model server holds them, wired to a fake hub, with clocks and pauses in the test's hand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from common.messages.hello import Progress
from model_server.downloads import HubMemory
from model_server.hub import Hub
from model_server.hub_store import HubStore
from model_server.model_files import HubFiles, ModelFiles
from model_server.release import Release
from tests.fakes.hub import FakeHub

VOICE = "voices/af_heart.pt"
DEADLINE = 30.0  # seconds; far beyond what anything here takes


@dataclass
class Bench:
    """One model server's files, and what happened to them."""

    files: ModelFiles
    store: HubStore
    now: float = 1000.0  # seconds on the memory's clock
    pauses: list[float] = field(default_factory=list)  # seconds, not slept
    reports: list[Progress] = field(default_factory=list)

    def fetch(self, *paths: str, again: bool = False) -> int:
        """Return how many bytes came."""
        return self.files.fetch(paths or [VOICE], self.reports.append, lambda: False, again)

    def halves(self) -> list[Path]:
        """Return whatever lies in the cache that is no finished file."""
        return [path for path in self.store.cache.rglob("*") if "incomplete" in path.name]

    def names(self) -> list[Path]:
        """Return everything in the cache that is not a folder."""
        return sorted(path for path in self.store.cache.rglob("*") if not path.is_dir())


@contextmanager
def bench(
    release: Release, endpoint: str, cache: Path, *, stall: float = DEADLINE, connect_timeout: float = DEADLINE
) -> Iterator[Bench]:
    from huggingface_hub import close_session

    pauses: list[float] = []
    store = HubStore(release, cache)
    hub = Hub(release, endpoint, connect_timeout=connect_timeout, stall=stall, sleep=pauses.append)
    made = Bench(ModelFiles(HubFiles(hub, store, HubMemory(lambda: made.now))), store, pauses=pauses)
    try:
        yield made
    finally:
        made.files.close()
        close_session()


@contextmanager
def bench_for(
    hub: FakeHub, cache: Path, *, stall: float = DEADLINE, connect_timeout: float = DEADLINE
) -> Iterator[Bench]:
    with bench(hub.release(), hub.endpoint, cache, stall=stall, connect_timeout=connect_timeout) as made:
        yield made


class Client(threading.Thread):
    """Someone who waits for a voice, and may leave."""

    def __init__(self, made: Bench, path: str = VOICE) -> None:
        super().__init__(daemon=True)
        self.waiting = threading.Event()  # set once it has seen progress
        self.leave = threading.Event()
        self.outcome: int | BaseException | None = None
        self._made = made
        self._path = path
        self.start()

    def run(self) -> None:
        try:
            self.outcome = self._made.files.fetch([self._path], lambda _: self.waiting.set(), self.leave.is_set)
        except Exception as error:  # handed to the test
            self.outcome = error

    def result(self) -> int | BaseException | None:
        self.join(DEADLINE)
        assert not self.is_alive()
        return self.outcome


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {DEADLINE:g} s"
        threading.Event().wait(0.005)
