"""Stand-ins for SayClient behind the command line, and a program that runs the command line with one of them.

python -m tests.fakes.client CLASS [arguments of say …]
"""

from __future__ import annotations

import select
import signal
import sys
from collections.abc import Callable, Sequence
from typing import ClassVar

from common.errors import SayError, Stopped
from common.messages.control import (
    CacheCleared,
    CacheReport,
    Downloaded,
    QueuedUtterance,
    QueueReport,
    Recalled,
    RecentUtterance,
    Removed,
    StatusReport,
    VoiceServerReport,
    Warmed,
)
from common.messages.hello import Notice, Progress
from common.messages.speaking import DeviceReport, Playing
from common.settings import Settings
from common.state import State
from say.spool import TextSpool

SECOND = b"\1\0" * 24000  # of sound

REPORT = StatusReport(
    version="0.1.0",
    protocol=1,
    pid=11,
    port=4711,
    state="running",
    engines={"kokoro": "ready on cpu", "espeak": "not loaded"},
    memory=1_500_000_000,
    uptime=3725.0,
    idle=12.0,
    queued=2,
    waiting=1,
    speaking="af_heart",
    underruns=0,
    voices=(VoiceServerReport("af_heart", 12, 4712, 41_000_000, 1, 0.0, 7, 0),),
    recent=(
        RecentUtterance(5, "af_heart", "kokoro", "speaker", "spoken", 12.34, 0.213, 0.311, 0.0, 0),
        RecentUtterance(6, "bm_george", "espeak", "client", "spoken", 3.0, 0.02, 0.012, 0.0, 0),
        RecentUtterance(8, "af_heart", "kokoro", "speaker", "dropped", 0.0, -1.0, 0.0, 4.5, 2),
    ),
    cache=CacheReport(True, 480, 64_000_000, 16_000_000, 1234, 10_000),
)

QUEUE = QueueReport(
    held=False,
    utterances=(
        QueuedUtterance(7, "af_heart", "It was a dark and stormy night", "speaking", "", 60, 240, 12.0),
        QueuedUtterance(9, "bm_george", "", "preparing", "important", 0, 0, 0.1),
    ),
)


