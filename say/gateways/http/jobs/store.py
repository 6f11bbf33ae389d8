"""What is asked of the jobs and done to them by their callers: created, found, listed, cancelled, tried again, deleted.

All methods block on the database, and raise JobsUnavailable where it does not work. What workers do is in `work_list`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, delete, false, func, insert, select, tuple_, update

from say.gateways.http.jobs.cursor import Cursor
from say.gateways.http.jobs.database import Database
from say.gateways.http.jobs.states import CANCELLABLE, FINAL, PENDING_PROGRESS, RETRIABLE, Job, Order, State
from say.gateways.http.jobs.table import PROJECTS, REMOVALS, Moment

Clock = Callable[[], datetime]
_MICROSECOND = timedelta(microseconds=1)


class NoJob(LookupError):
    """There is no job of that id, or no more."""


class WrongState(Exception):
    """The job is where it cannot be done."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.status)
        self.job = job


class KeyTaken(Exception):
    """The idempotency key stands for another request of the same user."""


class TooMany(Exception):
    """So many jobs wait that no more are taken."""


@dataclass(frozen=True)
class Keyed:
    """An order under the key with which its caller may repeat it."""

    order: Order
    digest: str  # of the whole request that it is part of
    key: str | None = None


@dataclass(frozen=True)
class Page:
    """Some jobs of a listing, and where the next page begins, None at its end."""

    jobs: list[Job]
    next: Cursor | None


def job_of(row: Row[tuple[object, ...]]) -> Job:
    """Return a row of `tts_projects` as a job."""
    return Job(**row._mapping)


def utc_now() -> datetime:
    """Return what the clock on the wall says."""
    return datetime.now(UTC)


