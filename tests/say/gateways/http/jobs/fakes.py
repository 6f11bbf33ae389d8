"""A client that speaks letter by letter, a store that fails as often as it is told, and a runner around them."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]  # ships no types

from common.errors import Stopped
from common.messages.hello import Notice
from common.messages.speaking import Accepted, Played
from say.client import SayClient
from say.control import Control
from say.gateways.http.jobs.audio import AudioStore
from say.gateways.http.jobs.database import Database
from say.gateways.http.jobs.news import News
from say.gateways.http.jobs.owners import Owner
from say.gateways.http.jobs.runner import Runner
from say.gateways.http.jobs.states import Job
from say.gateways.http.jobs.store import Store
from say.gateways.http.jobs.threads import Threads
from say.gateways.http.jobs.work_list import WorkList
from say.gateways.http.jobs.workshop import Workshop
from say.spool import TextSpool
from say.utterance import Event, Spoken

DEADLINE = 45.0  # seconds


def sound_of(text: str) -> bytes:
    """Return what the client makes of a text: a sample a letter."""
    return b"".join(ord(letter).to_bytes(2, "little") for letter in text)


class LetterClient:
    """Makes one piece of each letter. `before` is called ahead of each, with the letter; what it raises ends all.

    `remarks` are the daemon's notices, each time it is asked. `when_stopped` is called as soon as somebody stops it.
    """

    def __init__(
        self,
        before: Callable[[str], None] = lambda letter: None,
        remarks: Sequence[str] = (),
        when_stopped: Callable[[], None] = lambda: None,
    ) -> None:
        self.before = before
        self.remarks = remarks
        self.when_stopped = when_stopped
        self.made: list[str] = []
        self.in_work: list[str] = []  # texts
        self.asked: list[dict[str, object]] = []

    def render(
        self,
        text: TextSpool,
        *,
        write: Callable[[bytes], None],
        on_event: Callable[[Event], None],
        control: Control,
        **options: object,
    ) -> Spoken:
        self.asked.append(options)
        control.watch_stop(self.when_stopped)
        on_event(Accepted("1", "tone", 24_000))
        for remark in self.remarks:
            on_event(Notice("fallback", remark, "1"))
        start = text.played
        rest = text.read(start, text.length).text
        self.in_work.append(rest)
        try:
            for number, letter in enumerate(rest, start):
                self.before(letter)
                if control.stopping:
                    raise Stopped("stopped")
                self.made.append(letter)
                write(sound_of(letter))
                on_event(Played("1", number, number + 1))
        finally:
            self.in_work.remove(rest)
        return Spoken(1.0, text.length, "tone", text.length)


class FailingFiles:
    """A folder whose first `failures` copies fail, after half of the file where `torn`."""

    def __init__(self, failures: int = 0, error: Exception | None = None, *, torn: bool = False) -> None:
        self.failures = failures
        self.tries = 0
        self._error = error or OSError(28, "No space left on device")
        self._torn = torn
        self._local = LocalFileSystem()

    def put_file(self, lpath: str, rpath: str) -> None:
        self.tries += 1
        if self.failures:
            self.failures -= 1
            if self._torn:
                data = Path(lpath).read_bytes()
                Path(rpath).write_bytes(data[: len(data) // 2])
                return
            raise self._error
        self._local.put_file(lpath, rpath)

    def invalidate_cache(self) -> None:
        pass

    def makedirs(self, path: str, exist_ok: bool) -> None:
        self._local.makedirs(path, exist_ok=exist_ok)

    def mv(self, path1: str, path2: str) -> None:
        self._local.mv(path1, path2)

    def rm_file(self, path: str) -> None:
        self._local.rm_file(path)

    def size(self, path: str) -> int | None:
        return int(self._local.size(path))

    def open(self, path: str, mode: str) -> BinaryIO:
        return cast(BinaryIO, self._local.open(path, mode))

    def ls(self, path: str, detail: bool) -> Sequence[object]:
        return list(self._local.ls(path, detail=detail))


class Place:
    """Folders and a database that outlive the workers in them."""

    def __init__(self, folder: Path, database: Database, files: FailingFiles | None = None) -> None:
        self.database = database
        self.store = Store(database)
        self.parts, self.owners, self.sound = folder / "parts", folder / "owners", folder / "sound"
        for each in (self.parts, self.owners):
            each.mkdir(exist_ok=True)
        self.files = files or FailingFiles()
        self.audio = AudioStore(self.files, str(self.sound), "the store", local=True)

    def job(self, job: Job) -> Job:
        return self.store.get(job.id)

    @contextlib.asynccontextmanager
    async def running(self, client: LetterClient, at_once: int = 2, limit: float = 60.0) -> AsyncIterator[Runner]:
        """Run jobs while the block runs; they are put back at its end."""
        owner = Owner(self.owners)
        shop = self.shop(client, owner.name, limit)
        runner = Runner(shop, owner, at_once)
        runner.start()
        try:
            yield runner
        finally:
            await runner.drain()
            owner.close()
            shop.threads.close()

    def shop(self, client: LetterClient, owner: str, timeout: float = 60.0) -> Workshop:
        work = WorkList(self.database, owner)
        speaking = cast(SayClient, client)
        return Workshop(speaking, self.store, work, self.audio, self.parts, Threads(), News(), timeout)


async def until(condition: Callable[[], bool], what: str) -> None:
    """Return as soon as it holds."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, f"not within {DEADLINE:g} s: {what}"
        await asyncio.sleep(0.005)


class Gate:
    """Holds a rendering at a letter until it is opened."""

    def __init__(self, letter: str) -> None:
        self._letter = letter
        self.reached = threading.Event()
        self._open = threading.Event()

    def __call__(self, letter: str) -> None:
        if letter == self._letter:
            self.reached.set()
            assert self._open.wait(DEADLINE)

    def open(self) -> None:
        self._open.set()

    def open_late(self) -> None:
        """Open it in a while, as a piece that is being made has its end some time after it was given up."""
        threading.Timer(0.1, self.open).start()
