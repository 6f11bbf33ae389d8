"""A daemon of its own for one test: real processes in a temporary SAY_HOME, ended and accounted for when the test ends.

with Daemon(tmp_path) as daemon:                  # a model server runs; engine tone, no network, no sound device
    done = daemon.run_say("hello", "-o", "out.wav")
    assert done.returncode == 0

with Daemon(tmp_path, start=False) as daemon:     # the first `say` starts it
with Daemon(tmp_path, tone_delay=0.2, voice_idle=0.05) as daemon:  # slow pieces; any setting by its name
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import psutil  # type: ignore[import-untyped]  # ships no types

from common.connection import Connection
from common.handshake import MODEL_ROLE, voice_role
from common.log_files import open_log, tail
from common.messages.control import Locate, Located, Queue, QueuedUtterance, QueueReport
from common.messages.hello import Heartbeat
from common.paths import log_directory, model_state_file, voice_state_file
from common.state import State, read
from tests.process_guard import MARKER

ROOT = Path(__file__).resolve().parents[2]
START_DEADLINE = 60.0  # seconds; a busy machine takes its time
END_DEADLINE = 20.0  # seconds from SIGTERM to the last process gone

T = TypeVar("T")


class Daemon:
    """One SAY_HOME and all that runs in it. Nothing of the caller's environment gets in, apart from `environment`.

    `environment` holds further variables (`PULSE_SERVER`, …), `settings` are those of `common/settings.py` by name. `python`
    is that of another installation of the project.
    """

    def __init__(
        self,
        folder: Path,
        *,
        start: bool = True,
        tone_delay: float = 0.0,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        home: Path | None = None,
        python: Path | None = None,
        **settings: str | float,
    ) -> None:
        self.folder = folder  # working directory and HOME of `say`
        self.home = home or folder / "say-home"
        self._python = str(python or sys.executable)
        self.settings = {"engine": "tone", **settings}
        self.environment = {**self._clean_environment(), **(environment or {})}
        self._start = start
        self._arguments = ("--tone-delay", str(tone_delay), *arguments)

    def _clean_environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            **({"PYTHONPATH": str(ROOT)} if self._python == sys.executable else {}),  # it works without being installed
            "HF_HUB_OFFLINE": "1",
            "SAY_HOME": str(self.home),
            **{f"SAY_{name.upper()}": str(value) for name, value in self.settings.items()},
            **{name: os.environ[name] for name in (MARKER,) if name in os.environ},
        }

    def __enter__(self) -> Daemon:
        if self._start:
            self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        left = self.end()
        if error is not None:
            error.add_note(f"log of the model server:\n{self.log()}")
        elif left:
            raise AssertionError(f"the daemon did not end by itself: {left}\n{self.log()}")

    # Processes

    def start(self) -> int:
        """Start a model server, as the client would; return its pid once it listens."""
        self.home.mkdir(mode=0o700, exist_ok=True)
        log_file = open_log(self._log_path)
        receiving, reporting = os.pipe()
        try:
            # It forks at once, so that the daemon is nobody's child.
            subprocess.run(
                [self._python, "-P", "-m", "model_server", "--report-to", str(reporting), *self._arguments],
                env=self.environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log_file,
                pass_fds=(reporting,),
                start_new_session=True,
                check=True,
                timeout=START_DEADLINE,
            )
            os.close(reporting)
            report = _read_line(receiving, START_DEADLINE)
        finally:
            os.close(log_file)
            os.close(receiving)
        assert "ready" in report, f"{report}\n{self.log()}"
        return self.state().pid

    def processes(self) -> list[psutil.Process]:
        """Return the model server and voice servers of this home that live, oldest first."""
        return sorted(filter(self._is_server, psutil.process_iter()), key=lambda process: process.create_time())

    def _is_server(self, process: psutil.Process) -> bool:
        try:
            servers = {"model_server", "voice_server"} & set(process.cmdline())
            return bool(servers) and process.environ().get("SAY_HOME") == str(self.home)
        except (psutil.Error, OSError):  # gone, a zombie, or another user's
            return False

    def pids(self) -> list[int]:
        """Return the pids of `processes`."""
        return [process.pid for process in self.processes()]

    def end(self) -> list[str]:
        """End all servers by pid; return the command lines of those that had to be killed."""
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):  # a zombie is one, too
                if "model_server" in process.cmdline():
                    process.terminate()  # takes its voice servers along
        deadline = time.monotonic() + END_DEADLINE
        while (left := self.processes()) and time.monotonic() < deadline:
            psutil.wait_procs(left, timeout=0.05)
        lines = []
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                lines.append(" ".join(process.cmdline()))
                process.kill()
        psutil.wait_procs(left, timeout=5)
        return lines

    # What it left in its home

    @property
    def _log_path(self) -> Path:
        return log_directory(self.home) / "model_server.log"

    def log(self) -> str:
        """Return the last lines of the model server's log."""
        return tail(self._log_path, 40)

    def state(self) -> State:
        """Return the state file of the model server. Raises StateUnusable."""
        return read(model_state_file(self.home), MODEL_ROLE)

    def voice_state(self, voice: str = "af_heart") -> State:
        """Return the state file of a voice server. Raises StateUnusable."""
        return read(voice_state_file(self.home, voice), voice_role(voice))

    # Clients

    def connect(self) -> Connection:
        """Return an authenticated connection to the model server."""
        found = self.state()
        return Connection.open(found.port, found.secret, MODEL_ROLE)

    def connect_voice(self, voice: str = "af_heart") -> Connection:
        """Return an authenticated connection to a voice server, started if need be."""
        with self.connect() as model:
            model.send(Locate(voice))
            while not isinstance(located := model.receive()[0], Located):
                assert isinstance(located, Heartbeat), located
        return Connection.open(located.port, self.state().secret, voice_role(voice))

    def ask(self, request: object, kind: type[T]) -> T:
        """Return the model server's answer to a request. Raises DaemonError; ConnectionLost if it ends meanwhile."""
        with self.connect() as connection:
            connection.send(request)
            while isinstance(message := connection.receive(30.0)[0], Heartbeat):
                pass
        assert isinstance(message, kind), message
        return message

    def queue(self) -> tuple[QueuedUtterance, ...]:
        """Return the utterances in work, for a hundredth of what `say --queue` costs. Raises as `ask`."""
        return self.ask(Queue(), QueueReport).utterances

    def run_say(
        self, *arguments: str, input: str | bytes = b"", env: Mapping[str, str] | None = None, timeout: float = 60.0
    ) -> subprocess.CompletedProcess[bytes]:
        """Run `say` to its end in `folder`; its output comes as bytes."""
        return self._run([self._python, "-m", "say", *arguments], input, env, timeout)

    def run_python(
        self, code: str, *, input: str | bytes = b"", env: Mapping[str, str] | None = None, timeout: float = 60.0
    ) -> subprocess.CompletedProcess[bytes]:
        """Run Python code as a user of SayClient would."""
        return self._run([self._python, "-c", code], input, env, timeout)

    def start_say(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.PIPE,
    ) -> subprocess.Popen[bytes]:
        """Start `say` in `folder`, to be watched or disturbed; the caller waits for its end."""
        return self.start_python("-m", "say", *arguments, env=env, stdin=stdin, stdout=stdout)

    def start_python(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.PIPE,
    ) -> subprocess.Popen[bytes]:
        """Start Python with these arguments, as `start_say` does."""
        return subprocess.Popen(
            [self._python, *arguments],
            cwd=self.folder,
            env={**self.environment, **(env or {})},
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
        )

    def _run(
        self, command: list[str], input: str | bytes, env: Mapping[str, str] | None, timeout: float
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **(env or {})},
            input=input.encode() if isinstance(input, str) else input,
            capture_output=True,
            check=False,
            timeout=timeout,
        )


def eventually(condition: Callable[[], bool], what: str, deadline: float = 20.0) -> None:
    """Return as soon as `condition()` holds; fail with `what` after `deadline` seconds."""
    until = time.monotonic() + deadline
    began = time.monotonic()
    while not condition():
        assert time.monotonic() < until, f"not within {deadline:g} s: {what}"
        # Twice as long as looking took: whoever waits leaves the machine to what is waited for.
        time.sleep(max(0.01, 2 * (time.monotonic() - began)))
        began = time.monotonic()


def _read_line(descriptor: int, deadline: float) -> dict[str, object]:
    line = b""
    until = time.monotonic() + deadline
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([descriptor], [], [], max(0.0, until - time.monotonic()))
        if not ready or not (data := os.read(descriptor, 4096)):
            return {"the report so far": line.decode()}
        line += data
    report = json.loads(line)
    assert isinstance(report, dict)
    return report
