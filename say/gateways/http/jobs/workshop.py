"""What work at a job is done with, and the few steps that all of it is made of."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

from common.errors import SayError
from say.client import SayClient
from say.gateways.http.jobs.audio import AudioStore
from say.gateways.http.jobs.news import Listeners, News
from say.gateways.http.jobs.part import part_path, remove_part
from say.gateways.http.jobs.states import Job, State
from say.gateways.http.jobs.store import Clock, NoJob, Store, utc_now
from say.gateways.http.jobs.threads import Threads, apart
from say.gateways.http.jobs.work_list import Value, WorkList

LOG = logging.getLogger("say.jobs")


class Lost(Exception):
    """The job is not ours any more: cancelled, deleted, or another owner's."""


@dataclass(frozen=True)
class Workshop:
    """All of it. The loop's; what blocks is called in threads."""

    client: SayClient
    store: Store
    work: WorkList
    audio: AudioStore
    parts: Path  # folder
    threads: Threads
    news: News
    timeout: float  # seconds of making one job's sound
    clock: Clock = utc_now
    listeners: Listeners = field(default_factory=Listeners)

    async def change(self, job: Job, **values: Value) -> Job:
        """Change a job of ours, and tell whoever waits for that. Raises Lost, JobsUnavailable."""
        changed = await self.threads.change(self.work.change, job, **values)
        self.news.tell(job.id)
        if changed is None:
            raise Lost
        return changed

    async def fail(self, job: Job, why: str, state: State = State.FAILED) -> None:
        """End a job of ours without sound, and remove what there is of it. Raises Lost, JobsUnavailable."""
        LOG.info("job %s %s", job.id, state)
        await self.change(
            job, status=state, error=why, notice=None, finished_at=self.clock(), owner=None, lease_until=None
        )
        await self.discard(job)

    def part(self, job: Job) -> Path:
        """Return where the sound of this attempt grows."""
        return part_path(self.parts, job.id, job.attempt)

    async def discard(self, job: Job) -> None:
        """Remove what an attempt has left on this machine; should it not go, the next start does it."""
        try:
            await self.threads.call(remove_part, self.part(job))
        except OSError as error:
            LOG.warning("what job %s has left cannot be removed: %s", job.id, error.strerror)

    async def state_of(self, job: Job) -> State | None:
        """Return the state of this attempt, None if it is over and another has begun, or deleted. Raises JobsUnavailable."""
        try:
            now = await self.threads.call(self.store.get, job.id)
        except NoJob:
            return None
        return now.status if now.attempt == job.attempt else None

    async def unstore(self, job: Job) -> None:
        """Remove what was stored of an attempt that nobody wants, if it is there."""
        if await self.state_of(job) in (State.PROCESSING, State.COMPLETED):
            return
        try:
            await apart(lambda: self.audio.remove(job.id, job.attempt))
        except SayError as error:
            LOG.warning("the sound of job %s, which is not wanted, stays: %s", job.id, error.message)
