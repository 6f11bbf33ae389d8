"""What nobody wants any more is removed: the sound of deleted jobs, and what crashes have left."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from common.errors import SayError
from say.gateways.http.jobs.part import parts_in
from say.gateways.http.jobs.threads import apart
from say.gateways.http.jobs.workshop import LOG, Workshop

_AT_A_TIME = 100


async def remove_deleted(shop: Workshop) -> bool:
    """Remove the sound of deleted jobs, and return whether that succeeded with all. Raises JobsUnavailable."""
    while removals := await shop.threads.call(shop.store.removals, _AT_A_TIME):
        heard = shop.listeners.jobs() & removals.keys()
        for job, attempt in removals.items():
            if job not in heard and not await remove_sound(shop, job, attempt):
                return False  # the store that refused one refuses all
        if heard:
            return False
    return True


async def forget_old(shop: Workshop, kept: timedelta) -> None:
    """Delete jobs that ended longer ago; their sound is removed with the next look. Raises JobsUnavailable.

    So whoever was just about to listen is counted by then.
    """
    until = shop.clock() - kept
    while gone := await shop.threads.change(shop.store.expire, until, shop.listeners.jobs(), _AT_A_TIME):
        LOG.info("%d jobs that ended more than %s ago are deleted", len(gone), kept)
        for job in gone:
            shop.news.tell(job)


async def remove_sound(shop: Workshop, job: UUID, attempt: int) -> bool:
    """Remove all that a deleted job has left, and return whether nothing is there any more. Raises JobsUnavailable."""

    def remove() -> None:
        for path, (owner, _) in parts_in(shop.parts).items():
            if owner == job:
                path.unlink(missing_ok=True)
        for each in range(attempt + 1):
            shop.audio.remove(job, each)

    try:
        await apart(remove)
    except (OSError, SayError) as error:
        LOG.warning("the sound of the deleted job %s stays for now: %s", job, error)
        return False
    await shop.threads.change(shop.store.removed, job)
    return True


async def sweep(shop: Workshop) -> bool:
    """Remove what crashes have left, part files and copies of jobs that are not in work; return whether that succeeded.

    Raises JobsUnavailable.
    """

    def look() -> list[str]:
        # What is there first, then what is wanted: a file that comes to be in between was not seen.
        parts = parts_in(shop.parts)
        copies = shop.audio.leftovers()
        kept = shop.work.kept()
        gone = [path for path, (job, attempt) in parts.items() if kept.get(job) != attempt]
        for path in gone:
            path.unlink(missing_ok=True)
        stale = [path for path, job in copies.items() if job not in kept]
        for copy in stale:
            shop.audio.remove_leftover(copy)
        return [*map(str, gone), *stale]

    try:
        if found := await apart(look):
            LOG.info("%d files that a crash has left are removed", len(found))
    except (OSError, SayError) as error:
        LOG.warning("what a crash has left stays for now: %s", error)
        return False
    return True
