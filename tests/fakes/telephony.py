"""`say-serve --telephony` as a process of its own, on a daemon of the tests."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import threading
from collections.abc import Mapping
from types import TracebackType

from tests.fakes.calls import Caller
from tests.fakes.daemon import Daemon, eventually

_PLACE = re.compile(r"telephony at TCP [^ ]+:(\d+), UDP [^ ]+:(\d+)$")
_WAIT = 45.0  # seconds, of which those in work may have 30
_START = 90.0  # seconds; a busy machine takes its time


class Serving:
    """A context manager that has the service leave, and knows what it told."""

    def __init__(
        self, daemon: Daemon, *arguments: str, env: Mapping[str, str] | None = None, listens: bool = True
    ) -> None:
        """Ports are free ones, unless `arguments` name others. Unless it `listens`, nobody waits until it does."""
        self._daemon = daemon
        self._arguments = ("--telephony", "--tcp-port", "0", "--udp-port", "0", *arguments)
        self._environment = dict(env or {})
        self._listens = listens
        self._asked = False
        self.told: list[str] = []

    def __enter__(self) -> Serving:
        self.process = self._daemon.start_python(
            "-m", "say.gateways", *self._arguments, env=self._environment, stdout=subprocess.DEVNULL
        )
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        if self._listens:
            try:
                self.wait_for_ports()
            except AssertionError:
                self.end()
                raise
        return self

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.told.append(line.decode().rstrip("\n").removeprefix("say-serve: "))

    def wait_for_ports(self) -> None:
        """Return when it listens; fail with what it told if it ends instead, or takes too long."""
        try:
            eventually(lambda: self._place is not None or self.process.poll() is not None, "it listens", _START)
        except AssertionError as error:
            error.add_note(f"it told: {self.told}")
            raise
        if self.process.poll() is not None:
            self._reading.join(_WAIT)
        assert self._place is not None, f"it ended with {self.process.poll()}; it told: {self.told}"

    @property
    def _place(self) -> re.Match[str] | None:
        return next((match for line in reversed(self.told) if (match := _PLACE.match(line))), None)

    @property
    def tcp_port(self) -> int:
        assert self._place
        return int(self._place[1])

    @property
    def udp_port(self) -> int:
        assert self._place
        return int(self._place[2])

    @property
    def faults(self) -> list[str]:
        """What it told apart from where it listens."""
        return [line for line in self.told if not _PLACE.match(line) and not line.startswith("leaving")]

    def call(self, call_id: object = 1, *, hello: bool = True, receive_buffer: int = 0) -> Caller:
        """Return a call."""
        return Caller(self.tcp_port, call_id, hello=hello, receive_buffer=receive_buffer)

    def leave(self) -> None:
        """Ask it to leave, once: a second time would end what is in work."""
        if not self._asked and self.process.poll() is None:
            self._asked = True
            self.process.send_signal(signal.SIGTERM)

    def end(self) -> int:
        """Have it leave; return its exit status."""
        self.leave()
        try:
            return self.process.wait(_WAIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.process.wait()
            self._reading.join(_WAIT)
            with contextlib.suppress(OSError):
                assert self.process.stderr is not None
                self.process.stderr.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
        if error is not None:
            error.add_note("it told:\n" + "\n".join(self.told))
