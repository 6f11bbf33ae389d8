"""One download for all who want the same file, and the memory of a hub that failed. Knows no HTTP and no file names.

Each file under way has a thread of its own; clients wait for it and may leave. The last one to leave takes it along.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from common.errors import Cancelled, EngineError, SayError, Stopped
from model_server import hub_faults
from model_server.hub import Abandoned, Hub, Transfer
from model_server.hub_faults import HubFault, Scope
from model_server.hub_store import HubStore

REMEMBERED = 600.0  # seconds for which a failed look at the hub is not repeated unasked
_TICK = 0.1  # seconds between two looks of a waiting client at progress and cancellation
_SETTLING = 300.0  # seconds that a slow disk may take to swallow a whole file
_log = logging.getLogger(__name__)


class HubMemory:
    """What failed lately, so that nobody waits for the same failure again and again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, remembered: float = REMEMBERED) -> None:
        self._clock = clock
        self._remembered = remembered
        self._failures: dict[str, tuple[float, EngineError]] = {}  # path, or "" for the whole hub

    def note(self, path: str, fault: HubFault) -> None:
        if fault.scope is not Scope.DISK:
            key = "" if fault.scope is Scope.HUB else path
            self._failures[key] = (self._clock() + self._remembered, fault.error)

    def note_success(self, path: str) -> None:
        self._failures.pop("", None)
        self._failures.pop(path, None)

    def recall(self, paths: Iterable[str]) -> EngineError | None:
        """Return what stands against fetching these paths now, if anything does."""
        for key in ("", *paths):
            until, error = self._failures.get(key, (float("-inf"), None))
            if error is not None and self._clock() < until:
                return type(error)(error.message, error.hint)
        return None


@dataclass
class _Job:
    """One file under way."""

    path: str
    transfer: Transfer = field(default_factory=Transfer)
    waiting: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    failure: SayError | None = None


class Downloads:
    """The files under way. Threads use it together."""

    def __init__(self, hub: Hub, store: HubStore, memory: HubMemory) -> None:
        self._hub = hub
        self._store = store
        self._memory = memory
        self._lock = threading.Lock()
        self._jobs: dict[str, _Job] = {}
        self._threads: set[threading.Thread] = set()

    def fetch(self, path: str, report: Callable[[str, int], None], cancelled: Callable[[], bool]) -> None:
        """Wait until `path` is on disk and right, starting its download or joining the one under way.

        `report` takes the stage and the bytes done, ten times a second, on this thread. Raises Cancelled once
        `cancelled()` is true, otherwise DownloadFailed, CorruptFile or ModelUnavailable.
        """
        job = self._join(path)
        try:
            while not job.ended.wait(_TICK):
                report(job.transfer.stage, job.transfer.done)
                if cancelled():
                    raise Cancelled(f"the download of {path} is not wanted any more")
                self._watch(job)
        finally:
            self._leave(job)
        if (failure := job.failure) is not None:
            raise type(failure)(failure.message, failure.hint)  # a fresh one: several threads may raise it
        report(job.transfer.stage, job.transfer.done)

    def stop(self) -> None:
        """Give up everything under way, and tell at once those who wait."""
        with self._lock:
            jobs = tuple(self._jobs.values())
        for job in jobs:
            job.transfer.abandoned = True
            self._end(job, Stopped(f"the download of {job.path} ended with the daemon", "Nothing of it was kept."))

    def close(self, timeout: float = 1.0) -> None:
        """Give up everything under way, and wait up to `timeout` seconds until the halves are gone."""
        self.stop()
        with self._lock:
            threads = tuple(self._threads)
        deadline = time.monotonic() + timeout
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _join(self, path: str) -> _Job:
        with self._lock:
            job = self._jobs.get(path)
            if job is None:
                job = self._jobs[path] = _Job(path)
                thread = threading.Thread(target=self._run, args=(job,), name=f"fetch {path}", daemon=True)
                self._threads.add(thread)
                thread.start()
            job.waiting += 1
        return job

    def _leave(self, job: _Job) -> None:
        with self._lock:
            job.waiting -= 1
            if job.waiting == 0 and not job.ended.is_set():
                job.transfer.abandoned = True
                self._forget(job)  # whoever comes now starts afresh and does not join one that is ending

    def _watch(self, job: _Job) -> None:
        """End a job whose thread hangs where no time-out reaches, such as name resolution."""
        if self._hub.clock() > job.transfer.due:
            job.transfer.abandoned = True
            self._end(job, hub_faults.stalled(self._hub.host, self._hub.stall))

    def _forget(self, job: _Job) -> None:
        if self._jobs.get(job.path) is job:
            del self._jobs[job.path]

    def _end(self, job: _Job, outcome: HubFault | SayError | None) -> None:
        with self._lock:
            self._forget(job)
            if job.ended.is_set():
                return
            if isinstance(outcome, HubFault):
                self._memory.note(job.path, outcome)
                _log.warning("%s: %s", job.path, outcome)
            job.failure = outcome.error if isinstance(outcome, HubFault) else outcome
            job.ended.set()

    def _run(self, job: _Job) -> None:
        outcome: HubFault | SayError | None = Cancelled(f"the download of {job.path} was given up")
        try:
            self._fetch(job)
            outcome = None
        except (HubFault, SayError) as fault:
            outcome = fault
        except Abandoned:
            _log.info("%s: nobody waits for it any more", job.path)
        except Exception:  # the outermost function of a thread: those who wait must hear of a mistake of ours, too
            _log.exception("fetching %s", job.path)
            outcome = EngineError(f"fetching {job.path} failed for an unforeseen reason", "The log says more.")
        finally:
            self._end(job, outcome)
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _fetch(self, job: _Job) -> None:
        path, transfer = job.path, job.transfer
        if self._store.is_good(path):  # a job that ended just now brought it
            return
        pin = self._store.pin(path)
        with self._store.part(path) as part:
            self._hub.look(transfer)
            for _ in range(2):
                self._hub.stream(path, pin, part, transfer)
                if part.is_right():
                    transfer.stage, transfer.due = "checking", self._hub.clock() + _SETTLING
                    self._store.place(part)
                    _log.info("%s: %d bytes fetched", path, pin.bytes)
                    self._memory.note_success(path)
                    return
                _log.warning("%s: not the published file (%d bytes)", path, part.size)
                part.restart()
        self._discard(path)
        raise hub_faults.wrong_bytes(self._hub.host, path)

    def _discard(self, path: str) -> None:
        """Delete the file on disk, which is missing or bad, or this would not have been tried."""
        try:
            self._store.remove(path)
        except OSError as error:
            _log.warning("%s: the bad file stays: %s", path, error)
