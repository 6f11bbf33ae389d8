"""Long text through real processes: memory stays flat, the first sound comes soon, the writer is not held up."""

from __future__ import annotations

import hashlib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # ships no types
import pytest

from tests.fakes.daemon import Daemon, eventually

MEGABYTE = 1_000_000
CLIENT_GROWTH = 40 * MEGABYTE  # bytes, the spool's own memory among them
SERVER_GROWTH = 30 * MEGABYTE
SOON = 20.0  # seconds; a sentence takes a fortieth of that, but the machine may be busy
SENTENCES = (
    "The quick brown fox jumps over the lazy dog, as it does every day. ",
    "Nobody knows why; perhaps it likes to. ",
    "Then it rests for a while and looks at the sky.\n",
)


def prose(size: int) -> bytes:
    """Return at least `size` bytes of sentences."""
    paragraph = "".join(SENTENCES).encode()
    return paragraph * (size // len(paragraph) + 1)


class Talk:
    """`say -o -` with something writing to it, and its sound read as it comes."""

    def __init__(self, daemon: Daemon, *arguments: str, **environment: str) -> None:
        self.started = time.monotonic()
        self.process = daemon.start_say(*arguments, "-o", "-", env=environment, stdin=subprocess.PIPE)
        self.written = 0  # bytes that the pipe took
        self.read = 0  # bytes of WAV
        self.digest = hashlib.sha256()
        self.first_sound: float | None = None  # seconds from the start
        self._closing = False
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        while data := self.process.stdout.read1(1 << 16):  # type: ignore[attr-defined]  # it is buffered
            self.read += len(data)
            self.digest.update(data)
            if self.read > 100 and self.first_sound is None:  # more than a WAV header
                self.first_sound = time.monotonic() - self.started

    def write(self, data: bytes) -> threading.Thread:
        """Write in a thread of its own, and close the pipe behind it."""

        def work() -> None:
            assert self.process.stdin is not None
            try:
                with self.process.stdin as pipe:
                    for offset in range(0, len(data), 1 << 16):
                        pipe.write(data[offset : offset + (1 << 16)])
                        self.written += len(data[offset : offset + (1 << 16)])
            except BrokenPipeError:
                assert self._closing, "the client stopped reading"

        thread = threading.Thread(target=work)
        thread.start()
        return thread

    def join(self) -> None:
        """Return when all sound has been read."""
        self._reader.join()

    def kill(self) -> None:
        self._closing = True
        self.process.kill()

    def close(self) -> None:
        self._closing = True
        if self.process.poll() is None:
            self.process.kill()
        self.join()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:  # what the buffer still held
                pass


@contextmanager
def talking(daemon: Daemon, *arguments: str, **environment: str) -> Iterator[Talk]:
    talk = Talk(daemon, *arguments, **environment)
    try:
        yield talk
    finally:
        talk.close()


class Memory:
    """How much each process grew while it was watched."""

    def __init__(self, daemon: Daemon, client: int) -> None:
        self._watched = [(psutil.Process(client), CLIENT_GROWTH), *((one, SERVER_GROWTH) for one in daemon.processes())]
        self._at_first = [process.memory_info().rss for process, _ in self._watched]

    def check(self) -> None:
        for (process, limit), at_first in zip(self._watched, self._at_first, strict=True):
            grown = process.memory_info().rss - at_first
            assert grown < limit, f"{process.cmdline()} grew by {grown / MEGABYTE:.0f} MB"


def warm(daemon: Daemon) -> None:
    """Let every module be loaded and every buffer have its usual size."""
    assert daemon.run_say("One. " * 100, "-o", "-").returncode == 0


def nobody_speaks(daemon: Daemon) -> bool:
    report = daemon.run_python(
        "from say import SayClient\n"
        "with SayClient(autostart=False) as client:\n"
        "    report = client.status()\n"
        "    print(report.queued, sum(voice.busy for voice in report.voices))"
    )
    return report.stdout.split() == [b"0", b"0"]


def test_a_writer_is_soon_rid_of_a_long_text_and_memory_stays_flat(
    tmp_path: Path, counts: Callable[[int, int], int]
) -> None:
    text = prose(counts(3, 10) * MEGABYTE)
    with Daemon(tmp_path, tone_delay=0.06) as daemon:
        warm(daemon)
        with talking(daemon) as talk:
            writing = talk.write(text)
            eventually(lambda: talk.first_sound is not None, "sound")
            assert talk.first_sound is not None and talk.first_sound < SOON
            memory = Memory(daemon, talk.process.pid)
            writing.join(60)
            assert talk.written == len(text)
            # A character takes 0.02 s of sound: the writer is through when little has been spoken.
            assert talk.read < len(text) * 0.02 * 48_000 / 10
            memory.check()
            pieces = talk.read + 50 * 100 * 0.02 * 48_000  # 50 pieces more, of a hundred characters at least
            eventually(lambda: talk.read > pieces, "50 pieces", 60)
            memory.check()

            talk.kill()
        eventually(lambda: nobody_speaks(daemon), "nothing in work")
        assert daemon.run_say("Next.", "-o", "-").returncode == 0


def test_a_long_text_from_python_is_drawn_as_it_is_needed(tmp_path: Path) -> None:
    """An iterable may be endless; it is the spool that is full."""
    code = """
import itertools, time
from pathlib import Path
from say import SayClient
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
class Enough(Exception): pass
started, first, at_first, pieces = time.monotonic(), None, 0, 0
def write(pcm):
    global first, at_first, pieces
    if not pieces:
        first, at_first = time.monotonic() - started, resident()
    pieces += 1
    if pieces == 50:
        raise Enough
with SayClient() as client:
    try:
        client.render(itertools.repeat("Nobody knows why; perhaps it likes to. " * 100), write=write)
    except Enough:
        pass
    print(first, resident() - at_first)
    print(client.render("And on.", write=lambda pcm: None).pieces)
"""
    with Daemon(tmp_path, tone_delay=0.02, spool_limit=2) as daemon:
        warm(daemon)
        said = daemon.run_python(code)

        assert said.returncode == 0, said.stderr.decode()
        first, grown, pieces = said.stdout.split()
        assert float(first) < SOON and int(grown) < CLIENT_GROWTH and int(pieces) == 1


def test_a_megabyte_without_a_space_is_spoken(tmp_path: Path) -> None:
    with Daemon(tmp_path, tone_delay=0.01) as daemon:
        warm(daemon)
        with talking(daemon) as talk:
            writing = talk.write(b"a" * MEGABYTE)
            eventually(lambda: talk.first_sound is not None, "sound")
            assert talk.first_sound is not None and talk.first_sound < SOON
            memory = Memory(daemon, talk.process.pid)
            writing.join(60)
            assert talk.written == MEGABYTE
            eventually(lambda: talk.read > 20 * 100 * 0.02 * 48_000, "20 pieces", 60)
            memory.check()


def test_an_endless_writer_waits_once_the_spool_is_full_and_is_told_so_once(tmp_path: Path) -> None:
    with Daemon(tmp_path, tone_delay=0.05) as daemon:
        warm(daemon)
        with talking(daemon, SAY_SPOOL_LIMIT="1") as talk:
            writing = talk.write(prose(20 * MEGABYTE))
            assert talk.process.stderr is not None
            assert b"its writer waits" in talk.process.stderr.readline()
            memory = Memory(daemon, talk.process.pid)
            read = talk.read
            eventually(lambda: talk.read > read + 20 * 100 * 0.02 * 48_000, "20 pieces", 60)
            assert writing.is_alive() and talk.written < 4 * MEGABYTE
            memory.check()
            talk.kill()
            writing.join(60)
            assert talk.process.stderr.read() == b""


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_nothing_is_lost_where_the_writer_had_to_wait(tmp_path: Path) -> None:
    """More than the smallest spool holds takes hours to speak, and minutes even of tones at the highest speed."""
    text = prose(1_200_000)
    results = []
    with Daemon(tmp_path) as daemon:
        warm(daemon)
        for limit in ("256", "1"):
            with talking(daemon, "-s", "2", SAY_SPOOL_LIMIT=limit) as talk:
                writing = talk.write(text)
                assert talk.process.wait(250) == 0
                writing.join(60)
                talk.join()
                assert talk.process.stderr is not None
                results.append((talk.read, talk.digest.hexdigest(), talk.process.stderr.read().count(b"writer waits")))

    (read, digest, no_wait), (read_again, digest_again, waits) = results
    assert (read_again, digest_again) == (read, digest)
    assert (no_wait, waits) == (0, 1)
    assert read > len(text) * 0.01 * 48_000
