"""A real `say-serve --http` beside a daemon of a test, and what is asked of its jobs.

with Daemon(tmp_path) as daemon, Serving(daemon) as serving:
    job = serving.generate("Hello.")
    assert serving.finished(job)["status"] == "completed"
"""

from __future__ import annotations

import select
import subprocess
import sys
import time
from collections.abc import Mapping
from types import TracebackType

import httpx

from tests.fakes.daemon import Daemon, eventually

START_DEADLINE = 90.0  # seconds; its libraries take two on a machine with nothing else to do
END_DEADLINE = 45.0  # of which those in work may have 30
JOBS = "/api/v1/tts"
Json = dict[str, object]


class Serving:
    """One process. `environment` is added to the daemon's; settings go there by their variables."""

    def __init__(self, daemon: Daemon, environment: Mapping[str, str] | None = None, *arguments: str) -> None:
        self.said = ""  # on standard error, as far as it was read
        self._process = subprocess.Popen(
            [sys.executable, "-m", "say.gateways", "--http", "--http-port", "0", *arguments],
            cwd=daemon.folder,
            env={**daemon.environment, "SAY_HTTP_RATE": "0", **(environment or {})},
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            bufsize=0,  # or a line may be read along with the one before, and nobody would look for it
        )
        self.url = ""
        self.client = _client()

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> Serving:
        try:
            self.wait_until_open()
        except BaseException:
            self.end()
            raise
        return self

    def wait_until_open(self) -> None:
        """Return once it can be reached."""
        until = time.monotonic() + START_DEADLINE
        while "HTTP at " not in self.said or not self.said.endswith("\n"):
            assert self._process.stderr is not None
            ready, _, _ = select.select([self._process.stderr], [], [], max(0.0, until - time.monotonic()))
            line = self._process.stderr.readline().decode() if ready else ""
            assert line, f"it did not open: {self.said}"
            self.said += line
        self.url = self.said.rpartition("HTTP at ")[2].strip()
        self.client = _client(self.url)

    def kill(self) -> None:
        """End it as a crash does."""
        self._process.kill()
        self._close()

    def end(self) -> int:
        """Let it drain; return its exit status."""
        if self._process.returncode is not None:
            return self._process.returncode
        self._process.terminate()
        try:
            self._process.wait(END_DEADLINE)
        except subprocess.TimeoutExpired:
            self._process.kill()
        return self._close()

    def _close(self) -> int:
        self.client.close()
        _, said = self._process.communicate()
        self.said += (said or b"").decode()
        return self._process.returncode

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.returncode is None:
            self.end()
        if error is not None:
            error.add_note(f"say-serve said:\n{self.said}")

    # Jobs

    def generate(self, text: str, **fields: object) -> str:
        """Return the id of a new job."""
        answer = self.client.post(f"{JOBS}/generate", json={"text": text, **fields})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["tts_id"])

    def job(self, job: str) -> Json:
        """Return a job as it is."""
        answer = self.client.get(f"{JOBS}/{job}")
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert isinstance(found, dict)
        return found

    def finished(self, job: str, deadline: float = 90.0) -> Json:
        """Return a job once it has ended."""
        eventually(lambda: self.job(job)["status"] not in ("pending", "processing"), f"end of job {job}", deadline)
        return self.job(job)

    def reaches(self, job: str, progress: int, deadline: float = 60.0) -> None:
        """Return once a job is that far."""
        eventually(lambda: progress_of(self.job(job)) >= progress, f"job {job} at {progress}", deadline)

    def audio(self, job: str) -> bytes:
        """Return all sound of a job that is completed."""
        answer = self.client.get(f"{JOBS}/{job}/audio")
        assert answer.status_code == 200, answer.text
        return answer.content


def _client(address: str = "") -> httpx.Client:
    """Return one that opens a connection for each request: one that was kept may be closed just as it is used again."""
    return httpx.Client(base_url=address, timeout=60.0, limits=httpx.Limits(max_keepalive_connections=0))


def progress_of(job: Json) -> int:
    """Return the percentage of a job."""
    progress = job["progress"]
    assert isinstance(progress, int)
    return progress
