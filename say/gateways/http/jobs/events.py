"""`GET …/{id}/events`: a job as it changes, as server-sent events.

Each carries the whole job as it is then, and its version as the event's id: whoever comes back, to this process or to
another, is told the present state unless it is the one already known. What was skipped in between is of no use to anybody.
"""

from __future__ import annotations

import asyncio
import time
from uuid import UUID

from say.gateways.http.jobs.database import JobsUnavailable
from say.gateways.http.jobs.news import wait_at_most
from say.gateways.http.jobs.requests import answer_of
from say.gateways.http.jobs.service import Jobs
from say.gateways.http.jobs.states import Job
from say.gateways.http.jobs.store import NoJob
from say.gateways.http.streamed import Chunks

_LOOK = 2.0  # seconds between looks at what another process may have changed; what changes in this one is told at once
_HEARTBEAT = 15.0  # seconds of nothing after which a comment says that we are there
_COME_BACK = 2000  # milliseconds after which a reader whose connection was lost comes back


def version_of(last_event_id: str | None) -> int | None:
    """Return the version that a reader knows, None for none or one that was never told."""
    text = (last_event_id or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


async def events(jobs: Jobs, job: Job, known: int | None, leaving: asyncio.Event) -> Chunks:
    """Yield events of a job up to its end, or until the door closes."""
    yield f"retry: {_COME_BACK}\n\n".encode()
    told = known
    said = time.monotonic()
    with jobs.shop.news.of(job.id) as changed:
        while not leaving.is_set():
            changed.clear()
            now = await _current(jobs, job.id, job)
            if now is None:
                yield f'event: deleted\ndata: {{"tts_id": "{job.id}"}}\n\n'.encode()
                return
            job = now
            if job.version != told:
                yield _event(job)
                told, said = job.version, time.monotonic()
            if job.final:
                return
            if time.monotonic() - said >= _HEARTBEAT:
                yield b": still here\n\n"
                said = time.monotonic()
            await wait_at_most(_LOOK, changed)


def _event(job: Job) -> bytes:
    return f"id: {job.version}\nevent: progress\ndata: {answer_of(job).model_dump_json()}\n\n".encode()


async def _current(jobs: Jobs, job_id: UUID, last: Job) -> Job | None:
    """Return the job as it is, None if it was deleted; as it was where the database does not work just now."""
    try:
        return await jobs.get(job_id)
    except NoJob:
        return None
    except JobsUnavailable:
        return last
