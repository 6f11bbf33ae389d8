"""Takes jobs and works at them, some at once, until told to leave; looks after those of workers that have vanished."""

from __future__ import annotations

import asyncio
from uuid import UUID

from common.errors import SayError
from say.gateways.http.jobs.database import JobsUnavailable
from say.gateways.http.jobs.making import Making
from say.gateways.http.jobs.owners import Owner
from say.gateways.http.jobs.states import MADE_PROGRESS, Job, State
from say.gateways.http.jobs.storing import store_sound
from say.gateways.http.jobs.work_list import LEASE
from say.gateways.http.jobs.workshop import LOG, Lost, Workshop

POLL = 1.0  # seconds between looks at what other processes do; what is done in this one is told at once
_RENEW_EVERY = LEASE.total_seconds() / 3
_MOST_LOSSES = 5  # workers in a row that vanished without a piece in between: the next one would, too
_MOST_STORING = 32  # with so many that wait for their store, nothing more is made
_LONGEST_PAUSE = 30.0  # seconds, while the database does not work


class Runner:
    """For one loop. `start`, then `wake` whenever there may be something to take, `drain` at the end."""

    def __init__(self, shop: Workshop, owner: Owner, at_once: int) -> None:
        self._shop = shop
        self._owner = owner
        self._at_once = at_once
        self._making: dict[UUID, asyncio.Task[None]] = {}
        self._storing: dict[UUID, asyncio.Task[None]] = {}
        self._attempts: dict[UUID, int] = {}  # of those in work
        self._news = asyncio.Event()
        self._loop_task: asyncio.Task[None] | None = None
        self._renewed = 0.0

    def start(self) -> None:
        """Begin."""
        self._loop_task = asyncio.create_task(self._run(), name="jobs")

    def wake(self) -> None:
        """Look now."""
        self._news.set()

    async def stop(self, job: UUID) -> None:
        """Stop work at a job that nobody wants any more; it is silent when this returns."""
        task = self._making.get(job) or self._storing.get(job)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def drain(self) -> bool:
        """Take up nothing more, and leave what is in work as far as it is: the next start goes on there.

        Returns whether all of it could be given back.
        """
        if self._loop_task is not None:
            self._loop_task.cancel()
            await asyncio.wait([self._loop_task])
        tasks = [*self._making.values(), *self._storing.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        try:
            await self._shop.threads.change(self._shop.work.disown, self._owner.name, lost=False)
        except JobsUnavailable as error:
            LOG.warning("jobs in work were not given back: %s", error.message)  # our lock says that we are gone
            return False
        return True

    # The loop

    async def _run(self) -> None:
        pause = POLL
        while True:
            self._news.clear()
            try:
                await self._look_after_others()
                await self._look_after_ours()
                await self._take()
                pause = POLL
            except JobsUnavailable as error:
                LOG.warning("%s", error)
                pause = min(2 * pause, _LONGEST_PAUSE)
            except Exception:  # a boundary: without this loop no job would ever be made
                LOG.exception("looking for jobs broke off")
                pause = min(2 * pause, _LONGEST_PAUSE)
            try:
                async with asyncio.timeout(pause):
                    await self._news.wait()
            except TimeoutError:
                pass

    async def _look_after_others(self) -> None:
        """Free the jobs of workers that have ended, or are on another machine and late."""
        work, threads = self._shop.work, self._shop.threads
        for owner, until in (await threads.call(work.others)).items():
            dead = self._owner.is_dead(owner)
            if dead or (dead is None and until < self._shop.clock()):
                number = await threads.change(work.disown, owner)
                LOG.warning("%d jobs of a worker that has vanished go on", number)
                self._owner.bury(owner)

    async def _look_after_ours(self) -> None:
        """Say that we live, and stop work at what others have taken from us or do not want any more."""
        work, threads = self._shop.work, self._shop.threads
        now = asyncio.get_running_loop().time()
        if self._attempts and now - self._renewed >= _RENEW_EVERY:
            await threads.change(work.renew)
            self._renewed = now
        held = dict(self._attempts)
        ours = await threads.call(work.ours)
        for job, attempt in held.items():
            if ours.get(job) != attempt and self._attempts.get(job) == attempt:
                for tasks in (self._making, self._storing):
                    if job in tasks:
                        tasks[job].cancel()
        for job in ours.keys() - held.keys():  # its end could not be written
            await threads.change(work.let_go, job)

    async def _take(self) -> None:
        while len(self._making) < self._at_once and len(self._storing) < _MOST_STORING:
            job = await self._shop.threads.change(self._shop.work.take)
            if job is None:
                return
            self._shop.news.tell(job.id)
            if job.id in self._attempts:  # the attempt before is being stopped; its end looks again
                await self._shop.threads.change(self._shop.work.leave, job)
                return
            self._attempts[job.id] = job.attempt
            self._making[job.id] = asyncio.create_task(self._work(job), name="job")

    # One job

    async def _work(self, job: Job) -> None:
        try:
            await self._work_through(job)
        except Lost:
            await self._clear(job)
        except asyncio.CancelledError:
            await self._clear(job)
            raise
        finally:
            self._making.pop(job.id, None)
            self._storing.pop(job.id, None)
            self._attempts.pop(job.id, None)
            self.wake()

    async def _work_through(self, job: Job) -> None:
        """Raises Lost."""
        try:
            made = await self._made(job)
            if made is not None:
                self._storing[job.id] = self._making.pop(job.id)
                self.wake()  # for the next one to be made
                await self._stored(made)
        except Lost:
            raise
        except Exception:
            LOG.exception("job %s broke off", job.id)
            await self._give_up(job)

    async def _made(self, job: Job) -> Job | None:
        if job.losses >= _MOST_LOSSES and job.progress < MADE_PROGRESS:
            why = f"whoever worked at it has ended {job.losses} times in a row. Change its text, or look into the logs."
            await self._shop.fail(job, why)
            return None
        making = Making(self._shop, job)  # it knows how far the job is, also where that could not be noted
        pause = POLL
        while True:
            try:
                return await making.run()
            except JobsUnavailable as error:  # what is made is kept, and goes on from there
                LOG.warning("job %s waits: %s", job.id, error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _stored(self, job: Job) -> None:
        pause = POLL
        while True:
            try:
                await store_sound(self._shop, job)
                return
            except JobsUnavailable as error:
                LOG.warning("job %s waits: %s", job.id, error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _clear(self, job: Job) -> None:
        """Remove what is left of a job that has ended; keep that of one which only we leave."""
        try:
            if await self._shop.state_of(job) != State.PROCESSING:
                await self._shop.discard(job)
        except JobsUnavailable:  # the next start looks for what is left
            pass

    async def _give_up(self, job: Job) -> None:
        """End a job at which our own program failed: another try would fail like this one."""
        try:
            await self._shop.fail(job, "something went wrong here. The log of say-serve says what.")
        except (Lost, SayError) as error:
            LOG.warning("job %s was not ended: %s", job.id, type(error).__name__)
