"""`Jobs`: the door of this room. Opens what jobs are kept in, runs them, and does what callers ask of them."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from common.errors import DaemonError
from common.paths import ensure_private_directory
from common.quoting import reason_of
from common.settings import Settings
from say.client import SayClient
from say.gateways.http.configuration import HttpConfiguration
from say.gateways.http.jobs.audio import open_store
from say.gateways.http.jobs.cursor import Cursor
from say.gateways.http.jobs.database import Database, JobsUnavailable
from say.gateways.http.jobs.news import News
from say.gateways.http.jobs.owners import Owner
from say.gateways.http.jobs.probe import Probe
from say.gateways.http.jobs.removing import forget_old, remove_deleted, remove_sound, sweep
from say.gateways.http.jobs.runner import Runner
from say.gateways.http.jobs.states import Job
from say.gateways.http.jobs.store import Keyed, Page, Store
from say.gateways.http.jobs.threads import Threads
from say.gateways.http.jobs.work_list import WorkList
from say.gateways.http.jobs.workshop import LOG, Workshop
from say.gateways.http.metrics import Metrics

_PATIENCE = 5.0  # seconds that who deletes a job waits for its store
_REMOVE_EVERY = 60.0  # seconds between looks at what could not be removed, and at what has become old


@dataclass(frozen=True)
class JobsPlace:
    """Where jobs are kept and how many are in work."""

    home: Path  # the state directory
    folder: Path  # in it, of parts, locks and the embedded database
    database: str  # SQLAlchemy address
    audio: str  # path or fsspec address; "": in the state directory
    at_once: int
    most_waiting: int
    timeout: float  # seconds
    kept: timedelta = timedelta(0)  # after their end; zero: for ever

    @classmethod
    def of(cls, configuration: HttpConfiguration, settings: Settings, home: Path) -> JobsPlace:
        """Return where they are by these settings."""
        folder = home / "http-jobs"
        embedded = URL.create("sqlite", database=str(folder / "jobs.sqlite3")).render_as_string()
        if configuration.database:  # each has its own parts and workers
            folder /= hashlib.sha256(_identity(configuration.database).encode()).hexdigest()[:16]
        return cls(
            home,
            folder,
            configuration.database or embedded,
            configuration.jobs_folder,
            settings.integer("http_jobs_at_once"),
            settings.integer("http_jobs_waiting"),
            configuration.job_timeout,
            timedelta(hours=settings.number("http_jobs_kept")),
        )


def _identity(address: str) -> str:
    """Return what stays the same of a database's address: with another password its parts are the same."""
    try:
        url = make_url(address)
    except ArgumentError:  # told where it is opened
        return address
    if url.get_backend_name() == "sqlite" and url.database:
        url = url.set(database=str(Path(url.database).resolve()))  # what is relative depends on where we are
    return url.render_as_string(hide_password=True)


