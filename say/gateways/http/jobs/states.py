"""What a job is at each moment: its states, the percentages that go with them, and the ways between. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

# Percentages as the callers of the original service know them.
PENDING_PROGRESS = 0
TAKEN_PROGRESS = 10
GENERATING_PROGRESS = 30  # from here they rise with the finished pieces
MADE_PROGRESS = 60
STORING_PROGRESS = 80
COMPLETED_PROGRESS = 100


class State(StrEnum):
    """Where a job stands."""

    PENDING = "pending"  # nobody has taken it yet
    PROCESSING = "processing"  # taken: its sound is being made or put away
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL = frozenset({State.COMPLETED, State.FAILED, State.CANCELLED})
CANCELLABLE = frozenset({State.PENDING, State.PROCESSING})
RETRIABLE = frozenset({State.FAILED, State.CANCELLED})


@dataclass(frozen=True)
class Job:
    """One row of `tts_projects`. The fields are its columns."""

    id: UUID
    created_at: datetime
    user_id: str
    text: str
    voice: str
    speed: float
    lang_code: str  # as it was asked for
    audio_url: str | None  # None until completed
    status: State
    progress: int  # percent; falls by a retry only
    error: str | None  # why it failed, and what to do next
    notice: str | None  # what holds it up
    remark: str | None  # what was done otherwise than asked for, as who speaks; a sentence a line
    duration: float | None  # seconds of sound, once all is made
    engine: str  # that speaks it, also after a crash; "" until one is chosen
    idempotency_key: str | None
    digest: str  # of what was asked for: tells whether a key is used for the same again
    batch: UUID | None  # shared by those of one request
    attempt: int  # counts retries
    losses: int  # how often whoever worked at it vanished since its last progress
    owner: str | None  # the process that works at it
    lease_until: datetime | None  # for owners that share nothing with us but the database
    worked: float  # seconds spent on making its sound, in this attempt
    version: int  # counts changes
    updated_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def final(self) -> bool:
        return self.status in FINAL


@dataclass(frozen=True)
class Order:
    """What somebody wants a job for; checked."""

    text: str
    voice: str
    speed: float
    lang_code: str
    user_id: str = ""


def generating(done: int, length: int) -> int:
    """Return the percentage with `done` of `length` characters spoken, as long as not all of the sound is made."""
    share = min(done / length, 1.0) if length else 0.0
    span = MADE_PROGRESS - GENERATING_PROGRESS
    return GENERATING_PROGRESS + min(int(share * span), span - 1)