class FakeClient:
    """Speaks at once, without sound: what it was asked is in `calls`, what a spool held in `texts`."""

    calls: ClassVar[list[tuple[str, object]]] = []
    texts: ClassVar[list[str]] = []
    options: ClassVar[list[dict[str, object]]] = []  # of each text that was spoken: settings and arguments
    parts: ClassVar[list[tuple[str, bool]]] = []  # of the last text: what was read at a time, and whether to flush
    failure: ClassVar[SayError | None] = None
    report: ClassVar[StatusReport | None] = REPORT
    stopped: ClassVar[int | None] = 2
    queued: ClassVar[QueueReport | None] = QUEUE
    steered: ClassVar[int | None] = 1
    recalled: ClassVar[Recalled | None] = Recalled(3, "Once more.", "bf_emma", "espeak", "en-gb", 1.5, 0.5, True)
    outcome: ClassVar[str] = "spoken"
    loudspeakers: ClassVar[tuple[DeviceReport, ...]] = (
        DeviceReport("hdmi", "Screen", False),
        DeviceReport("built-in", "Built-in Audio", True),
    )
    ran: ClassVar[bool] = True
    downloaded: ClassVar[Downloaded] = Downloaded(2, 327_000_000)
    removed: ClassVar[Removed] = Removed(1, 523_000)
    warmed: ClassVar[Warmed] = Warmed("kokoro", "cpu")
    cleared: ClassVar[CacheCleared] = CacheCleared(14, 3_200_000, 2_100_000)

    def __init__(
        self,
        settings: Settings,
        *,
        autostart: bool,
        on_progress: Callable[[Progress], None],
        on_notice: Callable[[Notice], None],
        on_step: Callable[[str], None] | None = None,
    ) -> None:
        self.settings = settings
        self.on_progress = on_progress
        self.on_notice = on_notice
        self.calls.append(("client", autostart))

    @classmethod
    def forget(cls) -> None:
        """Start afresh: what is recorded belongs to the class, for the command line makes the instance."""
        for record in (cls.calls, cls.texts, cls.parts, cls.options):
            record.clear()

    def speak(
        self, text: TextSpool | str, *, language: str, on_event: Callable[[object], None], **options: object
    ) -> None:
        self.options.append({**self.settings, **options})
        self._record("speak", language)
        self._read(text)
        on_event(Playing("id", 0))

    def render(self, text: TextSpool, *, write: Callable[[bytes], None], language: str, **options: object) -> None:
        self.options.append({**self.settings, **options})
        self._record("render", language)
        self._read(text)
        if self.texts[-1].strip():
            write(SECOND)

    def _record(self, name: str, argument: object) -> None:
        self.calls.append((name, argument))
        if self.failure is not None:
            raise self.failure

    def _read(self, spool: TextSpool | str) -> None:
        if isinstance(spool, str):
            self.texts.append(spool)
            return
        self.parts.clear()
        offset, flushed, ended = 0, -1, False
        while not ended:
            part = spool.read(offset, 1 << 20, flushed)
            if part.text or part.flush:
                self.parts.append((part.text, part.flush))
                self.heard(part.text, part.flush)
            elif not part.ended:
                select.select([spool], [], [])
                spool.acknowledge()
            offset += len(part.text)
            flushed = offset if part.flush else flushed
            spool.forget(offset)
            ended = part.ended
        self.texts.append("".join(text for text, _ in self.parts))
        if spool.error is not None:
            raise spool.error

    def heard(self, text: str, flush: bool) -> None:
        """Take a part of the text as it comes."""

    def status(self) -> StatusReport | None:
        return self.report

    def stop(self) -> int | None:
        return self.stopped

    def queue(self) -> QueueReport | None:
        return self.queued

    def steer(self, action: str, number: int = 0, amount: float = 1.0) -> int | None:
        self._record("steer", (action, number, amount))
        return self.steered

    def resume(self) -> bool | None:
        steered = self.steer("resume")
        return None if steered is None else steered > 0

    def cancel(self, number: int) -> None:
        self._record("cancel", number)

    def wait(self, number: int) -> str:
        self._record("wait", number)
        return self.outcome

    def recall(self) -> Recalled | None:
        return self.recalled

    def devices(self, voice: str | None = None) -> tuple[DeviceReport, ...]:
        self._record("devices", voice)
        return self.loudspeakers

    def shutdown(self) -> bool:
        return self.ran

    def download(self, voices: Sequence[str]) -> Downloaded:
        self._record("download", tuple(voices))
        return self.downloaded

    def remove(self, voices: Sequence[str], model: bool) -> Removed:
        self._record("remove", (tuple(voices), model))
        return self.removed

    def warm(self, voice: str | None, *, voice_file: str | None, language: str) -> Warmed:
        self._record("warm", (voice, voice_file, language))
        return self.warmed

    def clear_cache(self) -> CacheCleared:
        self._record("clear_cache", None)
        return self.cleared

    def draining(self) -> list[State]:
        return []

    def __enter__(self) -> FakeClient:
        return self

    def __exit__(self, *exception: object) -> None:
        self.calls.append(("close", None))


def _tell(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


class EchoingClient(FakeClient):
    """Prints what it shall speak, as it comes."""

    def heard(self, text: str, flush: bool) -> None:
        if text:
            _tell(repr(text))
        if flush:
            _tell("flush")


class LastingClient(FakeClient):
    """Says that it has begun and never comes to an end; with `-o` after a second of sound."""

    def speak(
        self, text: TextSpool | str, *, language: str, on_event: Callable[[object], None], **options: object
    ) -> None:
        _tell("begun")
        _wait_forever()

    def render(self, text: TextSpool, *, write: Callable[[bytes], None], language: str, **options: object) -> None:
        write(SECOND)
        _tell("begun")
        _wait_forever()

    def download(self, voices: Sequence[str]) -> Downloaded:
        self.on_progress(Progress("downloading", "kokoro-v1_0.pth", done=1, total=327_000_000))
        _tell("begun")
        _wait_forever()
        return self.downloaded


class EndlessClient(FakeClient):
    """Renders sound as long as somebody takes it."""

    def render(self, text: TextSpool, *, write: Callable[[bytes], None], language: str, **options: object) -> None:
        while True:
            write(SECOND)


class StoppedClient(FakeClient):
    """Is stopped by another."""

    failure = Stopped("stopped by 'say --stop'")


class BrokenClient(FakeClient):
    """Has a fault."""

    def speak(
        self, text: TextSpool | str, *, language: str, on_event: Callable[[object], None], **options: object
    ) -> None:
        raise ZeroDivisionError("a fault")


def _wait_forever() -> None:
    while True:
        signal.pause()


def main() -> int:
    import say.__main__  # noqa: F401  # as the program begins: with Ctrl-C as the shell expects it
    from say.cli import run

    return run(sys.argv[2:], globals()[sys.argv[1]])


if __name__ == "__main__":
    sys.exit(main())
