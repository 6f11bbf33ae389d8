"""What callers say about jobs and are told of them, field by field."""

from __future__ import annotations

import hashlib
from typing import Annotated
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    Field,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from say.gateways.http.jobs.states import Job, Order, State
from say.gateways.http.jobs.store import Keyed
from say.gateways.http.services import Services
from say.gateways.http.speech import Elsewhere, LangCode, Speed, VoiceName
from say.gateways.http.wishes import Asked, wish_of

User = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


def _storable(text: str) -> str:
    """Return a text as every database takes it: without NUL and without halves of characters, which JSON may have."""
    return text.replace("\0", " ").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _job_id(text: object, parse: ValidatorFunctionWrapHandler) -> UUID:
    """Return the id of a job, which may be there or not. Raises PydanticCustomError in words of ours."""
    try:
        found = parse(text)
    except ValidationError:
        raise PydanticCustomError(
            "no_job_id",
            "this is no id of a job; they are UUIDs such as 550e8400-e29b-41d4-a716-446655440000, as `generate` answers",
        ) from None
    assert isinstance(found, UUID)
    return found


JobId = Annotated[UUID, WrapValidator(_job_id)]


class JobRequest(BaseModel):
    """A text that shall become sound in the background. Other fields are ignored."""

    text: Annotated[str, AfterValidator(_storable)] = Field(
        description="What shall be spoken.", examples=["Hello, welcome to Creatorify AI."]
    )
    voice: VoiceName = None
    speed: Speed = None
    lang_code: LangCode = None
    user_id: User = Field("", description="For whom; users share the work fairly.", examples=["user_123"])
    device: Elsewhere = None
    repo_id: Elsewhere = None


class BatchRequest(BaseModel):
    """Several texts, of which all become jobs or none."""

    items: list[JobRequest] = Field(min_length=1)


class JobAnswer(BaseModel):
    """A job as it is now."""

    tts_id: UUID
    user_id: str
    text: str
    voice: str
    speed: float
    lang_code: str
    audio_url: str | None = Field(description="address of the sound, once it is completed")
    status: State
    progress: int = Field(ge=0, le=100, description="percent: 0, 10, 30, up to 60 with each piece, 80, 100")
    created_at: AwareDatetime
    updated_at: AwareDatetime
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    duration: float | None = Field(description="seconds of sound, once all is made")
    error: str | None = Field(description="why it failed, and what to do")
    notice: str | None = Field(description="what holds it up")
    remark: str | None = Field(description="what is done otherwise than asked for; a sentence a line")
    attempt: int = Field(description="how often it was tried again")
    batch_id: UUID | None = Field(description="shared by the jobs of one batch")


class JobPage(BaseModel):
    """Some jobs, the newest first."""

    items: list[JobAnswer]
    next_cursor: str | None = Field(description="`cursor` of the next page; null at the end")


class BatchAnswer(BaseModel):
    """A job for each text, in their order."""

    items: list[JobAnswer]


def answer_of(job: Job) -> JobAnswer:
    """Return what callers are told of a job."""
    return JobAnswer(
        tts_id=job.id,
        user_id=job.user_id,
        text=job.text,
        voice=job.voice,
        speed=job.speed,
        lang_code=job.lang_code,
        audio_url=job.audio_url,
        status=job.status,
        progress=job.progress,
        created_at=job.created_at,
        updated_at=job.updated_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        duration=job.duration,
        error=job.error,
        notice=job.notice,
        remark=job.remark,
        attempt=job.attempt,
        batch_id=job.batch,
    )


async def ordered(services: Services, request: JobRequest) -> tuple[Order, tuple[str, ...]]:
    """Return what is asked for, checked, and what of it is done otherwise. Raises Refused, SayError."""
    asked = Asked(
        text=request.text,
        voice=request.voice,
        speed=request.speed,
        lang_code=request.lang_code or "",
        device=request.device or "",
        repository=request.repo_id or "",
    )
    wish = await wish_of(services, asked)
    return Order(request.text, wish.voice, wish.speed, asked.lang_code, request.user_id), wish.warnings


def keyed(orders: list[Order], body: BaseModel, key: str | None, kind: str) -> list[Keyed]:
    """Return the orders of one request with its idempotency key, which each `kind` of request has its own of."""
    digest = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    return [
        Keyed(order, digest, None if key is None else f"{kind} {number} {key}") for number, order in enumerate(orders)
    ]
