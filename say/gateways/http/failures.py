"""What a peer is told when something goes wrong: a status, and one form of body.

Under /v1 that is OpenAI's `{"error": {"message", "type", "param", "code"}}`, elsewhere `{"detail": "…"}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from common.errors import (
    Cancelled,
    CorruptFile,
    DaemonError,
    DownloadFailed,
    Dropped,
    FatalText,
    LanguageUnavailable,
    ModelUnavailable,
    OutOfMemory,
    SayError,
    Stopped,
    Unspeakable,
    UsageError,
)
from common.voices import LIST_OF_VOICES

_OPENAI = "/v1"
# By the nearest class; what is not named is 500.
_STATUSES: dict[type[SayError], int] = {
    UsageError: 400,
    LanguageUnavailable: 400,
    Unspeakable: 422,
    FatalText: 422,
    Stopped: 503,
    Cancelled: 503,
    Dropped: 503,
    ModelUnavailable: 503,
    DownloadFailed: 503,
    OutOfMemory: 503,
    DaemonError: 503,
    CorruptFile: 500,
    SayError: 500,
}
_PHRASES = {
    400: "the body cannot be read as JSON",
    404: "there is nothing at this address",
    405: "this address does not take this method",
}
RETRY = "5"  # seconds, after a 503
_SPEAKABLE = "Write it in another way, or leave it out."


class Refused(Exception):
    """A request that is not served as it is."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        reason: str,
        hint: str = "",
        field: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`reason` is the code that metrics and OpenAI's form have for it, `field` what of the request is wrong."""
        super().__init__(message)
        self.status = status
        self.message = f"{message}. {hint}" if hint else message
        self.reason = reason
        self.field = field
        self.headers = dict(headers or {})


def refusal_of(error: SayError) -> Refused:
    """Return how an error of the client is told to a peer."""
    status = next(_STATUSES[kind] for kind in type(error).__mro__ if kind in _STATUSES)
    headers = {"Retry-After": RETRY} if status == 503 else {}
    return Refused(status, error.message, reason=error.code, hint=hint_of(error), headers=headers)


def hint_of(error: SayError) -> str:
    """Return what a peer can do about it: requests have no flags of `say`."""
    if error.hint == LIST_OF_VOICES:
        return "GET /v1/audio/voices lists them all."
    return _SPEAKABLE if error.hint and isinstance(error, Unspeakable) else error.hint


def answer(path: str, refused: Refused) -> Response:
    """Return the response to a request for `path`."""
    # Half of a surrogate pair, which a request may bring, is escaped as JSON has it; the rest can be read in a terminal.
    body = json.dumps(body_of(path, refused), ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(body, refused.status, refused.headers, media_type="application/json")


def body_of(path: str, refused: Refused) -> dict[str, object]:
    """Return what says it, as JSON."""
    if path != _OPENAI and not path.startswith(f"{_OPENAI}/"):
        return {"detail": refused.message}
    return {
        "error": {
            "message": refused.message,
            "type": _kind(refused.status),
            "param": refused.field or None,
            "code": refused.reason,
        }
    }


def _kind(status: int) -> str:
    if status >= 500:
        return "server_error"
    return {401: "authentication_error", 429: "rate_limit_error"}.get(status, "invalid_request_error")


# Handlers of exceptions


async def handle_refused(request: Request, error: Exception) -> Response:
    """Answer a refusal."""
    assert isinstance(error, Refused)
    request.app.state.services.metrics.refused.labels(error.reason).inc()
    return answer(request.url.path, error)


async def handle_say_error(request: Request, error: Exception) -> Response:
    """Answer what the client raised."""
    assert isinstance(error, SayError)
    return await handle_refused(request, refusal_of(error))


async def handle_invalid(request: Request, error: Exception) -> Response:
    """Answer a request whose fields are wrong: all of it in one string."""
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if found and tuple(found[0]["loc"]) == ("body",):  # of the models, not of one field
        message = "the body is missing" if found[0]["type"] == "missing" else "the body is no JSON object"
        return await handle_refused(
            request, Refused(422, message, reason="invalid", hint="Send an object with the fields that /docs shows.")
        )
    if found and found[0]["type"] == "json_invalid":
        message = f"the body is no JSON: {found[0].get('ctx', {}).get('error', 'it cannot be read')}"
        return await handle_refused(request, Refused(400, message, reason="invalid_json"))
    first = ".".join(_place(found[0]["loc"])) if found else ""
    message = "; ".join(_sentence(one["loc"], one["msg"]) for one in found[:10])
    return await handle_refused(request, Refused(422, message, reason="invalid", field=first))


def _sentence(place: Sequence[object], message: str) -> str:
    where = ".".join(_place(place))
    return f"{where}: {message}" if where else message


def _place(place: Sequence[object]) -> list[str]:
    return [str(part)[:60] for part in place if part not in ("body", "query", "path", "header")]


async def handle_http(request: Request, error: Exception) -> Response:
    """Answer what the framework raises: no such address, no such method."""
    assert isinstance(error, HTTPException)
    message = _PHRASES.get(error.status_code, str(error.detail))
    reason = {400: "invalid_json", 404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "invalid")
    refused = Refused(error.status_code, message, reason=reason, headers=dict(error.headers or {}))
    return await handle_refused(request, refused)


async def handle_unforeseen(request: Request, error: Exception) -> Response:
    """Answer what nobody thought of; its cause is in the log, where the framework puts it."""
    del error
    refused = Refused(500, "something went wrong here", reason="failed", hint="The log of say-serve says what.")
    return answer(request.url.path, refused)
