"""One daemon for the tests of a module, which use it one after the other.

Starting a daemon, a voice server and its sound device takes a second of processor time, of which a suite with hundreds of
such tests would mostly consist. It is for tests that leave the daemon as they found it, whatever they do to clients and
voice servers. Who kills or ends a model server, or asks for what only a new one has, takes a `Daemon`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from common.errors import SayError
from common.messages.control import Queue, QueueReport
from common.paths import hold_file
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.pulse import NullSink
from tests.process_guard import MARKER

SETTLING = 10.0  # seconds in which what a test left behind is over


class SharedDaemon:
    """A daemon that is as good as new for each test. If one left it otherwise, another takes its place."""

    def __init__(
        self, folder: Path, sink: NullSink | None, *, arguments: Sequence[str] = (), tone_delay: float = 0.0
    ) -> None:
        """Start nothing yet. `folder` is where the daemon lives, `sink` its loudspeaker."""
        self.folder = folder
        self._sink = sink
        self._environment = sink.environment if sink else {}
        self._daemon = Daemon(
            folder, start=False, environment=self._environment, arguments=arguments, tone_delay=tone_delay
        )
        self._daemon.environment.pop(MARKER, None)  # it does not belong to the test that happens to start it

    def for_test(self, folder: Path) -> Daemon:
        """Return the daemon as one test has it, whose programs run in `folder` and carry the test's mark."""
        if not self._is_as_new():
            self._daemon.end()
            hold_file(self._daemon.home).unlink(missing_ok=True)
            self._daemon.start()
        for unspoken in self._daemon.home.glob("unspoken*"):
            unspoken.unlink()
        return Daemon(folder, start=False, environment=self._environment, home=self._daemon.home)

    def _is_as_new(self) -> bool:
        if not self._daemon.processes():
            return False
        with contextlib.suppress(AssertionError, SayError):
            eventually(self._is_at_rest, "the queue is empty", SETTLING)
            return True
        return False

    def _is_at_rest(self) -> bool:
        report = self._daemon.ask(Queue(), QueueReport)
        return not report.utterances and not report.held and (self._sink is None or self._sink.is_unused)

    def __enter__(self) -> SharedDaemon:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        left = self._daemon.end()
        assert not left, f"the daemon did not end by itself: {left}\n{self._daemon.log()}"