class Jobs:
    """All jobs of one database. Methods of callers raise NoJob, WrongState, KeyTaken, TooMany, JobsUnavailable as `Store` does."""

    def __init__(self, client: SayClient, place: JobsPlace) -> None:
        self._client = client
        self._place = place

    async def start(self) -> None:
        """Open what they are kept in, and go on with those that are not done. Raises SayError."""
        await self.open()
        self._runner.start()
        self._removing = asyncio.create_task(self._remove(), name="removing")

    async def open(self) -> None:
        """Open what they are kept in; nothing runs yet. Raises SayError."""
        self.threads = Threads()
        self._database, self._owner, self.shop = await self.threads.call(self._open)
        self._runner = Runner(self.shop, self._owner, self._place.at_once)
        self._to_remove = asyncio.Event()
        self._probe = Probe(self.shop.store.check)
        for dead in await self.threads.call(self._owner.dead):
            await self.threads.change(self.shop.work.disown, dead)
            self._owner.bury(dead)

    def _open(self) -> tuple[Database, Owner, Workshop]:
        place = self._place
        parts, owners = place.folder / "parts", place.folder / "owners"
        ensure_private_directory(place.home)
        for folder in (place.home / "http-jobs", place.folder, parts, owners):
            ensure_private_directory(folder, "the folder of the jobs")
        sound = place.home / "http-audio"
        if not place.audio:
            ensure_private_directory(sound, "the folder of the jobs' sound")
        audio = open_store(place.audio or str(sound))
        database = Database(place.database)
        try:
            owner = Owner(owners)
        except OSError as error:
            database.close()
            raise DaemonError(
                f"{owners} cannot be written: {reason_of(error)}", "Make room, or set SAY_HOME."
            ) from error
        store, work = Store(database, most_waiting=place.most_waiting), WorkList(database, owner.name)
        shop = Workshop(self._client, store, work, audio, parts, self.threads, News(), place.timeout)
        return database, owner, shop

    async def drain(self) -> None:
        """Take up nothing new; what is in work is left as far as it is, and goes on there with the next start."""
        self._removing.cancel()
        await asyncio.wait([self._removing])
        given_back = await self._runner.drain()
        await self.threads.call(self._owner.close, left=not given_back)

    async def close(self) -> None:
        """Let go of the database, once nobody asks any more."""
        await self.threads.call(self._database.close)
        self.threads.close()

    async def _remove(self) -> None:
        swept = False
        while True:
            self._to_remove.clear()
            try:
                swept = swept or await sweep(self.shop)
                done = await remove_deleted(self.shop) and swept
                if self._place.kept:
                    await forget_old(self.shop, self._place.kept)
                    done = False  # the next one's time will come
            except JobsUnavailable:
                done = False
            except Exception:  # a boundary: without this loop nothing would ever be removed
                LOG.exception("removing broke off")
                done = False
            try:
                async with asyncio.timeout(None if done else _REMOVE_EVERY):
                    await self._to_remove.wait()
            except TimeoutError:
                pass

    # For callers

    async def add(self, orders: list[Keyed], batch: UUID | None = None) -> tuple[list[Job], bool]:
        """See `Store.add`."""
        jobs, fresh = await self.threads.change(self.shop.store.add, orders, batch)
        self._runner.wake()
        return jobs, fresh

    async def get(self, job: UUID) -> Job:
        """See `Store.get`."""
        return await self.threads.call(self.shop.store.get, job)

    async def page(self, limit: int, user_id: str | None = None, after: Cursor | None = None) -> Page:
        """See `Store.page`."""
        return await self.threads.call(self.shop.store.page, limit, user_id, after)

    async def measure(self, metrics: Metrics) -> None:
        """Let `metrics` say how many there are, or nothing of them where that cannot be known now."""
        try:
            if trouble := await self.trouble():  # a database that does not answer holds up nobody who measures
                raise JobsUnavailable(trouble)
            totals = await self.threads.call(self.shop.store.totals)
        except JobsUnavailable:
            metrics.jobs.clear()
            metrics.jobs_sound.clear()
            return
        for state, (number, seconds) in totals.items():
            metrics.jobs.labels(state).set(number)
            metrics.jobs_sound.labels(state).set(seconds)

    async def trouble(self) -> str | None:
        """Return why no jobs can be taken just now, None if they can."""
        return await self._probe.trouble()

    async def cancel(self, job: UUID) -> Job:
        """See `Store.cancel`. Synthesis has ended when this returns, if it was in this process."""
        cancelled = await self.threads.change(self.shop.store.cancel, job)
        self.shop.news.tell(job)
        await self._runner.stop(job)
        return cancelled

    async def retry(self, job: UUID) -> Job:
        """See `Store.retry`."""
        again = await self.threads.change(self.shop.store.retry, job)
        self.shop.news.tell(job)
        self._runner.wake()
        return again

    async def delete(self, job: UUID) -> None:
        """See `Store.delete`. Its sound is gone when this returns, unless its store is out of reach: then later."""
        deleted = await self.threads.change(self.shop.store.delete, job)
        self.shop.news.tell(job)
        gone = False
        try:
            await self._runner.stop(job)
            async with asyncio.timeout(_PATIENCE):
                gone = await remove_sound(self.shop, job, deleted.attempt)
        except TimeoutError:  # its thread goes on, and so does the caller
            LOG.warning("the sound of the deleted job %s stays for now: its store does not answer", job)
        finally:
            if not gone:
                self._to_remove.set()
