"""Whether it lives, whether it could speak, and what was counted."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from common.errors import SayError
from say.gateways.http.answers import refusals
from say.gateways.http.metrics import CONTENT_TYPE
from say.gateways.http.services import Services, Shared

router = APIRouter(tags=["service"])


class Alive(BaseModel):
    """It lives."""

    status: str = Field(examples=["ok"])


class Readiness(BaseModel):
    """Whether speech and jobs can be asked for."""

    status: str = Field(examples=["ready"])
    daemon: str = Field(description="running, draining, or not running: then the first request starts it")
    engines: dict[str, str] = Field(default_factory=dict, description="state of each engine")
    reason: str | None = Field(default=None, description="why it is not ready")


@router.get("/healthz", summary="Does the process live?")
async def healthz() -> Alive:
    return Alive(status="ok")


@router.get(
    "/readyz",
    summary="Can speech and jobs be asked for?",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "Not ready, and why"}, **refusals(openai=False)},
)
async def readyz(services: Shared) -> Response:
    found = await _readiness(services)
    return JSONResponse(found.model_dump(), 200 if found.status == "ready" else 503)


async def _readiness(services: Services) -> Readiness:
    if services.leaving.is_set():
        return Readiness(status="not ready", daemon="unknown", reason="this service is leaving")
    try:
        report = await asyncio.to_thread(services.client.status)
    except SayError as error:
        return Readiness(status="not ready", daemon="unreachable", reason=str(error))
    daemon, engines = (report.state, report.engines) if report is not None else ("not running", {})
    trouble = await services.jobs.trouble() if services.jobs is not None else None
    return Readiness(status="not ready" if trouble else "ready", daemon=daemon, engines=engines, reason=trouble)


@router.get(
    "/metrics",
    summary="Counters for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **refusals(openai=False)},
)
async def metrics(services: Shared) -> Response:
    if services.jobs is not None:
        await services.jobs.measure(services.metrics)
    return Response(services.metrics.text(), media_type=CONTENT_TYPE)
