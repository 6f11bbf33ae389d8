"""`say-serve --http` as a process, at a port of its own."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Mapping
from types import TracebackType

from tests.fakes.daemon import Daemon

END_DEADLINE = 45.0  # seconds from SIGTERM to the end, of which those in work may have 30


class HttpDoor:
    """A context manager; `address` is where the door is, such as "http://127.0.0.1:40123"."""

    def __init__(self, daemon: Daemon, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        self.daemon = daemon
        self._process = daemon.start_python(
            "-m", "say.gateways", "--http", "--http-port", "0", *arguments, env=env, stdout=subprocess.DEVNULL
        )
        assert self._process.stderr is not None
        said = ""
        while (found := re.search(r"HTTP at (http://\S+)", said)) is None:
            line = self._process.stderr.readline().decode()
            assert line, f"say-serve ended: {said}"
            said += line
        self.address = found[1]

    def __enter__(self) -> HttpDoor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            _, said = self._process.communicate(timeout=END_DEADLINE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise
        if error is not None:
            error.add_note(f"say-serve said:\n{said.decode()}")
