"""`/api/v1/service`: the telephony service, switched and looked at over HTTP.

It is that of this process, else whichever follows the settings database that `say-serve` was given.
"""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr

from say.gateways.http.failures import Refused, refusal_of
from say.gateways.http.services import Services, Shared
from say.gateways.telephony.control import ServiceControl
from say.gateways.telephony.database import DatabaseFailed
from say.gateways.telephony.statistics import ServiceReport

router = APIRouter(prefix="/api/v1/service", tags=["telephony"])

_LONGEST_VOICE = 500  # characters; blends are long


class Change(BaseModel):
    """What shall be otherwise; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    enabled: StrictBool | None = Field(default=None, description="whether it listens")
    voice: StrictStr | None = Field(
        default=None, max_length=_LONGEST_VOICE, description="of the next texts", examples=["af_bella"]
    )


@router.get("", summary="How is the telephony service?")
async def get_service(services: Shared) -> ServiceReport:
    try:
        return await _control(services).report()
    except DatabaseFailed as error:
        raise _conflict(error) from error


@router.put("", summary="Switch the telephony service on or off, or give it another voice")
async def put_service(change: Change, services: Shared) -> ServiceReport:
    if change.enabled is None and change.voice is None:
        raise Refused(422, "nothing is to be changed", reason="nothing_to_do", hint="Name enabled, voice, or both.")
    try:
        return await _control(services).change(change.enabled, change.voice)
    except DatabaseFailed as error:
        raise _conflict(error) from error


def _control(services: Services) -> ServiceControl:
    if services.telephony is None:
        raise Refused(
            404,
            "there is no telephony service here",
            reason="no_service",
            hint="Start say-serve with --telephony, or name its --database.",
        )
    return services.telephony


def _conflict(error: DatabaseFailed) -> Refused:
    """Return what a request meets that the state of the database does not allow: it may be sent again later."""
    refusal = refusal_of(error)
    return Refused(409, refusal.message, reason=refusal.reason)
