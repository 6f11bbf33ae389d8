"""The addresses of jobs, under /api/v1/tts."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from common.errors import SayError
from say.gateways.http.answers import refusals
from say.gateways.http.failures import Refused
from say.gateways.http.jobs.cursor import BadCursor, Cursor
from say.gateways.http.jobs.events import events, version_of
from say.gateways.http.jobs.listening import audio_answer
from say.gateways.http.jobs.requests import (
    BatchAnswer,
    BatchRequest,
    JobAnswer,
    JobId,
    JobPage,
    JobRequest,
    User,
    answer_of,
    keyed,
    ordered,
)
from say.gateways.http.jobs.service import Jobs
from say.gateways.http.jobs.states import Job
from say.gateways.http.jobs.store import KeyTaken, NoJob, TooMany, WrongState
from say.gateways.http.services import Services, Shared
from say.gateways.http.streamed import Streamed
from say.gateways.http.wishes import warning_header

router = APIRouter(prefix="/api/v1/tts", tags=["Jobs"])

_DEFAULT_PAGE = 20
_LARGEST_PAGE = 100
_COME_BACK = "60"  # seconds
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_GENERATED: dict[int | str, dict[str, object]] = {
    200: {"model": JobAnswer, "description": "The job that was made under this Idempotency-Key before"}
}
_BATCHED: dict[int | str, dict[str, object]] = {
    200: {"model": BatchAnswer, "description": "The jobs that were made under this Idempotency-Key before"}
}
_SOUND = {"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}}


def _jobs_of(services: Shared) -> Jobs:
    jobs = services.jobs
    if not isinstance(jobs, Jobs):
        raise Refused(503, "there are no jobs here", reason="no_jobs")
    return jobs


def _key_of(key: Annotated[str | None, Header(alias="Idempotency-Key")] = None) -> str | None:
    if key is not None and _KEY.fullmatch(key) is None:
        raise Refused(
            422, "Idempotency-Key: 1 to 255 printable ASCII characters without blanks", reason="bad_idempotency_key"
        )
    return key


AllJobs = Annotated[Jobs, Depends(_jobs_of)]
Key = Annotated[str | None, Depends(_key_of)]


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the store says into refusals."""
    try:
        yield
    except NoJob:
        raise Refused(404, "there is no such job", reason="no_job") from None
    except WrongState as error:
        raise Refused(409, f"the job is {error.job.status}", reason="wrong_state", hint=_hint(error.job)) from None
    except TooMany:
        raise Refused(
            429,
            "too many jobs wait",
            reason="jobs_full",
            hint="Come back later, or raise SAY_HTTP_JOBS_WAITING.",
            headers={"Retry-After": _COME_BACK},
        ) from None
    except KeyTaken:
        raise Refused(
            409,
            "this Idempotency-Key stands for another request",
            reason="idempotency_key_reused",
            hint="Use a key of its own for each request, and the same only to repeat it.",
        ) from None


def _hint(job: Job) -> str:
    return "It has ended; DELETE removes it." if job.final else "Cancel it first, or wait for its end."


# Making


@router.post("/generate", status_code=202, responses={**_GENERATED, **refusals(400, 409, 413, 415, 422, openai=False)})
async def generate(request: JobRequest, services: Shared, jobs: AllJobs, key: Key, response: Response) -> JobAnswer:
    """Make a job of one text."""
    order, warnings = await ordered(services, request)
    with _told():
        made, fresh = await jobs.add(keyed([order], request, key, "one"))
    _count(services, made, fresh)
    response.status_code = 202 if fresh else 200
    response.headers.update({**warning_header(warnings), "Location": f"{router.prefix}/{made[0].id}"})
    return answer_of(made[0])


@router.post("/batch", status_code=202, responses={**_BATCHED, **refusals(400, 409, 413, 415, 422, openai=False)})
async def batch(request: BatchRequest, services: Shared, jobs: AllJobs, key: Key, response: Response) -> BatchAnswer:
    """Make a job of each text, or none if one of them cannot be one."""
    most = services.settings.integer("http_batch_limit")
    if len(request.items) > most:
        raise Refused(
            413,
            f"a batch of {len(request.items)} texts is larger than {most}",
            reason="batch_too_large",
            hint="Send it in parts, or raise SAY_HTTP_BATCH_LIMIT.",
        )
    orders, warnings = [], list[str]()
    for number, item in enumerate(request.items):
        with _numbered(number):
            order, said = await ordered(services, item)
        orders.append(order)
        warnings += [f"items.{number}: {warning}" for warning in said]
    with _told():
        made, fresh = await jobs.add(keyed(orders, request, key, "batch"), uuid.uuid4())
    _count(services, made, fresh)
    response.status_code = 202 if fresh else 200
    response.headers.update(warning_header(tuple(warnings)))
    return BatchAnswer(items=[answer_of(job) for job in made])


