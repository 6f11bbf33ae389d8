"""From a job's part file to its place in the store: tried until it is there, however long that takes."""

from __future__ import annotations

import asyncio
from uuid import UUID

from common.errors import OutputFailed
from say.gateways.http.jobs.database import JobsUnavailable
from say.gateways.http.jobs.states import COMPLETED_PROGRESS, STORING_PROGRESS, Job, State
from say.gateways.http.jobs.threads import apart
from say.gateways.http.jobs.workshop import LOG, Lost, Workshop

_FIRST_PAUSE = 1.0  # seconds; each further one is twice as long, up to
_LONGEST_PAUSE = 300.0
_SILENCE = 30.0  # seconds of putting it there after which the job says so


def audio_path(job: UUID) -> str:
    """Return the address of a job's sound."""
    return f"/api/v1/tts/{job}/audio"


async def store_sound(shop: Workshop, job: Job) -> None:
    """Put the sound of a job where it belongs, and complete the job. Raises Lost, JobsUnavailable.

    There is no last try: the sound is worth more than an end, and who wants none cancels or deletes the job. Until then it
    stays at 80 percent, its notice says what is in the way, and its part file is kept.
    """
    job = await shop.change(job, progress=STORING_PROGRESS)
    pause = _FIRST_PAUSE
    while True:
        try:
            job = await _put(shop, job)
            break
        except OutputFailed as error:
            if not shop.part(job).exists():
                await shop.fail(job, "its sound is gone from the state directory. Try it again.")
                return
            LOG.warning("job %s waits for its store, the next try is in %g s: %s", job.id, pause, error.message)
            notice = f"{error.message}. It is tried again in {pause:g} s; the sound is kept until then."
            job = await shop.change(job, notice=notice)
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
    try:
        await shop.change(
            job,
            status=State.COMPLETED,
            progress=COMPLETED_PROGRESS,
            audio_url=audio_path(job.id),
            notice=None,
            finished_at=shop.clock(),
            owner=None,
            lease_until=None,
        )
    except Lost:
        await shop.unstore(job)
        raise
    LOG.info("job %s completed", job.id)
    await shop.discard(job)


async def _put(shop: Workshop, job: Job) -> Job:
    """Return the job once its sound is in the store. Raises OutputFailed, Lost."""
    part = shop.part(job)
    putting = apart(lambda: shop.audio.put(job.id, job.attempt, part))
    try:
        await asyncio.wait((putting,), timeout=_SILENCE)
        if not putting.done():
            job = await _told_of_silence(shop, job)
        await asyncio.shield(putting)
    except (asyncio.CancelledError, Lost):
        # The thread goes on. Whoever cancelled or deleted the job wants nothing of what it puts there.
        putting.add_done_callback(lambda done: _clear(shop, job, done))
        raise
    return job


async def _told_of_silence(shop: Workshop, job: Job) -> Job:
    """Let the job say that its store takes long. Raises Lost."""
    LOG.warning("job %s waits for its store, which has not answered for %g s", job.id, _SILENCE)
    try:
        return await shop.change(job, notice="its store has not answered yet. The sound is kept until it has it.")
    except JobsUnavailable:  # who asks is told that instead
        return job


def _clear(shop: Workshop, job: Job, done: asyncio.Future[None]) -> None:
    if not done.cancelled() and done.exception() is None:
        task = asyncio.ensure_future(_unstored(shop, job))
        _CLEARING.add(task)
        task.add_done_callback(_CLEARING.discard)


async def _unstored(shop: Workshop, job: Job) -> None:
    try:
        await shop.unstore(job)
    except Exception as error:  # noqa: BLE001  # a boundary: nobody waits for this; what stays is told
        LOG.warning("the sound of job %s may stay: %s", job.id, type(error).__name__)


_CLEARING: set[asyncio.Task[None]] = set()  # tasks that nobody holds may vanish
