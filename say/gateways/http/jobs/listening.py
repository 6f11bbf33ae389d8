"""`GET …/{id}/audio`: the whole file once it is stored, and before that a WAV that grows as the sound is made."""

from __future__ import annotations

import asyncio
import threading
from email.utils import format_datetime
from functools import partial
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import Response

from common.errors import OutputFailed, SayError
from say.gateways.http.failures import Refused
from say.gateways.http.jobs.audio import AudioStore
from say.gateways.http.jobs.database import JobsUnavailable
from say.gateways.http.jobs.news import wait_at_most
from say.gateways.http.jobs.part import HEADER, PartReader
from say.gateways.http.jobs.ranges import Span, Unsatisfiable, holds, known, span_of
from say.gateways.http.jobs.service import Jobs
from say.gateways.http.jobs.states import Job, State
from say.gateways.http.jobs.store import NoJob
from say.gateways.http.jobs.threads import apart
from say.gateways.http.metrics import Metrics
from say.gateways.http.services import Services
from say.gateways.http.streamed import Chunks, Streamed
from say.wav import UNKNOWN, stream_header

_SLICE = 1 << 16  # bytes of a part file
_STORED_SLICE = 1 << 18  # bytes of a store
_PATIENCE = 20.0  # seconds that a store has to say what it has
_COME_BACK = "60"  # seconds
_LOOK = 0.5  # seconds between looks at what another process has made
_WAV = "audio/wav"


class BrokenOff(SayError):
    """The rest of the sound will not come. The connection is closed without an end, so that nobody takes it for whole."""

    code = "broken_off"


async def audio_answer(jobs: Jobs, job: Job, request: Request, services: Services) -> Response:
    """Return the sound of a job. Raises Refused."""
    if job.status in (State.FAILED, State.CANCELLED):
        why = f": {job.error.removesuffix('.')}" if job.error else ""
        raise Refused(409, f"the job is {job.status}{why}", reason="no_audio", hint="POST …/retry makes it anew.")
    if job.status == State.COMPLETED:
        return await _whole(jobs, job, request, services.metrics)
    headers = {"Accept-Ranges": "none", **_name(job)}
    return Streamed(_growing(jobs, job, services.leaving), _WAV, services.metrics, headers)


# The whole file


async def _whole(jobs: Jobs, job: Job, request: Request, metrics: Metrics) -> Response:
    size = await _size(jobs, job)
    if size is None:
        raise Refused(
            404,
            "the sound of this job is not in its store any more",
            reason="audio_gone",
            hint="POST /api/v1/tts/generate makes it anew.",
        )
    moment = job.finished_at or job.created_at
    etag, modified = f'"{job.id}-{job.attempt}-{size}"', format_datetime(moment.replace(microsecond=0), usegmt=True)
    headers = {"Accept-Ranges": "bytes", "ETag": etag, "Last-Modified": modified, **_name(job)}
    headers["Cache-Control"] = "private, no-cache"  # kept by whoever asks again whether it is the same
    asked = request.headers
    if known(asked.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    try:
        span = span_of(asked.get("range"), size) if holds(asked.get("if-range"), etag, modified) else None
    except Unsatisfiable:
        raise Refused(
            416,
            f"the sound has {size} bytes, none of which is in that range",
            reason="range",
            headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"},
        ) from None
    answer = Streamed(_stored(jobs, job, span or Span(0, size)), _WAV, metrics, headers)
    if span is not None:
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{size}"
    answer.headers["Content-Length"] = str(span.length if span is not None else size)
    return answer


async def _size(jobs: Jobs, job: Job) -> int | None:
    """Return how many bytes are in the store, None if it is not there. Raises Refused."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await apart(lambda: jobs.shop.audio.size(job.id, job.attempt))
    except TimeoutError:
        why = "the store of the jobs' sound does not answer"
    except OutputFailed as error:
        why = error.message
    raise Refused(503, why, reason="store_unavailable", hint="Come back later.", headers={"Retry-After": _COME_BACK})


async def _stored(jobs: Jobs, job: Job, span: Span) -> Chunks:
    file = _StoredFile(jobs.shop.audio, job)
    try:
        with jobs.shop.listeners.to(job.id):
            at = span.start
            while at < span.end:
                data = await apart(partial(file.read, at, min(_STORED_SLICE, span.end - at)))
                if not data:
                    raise BrokenOff(f"the stored sound of job {job.id} is shorter than it was")
                at += len(data)
                yield data
    finally:
        apart(file.close)  # nobody waits for it: a read that hangs comes first


class _StoredFile:
    """A file in the store, opened by the first who reads. Methods block."""

    def __init__(self, audio: AudioStore, job: Job) -> None:
        self._audio = audio
        self._job = job
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._closed = False

    def read(self, start: int, size: int) -> bytes:
        """Return bytes from `start` on, none if it was closed. Raises OutputFailed."""
        with self._lock:
            if self._closed:
                return b""
            if self._file is None:
                self._file = self._audio.open(self._job.id, self._job.attempt)
            return self._audio.read(self._file, start, size)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._file is not None:
                self._file.close()


def _name(job: Job) -> dict[str, str]:
    return {"Content-Disposition": f'inline; filename="{job.id}.wav"'}


# While it is made


async def _growing(jobs: Jobs, job: Job, leaving: asyncio.Event) -> Chunks:
    """Yield a WAV of unknown length, up to the end of the sound. Raises BrokenOff."""
    yield stream_header(UNKNOWN)
    reader: PartReader | None = None
    given = 0  # bytes of sound
    try:
        with jobs.shop.listeners.to(job.id), jobs.shop.news.of(job.id) as changed:
            while True:
                changed.clear()
                # Looked at first: what is completed has its part file no more, or has it whole.
                now = await _present(jobs, job)
                if reader is None:
                    reader = await _opened(jobs, job)
                while reader is not None and (data := await jobs.threads.call(reader.read, _SLICE)):
                    given += len(data)
                    yield data
                if reader is not None and reader.ended:
                    return
                if now.status == State.COMPLETED:  # by another machine, whose part files are not ours
                    async for more in _rest(jobs, now, given):
                        yield more
                    return
                if leaving.is_set():
                    raise BrokenOff("this service is leaving", "The job goes on when it is back.")
                await wait_at_most(_LOOK, changed)
    finally:
        if reader is not None:
            reader.close()


async def _present(jobs: Jobs, job: Job) -> Job:
    """Return the job as it is, if it still is the same attempt and may end well. Raises BrokenOff.

    Where the database does not work just now, the sound goes on being made, and is given as it was.
    """
    try:
        now = await jobs.get(job.id)
    except JobsUnavailable:
        return job
    except NoJob:
        raise BrokenOff(f"job {job.id} was deleted") from None
    if now.attempt != job.attempt or now.status in (State.FAILED, State.CANCELLED):
        raise BrokenOff(f"job {job.id} {now.status}")
    return now


async def _opened(jobs: Jobs, job: Job) -> PartReader | None:
    opened: list[PartReader] = []
    try:
        await jobs.threads.call(lambda: opened.append(PartReader(jobs.shop.part(job))))
    except FileNotFoundError:  # nobody has begun, or it is completed and stored
        return None
    except asyncio.CancelledError:  # gone just as it opened
        for reader in opened:
            reader.close()
        raise
    return opened[0]


async def _rest(jobs: Jobs, job: Job, given: int) -> Chunks:
    size = await _size(jobs, job)
    if size is None:
        raise BrokenOff(f"the sound of job {job.id} is not in its store")
    async for data in _stored(jobs, job, Span(HEADER + given, size)):
        yield data