def _count(services: Services, made: list[Job], fresh: bool) -> None:
    if fresh:
        services.metrics.characters.inc(sum(len(job.text) for job in made))


@contextmanager
def _numbered(number: int) -> Iterator[None]:
    """Let an error name the text that it is about."""
    try:
        yield
    except Refused as error:
        error.message = f"items.{number}: {error.message}"
        raise
    except SayError as error:
        raise type(error)(f"items.{number}: {error.message}", error.hint) from error


# Looking


@router.get("", include_in_schema=False)
@router.get("/", responses=refusals(400, 422, openai=False))
async def listing(
    jobs: AllJobs,
    user_id: Annotated[User | None, Query(description="those of one user only")] = None,
    limit: Annotated[int, Query(ge=1, le=_LARGEST_PAGE)] = _DEFAULT_PAGE,
    cursor: Annotated[str | None, Query(max_length=64, description="`next_cursor` of the page before")] = None,
) -> JobPage:
    """List jobs, the newest first."""
    try:
        after = None if cursor is None else Cursor.decode(cursor)
    except BadCursor:
        raise Refused(
            400, "this cursor was not handed out here", reason="bad_cursor", hint="Begin without one.", field="cursor"
        ) from None
    page = await jobs.page(limit, user_id, after)
    return JobPage(
        items=[answer_of(job) for job in page.jobs], next_cursor=page.next.encode() if page.next is not None else None
    )


@router.get("/{tts_id}", responses=refusals(404, 422, openai=False))
async def status(tts_id: JobId, jobs: AllJobs) -> JobAnswer:
    """Tell how far a job is."""
    with _told():
        return answer_of(await jobs.get(tts_id))


@router.get(
    "/{tts_id}/events",
    response_class=Response,
    responses={
        200: {"content": {"text/event-stream": {}}, "description": "`progress` events, each with the whole job"},
        204: {"description": "The last event was seen already: there will be none"},
        **refusals(404, 422, openai=False),
    },
)
async def follow(
    tts_id: JobId,
    services: Shared,
    jobs: AllJobs,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID")] = None,
) -> Response:
    """Tell of each change of a job, as server-sent events, up to its end."""
    with _told():
        job = await jobs.get(tts_id)
    known = version_of(last_event_id)
    if job.final and known == job.version:
        return Response(status_code=204)  # a browser comes back after an end until it is told this
    return Streamed(
        events(jobs, job, known, services.leaving), "text/event-stream", services.metrics, {"X-Accel-Buffering": "no"}
    )


@router.get(
    "/{tts_id}/audio",
    response_class=Response,
    responses={
        200: {**_SOUND, "description": "All of it; what there is and then what comes, while it is made"},
        206: {**_SOUND, "description": "The bytes that Range asks for, of a completed job"},
        304: {"description": "It is what If-None-Match names"},
        **refusals(404, 409, 416, 422, openai=False),
    },
)
async def audio(tts_id: JobId, services: Shared, jobs: AllJobs, request: Request) -> Response:
    """Give the sound of a job, also while it is made."""
    with _told():
        job = await jobs.get(tts_id)
    return await audio_answer(jobs, job, request, services)


# Changing


@router.post("/{tts_id}/cancel", responses=refusals(404, 409, 422, openai=False))
async def cancel(tts_id: JobId, jobs: AllJobs) -> JobAnswer:
    """End a job that has not ended; its synthesis stops within a piece."""
    with _told():
        return answer_of(await jobs.cancel(tts_id))


@router.post("/{tts_id}/retry", status_code=202, responses=refusals(404, 409, 422, openai=False))
async def retry(tts_id: JobId, jobs: AllJobs) -> JobAnswer:
    """Begin a job anew that failed or was cancelled."""
    with _told():
        return answer_of(await jobs.retry(tts_id))


@router.delete("/{tts_id}", status_code=204, responses=refusals(404, 422, openai=False))
async def remove(tts_id: JobId, jobs: AllJobs) -> None:
    """Stop a job, and remove it with its sound."""
    with _told():
        await jobs.delete(tts_id)
