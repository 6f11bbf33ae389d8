"""How refusals look, for the OpenAPI document: the forms of `failures`."""

from __future__ import annotations

from pydantic import BaseModel, Field

_MEANINGS = {
    400: "What is asked for makes no sense here: an unknown voice or language, another device or model than the daemon's",
    401: "The token is missing or wrong",
    403: "Host or Origin of another site",
    404: "There is no such thing",
    408: "The body did not come in time",
    409: "It is not in a state for that",
    413: "The body or the text is too long",
    415: "The body is not JSON",
    416: "There are no such bytes",
    422: "A field is missing or wrong, or the text cannot be spoken",
    429: "Too many requests: come back after Retry-After seconds",
    500: "Something went wrong in synthesis",
    503: "The daemon cannot be reached or is busy: come back after Retry-After seconds",
}


class Detail(BaseModel):
    """What is wrong, and what to do about it."""

    detail: str


class OpenAIError(BaseModel):
    """What is wrong, as OpenAI says it."""

    message: str
    type: str = Field(examples=["invalid_request_error"])
    param: str | None = Field(description="the field that is wrong")
    code: str | None = Field(examples=["unknown_voice"])


class OpenAIFailure(BaseModel):
    """OpenAI's form of an error."""

    error: OpenAIError


def refusals(*statuses: int, openai: bool = True) -> dict[int | str, dict[str, object]]:
    """Return `responses=` of a route: these statuses and those that every route has."""
    model = OpenAIFailure if openai else Detail
    together = sorted({*statuses, 401, 403, 429})
    return {status: {"model": model, "description": _MEANINGS[status]} for status in together}
