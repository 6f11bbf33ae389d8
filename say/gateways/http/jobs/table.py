"""The table `tts_projects`, with the columns of the original service and what running its jobs takes beside them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.types import TypeDecorator

from say.gateways.http.jobs.states import State


class Moment(TypeDecorator[datetime]):
    """A timestamptz. SQLite, which has none, gets UTC without saying so: its text sorts as time does."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # PostgreSQL's driver gives the zone of its session, which HTTP's dates cannot have.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class StateName(TypeDecorator[State]):
    """A state by its name."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: State | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> State | None:
        return None if value is None else State(value)


METADATA = MetaData()

PROJECTS = Table(
    "tts_projects",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("created_at", Moment, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("voice", Text, nullable=False),
    Column("speed", Float, nullable=False),
    Column("lang_code", Text, nullable=False),
    Column("audio_url", Text),
    Column("status", StateName, nullable=False),
    Column("progress", Integer, nullable=False),
    Column("error", Text),
    Column("notice", Text),
    Column("remark", Text),
    Column("duration", Float),
    Column("engine", String(32), nullable=False),
    Column("idempotency_key", String(512)),
    Column("digest", String(64), nullable=False),
    Column("batch", Uuid),
    Column("attempt", Integer, nullable=False),
    Column("losses", Integer, nullable=False),
    Column("owner", String(64)),
    Column("lease_until", Moment),
    Column("worked", Float, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Index("tts_projects_newest", "created_at", "id"),
    Index("tts_projects_of_user", "user_id", "created_at", "id"),
    Index("tts_projects_by_status", "status", "created_at"),
    Index("tts_projects_key", "user_id", "idempotency_key", unique=True),
)

# Jobs that were deleted and whose sound may still lie somewhere.
REMOVALS = Table(
    "tts_removals",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("attempt", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
)
