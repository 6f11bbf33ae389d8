"""What workers do to the jobs in the database: take them, keep them, tell how far they are, and inherit those of the dead.

A worker changes a job only as its owner: whoever has lost it meanwhile, to a caller who cancelled or to another owner,
gets None and stops. So no clock decides what is right; leases only say when to look after an owner who shares nothing
with us but the database. All methods block on it, and raise JobsUnavailable where it does not work.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Update, func, select, update

from say.gateways.http.jobs.database import Database
from say.gateways.http.jobs.states import MADE_PROGRESS, TAKEN_PROGRESS, Job, State
from say.gateways.http.jobs.store import Clock, job_of, utc_now
from say.gateways.http.jobs.table import PROJECTS

# For owners whose lock nobody here can see: one that is so long late is taken for dead. A worker renews after a third.
LEASE = timedelta(seconds=60)

Value = str | int | float | datetime | State | None


@dataclass
class Turns:
    """Which user was served last, so that those with many jobs do not hold up those with few."""

    _served: dict[str, int] = field(default_factory=dict)
    _count: int = 0

    def choose(self, waiting: dict[str, datetime], running: dict[str, int]) -> str | None:
        """Return whose oldest job is next: who has fewest in work, then was served longest ago, then has waited longest."""
        if not waiting:
            return None
        return min(waiting, key=lambda user: (running.get(user, 0), self._served.get(user, 0), waiting[user], user))

    def note(self, user: str, waiting: dict[str, datetime]) -> None:
        """Take note that it was this user's turn; who waits for nothing is forgotten."""
        self._count += 1
        self._served = {each: turn for each, turn in self._served.items() if each in waiting}
        self._served[user] = self._count


class WorkList:
    """The jobs of one database, for the worker `owner`."""

    def __init__(self, database: Database, owner: str, clock: Clock = utc_now) -> None:
        self._database = database
        self._owner = owner
        self._clock = clock
        self._turns = Turns()

    # Taking

    def take(self) -> Job | None:
        """Take a job: one that was begun by somebody who is gone, else the oldest of the user whose turn it is."""
        with self._database.writing() as connection:
            return self._take_orphan(connection) or self._take_new(connection)

    def _take_orphan(self, connection: Connection) -> Job | None:
        column = PROJECTS.c
        row = connection.execute(
            select(PROJECTS)
            .where(column.status == State.PROCESSING, column.owner.is_(None))
            .order_by(column.created_at, column.id)
            .limit(1)
        ).first()
        return self._own(connection, job_of(row)) if row is not None else None

    def _take_new(self, connection: Connection) -> Job | None:
        column = PROJECTS.c
        waiting: dict[str, datetime] = {
            row.user_id: row.oldest
            for row in connection.execute(
                select(column.user_id, func.min(column.created_at).label("oldest"))
                .where(column.status == State.PENDING)
                .group_by(column.user_id)
            )
        }
        running: dict[str, int] = {
            row.user_id: row.number
            for row in connection.execute(
                select(column.user_id, func.count().label("number"))
                .where(column.status == State.PROCESSING, column.progress < MADE_PROGRESS)
                .group_by(column.user_id)
            )
        }
        user = self._turns.choose(waiting, running)
        if user is None:
            return None
        row = connection.execute(
            select(PROJECTS)
            .where(column.status == State.PENDING, column.user_id == user)
            .order_by(column.created_at, column.id)
            .limit(1)
        ).one()
        self._turns.note(user, waiting)
        return self._own(connection, job_of(row))

    def _own(self, connection: Connection, job: Job) -> Job | None:
        now = self._clock()
        column = PROJECTS.c
        taken = connection.execute(
            _changing(
                now,
                status=State.PROCESSING,
                progress=max(job.progress, TAKEN_PROGRESS),
                owner=self._owner,
                lease_until=now + LEASE,
                started_at=job.started_at or now,
            ).where(column.id == job.id, column.version == job.version)
        )
        if not taken.rowcount:  # databases that lock rows: somebody was faster
            return None
        return job_of(connection.execute(select(PROJECTS).where(column.id == job.id)).one())

    # Working

    def change(self, job: Job, **values: Value) -> Job | None:
        """Change a job of ours, and return it as it is now; None if it is no longer ours."""
        column = PROJECTS.c
        with self._database.writing() as connection:
            changed = connection.execute(
                _changing(self._clock(), **values).where(
                    column.id == job.id,
                    column.owner == self._owner,
                    column.attempt == job.attempt,
                    column.status == State.PROCESSING,
                )
            )
            if not changed.rowcount:
                return None
            return job_of(connection.execute(select(PROJECTS).where(column.id == job.id)).one())

    def ours(self) -> dict[UUID, int]:
        """Return the attempts of the jobs that are ours still, by their ids."""
        column = PROJECTS.c
        query = select(column.id, column.attempt).where(column.status == State.PROCESSING, column.owner == self._owner)
        with self._database.reading() as connection:
            return {row.id: row.attempt for row in connection.execute(query)}

    def renew(self) -> None:
        """Say that we live."""
        now = self._clock()
        column = PROJECTS.c
        with self._database.writing() as connection:
            connection.execute(
                update(PROJECTS)
                .where(column.status == State.PROCESSING, column.owner == self._owner)
                .values(lease_until=now + LEASE)
            )

    # Those who vanished

    def others(self) -> dict[str, datetime]:
        """Return who else works at jobs, and until when each is taken for alive if nothing else tells."""
        column = PROJECTS.c
        query = (
            select(column.owner, func.max(column.lease_until))
            .where(column.status == State.PROCESSING, column.owner.is_not(None), column.owner != self._owner)
            .group_by(column.owner)
        )
        with self._database.reading() as connection:
            return {owner: until or self._clock() for owner, until in connection.execute(query)}

    def disown(self, owner: str, *, lost: bool = True) -> int:
        """Let others take what `owner` works at, and return how many jobs that is; `lost`: it has vanished."""
        column = PROJECTS.c
        with self._database.writing() as connection:
            return connection.execute(
                _changing(self._clock(), owner=None, lease_until=None)
                .values(losses=column.losses + (1 if lost else 0))
                .where(column.status == State.PROCESSING, column.owner == owner)
            ).rowcount

    def let_go(self, job_id: UUID) -> None:
        """Let a job be taken that is ours by the table alone, as nobody works at it."""
        column = PROJECTS.c
        with self._database.writing() as connection:
            connection.execute(
                _changing(self._clock(), owner=None, lease_until=None)
                .values(losses=column.losses + 1)
                .where(column.id == job_id, column.status == State.PROCESSING, column.owner == self._owner)
            )

    def leave(self, job: Job) -> None:
        """Give one job of ours back, as far as it is."""
        self.change(job, owner=None, lease_until=None)

    def kept(self) -> dict[UUID, int]:
        """Return the attempts of all jobs whose sound is under way, by whomever."""
        column = PROJECTS.c
        query = select(column.id, column.attempt).where(column.status == State.PROCESSING)
        with self._database.reading() as connection:
            return {row.id: row.attempt for row in connection.execute(query)}


def _changing(now: datetime, **values: Value) -> Update:
    return update(PROJECTS).values(version=PROJECTS.c.version + 1, updated_at=now, **values)