class Store:
    """The jobs of one database."""

    def __init__(self, database: Database, clock: Clock = utc_now, most_waiting: int = 10_000) -> None:
        self._database = database
        self._clock = clock
        self._most_waiting = most_waiting

    def check(self) -> None:
        """Do what a change does, and change nothing."""
        with self._database.writing() as connection:
            connection.execute(update(PROJECTS).where(false()).values(progress=PROJECTS.c.progress))

    # Coming to be

    def add(self, orders: Sequence[Keyed], batch: UUID | None = None) -> tuple[list[Job], bool]:
        """Return a job for each order, and whether they are new: all of them, or those that were made under the same keys.

        Raises KeyTaken or TooMany, and then none is made.
        """
        with self._database.writing() as connection:
            if known := self._known(connection, orders):
                return known, False
            waiting = select(func.count()).where(PROJECTS.c.status == State.PENDING)
            if connection.execute(waiting).scalar_one() + len(orders) > self._most_waiting:
                raise TooMany
            now = self._clock()
            # Each after the one before: chapters are made, and listed, in their order.
            jobs = [_new(keyed, batch, now + number * _MICROSECOND) for number, keyed in enumerate(orders)]
            connection.execute(insert(PROJECTS), [vars(job) for job in jobs])
            return jobs, True

    def _known(self, connection: Connection, orders: Sequence[Keyed]) -> list[Job]:
        found = []
        for keyed in orders:
            if keyed.key is None:
                continue
            column = PROJECTS.c
            row = connection.execute(
                select(PROJECTS).where(column.user_id == keyed.order.user_id, column.idempotency_key == keyed.key)
            ).first()
            if row is not None:
                found.append(job_of(row))
                if found[-1].digest != keyed.digest:
                    raise KeyTaken
        return found

    # Looking

    def get(self, job_id: UUID) -> Job:
        """Raises NoJob."""
        with self._database.reading() as connection:
            return _get(connection, job_id)

    def page(self, limit: int, user_id: str | None = None, after: Cursor | None = None) -> Page:
        """Return up to `limit` jobs from the newest to the oldest, of one user or of all, those after a cursor."""
        column = PROJECTS.c
        query = select(PROJECTS).order_by(column.created_at.desc(), column.id.desc()).limit(limit + 1)
        if user_id is not None:
            query = query.where(column.user_id == user_id)
        if after is not None:
            query = query.where(tuple_(column.created_at, column.id) < tuple_(after.created_at, after.id))
        with self._database.reading() as connection:
            jobs = [job_of(row) for row in connection.execute(query)]
        more = len(jobs) > limit
        jobs = jobs[:limit]
        return Page(jobs, Cursor(jobs[-1].created_at, jobs[-1].id) if more else None)

    def totals(self) -> dict[State, tuple[int, float]]:
        """Return how many jobs there are in each state, and how many seconds of sound."""
        column = PROJECTS.c
        number, seconds = func.count(), func.coalesce(func.sum(column.duration), 0.0)
        with self._database.reading() as connection:
            found = connection.execute(select(column.status, number, seconds).group_by(column.status)).all()
        return dict.fromkeys(State, (0, 0.0)) | {state: (number, seconds) for state, number, seconds in found}

    # Changing

    def cancel(self, job_id: UUID) -> Job:
        """End a job that has not ended. Raises NoJob; WrongState for one that has."""
        return self._change(
            job_id,
            CANCELLABLE,
            status=State.CANCELLED,
            finished_at=self._clock(),
            owner=None,
            lease_until=None,
            notice=None,
        )

    def retry(self, job_id: UUID) -> Job:
        """Let a job that failed or was cancelled begin anew. Raises NoJob; WrongState for any other."""
        return self._change(
            job_id,
            RETRIABLE,
            again=True,
            status=State.PENDING,
            progress=PENDING_PROGRESS,
            error=None,
            notice=None,
            remark=None,
            duration=None,
            engine="",
            losses=0,
            worked=0.0,
            started_at=None,
            finished_at=None,
        )

    def _change(
        self,
        job_id: UUID,
        states: frozenset[State],
        *,
        again: bool = False,
        **values: State | int | float | str | datetime | None,
    ) -> Job:
        column = PROJECTS.c
        with self._database.writing() as connection:
            done = connection.execute(
                update(PROJECTS)
                .where(column.id == job_id, column.status.in_(states))
                .values(
                    version=column.version + 1,
                    attempt=column.attempt + int(again),  # a bool is no number to PostgreSQL
                    updated_at=self._clock(),
                    **values,
                )
            )
            job = _get(connection, job_id)
        if not done.rowcount:
            raise WrongState(job)
        return job

    def delete(self, job_id: UUID) -> Job:
        """Forget a job, and remember that its sound is to be removed. Returns what it was. Raises NoJob."""
        with self._database.writing() as connection:
            job = _get(connection, job_id)
            connection.execute(delete(PROJECTS).where(PROJECTS.c.id == job_id))
            connection.execute(insert(REMOVALS).values(id=job_id, attempt=job.attempt, created_at=self._clock()))
        return job

    def expire(self, until: datetime, spared: frozenset[UUID], limit: int) -> list[UUID]:
        """Delete some jobs that had ended by then, but for those `spared`, and return which."""
        column = PROJECTS.c
        ended = func.coalesce(column.finished_at, column.created_at)  # the original service noted no ends
        query = select(column.id, column.attempt).where(
            column.status.in_(FINAL), ended < bindparam("until", until, Moment), column.id.not_in(spared)
        )
        with self._database.writing() as connection:
            found = connection.execute(query.order_by(column.created_at).limit(limit)).all()
            gone = [row.id for row in found]
            if gone:
                now = self._clock()
                connection.execute(delete(PROJECTS).where(column.id.in_(gone)))
                connection.execute(
                    insert(REMOVALS), [{"id": row.id, "attempt": row.attempt, "created_at": now} for row in found]
                )
        return gone

    # Removing what the deleted have left

    def removals(self, limit: int) -> dict[UUID, int]:
        """Return some deleted jobs whose sound is to be removed and their last attempts, those first that went first."""
        query = select(REMOVALS.c.id, REMOVALS.c.attempt).order_by(REMOVALS.c.created_at).limit(limit)
        with self._database.reading() as connection:
            return {row.id: row.attempt for row in connection.execute(query)}

    def removed(self, job_id: UUID) -> None:
        """Take note that nothing is left of a deleted job."""
        with self._database.writing() as connection:
            connection.execute(delete(REMOVALS).where(REMOVALS.c.id == job_id))


def _get(connection: Connection, job_id: UUID) -> Job:
    row = connection.execute(select(PROJECTS).where(PROJECTS.c.id == job_id)).first()
    if row is None:
        raise NoJob(job_id)
    return job_of(row)


def _new(keyed: Keyed, batch: UUID | None, now: datetime) -> Job:
    order = keyed.order
    return Job(
        id=uuid.uuid4(),
        created_at=now,
        user_id=order.user_id,
        text=order.text,
        voice=order.voice,
        speed=order.speed,
        lang_code=order.lang_code,
        audio_url=None,
        status=State.PENDING,
        progress=PENDING_PROGRESS,
        error=None,
        notice=None,
        remark=None,
        duration=None,
        engine="",
        idempotency_key=keyed.key,
        digest=keyed.digest,
        batch=batch,
        attempt=0,
        losses=0,
        owner=None,
        lease_until=None,
        worked=0.0,
        version=0,
        updated_at=now,
        started_at=None,
        finished_at=None,
    )
